"""Which missing answer would change the result most: at most three questions for the company.

For each fact that a need lacks, its plausible answers are tried one by one and the best offers ranked again; the
expected change of the first ten, over the answers weighted by how plausible they are, is what the question gains.
Only a pool of the best offers is ranked again, with the text channels as they were: all questions together cost
less than three rankings, whatever the size of the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from math import exp, log2
from typing import Any

import numpy as np

from .affinity import Affinities, Weights, asked
from .catalogue import KINDS, SIZES
from .facts import Facts
from .index import normalised
from .memory.recollection import SILENT, Recollection
from .memory.remembering import Memory
from .reading import CONFIRMED, Reading
from .rules import size_of
from .scoring import Scorer
from .types import Need, Question, VerdictCode
from .view import Narrowed, View

Array = np.ndarray

# What the first ten count, as in nDCG: the first line matters most.
DEPTH = 10
_PLACES = [1 / log2(rank + 2) for rank in range(DEPTH)]
# Offers that an answer may bring into the first ten.
POOL, POOL_OF_TOPIC = 200, 10
# A question that moves less than this share of the first ten is not worth a company's time.
LEAST_GAIN = 0.1
# A topic between these certainties is one that a person should confirm or refuse.
UNSURE_FROM, UNSURE_TO, MOST_TOPICS = 0.2, 0.75, 2
MOST_SECTORS, MOST_DEPARTMENTS = 5, 3
# How plausible the answers are before anything is read: the companies and sites of a cluster of a French border region.
SIZE_CHANCES = dict(zip(SIZES, (0.25, 0.45, 0.2, 0.1), strict=True))
MATURITY_CHANCES = (0.2, 0.3, 0.25, 0.15, 0.1)
ABROAD_CHANCES = {"DE": 0.1, "LU": 0.1}

Answer = tuple[str, float, Need, Reading]


def questions(
    engine: Scorer, need: Need, most: int = 3, without: Collection[str] = ()
) -> tuple[Question, ...]:
    """At most `most` questions, the one that changes most first; () when no answer would change enough.

    The change that an answer brings is one minus the weighted overlap of the two first tens: of each offer in both,
    the smaller of its two weights (1 / log2(rank + 1)). Deterministic: same need and data, same questions.
    """
    reading, assessment = engine._read(need)
    if most <= 0 or not engine.places.size:
        return ()
    base, pooled = _Pooled.of(engine, need, reading, assessment.verdict, without)
    before = pooled.first(base)
    if not before:
        return ()
    found = []
    for code, answers in _candidates(pooled, need, reading):
        total = sum(chance for _option, chance, _need, _reading in answers)
        gain = sum(
            chance
            / total
            * _changed(before, pooled.first(pooled._score(told, read, assessment.verdict).scores))
            for _option, chance, told, read in answers
        )
        if gain >= LEAST_GAIN:
            found.append(Question(code, tuple(option for option, *_ in answers), round(gain, 4)))
    return tuple(sorted(found, key=lambda question: (-question.gain, question.code))[:most])


def _changed(before: Sequence[int], after: Sequence[int]) -> float:
    """0 when the two first tens are the same in the same order, 1 when they share nothing."""
    weights = dict(zip(before, _PLACES, strict=False))
    shared = sum(min(weight, weights.get(place, 0.0)) for place, weight in zip(after, _PLACES, strict=False))
    whole = max(sum(_PLACES[: len(before)]), sum(_PLACES[: len(after)]))
    return 1 - shared / whole


def _candidates(pooled: _Pooled, need: Need, reading: Reading) -> Iterator[tuple[str, list[Answer]]]:
    """The facts that the need lacks, each with its plausible answers and what the need then is."""
    facts = pooled.facts
    if not need.sector:
        yield (
            "sector",
            [
                (code, chance, replace(need, sector=code), reading)
                for code, chance in _sectors(pooled, reading)
            ],
        )
    if not size_of(need) and not need.organisation_type.strip():
        sizes = SIZE_CHANCES.items()
        yield (
            "organisation_type",
            [(size, chance, replace(need, organisation_type=size), reading) for size, chance in sizes],
        )
    if need.data_maturity is None:
        levels = enumerate(MATURITY_CHANCES)
        yield (
            "data_maturity",
            [(str(level), chance, replace(need, data_maturity=level), reading) for level, chance in levels],
        )
    if not need.territory.strip():
        seats = Counter(code.decode() for code in facts.department.tolist() if code)
        near = sorted(seats.items(), key=lambda item: (-item[1], item[0]))[:MOST_DEPARTMENTS]
        total = sum(count for _code, count in near) or 1
        at_home = 1 - sum(ABROAD_CHANCES.values())
        places = {**{code: at_home * count / total for code, count in near}, **ABROAD_CHANCES}
        yield (
            "territory",
            [(code, chance, replace(need, territory=code), reading) for code, chance in places.items()],
        )
    if not need.kinds:
        held = sorted({int(kind) for kind in facts.kind.tolist()})
        kinds = [KINDS[number] for number in held]
        yield "kinds", [(kind, 1.0, replace(need, kinds=(kind,)), reading) for kind in kinds]
    for topic, certainty in _unsure(need, reading):
        yield f"topic:{topic}", _of_topic(need, reading, topic, certainty)


def _sectors(pooled: _Pooled, reading: Reading) -> list[tuple[str, float]]:
    """The sectors that the words hint at, and those of the offers that fit so far."""
    codes = pooled.facts.schema.sectors
    bits = (pooled.facts.sectors[:, None] >> np.arange(len(codes), dtype=np.uint64)) & np.uint64(1)
    held = bits.sum(axis=0) / max(1, int(bits.sum()))
    hinted = sum(reading.sectors.values()) or 1.0
    chances = {
        code: 2 * reading.sectors.get(code, 0.0) / hinted + float(share)
        for code, share in zip(codes, held, strict=True)
        if code != "other"
    }
    likely = sorted(chances.items(), key=lambda item: (-item[1], item[0]))[:MOST_SECTORS]
    return [(code, chance) for code, chance in likely if chance > 0]


def _certainty(weight: float) -> float:
    return 1 - exp(-weight)


def _unsure(need: Need, reading: Reading) -> list[tuple[str, float]]:
    """The recognised topics that are least sure either way, with how sure they are."""
    told = {*need.topics, *need.excluded_topics}
    certainties = {topic: _certainty(weight) for topic, weight in reading.topics.items() if topic not in told}
    unsure = [item for item in certainties.items() if UNSURE_FROM <= item[1] <= UNSURE_TO]
    return sorted(unsure, key=lambda item: (abs(item[1] - 0.5), item[0]))[:MOST_TOPICS]


def _of_topic(need: Need, reading: Reading, topic: str, certainty: float) -> list[Answer]:
    weights = dict(reading.topics)
    without = {code: weight for code, weight in weights.items() if code != topic}
    confirmed = {**weights, topic: max(CONFIRMED, *weights.values())}
    yes = replace(need, topics=(*need.topics, topic))
    no = replace(need, excluded_topics=(*need.excluded_topics, topic))
    return [
        ("yes", certainty, yes, replace(reading, topics=confirmed)),
        ("no", 1 - certainty, no, replace(reading, topics=without)),
    ]


class _PoolView(Narrowed):
    """A narrowed view that looks up once what each term brings to its places, then keeps it."""

    def __init__(self, whole: View, places: Array) -> None:
        super().__init__(whole, places)
        self._rows: dict[tuple[str, bool, bool], dict[str, Array | None]] = {}

    def widened(self, values: Array) -> Array:
        return values

    def narrowed(self, values: Array) -> Array:
        return values

    def score(
        self,
        channel: str,
        query: Mapping[str, float],
        *,
        most: int | None = None,
        by_passage: bool = False,
        by_rarity: bool = True,
    ) -> Array:
        rows = self._rows.setdefault((channel, by_passage, by_rarity), {})
        if new := [term for term in query if term not in rows]:
            table = self._whole.impacts(
                channel, dict.fromkeys(new, 1.0), self._places, by_passage=by_passage, by_rarity=by_rarity
            )
            held_there = table.any(axis=1)
            rows.update(
                (term, row if held else None) for term, row, held in zip(new, table, held_there, strict=True)
            )
        held = [(row, weight) for term, weight in query.items() if (row := rows[term]) is not None]
        if not held:
            return np.zeros(self.size, dtype=np.float32)
        weights = np.array([weight for _row, weight in held], dtype=np.float32)
        return weights @ np.array([row for row, _weight in held])


class _Told:
    """A memory that answers once and then repeats itself: an answer to a question does not change what was decided."""

    def __init__(self, memory: Memory, answer: tuple[Array, Recollection] | None = None) -> None:
        self._memory, self._answer = memory, answer

    def __len__(self) -> int:
        return len(self._memory)

    def scores(self, *given: Any, **facts: Any) -> tuple[Array, Recollection]:
        if self._answer is None:
            self._answer = self._memory.scores(*given, **facts)
        return self._answer

    def at(self, view: View, places: Array) -> _Told:
        """The same answer for a pool of these places of a view."""
        bonus = self._answer[0] if self._answer else np.zeros(view.size, dtype=np.float32)
        return _Told(self._memory, (view.narrowed(bonus)[places], SILENT))


class _Unexplained(Weights):
    """Weights of rankings that are counted, never told."""

    __slots__ = ()

    def sources(self, features: Mapping[str, float]) -> dict[str, str]:
        return {}


class _Pooled(Scorer):
    """An engine over the best offers for one need: text channels as they were, facts and topics scored again."""

    def __init__(self, engine: Scorer) -> None:
        self.__dict__.update(engine.__dict__)
        self._topics: Mapping[str, float] | None = None
        self._raw: dict[str, Array] = {}
        self._bridge: dict[str, float] | None = None
        self._links: tuple[dict[str, float], dict[str, str]] | None = None

    @classmethod
    def of(
        cls,
        engine: Scorer,
        need: Need,
        reading: Reading,
        verdict: VerdictCode,
        without: Collection[str],
    ) -> tuple[Array, _Pooled]:
        """The present scores of the pool, and its engine."""
        whole = cls(engine)
        told = _Told(engine.memory) if engine.memory else None
        whole.memory = told
        scores = whole._score(need, reading, verdict, without).scores
        ranked = np.flatnonzero(scores > 0)
        best = ranked[np.argsort(-scores[ranked], kind="stable")]
        chosen = set(best[:POOL].tolist())
        # An offer that only an answer would bring up: of a topic that is not sure.
        for topic, _sure in _unsure(need, reading):
            declared = engine.places.score("topics", {topic: 1.0}) > 0
            chosen.update(best[declared[best]][:POOL_OF_TOPIC].tolist())
        places = np.array(sorted(chosen), dtype=np.int64)
        pooled = cls(whole)
        pooled.memory = told.at(engine._view, places) if told else None
        pooled.weights = _Unexplained(*(getattr(engine.weights, field.name) for field in fields(Weights)))
        pooled._topics = reading.topics
        pooled._raw = {name: part[places] for name, part in whole._raw.items()}
        pooled._bridge, pooled._links = whole._bridge, whole._links
        pooled._view = _PoolView(engine.places, places)
        pooled._facts = engine._facts.at(places)
        pooled._affinities = Affinities(pooled._view, pooled._facts)
        return scores[places], pooled

    @property
    def facts(self) -> Facts:
        return self._facts

    def first(self, scores: Array) -> list[int]:
        """The first ten of these scores of the pool, before offers of one organisation yield to others."""
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return [int(place) for place in order if scores[place] > 0]

    def channels(
        self, reading: Reading, terms: Mapping[str, float], followed: Mapping[str, float]
    ) -> dict[str, Array]:
        if self._topics is None:
            self._raw |= super().channels(reading, terms, followed)
        elif reading.topics is not self._topics:
            topics = {topic: asked(weight) for topic, weight in reading.topics.items()}
            return {**self._raw, "topics-best": normalised(self._view.score("topics", topics))}
        return self._raw

    def meant(self, need: Need, reading: Reading) -> dict[str, Array]:
        if self._topics is None:
            meant = super().meant(need, reading)
            self._raw |= meant
            return meant
        return {}  # among those of `channels`

    def _bridged(self, terms: Mapping[str, float]) -> dict[str, float]:
        if self._bridge is None:
            self._bridge = super()._bridged(terms)
        return self._bridge

    def _followed(self, reading: Reading) -> tuple[dict[str, float], dict[str, str]]:
        if self._links is None:
            self._links = super()._followed(reading)
        return self._links
