"""Decided irritants over the offers of a catalogue: the vote of the nearest, behind its gate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from ..concepts.recognising import Recogniser
from ..index import Array
from ..reading import Reading
from .bags import SMOOTHING, Background, Idf, bags_of, bags_of_decision, length_of, unit
from .decisions import Decision, Listed, MemorySettings, Places
from .recollection import SILENT, Echo, Recollection
from .segments import Segment

# A memory that has more than doubled since its idf was counted is worth counting again.
GROWTH = 2.0


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
        bags = [bags_of_decision(decision, recogniser, self.settings.links) for decision in latest.values()]
        self._weights = Idf.counted(bags, background)
        self._segments = (Segment.built(list(latest.values()), bags, self._weights),)
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
        bags = [
            bags_of_decision(decision, self._recogniser, self.settings.links) for decision in latest.values()
        ]
        added = Segment.built(list(latest.values()), bags, self._weights)
        first, *rest = (segment.without(gone) for segment in self._segments)
        later = Segment.merged([*rest, added])
        other = self._copy()
        small = len(later.keys) * 4 <= len(first.keys)
        other._segments = (first, later) if small else (Segment.merged([first, later]),)
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
            for number, bag in enumerate(bags_of(reading, self._recogniser.thesaurus, settings.links))
        ]
        stems, grams, concepts = (unit(bag) for bag in queries)
        one = self._weights.usual
        told = length_of(queries[2])
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
