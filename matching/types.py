"""The values that enter and leave the engine: frozen, typed, free of any framework.

Scores are relative (0 to 1, the best line of a ranking is 1). Passages are character offsets into the text
exactly as it was given. `as_json` gives plain lists, numbers and strings; `from_json` is its inverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

VerdictCode = Literal["match", "hold", "redirect"]


class MatchingError(ValueError):
    """Base of every error that this package raises on purpose."""


class CatalogueError(MatchingError):
    """A record of the catalogue cannot be used; the message names the record and the field."""


class ThesaurusError(MatchingError):
    """A thesaurus file cannot be read; the message names the file and the line."""


class IndexUnusable(MatchingError):
    """An index file is missing, damaged or of another format: it is made again from the catalogue."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the need: `start` inclusive, `end` exclusive, in characters of `text` (or of `title`)."""

    start: int
    end: int
    in_title: bool = False

    def as_json(self) -> list[Any]:
        return [self.start, self.end, self.in_title]

    @classmethod
    def from_json(cls, value: list[Any]) -> Passage:
        return cls(int(value[0]), int(value[1]), bool(value[2]))


@dataclass(frozen=True, slots=True)
class Need:
    """What a company brings: its words and the facts around them. Everything but `text` may be unknown.

    language: "fr", "de", "en" or "" (guessed). sector: identifier of sectors.json or "".
    organisation_type: TPE, PME, ETI, GE, or another word (CHU, commune, association…) that maps to no size.
    headcount_bracket: INSEE code ("11" is 10 to 19 people) or "". territory: French department ("57", "2A")
    or country and region ("DE-BW", "LU"). data_maturity: 0 (no data) to 4, None if unknown.
    topics / excluded_topics: confirmed or refused by a human. kinds: kinds of help wished, empty for any.
    """

    text: str
    title: str = ""
    language: str = ""
    sector: str = ""
    organisation_type: str = ""
    headcount_bracket: str = ""
    territory: str = ""
    data_maturity: int | None = None
    topics: tuple[str, ...] = ()
    excluded_topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    today: date = field(default_factory=date.today)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer stands where it stands.

    code: "topic", "concept", "words", "similar", "meaning", "memory", "sector", "size", "kind", "territory",
    "country", "session", "freshness", "capacity", "responsiveness", "seats", "data_readiness". weight: 0 to 1, its
    part in the score. detail: JSON-able facts that a screen words in the reader's language. passages: the words
    of the need that it rests on, empty for facts.
    """

    code: str
    weight: float
    detail: Mapping[str, Any]
    passages: tuple[Passage, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "weight": self.weight,
            "detail": dict(self.detail),
            "passages": [passage.as_json() for passage in self.passages],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reason:
        passages = tuple(Passage.from_json(item) for item in value["passages"])
        return cls(str(value["code"]), float(value["weight"]), dict(value["detail"]), passages)


@dataclass(frozen=True, slots=True)
class VerdictReason:
    """One code of the closed list of the evaluation contract and the words that caused it."""

    code: str
    passages: tuple[Passage, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "passages": [passage.as_json() for passage in self.passages]}


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the thesaurus recognised in the need, its topics (strongest first) and where."""

    id: str
    topics: tuple[str, ...]
    passages: tuple[Passage, ...]

    def as_json(self) -> dict[str, Any]:
        passages = [passage.as_json() for passage in self.passages]
        return {"id": self.id, "topics": list(self.topics), "passages": passages}


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic understood from the text; weight 0 to 1, how sure the engine is."""

    topic: str
    weight: float
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One ranked offer; `score` relative to the best line (1.0); `reasons` never empty, strongest first."""

    offer_id: str
    kind: str
    score: float
    reasons: tuple[Reason, ...]

    def as_json(self) -> dict[str, Any]:
        reasons = [reason.as_json() for reason in self.reasons]
        return {"offer_id": self.offer_id, "kind": self.kind, "score": self.score, "reasons": reasons}


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to a need. Stored with `engine_version` and `data_version` it can be explained later."""

    verdict: VerdictCode
    verdict_reasons: tuple[VerdictReason, ...]
    lines: tuple[Line, ...]
    concepts: tuple[Concept, ...]
    language: str
    engine_version: str
    data_version: str

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "verdict_reasons": [reason.as_json() for reason in self.verdict_reasons],
            "lines": [line.as_json() for line in self.lines],
            "concepts": [concept.as_json() for concept in self.concepts],
            "language": self.language,
            "engine_version": self.engine_version,
            "data_version": self.data_version,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that the need lacks and that would change the first ten offers.

    code: "sector", "organisation_type", "data_maturity", "territory", "kinds" or "topic:<code>". options: the
    plausible answers that were tried, likeliest first ("yes", "no" for a topic). gain: 0 to 1, the expected share
    of the first ten, weighted by rank, that an answer changes.
    """

    code: str
    options: tuple[str, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What a hard rule says of one offer: `excludes` drops it, `holds` keeps it for a human to check."""

    rule: str
    state: Literal["met", "unmet", "unknown"]
    effect_of_unknown: Literal["keep", "drop", "hold"]
    excludes: bool
    holds: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "state": self.state,
            "effect_of_unknown": self.effect_of_unknown,
            "excludes": self.excludes,
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """« Pourquoi (pas) ? » for one offer. `rank` counts from 1, None when a rule excludes the offer."""

    offer_id: str
    kind: str
    rank: int | None
    score: float
    reasons: tuple[Reason, ...]
    rules: tuple[RuleOutcome, ...]

    @property
    def excluded_by(self) -> tuple[str, ...]:
        return tuple(outcome.rule for outcome in self.rules if outcome.excludes)

    def as_json(self) -> dict[str, Any]:
        return {
            "offer_id": self.offer_id,
            "kind": self.kind,
            "rank": self.rank,
            "score": self.score,
            "reasons": [reason.as_json() for reason in self.reasons],
            "rules": [outcome.as_json() for outcome in self.rules],
        }
