"""A view: several segments as one catalogue, with superseded offers masked. Scores are arrays of shape (offers,).

Only the view knows frequencies: how rare a term is (idf, Robertson and Spärck Jones as in Lucene) is computed over
all segments at query time, so that a small segment of what changed since ranks like the large ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np

from .segment import Segment, key_of

Array = np.ndarray
ASKED_AGAIN = 16


class View:
    """Read access to segments laid one after the other. `live` is False for offers that a later segment replaces."""

    def __init__(self, segments: Sequence[Segment], live: Array | None = None) -> None:
        self.segments = tuple(segments)
        self.offsets = np.cumsum([0, *(segment.size for segment in self.segments)])
        self.size = int(self.offsets[-1])
        self.live = np.ones(self.size, dtype=bool) if live is None else live
        # The same words are asked for again within one ranking: their score, their rarity, what each brought.
        self._spans = lru_cache(maxsize=ASKED_AGAIN)(self._find)

    def _find(self, channel: str, terms: tuple[str, ...]) -> tuple[list[tuple[Array, Array]], Array]:
        """Start and end of the postings of each term by segment, and how many hold each in all."""
        keys = _keys(channel, terms)
        spans = [segment.find(keys) for segment in self.segments]
        return spans, sum((last - first for first, last in spans), np.zeros(len(keys), dtype=np.int64))

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

    def outer(self, place: int) -> int:
        """The place in the whole catalogue."""
        return place

    def widened(self, values: Array) -> Array:
        """Values of shape (offers,) over the whole catalogue."""
        return values

    def narrowed(self, values: Array) -> Array:
        """Values over the whole catalogue as values over this view."""
        return values

    def offer_id(self, place: int) -> str:
        segment, local = self._local(place)
        return segment.offer_id(local)

    def card(self, place: int) -> dict:
        segment, local = self._local(place)
        return segment.card(local)

    def frequencies(self, channel: str, terms: Sequence[str]) -> Array:
        """How many offers (or passages) hold each term, shape (terms,)."""
        return self._spans(channel, tuple(terms))[1]

    def score(
        self,
        channel: str,
        query: Mapping[str, float],
        *,
        most: int | None = None,
        by_passage: bool = False,
        by_rarity: bool = True,
        segments: Collection[int] | None = None,
    ) -> Array:
        """Sum over the query's terms of weight × idf × weight in the offer, float32 of shape (offers,).

        most: only the rarest so many terms count. by_passage: the best passage speaks for the offer.
        by_rarity: False leaves the idf out. segments: numbers of those that are read, zero in the others.
        """
        total = np.zeros(self.size, dtype=np.float32)
        if not query or not self.size:
            return total
        weights = np.fromiter(query.values(), dtype=np.float32, count=len(query))
        spans, frequency = self._spans(channel, tuple(query))
        chosen = np.flatnonzero(frequency > 0)
        if most is not None and len(chosen) > most:
            chosen = chosen[np.argsort(frequency[chosen], kind="stable")[:most]]
        count = sum(segment.units for segment in self.segments) if by_passage else self.size
        weights = weights[chosen] * idf(frequency[chosen], count) if by_rarity else weights[chosen]
        read = range(len(self.segments)) if segments is None else segments
        for number in read:
            segment, offset, (first, last) = self.segments[number], self.offsets[number], spans[number]
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
        weights = np.fromiter(query.values(), dtype=np.float32, count=len(query))
        spans, frequency = self._spans(channel, tuple(query))
        count = sum(segment.units for segment in self.segments) if by_passage else self.size
        if by_rarity:
            weights = weights * idf(frequency, count)
        bounds = np.searchsorted(places, self.offsets)
        for number, segment in enumerate(self.segments):
            inside = places[bounds[number] : bounds[number + 1]] - self.offsets[number]
            if not len(inside):
                continue
            columns = slice(int(bounds[number]), int(bounds[number + 1]))
            scale = segment.scales.get(channel, 0.0)
            # In the type of the postings: another one would have them copied whole for each term.
            wanted = inside.astype(segment.places.dtype)
            starts = segment.unit_starts
            passages = starts[inside].astype(wanted.dtype), starts[inside + 1].astype(wanted.dtype)
            first, last = spans[number]
            for row in np.flatnonzero(last > first).tolist():
                held = segment.places[first[row] : last[row]]
                values = segment.weights[first[row] : last[row]]
                found = _best(held, values, *passages) if by_passage else _at(held, values, wanted)
                table[row, columns] = scale * found
        return table * weights[:, None]


# Below this share of the offers it is cheaper to look each of them up than to read all postings.
FEW = 0.02


class Narrowed:
    """Some places of a view (ascending) as a view; rarity stays that of the whole.

    Segments without any of them are not read. Of few places only what they hold is read; then, where passages count,
    each term takes its best passage instead of one passage speaking for all terms.
    """

    def __init__(self, whole: View | Narrowed, places: Array) -> None:
        if isinstance(whole, Narrowed):
            whole, places = whole._whole, whole._places[places]
        self._whole, self._places = whole, places
        self._segments = np.unique(np.searchsorted(whole.offsets, places, side="right") - 1).tolist()
        self.size = len(places)
        self.live = whole.live[places]

    def frequencies(self, channel: str, terms: Sequence[str]) -> Array:
        return self._whole.frequencies(channel, terms)

    def score(
        self,
        channel: str,
        query: Mapping[str, float],
        *,
        most: int | None = None,
        by_passage: bool = False,
        by_rarity: bool = True,
    ) -> Array:
        if self.size > FEW * self._whole.size:
            whole = self._whole.score(
                channel,
                query,
                most=most,
                by_passage=by_passage,
                by_rarity=by_rarity,
                segments=self._segments,
            )
            return whole[self._places]
        if most is not None and len(query) > most:
            names = list(query)
            rarest = np.argsort(self.frequencies(channel, names), kind="stable")[:most]
            query = {names[i]: query[names[i]] for i in rarest.tolist()}
        return self._whole.impacts(
            channel, query, self._places, by_passage=by_passage, by_rarity=by_rarity
        ).sum(axis=0)

    def impacts(
        self,
        channel: str,
        query: Mapping[str, float],
        places: Array,
        *,
        by_passage: bool = False,
        by_rarity: bool = True,
    ) -> Array:
        outer = self._places[places]
        return self._whole.impacts(channel, query, outer, by_passage=by_passage, by_rarity=by_rarity)

    def outer(self, place: int) -> int:
        return int(self._places[place])

    def widened(self, values: Array) -> Array:
        whole = np.zeros(self._whole.size, dtype=values.dtype)
        whole[self._places] = values
        return whole

    def narrowed(self, values: Array) -> Array:
        return values[self._places]

    def place_of(self, offer_id: str) -> int | None:
        place = self._whole.place_of(offer_id)
        found = None if place is None else int(np.searchsorted(self._places, place))
        return found if found is not None and found < self.size and self._places[found] == place else None

    def offer_id(self, place: int) -> str:
        return self._whole.offer_id(self.outer(place))

    def card(self, place: int) -> dict:
        return self._whole.card(self.outer(place))


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
    slices = [slice(*bounds) for bounds in zip(first[held].tolist(), last[held].tolist(), strict=True)]
    places = np.concatenate([segment.places[one] for one in slices])
    values = np.concatenate([segment.weights[one] for one in slices])
    factors = np.repeat(weights[held].astype(np.float64) * segment.scales[channel], lengths[held])
    factors *= values
    size = segment.units if by_passage else segment.size
    sums = np.bincount(places, weights=factors, minlength=size)
    return np.maximum.reduceat(sums, segment.unit_starts[:-1]) if by_passage else sums


def _at(held: Array, values: Array, places: Array) -> Array:
    """Values of one term at the given places of a segment."""
    rows = np.minimum(held.searchsorted(places), len(held) - 1)
    return np.where(held[rows] == places, values[rows], 0).astype(np.float32)


def _best(held: Array, values: Array, starts: Array, ends: Array) -> Array:
    """The best value of one term in the passages `starts` to `ends` of each place."""
    first, last = held.searchsorted(starts), held.searchsorted(ends)
    best = np.zeros(len(starts), dtype=np.float32)
    for column in np.flatnonzero(last > first).tolist():
        best[column] = values[first[column] : last[column]].max()
    return best
