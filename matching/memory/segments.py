"""Decided irritants as arrays: what each says, by channel, and what became of the offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..index import Array
from .bags import Bags, Idf, length_of, unit
from .decisions import Decision


class Channel:
    """Unit vectors by term: rows and weights of a term lie together, rows ascending."""

    def __init__(
        self, documents: int, terms: dict[str, int], starts: Array, rows: Array, values: Array
    ) -> None:
        self.documents, self._terms, self._starts = documents, terms, starts
        self.rows, self.values = rows, values

    @classmethod
    def built(cls, bags: Sequence[Mapping[str, float]]) -> Channel:
        terms: dict[str, int] = {}
        columns = [terms.setdefault(term, len(terms)) for bag in bags for term in bag]
        values = [value for bag in bags for value in bag.values()]
        rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
        return cls._sorted(len(bags), terms, np.array(columns, dtype=np.int64), rows, np.array(values))

    @classmethod
    def _sorted(
        cls, documents: int, terms: dict[str, int], columns: Array, rows: Array, values: Array
    ) -> Channel:
        order = np.lexsort((rows, columns))
        starts = np.searchsorted(columns[order], np.arange(len(terms) + 1))
        return cls(documents, terms, starts, rows[order].astype(np.int32), values[order].astype(np.float32))

    @classmethod
    def merged(cls, channels: Sequence[Channel], keep: Sequence[Array]) -> Channel:
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
class Segment:
    """Some decided irritants: three channels, and outcomes as (row, offer, value), rows ascending.

    told: length of the concepts of each before it was made 1: how much it says to compare.
    """

    keys: tuple[str, ...]
    days: Array
    stems: Channel
    grams: Channel
    concepts: Channel
    told: Array
    offers: tuple[str, ...]
    rows: Array
    columns: Array
    values: Array

    @classmethod
    def built(cls, decisions: Sequence[Decision], bags: Sequence[Bags], weights: Idf) -> Segment:
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
            *(Channel.built([unit(bag) for bag in part]) for part in weighted),
            np.array([length_of(bag) for bag in weighted[2]], dtype=np.float64),
            tuple(offers),
            np.array(rows, dtype=np.int64),
            np.array(columns, dtype=np.int64),
            np.array(values, dtype=np.float64),
        )

    def without(self, keys: Collection[str]) -> Segment:
        """The segment less those keys; itself when it holds none of them."""
        if not any(key in keys for key in self.keys):
            return self
        return Segment.merged([self], without=keys)

    @classmethod
    def merged(cls, segments: Sequence[Segment], without: Collection[str] = ()) -> Segment:
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
            Channel.merged([getattr(segment, name) for segment in segments], keep)
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
