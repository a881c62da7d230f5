"""Segments: immutable blocks of at most 16 000 offers, as plain arrays in memory or mapped from a file.

A segment holds the postings of every channel (which offers, or which passages of offers, hold a term and how much
it weighs there), the facts that rules read, and one small JSON card an offer for what only a shown line needs.
Terms are kept as 64-bit hashes: looking one up is a binary search in a mapped array, and opening a segment reads
nothing but its header. Weights are quantised to 16 bits.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from .arrays import open_arrays, save_arrays

Array = np.ndarray

MAX_OFFERS = 16_000
MAX_UNITS = 65_535
_STEPS = 65_535


@lru_cache(maxsize=60_000)
def key_of(channel: str, term: str) -> int:
    """64-bit key of a term in a channel; stable between processes and machines."""
    return int.from_bytes(blake2b(f"{channel}\0{term}".encode(), digest_size=8).digest(), "little")


class Segment:
    """Read access to the arrays of one block of offers. `size` offers, `units` passages."""

    def __init__(self, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        self.header = header
        self.arrays = arrays
        self.size = int(header["size"])
        self.keys: Array = arrays["keys"]
        self.starts: Array = arrays["starts"]
        self.places: Array = arrays["places"]
        self.weights: Array = arrays["weights"]
        self.unit_starts: Array = arrays["unit_starts"]
        self.scales: Mapping[str, float] = header["scales"]

    @property
    def units(self) -> int:
        return int(self.header["units"])

    def find(self, keys: Array) -> tuple[Array, Array]:
        """Start and end of the postings of each key (equal where the segment does not hold it)."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        held = self.keys[rows] == keys
        first, last = self.starts[rows].astype(np.int64), self.starts[rows + 1].astype(np.int64)
        return first, np.where(held, last, first)

    def offer_id(self, place: int) -> str:
        starts = self.arrays["id_starts"]
        return bytes(self.arrays["ids"][starts[place] : starts[place + 1]]).decode()

    def place_of(self, offer_id: str) -> int | None:
        key = np.uint64(key_of("id", offer_id))
        hashes, order = self.arrays["id_hashes"], self.arrays["id_order"]
        row = int(np.searchsorted(hashes, key))
        if row < len(hashes) and hashes[row] == key and self.offer_id(int(order[row])) == offer_id:
            return int(order[row])
        return None

    def card(self, place: int) -> dict[str, Any]:
        """What only a shown line needs: kind, organisation, sectors, sessions…"""
        starts = self.arrays["card_starts"]
        return json.loads(bytes(self.arrays["cards"][starts[place] : starts[place + 1]]))

    def save(self, path: Path) -> None:
        save_arrays(path, self.header, self.arrays)

    @classmethod
    def open(cls, path: Path, *, checked: bool | None = None) -> Segment:
        """Map a saved segment. Raises IndexUnusable for anything that is not exactly what was written."""
        return cls(*open_arrays(path, checked=checked))


class SegmentBuilder:
    """Collects offers, then makes a segment. `weigh` gives terms by channel; a channel that ends in "*" is
    counted by passage."""

    def __init__(self) -> None:
        self._keys = array("Q")
        self._places = array("H")
        self._weights = array("f")
        self._channels = array("B")
        self._names: list[str] = []
        self._ids: list[bytes] = []
        self._cards: list[bytes] = []
        self._unit_starts = array("I", [0])
        self._columns: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def full(self) -> bool:
        return len(self._ids) >= MAX_OFFERS or self._unit_starts[-1] > MAX_UNITS - 64

    def add(
        self,
        offer_id: str,
        channels: Mapping[str, Mapping[str, float]],
        passages: Mapping[str, Sequence[Mapping[str, float]]],
        facts: Mapping[str, Any],
        card: Mapping[str, Any],
    ) -> None:
        """One offer: channel → term → weight, channel → passages → term → weight, column → value, its card."""
        place, unit = len(self._ids), self._unit_starts[-1]
        for channel, bag in channels.items():
            self._append(channel, place, bag)
        count = 1
        for channel, bags in passages.items():
            count = max(count, len(bags))
            for number, bag in enumerate(bags):
                self._append(channel, unit + number, bag)
        self._unit_starts.append(unit + count)
        self._ids.append(offer_id.encode())
        self._cards.append(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
        for name, value in facts.items():
            self._columns.setdefault(name, []).append(value)

    def _append(self, channel: str, place: int, bag: Mapping[str, float]) -> None:
        if channel not in self._names:
            self._names.append(channel)
        number = self._names.index(channel)
        self._keys.extend([key_of(channel, term) for term in bag])
        self._weights.extend(bag.values())
        self._places.extend([place] * len(bag))
        self._channels.extend([number] * len(bag))

    def build(self, columns: Mapping[str, str], **header: Any) -> Segment:
        """The segment. `columns`: fact name → dtype."""
        keys, starts, places, weights, scales = self._postings()
        hashes = np.array([key_of("id", offer_id.decode()) for offer_id in self._ids], dtype=np.uint64)
        by_hash = np.argsort(hashes, kind="stable")
        arrays: dict[str, Array] = {
            "keys": keys,
            "starts": starts,
            "places": places,
            "weights": weights,
            "unit_starts": np.array(self._unit_starts, dtype=np.uint32),
            "ids": _bytes(self._ids),
            "id_starts": _starts(self._ids),
            "id_hashes": hashes[by_hash],
            "id_order": by_hash.astype(np.uint16),
            "cards": _bytes(self._cards),
            "card_starts": _starts(self._cards),
        }
        for name, dtype in columns.items():
            arrays[f"fact:{name}"] = np.array(self._columns.get(name, []), dtype=dtype)
        return Segment(
            {
                "size": len(self._ids),
                "units": int(self._unit_starts[-1]),
                "scales": {name: float(scales[number]) for number, name in enumerate(self._names)},
                **header,
            },
            arrays,
        )

    def _postings(self) -> tuple[Array, Array, Array, Array, Array]:
        """Keys, starts, places, weights and the scale of each channel. What was collected is given up on the way."""
        weights = _taken(self._weights, np.float32)
        channels = _taken(self._channels, np.uint8)
        scales = np.ones(max(1, len(self._names)), dtype=np.float32)
        for number in range(len(self._names)):
            top = weights[channels == number].max(initial=0.0)
            scales[number] = top / _STEPS if top > 0 else 1.0
        quantised = np.clip(np.rint(weights / scales[channels]), 1, _STEPS).astype(np.uint16)
        del weights, channels
        self._weights, self._channels = array("f"), array("B")
        keys = _taken(self._keys, np.uint64)
        order = np.argsort(keys, kind="stable").astype(np.uint32)
        keys = keys[order]
        self._keys = array("Q")
        quantised, places = quantised[order], _taken(self._places, np.uint16)[order]
        first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, int)
        return keys[first], np.append(first, len(keys)).astype(np.uint32), places, quantised, scales


def _taken(values: array, dtype: type) -> Array:
    return np.frombuffer(values, dtype=dtype) if values else np.zeros(0, dtype)


def _bytes(items: Iterable[bytes]) -> Array:
    return np.frombuffer(b"".join(items), dtype=np.uint8)


def _starts(items: Sequence[bytes]) -> Array:
    return np.cumsum([0, *map(len, items)]).astype(np.uint32)
