"""The words of an index, sorted: those that begin like a word, and those spelt like one (shared trigrams, Dice)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .arrays import open_arrays, save_arrays

Array = np.ndarray

SHORTEST = 4
THRESHOLD = 0.6


class Vocabulary:
    """Immutable sorted words (folded stems), in memory or mapped from a file."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.arrays = arrays
        self._starts = arrays["starts"]
        self._sizes = arrays["sizes"]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return bytes(self.arrays["words"][self._starts[number] : self._starts[number + 1]]).decode()

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        ordered = sorted({word.encode() for word in words if len(word) >= SHORTEST})
        grams, owners = array("I"), array("I")
        sizes = array("B")
        for number, word in enumerate(ordered):
            found = _trigrams(word.decode())
            grams.extend(found)
            owners.extend([number] * len(found))
            sizes.append(min(255, len(found)))
        keys = np.array(grams, dtype=np.uint32)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else []
        return cls(
            {
                "words": np.frombuffer(b"".join(ordered), dtype=np.uint8),
                "starts": np.cumsum([0, *map(len, ordered)]).astype(np.uint32),
                "sizes": np.array(sizes, dtype=np.uint8),
                "grams": keys[first] if len(keys) else keys,
                "gram_starts": np.append(first, len(keys)).astype(np.uint32),
                "owners": np.array(owners, dtype=np.uint32)[order],
            }
        )

    def save(self, path: Path) -> None:
        save_arrays(path, {}, self.arrays)

    @classmethod
    def open(cls, path: Path, *, checked: bool | None = None) -> Vocabulary:
        """Raises IndexUnusable."""
        return cls(open_arrays(path, checked=checked)[1])

    def similar(self, word: str, limit: int = 3, least: float = THRESHOLD) -> list[tuple[str, float]]:
        """At most `limit` (index word, similarity `least` to 1), best first; [] for words under 5 letters."""
        if len(word) < 5 or not len(self):
            return []
        grams = np.array(sorted(_trigrams(word)), dtype=np.uint32)
        keys, bounds = self.arrays["grams"], self.arrays["gram_starts"]
        rows = np.minimum(np.searchsorted(keys, grams), len(keys) - 1)
        held = rows[keys[rows] == grams]
        if not len(held):
            return []
        owners = np.concatenate([self.arrays["owners"][bounds[row] : bounds[row + 1]] for row in held])
        shared = np.bincount(owners, minlength=len(self))
        near = np.flatnonzero(2 * shared >= least * (self._sizes.astype(np.int64) + len(grams)))
        dice = 2 * shared[near] / (self._sizes[near].astype(np.int64) + len(grams))
        best = near[np.argsort(-dice, kind="stable")[: limit + 1]]
        scores = np.sort(dice)[::-1]
        return [
            (self[int(i)], float(score))
            for i, score in zip(best, scores, strict=False)
            if self[int(i)] != word
        ][:limit]

    def beginning(self, prefix: str, limit: int = 20) -> list[str]:
        """At most `limit` words that begin so, in alphabetical order."""
        start, encoded = self._rank(prefix.encode()), prefix.encode()
        found = []
        for number in range(start, min(start + limit, len(self))):
            word = self[number]
            if not word.encode().startswith(encoded):
                break
            found.append(word)
        return found

    def _rank(self, word: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle].encode() < word:
                low = middle + 1
            else:
                high = middle
        return low


def _trigrams(word: str) -> set[int]:
    """Trigrams of ^word$ as numbers; characters beyond the first 1 024 of Unicode fold onto each other."""
    padded = f"^{word}$"
    codes = [ord(c) & 0x3FF for c in padded]
    return {codes[i] << 20 | codes[i + 1] << 10 | codes[i + 2] for i in range(len(codes) - 2)}
