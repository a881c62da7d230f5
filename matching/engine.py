"""The engine: a need in, ranked offers with reasons out.

normalise → concepts → hard rules (mask) → per-field BM25 with word bridge + character n-grams + concepts →
learned affinities (topics, sector, kind of help) → declared terms (freshness, seats…) → near duplicates and light
diversity → reasons. Parts are added; the score shown is e to the power of the sum, relative to the best offer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

import numpy as np

from .affinity import Affinities, Weights, asked, default_weights, features_of, named
from .catalogue import KINDS, Catalogue
from .concepts.recognising import Recogniser
from .embedder import EmbedderError
from .facets import Filters
from .facts import Facts
from .index import normalised
from .meaning import Meaning
from .memory.recollection import SILENT
from .memory.remembering import Memory
from .reading import Reading, read, told_concepts, told_topics
from .reasons import Evidence, Reasoner
from .rules import active_rules, allowed, holding, outcomes
from .searching import Found, Searcher
from .snapshot import Snapshot
from .text import MAX_CHARACTERS
from .thesaurus import Thesaurus
from .titles import CatalogueTitles
from .types import Explanation, Line, Need, Question, Ranking, Reason, TopicHit, VerdictCode
from .verdict import Assessment, Judge
from .view import Narrowed, View

ENGINE_VERSION = "2.0"
REPEATED, MOST_REPEATED = 0.985, 5
ALIKE, ALIKE_BITS, ALIKE_DEPTH = 0.9, 5, 80
# Character n-grams are for what words miss: the rarest of them are enough, and cheap on a large catalogue.
MOST_GRAMS = 64
BRIDGED = 0.5
# What follows from a recognised concept counts so much of it: what it is a kind of, what helps against it.
BROADER, RELATED = 0.35, 0.6
CONCEPT_SCALE = 12.0
# What a topic confirmed by a human adds to the offers that declare it: more than anything guessed.
CONFIRMED_TOPIC = 1.5
# A score falls by e for each SPREAD of the sum of parts below the best.
SPREAD = 3.0
LEAST_EVIDENCE = 1e-6
# What closeness in meaning adds at most to the sum of parts, where there is an embedder: declared, not fitted.
MEANING_SCALE = 1.5
# What the memory of decisions adds at most to the sum of parts; an offer so far below the best contradicts it fully.
MEMORY_SCALE = 5.0
CONTRADICTED = 4.0
CHANNELS = ("head", "body", "grams", "concepts", "followed", "concepts-best", "topics-best")
_GROUPS = {
    "head": "words",
    "body": "words",
    "grams": "grams",
    "concepts": "concepts",
    "followed": "concepts",
    "concepts-best": "concepts",
    "topics-best": "topics",
    "meaning": "meaning",
}
# Only so many best offers are put in their final order one by one.
DEPTH = 150

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Settings:
    """Which parts are on (1) or off (0), or how much they count; the ablation table switches them off one by one."""

    words: float = 1.0
    grams: float = 1.0
    concepts: float = 1.0
    links: float = 1.0
    affinities: float = 1.0
    declared: float = 1.0
    memory: float = 1.0
    # Counts only where an engine has an embedder (Engine.understanding).
    meaning: float = 1.0
    bridge: bool = True
    hard_rules: bool = True
    diversity: bool = True


@dataclass(frozen=True, slots=True)
class _Scored:
    """One need against every offer. `scores` is -1 for offers that a hard rule drops."""

    scores: Array
    evidence: Evidence


_recognisers: dict[str, Recogniser] = {}
_MOST_RECOGNISERS = 4


def recogniser_of(thesaurus: Thesaurus) -> Recogniser:
    """Compiling tens of thousands of expressions takes seconds: a changed catalogue keeps the last compiled ones."""
    if thesaurus.version not in _recognisers:
        for old in list(_recognisers)[: 1 - _MOST_RECOGNISERS]:
            del _recognisers[old]
        _recognisers[thesaurus.version] = Recogniser(thesaurus)
    return _recognisers[thesaurus.version]


@lru_cache(maxsize=1)
def _judge() -> Judge:
    return Judge()


class Engine:
    """Ranks the offers of one immutable snapshot of a catalogue. Build once, share between threads.

    apply_status_rules: False ranks drafts, archived and expired offers too (the judged set does).
    """

    def __init__(
        self,
        catalogue: Catalogue | Snapshot,
        thesaurus: Thesaurus | None = None,
        *,
        apply_status_rules: bool = True,
        settings: Settings | None = None,
        weights: Weights | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.memory = memory
        self.meaning: Meaning | None = None
        self.weights = weights or default_weights()
        self.thesaurus = thesaurus or Thesaurus.load()
        self.settings = settings or Settings()
        if isinstance(catalogue, Catalogue):
            catalogue = Snapshot.in_memory(catalogue, self.recogniser)
        self.snapshot = catalogue
        self._view = self.snapshot.view
        self._facts = Facts(self._view, self.snapshot.schema)
        self._rules = active_rules(apply_status_rules) if self.settings.hard_rules else ()
        self._affinities = Affinities(self._view, self._facts)
        self._reasoner = Reasoner(self._view, self.thesaurus, self._facts)
        self._judge = _judge()
        self.searcher = Searcher(self._view, self._facts, self.snapshot.vocabulary, lambda: self.recogniser)

    def configured(self, settings: Settings | None = None, *, apply_status_rules: bool = True) -> Engine:
        """Another engine on the same indexes, at no cost: to compare settings or rank unpublished offers."""
        other = copy(self)
        other.settings = settings or self.settings
        other._rules = active_rules(apply_status_rules) if other.settings.hard_rules else ()
        return other

    def remembering(self, memory: Memory | None) -> Engine:
        """Another engine on the same indexes that learns from these decisions."""
        other = copy(self)
        other.memory = memory
        return other

    def narrowed(self, filters: Filters, today: date) -> Engine:
        """Another engine over the offers that pass these filters: to rank them it reads nothing of the others."""
        places = np.flatnonzero(self.searcher.facets.passing(self._view.live, filters, today))
        other = copy(self)
        other._view = Narrowed(self._view, places)
        other._facts = self._facts.at(places)
        other._affinities = Affinities(other._view, other._facts)
        other._reasoner = Reasoner(other._view, self.thesaurus, other._facts)
        return other

    def understanding(self, meaning: Meaning | None) -> Engine:
        """Another engine on the same indexes that also compares what is meant (matching/meaning.py)."""
        other = copy(self)
        other.meaning = meaning
        return other

    @property
    def recogniser(self) -> Recogniser:
        """Compiled when a text is first read: browsing, counting and explaining facts need none."""
        return recogniser_of(self.thesaurus)

    @property
    def places(self) -> View:
        """Where the offers stand: what a memory is made over."""
        return self._view

    @cached_property
    def titles(self) -> CatalogueTitles:
        """The background of a memory."""
        return CatalogueTitles(self._view)

    @property
    def data_version(self) -> str:
        """Changes with any offer, vocabulary or thesaurus entry."""
        version = f"{self.snapshot.version}.{self.thesaurus.version}"
        return f"{version}.{self.meaning.version}" if self.meaning else version

    def rank(
        self, need: Need, limit: int = 50, without: Collection[str] = (), *, each_kind: int = 0
    ) -> Ranking:
        """The offers that fit best, best first, at most `limit`, with the verdict on the need.

        without: keys of decisions that must not be remembered, such as the need's own. each_kind: at least so many
        offers of each kind of help, beyond `limit` where need be.
        """
        reading, assessment = self._read(need)
        scored = self._score(need, reading, assessment.verdict, without)
        order = self._order(scored, max(0, limit))
        chosen = dict(list(order.items())[: max(0, limit)])
        if each_kind:
            chosen |= self._of_each_kind(scored, chosen, each_kind)
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

    def explain(self, need: Need, offer_id: str, without: Collection[str] = ()) -> Explanation:
        """Why an offer stands where it stands, or which rule leaves it out. KeyError for an unknown offer."""
        place = self._view.place_of(offer_id)
        if place is None:
            raise KeyError(offer_id)
        reading, assessment = self._read(need)
        scored = self._score(need, reading, assessment.verdict, without)
        order = self._order(scored, self._view.size)
        rank = list(order).index(place) + 1 if place in order else None
        reasons = self._reasoner.reasons(scored.evidence, [place])[place]
        rules = outcomes(need, self._facts, self._rules, place)
        kind = KINDS[int(self._facts.kind[place])]
        return Explanation(offer_id, kind, rank, round(order.get(place, 0.0), 4), reasons, rules)

    def questions(self, need: Need, most: int = 3, without: Collection[str] = ()) -> tuple[Question, ...]:
        """Which missing answers would change the result most (matching/questions.py); at most `most`."""
        from .questions import questions  # it builds on the engine

        return questions(self, need, most, without)

    def recognise(self, text: str, title: str = "", language: str = "") -> tuple[TopicHit, ...]:
        """« Ce que nous avons compris »: topics sure enough to show, surest first; () rather than a guess."""
        return told_topics(read(Need(text, title, language), self.recogniser), self.thesaurus)

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        language: str = "",
        today: date | None = None,
        topics: Sequence[str] = (),
        literal: bool = False,
        limit: int = 50,
    ) -> Found:
        """Catalogue search box: prefix and typo tolerant, across languages, with facets (searching.Searcher).

        language: the reader's. topics: the codes to count. limit: of `lines`; `references` has all that is found.
        """
        rules = tuple(rule for rule in self._rules if rule.catalogue_state)
        return self.searcher.search(
            query,
            rules,
            filters or Filters(),
            language=language,
            today=today or Need("").today,
            topics=topics,
            literal=literal,
            limit=limit,
        )

    def browse(
        self, filters: Filters | None = None, *, today: date | None = None, topics: Sequence[str] = ()
    ) -> Found:
        """What is published and passes the filters, freshest first, with the same facets as a search."""
        rules = tuple(rule for rule in self._rules if rule.name == "published")
        day = today or Need("").today
        return self.searcher.browse(rules, filters or Filters(), today=day, topics=topics)

    def reference(self, offer_id: str) -> int:
        """The caller's own number of a live offer. KeyError for an unknown one."""
        place = self._view.place_of(offer_id)
        if place is None:
            raise KeyError(offer_id)
        return int(self._facts.reference[place])

    def _read(self, need: Need) -> tuple[Reading, Assessment]:
        reading = read(need, self.recogniser, _Held(self._view))
        assessment = self._judge.assess(need, reading)
        topics = dict(reading.topics)
        for topic, weight in assessment.topics.items():
            if topic not in need.excluded_topics:
                topics[topic] = topics.get(topic, 0.0) + weight
        return replace(reading, topics=topics), assessment

    def _bridged(self, terms: Mapping[str, float]) -> dict[str, float]:
        """The terms, and for those that no offer holds, the index words spelt most like them."""
        bridged = dict(terms)
        names = list(terms)
        held = self._view.frequencies("head", names) + self._view.frequencies("body", names)
        for term, frequency in zip(names, held, strict=True):
            if not frequency:
                for similar, likeness in self.snapshot.vocabulary.similar(term):
                    bridged[similar] = max(bridged.get(similar, 0.0), terms[term] * likeness * BRIDGED)
        return bridged

    def _followed(self, reading: Reading) -> tuple[dict[str, float], dict[str, str]]:
        """The concepts that follow from those of a need, more faintly; and from which each follows."""
        weights: dict[str, float] = {}
        origins: dict[str, str] = {}
        for concept, hit in reading.hits.items():
            entry = self.thesaurus.entries[concept]
            follow = {
                **dict.fromkeys(entry.broader, BROADER),
                **{c: RELATED * w for c, w in entry.related.items()},
            }
            for other, share in follow.items():
                weight = hit.strength * share
                if other not in reading.hits and weight > weights.get(other, 0.0):
                    weights[other], origins[other] = weight, concept
        return weights, origins

    def channels(
        self, reading: Reading, terms: Mapping[str, float], followed: Mapping[str, float]
    ) -> dict[str, Array]:
        """What the words of a need bring to each offer, by channel, before weights; shape (offers,) each."""
        view = self._view
        hits = {concept: hit.strength for concept, hit in reading.hits.items()}
        concepts = view.score("concepts", hits)
        topics = {topic: asked(weight) for topic, weight in reading.topics.items()}
        return {
            "head": normalised(view.score("head", terms)),
            "body": normalised(view.score("body", terms, by_passage=True)),
            "grams": normalised(view.score("grams", reading.grams, most=MOST_GRAMS)),
            "concepts": concepts / CONCEPT_SCALE,
            "followed": view.score("concepts", followed) / CONCEPT_SCALE,
            "concepts-best": normalised(concepts),
            "topics-best": normalised(view.score("topics", topics)),
        }

    def meant(self, need: Need, reading: Reading) -> dict[str, Array]:
        """The channel "meaning", where there is an embedder and the need has words."""
        if self.meaning is None or not self.settings.meaning or not reading.terms:
            return {}
        said = "\n".join(part for part in (need.title, need.text) if part)
        try:
            return {"meaning": self._view.narrowed(self.meaning.closeness(said[:MAX_CHARACTERS]))}
        except EmbedderError:  # a part that is never needed
            return {}

    def _score(
        self, need: Need, reading: Reading, verdict: VerdictCode, without: Collection[str] = ()
    ) -> _Scored:
        settings, view, weights = self.settings, self._view, self.weights
        terms = self._bridged(reading.terms) if settings.bridge else dict(reading.terms)
        followed, origins = self._followed(reading)
        raw = {**self.channels(reading, terms, followed), **self.meant(need, reading)}
        shares = {
            "meaning": settings.meaning,
            "head": settings.words,
            "body": settings.words,
            "grams": settings.grams,
            "concepts": settings.concepts,
            "concepts-best": settings.concepts,
            "followed": settings.links,
            "topics-best": settings.affinities,
        }
        parts: dict[str, Array] = {}
        for name, value in raw.items():
            part = shares[name] * weights.channels.get(name, MEANING_SCALE) * value
            group = _GROUPS[name]
            parts[group] = parts[group] + part if group in parts else part
        features = features_of(need, reading, verdict)
        unwanted = {f"{side}:{topic}" for topic in need.excluded_topics for side in ("topic", "said")}
        wanted = {
            name: value for name, value in weights.asked_of_offers(features).items() if name not in unwanted
        }
        for topic in need.topics:
            wanted[f"topic:{topic}"] = wanted.get(f"topic:{topic}", 0.0) + CONFIRMED_TOPIC
        if settings.affinities:
            for name, part in self._affinities.learned(need, features, wanted, weights).items():
                part = settings.affinities * part
                parts[name] = parts[name] + part if name in parts else part
        if settings.declared:
            parts.update(self._affinities.declared(need))
        if settings.hard_rules:
            parts["held"] = weights.facts["held"] * holding(need, self._facts, self._rules)
        mask = view.live & allowed(need, self._facts, self._rules)
        # What an offer is speaks for it only where the words of the need do: nothing said, nothing ranked.
        mask &= np.sum(list(raw.values()), axis=0) > LEAST_EVIDENCE
        total = np.sum(list(parts.values()), axis=0, dtype=np.float32)
        scores = _relative(total, mask)
        recollection = SILENT
        if self.memory:
            base = view.widened(_closeness(total, mask))
            bonus, recollection = self.memory.scores(reading, base=base, today=need.today, without=without)
            parts["memory"] = settings.memory * MEMORY_SCALE * view.narrowed(bonus)
            scores = _relative(total + parts["memory"], mask)
        topics = named(wanted, "topic:")
        for topic, weight in reading.topics.items():
            topics[topic] = topics.get(topic, 0.0) + weights.channels["topics-best"] * asked(weight)
        topics = {topic: weight for topic, weight in topics.items() if weight > 0}
        concepts = {**followed, **{concept: hit.strength for concept, hit in reading.hits.items()}}
        evidence = Evidence(
            need, reading, parts, concepts, topics, terms, origins, weights.sources(features), recollection
        )
        return _Scored(scores, evidence)

    def _order(self, scored: _Scored, depth: int) -> dict[int, float]:
        """Place → final score of at least the `depth` best offers that have one, best first, ties by place."""
        scores = scored.scores
        depth = max(DEPTH, 2 * depth)
        if depth < len(scores):
            best = np.sort(np.argpartition(-scores, depth)[:depth])
            best = best[np.argsort(-scores[best], kind="stable")]
        else:
            best = np.argsort(-scores, kind="stable")
        final = {int(i): float(scores[i]) for i in best if scores[i] > 0}
        return self._mixed(final) if self.settings.diversity else final

    def _of_each_kind(self, scored: _Scored, chosen: Mapping[int, float], least: int) -> dict[int, float]:
        """The best offers of the kinds of which fewer than `least` are chosen, after those already chosen."""
        worst = min(chosen.values(), default=1.0)
        counts = Counter(int(self._facts.kind[place]) for place in chosen)
        more: dict[int, float] = {}
        for kind in range(len(KINDS)):
            scores = np.where(self._facts.kind == kind, scored.scores, -1.0)
            scores[list(chosen)] = -1.0
            missing = max(0, least - counts[kind])
            for place in np.argsort(-scores, kind="stable")[:missing].tolist():
                if scores[place] > 0:
                    more[place] = min(worst, float(scores[place]))
        return dict(sorted(more.items(), key=lambda item: (-item[1], item[0])))

    def _mixed(self, final: dict[int, float]) -> dict[int, float]:
        """Each further offer of one organisation yields a little, a near duplicate of a better one more."""
        places = np.fromiter(final, dtype=np.int64, count=len(final))
        organisations = self._facts.organisation[places].tolist()
        likenesses = self._facts.likeness[places[:ALIKE_DEPTH]]
        apart = np.bitwise_count(likenesses[:, None] ^ likenesses[None, :])
        alike = np.tril(apart <= ALIKE_BITS, -1).any(axis=1) & (likenesses > 0)
        seen: Counter[int] = Counter()
        adjusted: dict[int, float] = {}
        for number, ((place, score), organisation) in enumerate(
            zip(final.items(), organisations, strict=True)
        ):
            adjusted[place] = score * REPEATED ** min(seen[organisation], MOST_REPEATED)
            if number < len(alike) and alike[number]:
                adjusted[place] *= ALIKE
            seen[organisation] += 1
        return dict(sorted(adjusted.items(), key=lambda item: (-item[1], item[0])))

    def _line(self, place: int, score: float, reasons: tuple[Reason, ...]) -> Line:
        kind = KINDS[int(self._facts.kind[place])]
        return Line(self._view.offer_id(place), kind, round(score, 4), reasons)


def _relative(total: Array, mask: Array) -> Array:
    """Scores of shape (offers,): 1 for the best of the mask, less by e for each SPREAD below it, -1 outside."""
    best = float(total[mask].max(initial=-np.inf))
    return np.where(mask, np.exp((total - best) / SPREAD), -1.0)


def _closeness(total: Array, mask: Array) -> Array:
    """How near each offer is to the best of the mask: 1 the best, 0 from CONTRADICTED below it and outside."""
    best = float(total[mask].max(initial=-np.inf))
    return np.where(mask, np.maximum(0.0, 1 + (total - best) / CONTRADICTED), 0.0)


class _Held:
    """The stems that offers hold."""

    def __init__(self, view: View | Narrowed) -> None:
        self._view = view

    def __contains__(self, stem: object) -> bool:
        return bool(
            self._view.frequencies("head", [str(stem)])[0] or self._view.frequencies("body", [str(stem)])[0]
        )
