"""The only adapter to the matching engine: rows in, rows out.

The database is the truth. Each process maps a snapshot of the published catalogue (programs/index.py) and lays over
it what changed since, found by the catalogue's sequence number: no lock on the read path, no shared disk.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language, gettext_lazy

from foundation import clock
from journal import jobs
from matching import (
    SIZES,
    Catalogue,
    Correction,
    Engine,
    Filters,
    Found,
    Need,
    Question,
    RuleOutcome,
    Thesaurus,
)
from matching.documents import Analyser
from matching.engine import recogniser_of
from matching.facets import AHEAD, FACETS, FORMATS
from matching.highlighting import spoken
from matching.meaning import Meaning, Meanings
from matching.reading import read, told_topics
from matching.searching import Highlighter
from matching.text import analyse, guess_language
from programs import embedding, index, memory
from programs import thesaurus as vocabulary
from programs.models import CatalogueChange, CatalogueState, Offer, OfferStatus


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


@dataclass(frozen=True)
class Explained:
    """« Pourquoi (pas) ? »: rank from 1, None when a rule leaves the offer out; reasons and rules as JSON.

    Rule "known" unmet: no such offer; "published": it is not in the public catalogue; "indexed": it is, but the index
    does not hold it yet. None of these has reasons.
    """

    rank: int | None
    score: float
    reasons: list[dict] = field(default_factory=list)
    rules: list[dict] = field(default_factory=list)


log = logging.getLogger(__name__)

# A path is made of several kinds of help: the best of each is shown whatever its rank.
EACH_KIND = 3

# Beyond so many changed offers a process takes, or makes, a newer snapshot instead of laying changes over it.
MOST_CHANGES = 400
# How long (seconds) a process waits for a worker to index a large catalogue before it does so itself: no worker may
# share its folder (another host), or the folder may not be writable.
PATIENCE = 300


class NotReady(Exception):
    """A large catalogue is being indexed for the first time: whoever cannot wait gets no offers for now."""


class _Current:
    """The engine of this process, as new as the catalogue's sequence number.

    What cannot be laid over the snapshot (an import, another thesaurus) asks for a newer one: made at once for a
    small catalogue, else owed to a worker, and the old one answers until it is there.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._engine: Engine | None = None  # what changed laid over the base
        self._plain: Engine | None = None  # the base alone
        self._base: index.Indexed | None = None
        self._meanings: Meanings | None = None
        self._seen = (-1, "")
        self._owed_since: float | None = None
        self._own: _Own | None = None

    def engine(self, *, patient: bool = True) -> Engine:
        """patient: build a large catalogue's first index here rather than raise NotReady."""
        with self._lock:
            state = CatalogueState.now()
            wanted = thesaurus(state)
            if self._engine is None:
                self._begin(wanted, patient)
            elif self._plain.thesaurus.version != wanted.version:
                self._renew(wanted, -1)
            if state != self._seen:
                self._follow(*state)
            return self._engine

    def latest(self) -> Engine:
        """The engine that answered last, without asking the database whether there is a newer one."""
        return self._engine or _nothing(thesaurus())

    def forget(self) -> None:
        """Start afresh at the next question: the index is damaged, or a test emptied the tables."""
        with self._lock:
            self._clear()

    def damaged(self) -> bool:
        """Whether what is mapped is no longer what was written; then nobody will map it any more."""
        base = self._base
        if base is None or index.intact(base):
            return False
        index.drop(base)
        return True

    def _start(self, base: index.Indexed, wanted: Thesaurus) -> None:
        self._base, self._seen = base, (base.sequence, base.stamp)
        self._meanings = index.meanings(base)
        self._engine = self._plain = self._meaning(Engine(base.snapshot, wanted))
        self._owed_since = self._own = None
        if index.is_unchecked(base):
            threading.Thread(target=self._check, args=(base,), daemon=True).start()

    def _meaning(self, engine: Engine) -> Engine:
        """With the embedder, where there is one; offers that changed since the index was made go without vectors."""
        embedder = embedding.current()
        if embedder is None or self._meanings is None:
            return engine
        base = len(self._base.snapshot.view.segments)
        return engine.understanding(Meaning(embedder, self._meanings, engine.places, base))

    def _check(self, base: index.Indexed) -> None:
        """What was too large to be read through when it was opened, read beside the answers."""
        if not index.intact(base):
            index.drop(base)
            with self._lock:
                if self._base is base:
                    self._clear()

    def _begin(self, wanted: Thesaurus, patient: bool) -> None:
        found = index.find(wanted)
        if found is None and (patient or index.is_small()):
            found = index.build(wanted)
        if found is None:
            found = self._owed(wanted)
        if found is None:
            raise NotReady
        self._start(found, wanted)

    def _renew(self, wanted: Thesaurus, since: int) -> bool:
        """Take a newer snapshot; False while a worker still makes it."""
        newer = index.find(wanted, since)
        if newer is None and index.is_small():
            newer = index.build(wanted)
        if newer is None:
            newer = self._owed(wanted)
        if newer is None:
            return False
        self._start(newer, wanted)
        return True

    def _owed(self, wanted: Thesaurus) -> index.Indexed | None:
        """Ask a worker for an index; what this process made itself where none came in time."""
        now = time.monotonic()
        if self._owed_since is None:
            self._owed_since = now
            sequence, stamp = CatalogueState.now()
            hour = clock.now().strftime("%Y%m%d%H")  # done once, it may be needed again: a folder was emptied
            jobs.submit("catalogue.index", f"index:{wanted.version}:{sequence}:{stamp}:{hour}", {})
        elif now - self._owed_since > PATIENCE:
            if self._own is None or self._own.failed:
                self._own = _Own(wanted)
            made, self._own = self._own.made, None if self._own.made else self._own
            return made
        return None

    def _follow(self, sequence: int, stamp: str) -> None:
        """Lay over the snapshot every offer that changed since it was made."""
        base, later = self._base, self._changes()
        if later is None:
            known = CatalogueState.has_been(base.sequence, base.stamp)
            if not self._renew(self._plain.thesaurus, base.sequence if known else -1):
                return
            later = self._changes()
            if (
                later is None
            ):  # changed again beyond what can be laid over: the next question goes on from here
                return
        self._engine = self._plain
        if later:
            offers = list(index.published(list(later)))
            shown = {offer.id for offer in offers}
            removed = [str(public_id) for public_id in later.values() if str(public_id) not in shown]
            analyser = Analyser(
                self._plain.recogniser, index.expertise({offer.organisation for offer in offers})
            )
            snapshot = self._base.snapshot
            snapshot = snapshot.amended(offers, removed, analyser, f"{snapshot.version}+{sequence}")
            self._engine = self._meaning(Engine(snapshot, self._plain.thesaurus))
        self._seen = (sequence, stamp)

    def _changes(self) -> dict[int, UUID] | None:
        """What changed since the snapshot; None when that cannot be told, or its state never was."""
        base = self._base
        if not CatalogueState.has_been(base.sequence, base.stamp):
            return None
        later = CatalogueChange.objects.since(base.sequence, MOST_CHANGES)
        return None if not later and CatalogueState.current() > base.sequence else later


class _Own(threading.Thread):
    """An index that this process makes beside its answers."""

    def __init__(self, wanted: Thesaurus):
        super().__init__(daemon=True)
        self._wanted = wanted
        self.made: index.Indexed | None = None
        self.failed = False
        self.start()

    def run(self) -> None:
        try:
            # No processes of its own: forking beside other threads may copy a lock that nobody will open.
            self.made = index.build(self._wanted, processes=1)
        except Exception:
            log.exception("the catalogue could not be indexed here")
            self.failed = True
        finally:
            connection.close()


_current = _Current()


jobs.LABELS.add("catalogue.index", gettext_lazy("index du catalogue"))


@jobs.HANDLERS.register("catalogue.index")
def _index(payload: dict) -> None:
    """A large catalogue is indexed by a worker; the other processes find the new snapshot in the folder."""
    index.build(thesaurus())


def thesaurus(state: tuple[int, str] | None = None) -> Thesaurus:
    """The thesaurus in force, as of a state of the catalogue that was just read."""
    return vocabulary.current(state)


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


def current(*, patient: bool = True) -> Engine:
    """The engine of this process over the catalogue of this moment, with what was decided before.

    Raises NotReady where a large catalogue has no index yet and the caller is not patient.
    """
    engine = _current.engine(patient=patient)
    return engine.remembering(memory.current(engine.recogniser, engine.places, engine.titles))


def _asked(question, engine=None, *, patient: bool = True):
    """The answer of this process's engine; of a new one if the mapped index turns out to be damaged.

    engine: gives the engine to ask, the one that remembers decisions by default. Who is not patient is answered over
    no offers at all while a large catalogue is indexed for the first time.
    """
    engine = engine or current
    try:
        return question(engine(patient=patient))
    except NotReady:
        return question(_nothing(thesaurus()))
    except Exception:
        if not _current.damaged():
            raise
        log.exception("the index is damaged: made again")
        _current.forget()
        return question(engine(patient=patient))


def _nothing(wanted: Thesaurus) -> Engine:
    """What answers before there is any index: no offer."""
    return Engine(Catalogue((), {}, {}, {}, "none"), wanted)


def _ranked(engine: Engine, need: dict, limit: int, without: Collection[str]) -> Ranked:
    ranking = engine.rank(_need(need), limit=limit, without=without, each_kind=EACH_KIND)
    answer = ranking.as_json()
    lines = [(engine.reference(line.offer_id), line) for line in ranking.lines]
    # An offer may have been deleted or hidden this instant, or by hand without telling the catalogue.
    public = set(
        Offer.objects.published().filter(pk__in=[pk for pk, _line in lines]).values_list("pk", flat=True)
    )
    return Ranked(
        verdict=ranking.verdict,
        verdict_reasons=answer["verdict_reasons"],
        concepts=answer["concepts"],
        language=ranking.language,
        engine_version=ranking.engine_version,
        data_version=ranking.data_version,
        lines=[
            RankedLine(pk, line.score, [reason.as_json() for reason in line.reasons])
            for pk, line in lines
            if pk in public
        ],
    )


def questions(need: dict, most: int = 3, without: Collection[str] = ()) -> list[Question]:
    """At most `most` facts that the need lacks and whose answers would change the result most, best first.

    Each has `code` ("sector", "organisation_type", "data_maturity", "territory", "kinds" or "topic:<code>"),
    `options` (what was tried; "yes", "no" for a topic) and `gain` (0 to 1, the share of the first ten that changes).
    """
    return _asked(lambda engine: list(engine.questions(_need(need), most, without)), patient=False)


def explain(need: dict, offer_pk: int, without: Collection[str] = ()) -> Explained:
    """Why this offer stands where it stands for this need, or what leaves it out. Never raises for any key."""
    offer = Offer.objects.filter(pk=offer_pk).only("public_id", "status").first()
    if offer is None:
        return Explained(None, 0.0, rules=[_left_out("known")])
    if offer.status != OfferStatus.PUBLISHED:
        return Explained(None, 0.0, rules=[_left_out("published")])
    told = _asked(lambda engine: _explained(engine, need, str(offer.public_id), without), patient=False)
    if told is None:
        return Explained(None, 0.0, rules=[_left_out("indexed")])
    return Explained(told["rank"], told["score"], told["reasons"], told["rules"])


def _explained(engine: Engine, need: dict, offer: str, without: Collection[str]) -> dict | None:
    try:
        return engine.explain(_need(need), offer, without).as_json()
    except KeyError:
        return None


def _left_out(rule: str) -> dict:
    return RuleOutcome(rule, "unmet", "drop", excludes=True).as_json()


def _need(facts: dict) -> Need:
    return Need(**facts, today=clock.today())


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
    return _asked(lambda engine: engine.search(words, filters, **options), _current.engine, patient=False)


def browse(filters: Filters | None = None, *, topics: tuple[str, ...] = ()) -> Found:
    """Published offers, freshest first, with the facets of a search."""
    options = {"today": clock.today(), "topics": topics}
    return _asked(lambda engine: engine.browse(filters, **options), _current.engine, patient=False)


def highlighter() -> Highlighter:
    """Marks in the texts of offers what answered a search that this process just made."""
    return Highlighter(_current.latest().recogniser)


def tongue(text: str) -> str:
    """The language of a text that somebody wrote; that of the page when nothing tells."""
    return guess_language(text or "", otherwise=(get_language() or "fr")[:2])


def written(stems: Collection[str], texts: Iterable[tuple[str, str]]) -> str:
    """The commonest spelling of words of these stems in some (text, language), "" when none holds them."""
    counts = Counter(
        text[word.start : word.end].lower()
        for text, language in texts
        for word in analyse(text, language).words
        if word.stem in stems
    )
    return counts.most_common(1)[0][0] if counts else ""
