"""The only adapter to the matching engine: rows in, rows out.

The database is the truth. Each process maps a snapshot of the published catalogue (programs/index.py) and lays over
it what changed since, found by the catalogue's sequence number: no lock on the read path, no shared disk.
"""

import logging
import threading
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from foundation import clock
from journal import jobs
from matching import SIZES, Correction, Engine, Filters, Found, Need, Thesaurus
from matching.documents import Analyser
from matching.engine import recogniser_of
from matching.facets import AHEAD, FACETS, FORMATS
from matching.highlighting import spoken
from matching.reading import read, told_topics
from matching.searching import Highlighter
from matching.text import analyse
from programs import index, memory
from programs import thesaurus as vocabulary
from programs.models import CatalogueChange, CatalogueState


@dataclass(frozen=True)
class RankedLine:
    offer_pk: int
    score: float
    reasons: list[dict]


@dataclass(frozen=True)
class Ranked:
    """An answer of the engine in JSON-able parts, ready to be stored."""

    verdict: str
    verdict_reasons: list[dict]
    concepts: list[dict]
    language: str
    engine_version: str
    data_version: str
    lines: list[RankedLine] = field(default_factory=list)


__all__ = [
    "AHEAD",
    "FACETS",
    "FORMATS",
    "SIZES",
    "Correction",
    "Filters",
    "Found",
]  # read from here by programs

log = logging.getLogger(__name__)

# Beyond so many changed offers a process takes, or makes, a newer snapshot instead of laying changes over it.
MOST_CHANGES = 400


class _Current:
    """The engine of this process, as new as the catalogue's sequence number.

    What cannot be laid over the snapshot (an import, another thesaurus) asks for a newer one: made at once for a
    small catalogue, else owed to a worker, and the old one answers until it is there.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._base: index.Indexed | None = None
        self._sequence = -1

    def engine(self) -> Engine:
        sequence = CatalogueState.current()
        wanted = thesaurus(sequence)
        with self._lock:
            if self._engine is None:
                self._start(index.find(wanted) or index.build(wanted), wanted)
            elif self._engine.thesaurus.version != wanted.version:
                self._renew(wanted, -1)
            if sequence != self._sequence:
                self._follow(sequence)
            return self._engine

    def latest(self) -> Engine:
        """The engine that answered last, without asking the database whether there is a newer one."""
        return self._engine or self.engine()

    def forget(self) -> None:
        """Start afresh at the next question: the index is damaged, or a test emptied the tables."""
        with self._lock:
            self._engine = None

    def _start(self, base: index.Indexed, wanted: Thesaurus) -> None:
        self._base, self._sequence = base, base.sequence
        self._engine = Engine(base.snapshot, wanted)
        threading.Thread(target=self._check, args=(base,), daemon=True, name="index check").start()

    def _check(self, base: index.Indexed) -> None:
        """A large index answers before all of it was read; what turns out to be damaged answers no more."""
        if not base.is_sound():
            with self._lock:
                if self._base is base:
                    self._engine = None

    def _renew(self, wanted: Thesaurus, since: int) -> bool:
        """Take a newer snapshot; False while a worker still makes it."""
        newer = index.find(wanted, since)
        if newer is None and index.is_small():
            newer = index.build(wanted)
        if newer is None:
            jobs.submit("catalogue.index", f"index:{wanted.version}:{CatalogueState.current()}", {})
            return False
        self._start(newer, wanted)
        return True

    def _follow(self, sequence: int) -> None:
        """Lay over the snapshot every offer that changed since it was made."""
        changed = CatalogueChange.objects.since(self._base.sequence, MOST_CHANGES)
        if changed is None or sequence < self._base.sequence:
            if not self._renew(
                self._engine.thesaurus, self._base.sequence if sequence > self._base.sequence else -1
            ):
                return
            changed = CatalogueChange.objects.since(self._base.sequence, MOST_CHANGES) or {}
        if changed:
            offers = list(index.published(list(changed)))
            shown = {offer.id for offer in offers}
            removed = [str(public_id) for public_id in changed.values() if str(public_id) not in shown]
            analyser = Analyser(
                self._engine.recogniser, index.expertise({offer.organisation for offer in offers})
            )
            base = self._base.snapshot
            snapshot = base.amended(offers, removed, analyser, f"{base.version}+{sequence}")
            self._engine = Engine(snapshot, self._engine.thesaurus)
        self._sequence = sequence


_current = _Current()


@jobs.HANDLERS.register("catalogue.index")
def _index(payload: dict) -> None:
    """A large catalogue is indexed by a worker; the other processes find the new snapshot in the folder."""
    index.build(thesaurus())


def thesaurus(sequence: int | None = None) -> Thesaurus:
    """The thesaurus in force, as of a sequence of the catalogue that was just read."""
    return vocabulary.current(sequence)


@dataclass(frozen=True)
class Recognised:
    """A topic found in a text, and the words of the text that speak of it, clearest first."""

    topic: str
    words: tuple[str, ...]


def recognise(text: str, language: str = "") -> list[Recognised]:
    """Topics recognised in a text, surest first: for « ce que nous avons compris »."""
    wanted = thesaurus()
    reading = read(Need(text, language=language), recogniser_of(wanted))
    return [
        Recognised(hit.topic, spoken(text, [(p.start, p.end) for p in hit.passages]))
        for hit in told_topics(reading, wanted)
    ]


def rank(need: dict, limit: int, without: Collection[str] = ()) -> Ranked:
    """The engine's answer for a need given as keyword facts of matching.Need (`today` is added here).

    without: keys of decided irritants that must not be remembered, such as the need's own.
    """
    return _asked(lambda engine: _ranked(engine, need, limit, without))


def current() -> Engine:
    """The engine of this process over the catalogue of this moment, with what was decided before."""
    engine = _current.engine()
    return engine.remembering(memory.current(engine.recogniser, engine.places, engine.titles))


def _asked(question, engine=None):
    """The answer of this process's engine; of a new one if the mapped index turns out to be damaged.

    engine: gives the engine to ask, the one that remembers decisions by default.
    """
    engine = engine or current
    try:
        return question(engine())
    except (IndexError, ValueError, UnicodeDecodeError):
        log.exception("the index is damaged: made again")
        index.discard()
        _current.forget()
        return question(engine())


def _ranked(engine: Engine, need: dict, limit: int, without: Collection[str]) -> Ranked:
    ranking = engine.rank(Need(**need, today=clock.today()), limit=limit, without=without)
    answer = ranking.as_json()
    return Ranked(
        verdict=ranking.verdict,
        verdict_reasons=answer["verdict_reasons"],
        concepts=answer["concepts"],
        language=ranking.language,
        engine_version=ranking.engine_version,
        data_version=ranking.data_version,
        lines=[
            RankedLine(
                engine.reference(line.offer_id), line.score, [reason.as_json() for reason in line.reasons]
            )
            for line in ranking.lines
        ],
    )


def search(
    words: str,
    filters: Filters | None = None,
    *,
    topics: tuple[str, ...] = (),
    language: str = "",
    literal: bool = False,
) -> Found:
    """Published offers for some words, best first: `references` are primary keys. topics: the codes to count."""
    options = {
        "language": language[:2],
        "today": clock.today(),
        "topics": topics,
        "literal": literal,
        "limit": 0,
    }
    return _asked(lambda engine: engine.search(words, filters, **options), _current.engine)


def browse(filters: Filters | None = None, *, topics: tuple[str, ...] = ()) -> Found:
    """Published offers, freshest first, with the facets of a search."""
    return _asked(lambda engine: engine.browse(filters, today=clock.today(), topics=topics), _current.engine)


def highlighter() -> Highlighter:
    """Marks in the texts of offers what answered a search that this process just made."""
    return Highlighter(_current.latest().recogniser)


def written(stems: Collection[str], texts: Iterable[tuple[str, str]]) -> str:
    """The commonest spelling of words of these stems in some (text, language), "" when none holds them."""
    counts = Counter(
        text[word.start : word.end].lower()
        for text, language in texts
        for word in analyse(text, language).words
        if word.stem in stems
    )
    return counts.most_common(1)[0][0] if counts else ""
