"""A view: several segments as one catalogue, with superseded offers masked. Scores are arrays of shape (offers,).

Only the view knows frequencies: how rare a term is (idf, Robertson and Spärck Jones as in Lucene) is computed over
all segments at query time, so that a small segment of what changed since ranks like the large ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .segment import Segment, key_of

Array = np.ndarray


class View:
    """Read access to segments laid one after the other. `live` is False for offers that a later segment replaces."""

    def __init__(self, segments: Sequence[Segment], live: Array | None = None) -> None:
        self.segments = tuple(segments)
        self.offsets = np.cumsum([0, *(segment.size for segment in self.segments)])
        self.size = int(self.offsets[-1])
        self.live = np.ones(self.size, dtype=bool) if live is None else live

    def column(self, name: str) -> Array:
        """One fact of all offers, shape (offers,)."""
        parts = [segment.arrays[f"fact:{name}"] for segment in self.segments]
        return np.concatenate(parts) if parts else np.zeros(0)

    def place_of(self, offer_id: str) -> int | None:
        """Place of a live offer, None when there is none of this identifier."""
        for segment, offset in zip(self.segments, self.offsets, strict=False):
            local = segment.place_of(offer_id)
            if local is not None and self.live[offset + local]:
                return int(offset + local)
        return None

    def _local(self, place: int) -> tuple[Segment, int]:
        number = int(np.searchsorted(self.offsets, place, side="right")) - 1
        return self.segments[number], place - int(self.offsets[number])

    def offer_id(self, place: int) -> str:
        segment, local = self._local(place)
        return segment.offer_id(local)

    def card(self, place: int) -> dict:
        segment, local = self._local(place)
        return segment.card(local)

    def frequencies(self, channel: str, terms: Sequence[str]) -> Array:
        """How many offers (or passages) hold each term, shape (terms,)."""
        keys = _keys(channel, terms)
        total = np.zeros(len(terms), dtype=np.int64)
        for segment in self.segments:
            first, last = segment.find(keys)
            total += last - first
        return total

    def score(
        self,
        channel: str,
        query: Mapping[str, float],
        *,
        most: int | None = None,
        by_passage: bool = False,
        by_rarity: bool = True,
    ) -> Array:
        """Sum over the query's terms of weight × idf × weight in the offer, float32 of shape (offers,).

        most: only the rarest so many terms count. by_passage: the best passage speaks for the offer.
        by_rarity: False leaves the idf out.
        """
        total = np.zeros(self.size, dtype=np.float32)
        if not query or not self.size:
            return total
        keys = _keys(channel, list(query))
        weights = np.fromiter(query.values(), dtype=np.float32, count=len(query))
        spans = [segment.find(keys) for segment in self.segments]
        frequency = sum((last - first for first, last in spans), np.zeros(len(keys), dtype=np.int64))
        chosen = np.flatnonzero(frequency > 0)
        if most is not None and len(chosen) > most:
            chosen = chosen[np.argsort(frequency[chosen], kind="stable")[:most]]
        count = sum(segment.units for segment in self.segments) if by_passage else self.size
        weights = weights[chosen] * idf(frequency[chosen], count) if by_rarity else weights[chosen]
        for segment, offset, (first, last) in zip(self.segments, self.offsets, spans, strict=False):
            part = _accumulate(segment, channel, first[chosen], last[chosen], weights, by_passage)
            if part is not None:
                total[offset : offset + segment.size] = part
        return total

    def impacts(
        self,
        channel: str,
        query: Mapping[str, float],
        places: Array,
        *,
        by_passage: bool = False,
        by_rarity: bool = True,
    ) -> Array:
        """What each term of the query brings to each place (ascending), shape (terms, places)."""
        table = np.zeros((len(query), len(places)), dtype=np.float32)
        if not query or not len(places):
            return table
        keys = _keys(channel, list(query))
        weights = np.fromiter(query.values(), dtype=np.float32, count=len(query))
        count = sum(segment.units for segment in self.segments) if by_passage else self.size
        if by_rarity:
            weights = weights * idf(self.frequencies(channel, list(query)), count)
        bounds = np.searchsorted(places, self.offsets)
        for number, segment in enumerate(self.segments):
            inside = places[bounds[number] : bounds[number + 1]] - self.offsets[number]
            if not len(inside):
                continue
            columns = slice(int(bounds[number]), int(bounds[number + 1]))
            scale = segment.scales.get(channel, 0.0)
            for row, (first, last) in enumerate(zip(*segment.find(keys), strict=True)):
                if last > first:
                    held = segment.places[first:last]
                    values = segment.weights[first:last]
                    table[row, columns] = scale * _at(segment, held, values, inside, by_passage)
        return table * weights[:, None]


def idf(frequency: Array, count: int) -> Array:
    return np.log1p((count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)


def _keys(channel: str, terms: Sequence[str]) -> Array:
    return np.array([key_of(channel, term) for term in terms], dtype=np.uint64)


def _accumulate(
    segment: Segment, channel: str, first: Array, last: Array, weights: Array, by_passage: bool
) -> Array | None:
    lengths = last - first
    held = np.flatnonzero(lengths)
    if not len(held):
        return None
    places = np.concatenate([segment.places[first[i] : last[i]] for i in held])
    values = np.concatenate([segment.weights[first[i] : last[i]] for i in held])
    factors = np.repeat(weights[held] * np.float32(segment.scales[channel]), lengths[held])
    size = segment.units if by_passage else segment.size
    sums = np.bincount(places, weights=values * factors, minlength=size).astype(np.float32)
    return np.maximum.reduceat(sums, segment.unit_starts[:-1]) if by_passage else sums


def _at(segment: Segment, held: Array, values: Array, places: Array, by_passage: bool) -> Array:
    """Values of one term at the given places of a segment; the best of its passages by_passage."""
    if by_passage:
        starts = segment.unit_starts
        offers = np.searchsorted(starts, held, side="right") - 1
        best = np.zeros(len(places), dtype=np.float32)
        column = np.searchsorted(places, offers)
        column = np.minimum(column, len(places) - 1)
        match = places[column] == offers
        np.maximum.at(best, column[match], values[match].astype(np.float32))
        return best
    rows = np.minimum(np.searchsorted(held, places), len(held) - 1)
    return np.where(held[rows] == places, values[rows], 0).astype(np.float32)
