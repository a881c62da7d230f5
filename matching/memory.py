"""A gated memory of decided irritants: what was kept, accepted, set aside or declined before, for needs like this one.

A decided irritant is a bag of stems, character 4-grams and concepts (its text is not kept) and the outcome of each
offer, -1 to 1. A new need is compared with all of them; the nearest vote for their offers, and offers also gather
the texts of every irritant that kept them. Concepts carry the comparison across languages, 4-grams across typos.

The gate decides whether the vote counts at all: the nearest must be close in itself, close compared with the best
title of the catalogue, agree with each other, and not contradict the ranking made without them. Below it the memory
says nothing, so that subjects nobody has decided yet lose nothing. Figures: docs/matching-learning.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain, zip_longest
from math import log1p, sqrt
from typing import Protocol

import numpy as np

from .concepts import Hit, Recogniser
from .index import Array
from .reading import Reading, read
from .text import LANGUAGES, analyse
from .thesaurus import Thesaurus
from .types import Need, Reason

# Idf of a small memory must not take the three words of its first decisions for common ones.
SMOOTHING = 50
# Two people who tell the same problem may touch sister concepts: each concept also says, more faintly, what it is a
# kind of and what it is related to (times the weight of the link).
BROADER, RELATED = 0.5, 0.5
# What a concept counts at most, however often and wherever it was said.
STRONGEST = 1.5
# A memory that has more than doubled since its idf was counted is worth counting again.
GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Decision:
    """A decided irritant. `outcomes`: offer id → weight, 1 (accepted) to -1 (not our expertise)."""

    key: str
    text: str
    language: str
    outcomes: Mapping[str, float]
    at: date
    title: str = ""


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """Every choice of the memory. Gate: chosen on half of the topics of a public collection, reported on the other.

    Closeness is the noisy-or of words (stems and 4-grams) and concepts. Gate: 0 below `shut`, 1 above `open`,
    of near × closeness + agree × agreement + accord × base score of the voted offers - rival × best title.
    `links`: how much concepts that others point at count; fixed when a memory is built.
    """

    grams: float = 0.35
    concepts: float = 1.0
    concept_doubt: float = 5.0
    links: float = 1.0
    neighbours: int = 12
    relative: float = 0.3
    power: float = 4.0
    attached: float = 0.15
    prior: float = 0.3
    half_life_days: float = 1095.0
    oldest: float = 0.25
    gate: bool = True
    near: float = 6.0
    agree: float = 2.0
    agree_doubt: float = 0.3
    accord: float = 3.0
    rival: float = 4.0
    shut: float = 4.0
    open: float = 6.0
    least: float = 0.05
    least_near: float = 0.12


class Background(Protocol):
    """What the catalogue knows about words: how many titles hold one, and how close the best title is to a need."""

    def idf(self, term: str) -> float: ...

    def closest(self, terms: Mapping[str, float]) -> float: ...


@dataclass(frozen=True, slots=True)
class Echo:
    """A decided irritant that was close: `closeness` 0 to 1, `outcomes` by place of the offer."""

    key: str
    closeness: float
    at: date
    outcomes: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Recollection:
    """What the memory says of one need. Empty `places` when the gate is shut: then nothing changes.

    places: offers concerned, ascending; values: bonus of each, -1 to 1. gate: 0 shut to 1 open.
    """

    places: Array
    values: Array
    gate: float = 0.0
    echoes: tuple[Echo, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)

    def dense(self, offers: int) -> Array:
        bonus = np.zeros(offers, dtype=np.float32)
        bonus[self.places] = self.values
        return bonus

    def value(self, place: int) -> float:
        index = int(np.searchsorted(self.places, place))
        found = index < len(self.places) and self.places[index] == place
        return float(self.values[index]) if found else 0.0

    def reason(self, place: int, weight: float = 1.0, limit: int = 3) -> Reason | None:
        """The reason "memory" of one offer, None when no echo speaks of it. `weight`: its part in the score."""
        speaking = [echo for echo in self.echoes if echo.outcomes.get(place)]
        value = self.value(place)
        if not speaking or value == 0.0:
            return None
        # Those that speak the way the sum goes, nearest first.
        speaking = [echo for echo in speaking if (echo.outcomes[place] > 0) == (value > 0)] or speaking
        shown = speaking[:limit]
        detail = {
            "keys": [echo.key for echo in shown],
            "closeness": [round(echo.closeness, 3) for echo in shown],
            "outcomes": [round(echo.outcomes[place], 2) for echo in shown],
            "count": len(speaking),
            "effect": "raises" if value > 0 else "lowers",
        }
        return Reason("memory", round(min(1.0, max(0.0, weight)), 4), detail)


class Places(Protocol):
    """Where offers stand in the catalogue's arrays; matching.view.View is one."""

    size: int

    def place_of(self, offer_id: str) -> int | None: ...


class Listed:
    """Offers in the order of a list."""

    def __init__(self, offer_ids: Sequence[str]) -> None:
        self.size = len(offer_ids)
        self.place_of = {name: place for place, name in enumerate(offer_ids)}.get


SILENT = Recollection(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


class Memory:
    """Decided irritants over the offers of a catalogue (a list of ids, or Places). Immutable.

    `background`: words and titles of the catalogue; without it, words are weighed by the decisions alone and the
    gate cannot compare with titles.
    """

    def __init__(
        self,
        decisions: Iterable[Decision],
        recogniser: Recogniser,
        offers: Sequence[str] | Places,
        *,
        background: Background | None = None,
        settings: MemorySettings | None = None,
    ) -> None:
        self.settings = settings or MemorySettings()
        self._recogniser = recogniser
        self._background = background
        latest = {decision.key: decision for decision in decisions}
        bags = [_bags(decision, recogniser, self.settings.links) for decision in latest.values()]
        self._weights = _Idf.counted(bags, background)
        self._segments = (_Segment.built(list(latest.values()), bags, self._weights),)
        self._counted = len(latest)
        self._aim(offers)

    def __len__(self) -> int:
        return sum(len(segment.keys) for segment in self._segments)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for segment in self._segments for key in segment.keys)

    @property
    def stale(self) -> bool:
        """Whether so much was added that words deserve to be weighed again (build a new one)."""
        return len(self) > max(SMOOTHING, GROWTH * self._counted)

    def extended(self, decisions: Iterable[Decision], *, removed: Collection[str] = ()) -> Memory:
        """Another memory with these decisions added (a known key is replaced) and `removed` keys gone for good."""
        latest = {decision.key: decision for decision in decisions}
        gone = set(removed) | latest.keys()
        bags = [_bags(decision, self._recogniser, self.settings.links) for decision in latest.values()]
        added = _Segment.built(list(latest.values()), bags, self._weights)
        first, *rest = (segment.without(gone) for segment in self._segments)
        later = _Segment.merged([*rest, added])
        other = self._copy()
        small = len(later.keys) * 4 <= len(first.keys)
        other._segments = (first, later) if small else (_Segment.merged([first, later]),)
        other._aim(self._catalogue)
        return other

    def placed(self, offers: Sequence[str] | Places) -> Memory:
        """The same decisions over another catalogue (or another order of it)."""
        other = self._copy()
        other._aim(offers)
        return other

    def configured(self, settings: MemorySettings) -> Memory:
        """The same decisions with other settings, at no cost: to compare. ValueError for other `links`."""
        if settings.links != self.settings.links:
            raise ValueError("links are followed when a memory is built: build another")
        other = self._copy()
        other.settings = settings
        return other

    def scores(
        self,
        reading: Reading,
        *,
        base: Array | None = None,
        today: date | None = None,
        without: Collection[str] = (),
    ) -> tuple[Array, Recollection]:
        """Bonus of every offer, shape (offers,), -1 to 1 (all 0 when the gate is shut), and its evidence.

        base: scores without the memory, shape (offers,), best 1: a vote that they contradict needs more closeness.
        today: decisions age until then (else until the latest decision). without: keys not to be remembered, such
        as the irritant's own.
        """
        recollection = self.recall(reading, base=base, today=today, without=without)
        return recollection.dense(self._catalogue.size), recollection

    def recall(
        self,
        reading: Reading,
        *,
        base: Array | None = None,
        today: date | None = None,
        without: Collection[str] = (),
    ) -> Recollection:
        """The same, for the offers concerned only."""
        settings = self.settings
        closeness = self._closeness(reading)
        for row in self._rows_of(without):
            closeness[row] = 0.0
        nearest = self._nearest(closeness)
        if not len(nearest):
            return SILENT
        near = closeness[nearest]
        top = float(near[0])
        weights = (near / top) ** settings.power
        raw, vote = self._vote(nearest, weights, today)
        strongest = float(np.abs(raw).max(initial=0.0))
        if strongest <= 0:
            return SILENT
        said = float((weights * self._loudest[nearest]).sum())
        named = np.flatnonzero(raw)
        places = self._places[named]
        share = np.abs(raw[named]) / strongest
        signals = {
            "near": top,
            "agree": strongest / (said + settings.agree_doubt),
            "accord": float((share * _at(base, places)).max()) if base is not None else 0.5,
            "rival": self._background.closest(reading.terms) if self._background else 0.2,
        }
        gate = _gate(signals, settings)
        if gate <= 0:
            return replace(SILENT, signals=signals)
        # What was kept most often is 1; refusals alone lower by no more than they said.
        kept_most = float(raw.max(initial=0.0))
        votes = np.stack([raw[named], vote[named]]) / (kept_most if kept_most > 0 else float(weights.sum()))
        fresh, aged = self._with_attached(votes, named, closeness, today)
        values = aged / max(1.0, float(np.abs(fresh).max()))
        values = np.clip(gate * values, -1, 1).astype(np.float32)
        order = np.argsort(places, kind="stable")
        kept = order[places[order] >= 0]
        return Recollection(places[kept], values[kept], gate, self._echoes(nearest, near), signals)

    # Building

    def _copy(self) -> Memory:
        other = object.__new__(Memory)
        other.__dict__.update(self.__dict__)
        return other

    def _aim(self, offers: Sequence[str] | Places) -> None:
        """Number the offers that decisions name, and find their places in the catalogue (-1: gone)."""
        self._catalogue = offers if hasattr(offers, "place_of") else Listed(offers)
        names = sorted({name for segment in self._segments for name in segment.offers})
        number = {name: place for place, name in enumerate(names)}
        found = [self._catalogue.place_of(name) for name in names]
        self._places = np.array([-1 if place is None else place for place in found], dtype=np.int64)
        rows, offers, values, days = [], [], [], []
        start = 0
        for segment in self._segments:
            local = np.array([number[name] for name in segment.offers], dtype=np.int64)
            rows.append(segment.rows + start)
            offers.append(local[segment.columns] if len(segment.columns) else segment.columns)
            values.append(segment.values)
            days.append(segment.days)
            start += len(segment.keys)
        self._rows, self._offers = np.concatenate(rows), np.concatenate(offers)
        self._values, self._days = np.concatenate(values), np.concatenate(days)
        self._starts = np.searchsorted(self._rows, np.arange(start + 1))
        self._keys = [key for segment in self._segments for key in segment.keys]
        self._row_of = {key: row for row, key in enumerate(self._keys)}
        self._loudest = np.zeros(start)
        np.maximum.at(self._loudest, self._rows, np.abs(self._values))
        positive = self._values > 0
        counts = np.bincount(self._offers[positive], self._values[positive], minlength=len(names))
        self._count = np.log1p(counts)
        spoken = np.bincount(self._offers, np.abs(self._values), minlength=len(names))
        self._spoken = np.sqrt(np.maximum(spoken, 1e-9))

    # Answering

    def _rows_of(self, keys: Collection[str]) -> Iterator[int]:
        return (self._row_of[key] for key in keys if key in self._row_of)

    def _closeness(self, reading: Reading) -> Array:
        """0 to 1 for every decided irritant."""
        settings = self.settings
        queries = [
            self._weights.weighted(number, bag)
            for number, bag in enumerate(_bags_of(reading, self._recogniser.thesaurus, settings.links))
        ]
        stems, grams, concepts = (_unit(bag) for bag in queries)
        one = self._weights.usual
        told = _length(queries[2])
        shares = (1 - settings.grams, settings.grams)
        parts = []
        for segment in self._segments:
            words = shares[0] * segment.stems.score(stems) + shares[1] * segment.grams.score(grams)
            if settings.concepts and concepts:
                alike = segment.concepts.score(concepts)
                # One shared concept may be chance; several are a subject.
                shared = alike * told * segment.told / one
                alike = settings.concepts * alike * shared / (shared + settings.concept_doubt)
                words = 1 - (1 - np.minimum(words, 1)) * (1 - np.minimum(alike, 1))
            parts.append(words)
        return np.concatenate(parts)

    def _nearest(self, closeness: Array) -> Array:
        """Rows of the nearest decided irritants, nearest first: at most `neighbours`, none far behind the first."""
        count = min(self.settings.neighbours, len(closeness))
        if not count:
            return np.zeros(0, dtype=np.int64)
        best = np.argpartition(-closeness, count - 1)[:count]
        best = best[np.lexsort((best, -closeness[best]))]
        top = float(closeness[best[0]])
        return best[closeness[best] >= max(self.settings.least, self.settings.relative * top)]

    def _decay(self, rows: Array, today: date | None) -> Array:
        settings = self.settings
        if not settings.half_life_days:
            return np.ones(len(rows))
        now = today.toordinal() if today else int(self._days.max())
        age = np.maximum(0, now - self._days[rows])
        return np.maximum(settings.oldest, 0.5 ** (age / settings.half_life_days))

    def _vote(self, nearest: Array, weights: Array, today: date | None) -> tuple[Array, Array]:
        """Sum of outcomes by offer, as if all were of today, and aged."""
        size = len(self._places)
        raw, aged = np.zeros(size), np.zeros(size)
        for row, weight, decay in zip(nearest, weights, self._decay(nearest, today), strict=True):
            span = slice(self._starts[row], self._starts[row + 1])
            offers, values = self._offers[span], self._values[span]
            raw[offers] += weight * values
            aged[offers] += weight * decay * values
        return raw, aged

    def _with_attached(self, votes: Array, named: Array, closeness: Array, today: date | None) -> Array:
        """Votes (as of today, aged) plus the closeness of all the texts attached to each offer, raised by how often
        it was kept; shape (2, named offers)."""
        settings = self.settings
        # Their closeness counts with the power it has in the vote: many far irritants must not outweigh the near.
        near = np.where(closeness >= settings.least, closeness, 0.0) ** settings.power
        gathered = [
            np.bincount(self._offers, part[self._rows] * self._values, minlength=len(self._places))
            for part in (near, near * self._decay(np.arange(len(near)), today))
        ]
        attached = (np.stack(gathered) / self._spoken)[:, named]
        strongest = float(np.abs(attached[0]).max(initial=0.0))
        if strongest > 0:
            votes = votes + settings.attached * attached / strongest
        most = float(self._count[named].max(initial=0.0))
        return votes * (1 + settings.prior * self._count[named] / most) if most > 0 else votes

    def _echoes(self, nearest: Array, near: Array) -> tuple[Echo, ...]:
        echoes = []
        for row, closeness in zip(nearest.tolist(), near.tolist(), strict=True):
            span = slice(self._starts[row], self._starts[row + 1])
            places = self._places[self._offers[span]].tolist()
            outcomes = {
                place: float(value)
                for place, value in zip(places, self._values[span], strict=True)
                if place >= 0
            }
            day = date.fromordinal(int(self._days[row]))
            echoes.append(Echo(self._keys[row], float(closeness), day, outcomes))
        return tuple(echoes)


def _gate(signals: Mapping[str, float], settings: MemorySettings) -> float:
    if not settings.gate:
        return 1.0
    if signals["near"] < settings.least_near:
        return 0.0
    sure = (
        settings.near * signals["near"]
        + settings.agree * signals["agree"]
        + settings.accord * signals["accord"]
        - settings.rival * signals["rival"]
    )
    return float(min(1.0, max(0.0, (sure - settings.shut) / max(1e-9, settings.open - settings.shut))))


def _at(base: Array, places: Array) -> Array:
    return np.where(places >= 0, base[np.maximum(places, 0)], 0.0) if len(base) else np.zeros(len(places))


Bags = tuple[Mapping[str, float], Mapping[str, float], Mapping[str, float]]


def _bags(decision: Decision, recogniser: Recogniser, links: float) -> Bags:
    language = decision.language if decision.language in LANGUAGES else ""
    reading = read(Need(decision.text, decision.title, language), recogniser)
    return _bags_of(reading, recogniser.thesaurus, links)


def _bags_of(reading: Reading, thesaurus: Thesaurus, links: float) -> Bags:
    return reading.terms, reading.grams, _expanded(reading.hits, thesaurus, links)


def _expanded(hits: Mapping[str, Hit], thesaurus: Thesaurus, links: float) -> dict[str, float]:
    """Concepts said and those they point at, each as much as its strongest source says."""
    bag: dict[str, float] = {}
    for concept, hit in hits.items():
        strength = min(STRONGEST, hit.strength)
        entry = thesaurus.entries.get(concept)
        if entry is None:
            continue
        shares = chain(
            ((concept, 1.0),),
            ((other, links * BROADER) for other in entry.broader),
            ((other, links * RELATED * weight) for other, weight in entry.related.items()),
        )
        for other, share in shares:
            if strength * share > bag.get(other, 0.0):
                bag[other] = strength * share
    return bag


def _length(bag: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in bag.values()))


def _unit(bag: Mapping[str, float]) -> dict[str, float]:
    """The same of length 1."""
    length = _length(bag)
    return {term: weight / length for term, weight in bag.items()} if length else {}


class _Idf:
    """How much a stem, a 4-gram and a concept tell, frozen when the memory is built."""

    def __init__(
        self, documents: int, counts: tuple[Counter[str], Counter[str], Counter[str]], background
    ) -> None:
        self._documents, self._counts, self._background = documents + SMOOTHING, counts, background

    @classmethod
    def counted(cls, bags: Sequence[Bags], background: Background | None) -> _Idf:
        counts = (Counter[str](), Counter[str](), Counter[str]())
        for bag in bags:
            for count, part in zip(counts, bag, strict=True):
                count.update(part.keys())
        if background is not None:
            counts[0].clear()
        return cls(len(bags), counts, background)

    def of(self, channel: int, term: str) -> float:
        if channel == 0 and self._background is not None:
            return self._background.idf(term)
        count = self._counts[channel][term]
        return log1p((self._documents - count + 0.5) / (count + 0.5))

    @cached_property
    def usual(self) -> float:
        """What one shared concept brings, weight times weight, on average over those that decided irritants hold."""
        held = [(count, self.of(2, concept) ** 2) for concept, count in self._counts[2].items()]
        times = sum(count for count, _ in held)
        return sum(count * square for count, square in held) / times if times else self.of(2, "") ** 2

    def weighted(self, channel: int, bag: Mapping[str, float]) -> dict[str, float]:
        return {term: weight * self.of(channel, term) for term, weight in bag.items()}


class _Channel:
    """Unit vectors by term: rows and weights of a term lie together, rows ascending."""

    def __init__(
        self, documents: int, terms: dict[str, int], starts: Array, rows: Array, values: Array
    ) -> None:
        self.documents, self._terms, self._starts = documents, terms, starts
        self.rows, self.values = rows, values

    @classmethod
    def built(cls, bags: Sequence[Mapping[str, float]]) -> _Channel:
        terms: dict[str, int] = {}
        columns = [terms.setdefault(term, len(terms)) for bag in bags for term in bag]
        values = [value for bag in bags for value in bag.values()]
        rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
        return cls._sorted(len(bags), terms, np.array(columns, dtype=np.int64), rows, np.array(values))

    @classmethod
    def _sorted(
        cls, documents: int, terms: dict[str, int], columns: Array, rows: Array, values: Array
    ) -> _Channel:
        order = np.lexsort((rows, columns))
        starts = np.searchsorted(columns[order], np.arange(len(terms) + 1))
        return cls(documents, terms, starts, rows[order].astype(np.int32), values[order].astype(np.float32))

    @classmethod
    def merged(cls, channels: Sequence[_Channel], keep: Sequence[Array]) -> _Channel:
        """Those rows of each channel for which `keep` (bool, by row) is true, one after the other."""
        terms: dict[str, int] = {}
        columns, rows, values = [], [], []
        start = 0
        for channel, kept in zip(channels, keep, strict=True):
            owner = np.repeat(np.arange(len(channel._terms)), np.diff(channel._starts))
            alive = kept[channel.rows] if len(channel.rows) else np.zeros(0, dtype=bool)
            used = set(owner[alive].tolist())
            number = np.full(len(channel._terms), -1, dtype=np.int64)
            for term, place in channel._terms.items():
                if place in used:
                    number[place] = terms.setdefault(term, len(terms))
            renumbered = np.cumsum(kept) - 1 + start
            columns.append(number[owner[alive]])
            rows.append(renumbered[channel.rows[alive]])
            values.append(channel.values[alive])
            start += int(kept.sum())
        empty = np.zeros(0, dtype=np.int64)
        return cls._sorted(
            start, terms, *(np.concatenate(part) if part else empty for part in (columns, rows, values))
        )

    def score(self, query: Mapping[str, float]) -> Array:
        """Cosine of the query (a unit vector) with every row, shape (documents,)."""
        rows, values = [], []
        for term, weight in query.items():
            place = self._terms.get(term)
            if place is not None:
                span = slice(self._starts[place], self._starts[place + 1])
                rows.append(self.rows[span])
                values.append(weight * self.values[span])
        if not rows:
            return np.zeros(self.documents)
        return np.bincount(np.concatenate(rows), np.concatenate(values), minlength=self.documents)


@dataclass(frozen=True, slots=True)
class _Segment:
    """Some decided irritants: three channels, and outcomes as (row, offer, value), rows ascending.

    told: length of the concepts of each before it was made 1: how much it says to compare.
    """

    keys: tuple[str, ...]
    days: Array
    stems: _Channel
    grams: _Channel
    concepts: _Channel
    told: Array
    offers: tuple[str, ...]
    rows: Array
    columns: Array
    values: Array

    @classmethod
    def built(cls, decisions: Sequence[Decision], bags: Sequence[Bags], weights: _Idf) -> _Segment:
        offers: dict[str, int] = {}
        rows, columns, values = [], [], []
        for row, decision in enumerate(decisions):
            for offer, value in decision.outcomes.items():
                if value:
                    rows.append(row)
                    columns.append(offers.setdefault(offer, len(offers)))
                    values.append(min(1.0, max(-1.0, float(value))))
        weighted = [[weights.weighted(number, bag[number]) for bag in bags] for number in range(3)]
        return cls(
            tuple(decision.key for decision in decisions),
            np.array([decision.at.toordinal() for decision in decisions], dtype=np.int64),
            *(_Channel.built([_unit(bag) for bag in part]) for part in weighted),
            np.array([_length(bag) for bag in weighted[2]], dtype=np.float64),
            tuple(offers),
            np.array(rows, dtype=np.int64),
            np.array(columns, dtype=np.int64),
            np.array(values, dtype=np.float64),
        )

    def without(self, keys: Collection[str]) -> _Segment:
        """The segment less those keys; itself when it holds none of them."""
        if not any(key in keys for key in self.keys):
            return self
        return _Segment.merged([self], without=keys)

    @classmethod
    def merged(cls, segments: Sequence[_Segment], without: Collection[str] = ()) -> _Segment:
        if len(segments) == 1 and not without:
            return segments[0]
        keep = [np.array([key not in without for key in segment.keys], dtype=bool) for segment in segments]
        offers: dict[str, int] = {}
        rows, columns, values, start = [], [], [], 0
        for segment, kept in zip(segments, keep, strict=True):
            alive = kept[segment.rows] if len(segment.rows) else np.zeros(0, dtype=bool)
            spoken = set(segment.columns[alive].tolist())
            number = np.array(
                [
                    offers.setdefault(name, len(offers)) if place in spoken else -1
                    for place, name in enumerate(segment.offers)
                ],
                dtype=np.int64,
            )
            rows.append((np.cumsum(kept) - 1 + start)[segment.rows[alive]])
            columns.append(number[segment.columns[alive]])
            values.append(segment.values[alive])
            start += int(kept.sum())
        channels = (
            _Channel.merged([getattr(segment, name) for segment in segments], keep)
            for name in ("stems", "grams", "concepts")
        )
        keys = (
            key
            for segment, kept in zip(segments, keep, strict=True)
            for key, alive in zip(segment.keys, kept, strict=True)
            if alive
        )
        return cls(
            tuple(keys),
            np.concatenate([s.days[kept] for s, kept in zip(segments, keep, strict=True)]),
            *channels,
            np.concatenate([s.told[kept] for s, kept in zip(segments, keep, strict=True)]),
            tuple(offers),
            np.concatenate(rows),
            np.concatenate(columns),
            np.concatenate(values),
        )


class Titles:
    """The catalogue as a memory's background: idf of its words, and the closeness of its best title to a need.

    titles: (text, language) by offer. frequencies: in how many offers each stem stands, where an index knows it
    already; else counted over the titles and `texts`, further words by offer.
    """

    def __init__(
        self,
        titles: Sequence[tuple[str, str]],
        texts: Sequence[tuple[str, str]] = (),
        *,
        frequencies: Mapping[str, int] | None = None,
    ) -> None:
        bags = [_stems(text, language) for text, language in titles]
        self._documents = len(bags)
        if frequencies is None:
            bodies = (_stems(text, language) for text, language in texts)
            pairs = zip_longest(bags, bodies, fillvalue={})
            frequencies = Counter(term for title, body in pairs for term in title.keys() | body.keys())
        self._counts = frequencies
        self._channel = _Channel.built([self._unit(bag) for bag in bags])

    def idf(self, term: str) -> float:
        count = min(self._counts.get(term, 0), self._documents)
        return log1p((self._documents - count + 0.5) / (count + 0.5))

    def closest(self, terms: Mapping[str, float]) -> float:
        """Cosine of the need with the best title, 0 to 1."""
        return float(self._channel.score(self._unit(terms)).max(initial=0.0))

    def _unit(self, bag: Mapping[str, float]) -> dict[str, float]:
        return _unit({term: weight * self.idf(term) for term, weight in bag.items()})


def _stems(text: str, language: str) -> dict[str, float]:
    counts = Counter(analyse(text, language if language in LANGUAGES else "fr").stems)
    return {term: 1 + log1p(count - 1) for term, count in counts.items()}
