"""The engine: a need in, ranked offers with reasons out.

normalise → concepts → hard rules (mask) → per-field BM25 with word bridge + character n-grams + concepts +
topics (sum of max-normalised channels) → soft rules (multipliers with a floor) → light diversity → reasons.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp

import numpy as np

from .affinity import Affinities, product
from .catalogue import Catalogue, Offer
from .channels import Document, TextChannels
from .concepts import Recogniser
from .index import normalised
from .reading import Reading, read, told_concepts, told_topics
from .reasons import Evidence, Reasoner
from .rules import Facts, active_rules, allowed, held, outcomes
from .thesaurus import Thesaurus
from .types import Explanation, Line, Need, Ranking, Reason, TopicHit
from .verdict import Assessment, Judge

ENGINE_VERSION = "1.0"
REPEATED, MOST_REPEATED = 0.97, 5
# Offers list their topics most important first.
_TOPIC_PLACE = (1.0, 0.75, 0.55, 0.45, 0.35)
_FIELDS = {"title": 2.0, "keywords": 1.5, "summary": 1.0, "body": 1.0, "expertise": 0.3}

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Settings:
    """What each channel counts, and which parts are on; the ablation table switches them off one by one."""

    words: float = 0.6
    grams: float = 0.25
    concepts: float = 0.7
    topics: float = 1.4
    bridge: bool = True
    soft_rules: bool = True
    hard_rules: bool = True
    diversity: bool = True


@dataclass(frozen=True, slots=True)
class _Scored:
    """One need against every offer. `scores` is -1 for offers that a hard rule drops."""

    scores: Array
    evidence: Evidence


_recognisers: dict[str, Recogniser] = {}
_MOST_RECOGNISERS = 4


def _recogniser_of(thesaurus: Thesaurus) -> Recogniser:
    """Compiling ten thousand expressions takes a second: a changed catalogue keeps the last compiled ones."""
    if thesaurus.version not in _recognisers:
        for old in list(_recognisers)[: 1 - _MOST_RECOGNISERS]:
            del _recognisers[old]
        _recognisers[thesaurus.version] = Recogniser(thesaurus)
    return _recognisers[thesaurus.version]


@lru_cache(maxsize=1)
def _judge() -> Judge:
    return Judge()


class Engine:
    """Ranks the offers of one immutable catalogue. Build once, share between threads.

    apply_status_rules: False ranks drafts, archived and expired offers too (the judged set does).
    """

    def __init__(
        self,
        catalogue: Catalogue,
        thesaurus: Thesaurus | None = None,
        *,
        apply_status_rules: bool = True,
        settings: Settings | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.thesaurus = thesaurus or Thesaurus.load()
        self.settings = settings or Settings()
        self.recogniser = _recogniser_of(self.thesaurus)
        offers = catalogue.offers
        self._place = {offer.id: place for place, offer in enumerate(offers)}
        self._facts = Facts(catalogue)
        self._rules = active_rules(apply_status_rules) if self.settings.hard_rules else ()
        self._affinities = Affinities(catalogue)
        self._channels = TextChannels(
            [_document(offer, catalogue) for offer in offers], _FIELDS, self.recogniser
        )
        self._reasoner = Reasoner(offers, self._channels, self.thesaurus, self._facts)
        self._judge = _judge()
        self._topic_ids = sorted({topic for offer in offers for topic in offer.topics})
        self._topics = self._topic_table()

    def configured(self, settings: Settings | None = None, *, apply_status_rules: bool = True) -> Engine:
        """Another engine on the same indexes, at no cost: to compare settings or rank unpublished offers."""
        other = copy(self)
        other.settings = settings or self.settings
        other._rules = active_rules(apply_status_rules) if other.settings.hard_rules else ()
        return other

    @property
    def data_version(self) -> str:
        """Changes with any offer, vocabulary or thesaurus entry."""
        return f"{self.catalogue.version}.{self.thesaurus.version}"

    def rank(self, need: Need, limit: int = 50) -> Ranking:
        """The offers that fit best, best first, at most `limit`, with the verdict on the need."""
        reading, assessment = self._read(need)
        scored = self._score(need, reading)
        chosen = dict(list(self._order(scored).items())[: max(0, limit)])
        reasons = self._reasoner.reasons(scored.evidence, list(chosen))
        lines = tuple(self._line(place, score, reasons[place]) for place, score in chosen.items())
        concepts = told_concepts(reading, self.thesaurus)
        return Ranking(
            assessment.verdict,
            assessment.reasons,
            lines,
            concepts,
            reading.language,
            ENGINE_VERSION,
            self.data_version,
        )

    def explain(self, need: Need, offer_id: str) -> Explanation:
        """Why an offer stands where it stands, or which rule leaves it out. KeyError for an unknown offer."""
        place = self._place[offer_id]
        scored = self._score(need, self._read(need)[0])
        order = self._order(scored)
        rank = list(order).index(place) + 1 if place in order else None
        reasons = self._reasoner.reasons(scored.evidence, [place])[place]
        rules = outcomes(need, self._facts, self._rules, place)
        offer = self.catalogue.offers[place]
        return Explanation(offer_id, offer.kind, rank, round(order.get(place, 0.0), 4), reasons, rules)

    def recognise(self, text: str, title: str = "", language: str = "") -> tuple[TopicHit, ...]:
        """« Ce que nous avons compris »: topics sure enough to show, surest first; () rather than a guess."""
        return told_topics(read(Need(text, title, language), self.recogniser), self.thesaurus)

    def search(
        self, query: str, kinds: tuple[str, ...] = (), limit: int = 50
    ) -> tuple[tuple[str, float], ...]:
        """Catalogue search box: (offer id, score 0 to 1), best first, typo tolerant; `kinds` filters."""
        reading = read(Need(query), self.recogniser)
        terms = self._channels.bridged(reading.terms)
        offers = self.catalogue.offers
        total = 1.0 * normalised(self._channels.score_words(terms))
        total += 0.5 * normalised(self._channels.score_grams(reading))
        total += 0.5 * normalised(self._channels.score_concepts(reading))
        rules = [rule for rule in self._rules if rule.catalogue_state]
        total[~allowed(Need(query), self._facts, tuple(rules))] = 0
        if kinds:
            total[[offer.kind not in kinds for offer in offers]] = 0
        total = normalised(total)
        order = np.argsort(-total, kind="stable")[: max(0, limit)]
        return tuple((offers[int(i)].id, round(float(total[i]), 4)) for i in order if total[i] > 0.05)

    def _read(self, need: Need) -> tuple[Reading, Assessment]:
        reading = read(need, self.recogniser)
        assessment = self._judge.assess(need, reading)
        topics = dict(reading.topics)
        for topic, weight in assessment.topics.items():
            if topic not in need.excluded_topics:
                topics[topic] = topics.get(topic, 0.0) + weight
        return replace(reading, topics=topics), assessment

    def _topic_table(self) -> Array:
        table = np.zeros((len(self.catalogue.offers), len(self._topic_ids)), dtype=np.float32)
        column = {topic: number for number, topic in enumerate(self._topic_ids)}
        for row, offer in enumerate(self.catalogue.offers):
            for rank, topic in enumerate(offer.topics):
                table[row, column[topic]] = _TOPIC_PLACE[min(rank, len(_TOPIC_PLACE) - 1)]
        # A topic that many offers share tells them apart less.
        shared = (table > 0).sum(axis=0)
        table *= np.log1p(len(table) / np.maximum(shared, 1)).astype(np.float32)
        # An offer that names many topics is a little less about each.
        return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9) ** 0.25

    def _score(self, need: Need, reading: Reading) -> _Scored:
        settings, count = self.settings, len(self.catalogue.offers)
        terms = self._channels.bridged(reading.terms) if settings.bridge else dict(reading.terms)
        asked = np.array(
            [_asked(reading.topics.get(topic, 0.0)) for topic in self._topic_ids], dtype=np.float32
        )
        topic_parts = self._topics * asked
        raw = {
            "words": (settings.words, self._channels.score_words(terms)),
            "grams": (settings.grams, self._channels.score_grams(reading)),
            "concepts": (settings.concepts, self._channels.score_concepts(reading)),
            "topics": (settings.topics, topic_parts.sum(axis=1)),
        }
        mask = allowed(need, self._facts, self._rules)
        parts = {name: weight * normalised(np.where(mask, value, 0)) for name, (weight, value) in raw.items()}
        text = sum(parts.values(), np.zeros(count))
        affinities = self._affinities.all(need, reading) if settings.soft_rules else ()
        scores = normalised(text * product(affinities, count) * held(need, self._facts, self._rules))
        shares = {name: part / np.maximum(text, 1e-9) for name, part in parts.items()}
        evidence = Evidence(need, reading, shares, topic_parts, self._topic_ids, terms, affinities)
        return _Scored(np.where(mask, scores, -1.0), evidence)

    def _order(self, scored: _Scored) -> dict[int, float]:
        """Place → final score of the offers that have one, best first, ties by identifier."""
        order = [int(i) for i in np.argsort(-scored.scores, kind="stable") if scored.scores[i] > 0]
        final = {place: float(scored.scores[place]) for place in order}
        return self._mixed(final) if self.settings.diversity else final

    def _mixed(self, final: dict[int, float]) -> dict[int, float]:
        """Light diversity: each further offer of one organisation yields a little."""
        seen: Counter[str] = Counter()
        adjusted = {}
        for place, score in final.items():
            organisation = self.catalogue.offers[place].organisation
            adjusted[place] = score * REPEATED ** min(seen[organisation], MOST_REPEATED)
            seen[organisation] += bool(organisation)
        return dict(sorted(adjusted.items(), key=lambda item: (-item[1], item[0])))

    def _line(self, place: int, score: float, reasons: tuple[Reason, ...]) -> Line:
        offer = self.catalogue.offers[place]
        return Line(offer.id, offer.kind, round(score, 4), reasons)


def _asked(weight: float) -> float:
    """A topic said five ways matters more than one said once, but not five times."""
    return 1 - exp(-weight / 2)


def _document(offer: Offer, catalogue: Catalogue) -> Document:
    organisation = catalogue.organisations.get(offer.organisation, {})
    fields = {
        "title": offer.title,
        "keywords": ". ".join(offer.keywords),
        "summary": offer.summary,
        "body": f"{offer.description} {offer.detail_text}",
        "expertise": str(organisation.get("expertise") or ""),
    }
    return Document(offer.language, fields)
