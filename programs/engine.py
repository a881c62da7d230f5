"""The only adapter to the matching engine: rows in, rows out (programs/serving.py holds the engine asked)."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language

from foundation import clock
from matching import (
    SIZES,
    Correction,
    Engine,
    Filters,
    Found,
    Need,
    Question,
    RuleOutcome,
)
from matching.catalogue import FUNDINGS
from matching.concepts.recognising import recogniser_of
from matching.facets import AHEAD, FACETS, FORMATS, LEVELS, PRICES, SOON
from matching.freshness import VALID_DAYS
from matching.highlighting import Highlighter, spoken
from matching.reading import read, told_topics
from matching.text import analyse, guess_language
from programs import capacity
from programs.models import Offer, OfferStatus
from programs.serving import asked, latest, thesaurus, undecided


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
    "FUNDINGS",
    "LEVELS",
    "PRICES",
    "SIZES",
    "SOON",
    "VALID_DAYS",
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


# A path is made of several kinds of help: the best of each is shown whatever its rank.
EACH_KIND = 3
# Of a description, to find offers that say the same.
ALIKE_CHARACTERS = 600


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
    return asked(lambda engine: _ranked(engine, need, limit, without))


def alike(offer: Offer, most: int) -> list[int]:
    """Keys of the offers that come nearest to what this one says, nearest first: of whatever kind, and still open."""
    text = offer.text
    need = {
        "title": text("title"),
        "text": f"{text('summary')}\n{text('description')[:ALIKE_CHARACTERS]}",
        "language": offer.language_shown(),
        "topics": tuple(topic.code for topic in offer.topics.all()),
    }
    found = asked(lambda engine: _nearest(engine, need, most + 1), undecided, patient=False)
    return [pk for pk in found if pk != offer.pk][:most]


def _nearest(engine: Engine, need: dict, limit: int) -> list[int]:
    return [engine.reference(line.offer_id) for line in engine.rank(_need(need), limit=limit).lines]


def _ranked(engine: Engine, need: dict, limit: int, without: Collection[str]) -> Ranked:
    ranking = engine.engaged(capacity.current(), capacity.slow()).rank(
        _need(need), limit=limit, without=without, each_kind=EACH_KIND
    )
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
    return asked(lambda engine: list(engine.questions(_need(need), most, without)), patient=False)


def explain(need: dict, offer_pk: int, without: Collection[str] = ()) -> Explained:
    """Why this offer stands where it stands for this need, or what leaves it out. Never raises for any key."""
    offer = Offer.objects.filter(pk=offer_pk).only("public_id", "status").first()
    if offer is None:
        return Explained(None, 0.0, rules=[_left_out("known")])
    if offer.status != OfferStatus.PUBLISHED:
        return Explained(None, 0.0, rules=[_left_out("published")])
    told = asked(lambda engine: _explained(engine, need, str(offer.public_id), without), patient=False)
    if told is None:
        return Explained(None, 0.0, rules=[_left_out("indexed")])
    return Explained(told["rank"], told["score"], told["reasons"], told["rules"])


def _explained(engine: Engine, need: dict, offer: str, without: Collection[str]) -> dict | None:
    try:
        return (
            engine.engaged(capacity.current(), capacity.slow()).explain(_need(need), offer, without).as_json()
        )
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
    pillars: tuple[str, ...] = (),
    language: str = "",
    literal: bool = False,
) -> Found:
    """Published offers for some words, best first: `references` are primary keys. topics, pillars: codes to count."""
    options = {
        "language": language[:2],
        "today": clock.today(),
        "topics": topics,
        "pillars": pillars,
        "literal": literal,
        "limit": 0,
    }
    return asked(lambda engine: engine.search(words, filters, **options), undecided, patient=False)


def browse(
    filters: Filters | None = None, *, topics: tuple[str, ...] = (), pillars: tuple[str, ...] = ()
) -> Found:
    """Published offers, freshest first, with the facets of a search."""
    options = {"today": clock.today(), "topics": topics, "pillars": pillars}
    return asked(lambda engine: engine.browse(filters, **options), undecided, patient=False)


def highlighter() -> Highlighter:
    """Marks in the texts of offers what answered a search that this process just made."""
    return Highlighter(latest().recogniser)


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
