"""One need against every offer: channels of the words, learned and declared parts, hard rules, memory.

Parts are added; the score shown is e to the power of the sum, relative to the best offer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .affinity import Affinities, Weights, asked, default_weights, features_of, named
from .catalogue import Catalogue
from .concepts.recognising import Recogniser, recogniser_of
from .embedder import EmbedderError
from .facts import Facts
from .index import Array, normalised
from .meaning import Meaning
from .memory.recollection import SILENT
from .memory.remembering import Memory
from .reading import Reading, read
from .reasons import Evidence
from .rules import active_rules, allowed, holding
from .snapshot import Snapshot
from .text import MAX_CHARACTERS
from .thesaurus import Thesaurus
from .types import Need, VerdictCode
from .verdict import Assessment, Judge
from .view import Narrowed, View

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
class Scored:
    """One need against every offer. `scores` is -1 for offers that a hard rule drops."""

    scores: Array
    evidence: Evidence


@lru_cache(maxsize=1)
def _judge() -> Judge:
    return Judge()


class Scorer:
    """What a need is compared with: the offers of one immutable snapshot, and all that weighs them.

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
        self._judge = _judge()

    @property
    def recogniser(self) -> Recogniser:
        """Compiled when a text is first read: browsing, counting and explaining facts need none."""
        return recogniser_of(self.thesaurus)

    @property
    def places(self) -> View:
        """Where the offers stand: what a memory is made over."""
        return self._view

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
    ) -> Scored:
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
        return Scored(scores, evidence)


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
