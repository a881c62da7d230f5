"""Words as people type them: unfinished or misspelt, compared with the words of an index and of the thesaurus."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np

from .text import LANGUAGES, fold, raw_words, stop_words
from .thesaurus import Thesaurus

Array = np.ndarray

LONGEST = 24
SHORTEST = 4


def tolerance(length: int) -> int:
    """How many slips a word of so many letters may hold and still be recognised: 4 → 1, 7 → 2, 11 → 3."""
    return 0 if length < SHORTEST else min(3, (length + 1) // 4)


class Speller:
    """Finds the words at a small distance of another one: letters missing, added, replaced, or two swapped.

    Every word is compared at once (optimal string alignment, one array operation a cell); a mask of letters leaves
    out beforehand what cannot be near.
    """

    def __init__(self, words: Sequence[str]) -> None:
        encoded = [word.encode()[:LONGEST] for word in words]
        self.words = words
        self._letters = np.frombuffer(
            np.array(encoded or [b""], dtype=f"S{LONGEST}").tobytes(), dtype=np.uint8
        ).reshape(-1, LONGEST)
        self._lengths = (self._letters > 0).sum(axis=1)
        bits = np.uint64(1) << (self._letters & 31).astype(np.uint64)
        self._masks = np.bitwise_or.reduce(np.where(self._letters > 0, bits, np.uint64(0)), axis=1)

    def near(self, word: str, most: int | None = None) -> list[tuple[str, int]]:
        """(word, slips) at the smallest distance first, at most `most` slips (tolerance of its length)."""
        letters = np.frombuffer(word.encode()[:LONGEST], dtype=np.uint8)
        most = tolerance(len(letters)) if most is None else most
        if not most or not len(self.words):
            return []
        mask = np.uint64(sum(1 << int(letter) for letter in {*(letters & 31).tolist()}))
        close = np.abs(self._lengths - len(letters)) <= most
        close &= np.bitwise_count(self._masks ^ mask) <= 2 * most
        # People hardly ever miss the first letter, except by swapping it with the second.
        close &= (self._letters[:, 0] == letters[0]) | (
            (self._letters[:, 1] == letters[0]) & (self._letters[:, 0] == letters[1])
        )
        rows = np.flatnonzero(close)
        slips = _distances(letters, self._letters[rows], self._lengths[rows])
        found = [(self.words[int(row)], int(n)) for row, n in zip(rows, slips, strict=True) if n <= most]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _distances(word: Array, others: Array, lengths: Array) -> Array:
    """Optimal string alignment distance of a word to each row, shape (rows,)."""
    if not len(others):
        return np.zeros(0, dtype=np.int16)
    width = others.shape[1]
    first = np.tile(np.arange(width + 1, dtype=np.int16), (len(others), 1))
    before, previous = first, first
    for i, letter in enumerate(word, start=1):
        row = np.empty_like(first)
        row[:, 0] = i
        change = previous[:, :-1] + (others != letter)
        change = np.minimum(change, previous[:, 1:] + 1)
        if i > 1:
            swapped = (others[:, 1:] == word[i - 2]) & (others[:, :-1] == letter)
            change[:, 1:] = np.where(swapped, np.minimum(change[:, 1:], before[:, :-2] + 1), change[:, 1:])
        for j in range(1, width + 1):
            row[:, j] = np.minimum(change[:, j - 1], row[:, j - 1] + 1)
        before, previous = previous, row
    return previous[np.arange(len(others)), lengths]


def slips(one: str, other: str) -> int:
    """Letters missing, added, replaced or swapped between two words (optimal string alignment)."""
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, against in enumerate(other, start=1):
            best = min(previous[j - 1] + (letter != against), previous[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, previous = previous, row
    return previous[-1]


class Lexicon:
    """The words of a thesaurus as they are written, by their folded form: what completes and corrects a query."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        written: dict[str, str] = {}
        languages: dict[str, set[str]] = {}
        for entry in thesaurus.entries.values():
            for expression in entry.expressions:
                spoken = LANGUAGES if expression.language == "xx" else (expression.language,)
                for match in raw_words(expression.text):
                    for language in spoken:
                        folded = fold(match.group(), language)
                        if len(folded) < SHORTEST or folded in stop_words()[language]:
                            continue
                        word = match.group() if language == "de" else match.group().lower()
                        # An accent that one entry forgot is not how the word is written.
                        if folded not in written or (written[folded].isascii() and not word.isascii()):
                            written[folded] = word
                        languages.setdefault(folded, set()).add(language)
        self._sorted = sorted(written)
        self._written = written
        self._languages = languages
        self.speller = Speller(self._sorted)

    def __contains__(self, folded: str) -> bool:
        return folded in self._written

    def written(self, folded: str) -> str:
        return self._written[folded]

    def languages(self, folded: str) -> Iterable[str]:
        return sorted(self._languages[folded])

    def beginning(self, prefix: str, limit: int = 20) -> list[str]:
        """At most `limit` folded words that begin so."""
        start = bisect_left(self._sorted, prefix)
        return [word for word in self._sorted[start : start + limit] if word.startswith(prefix)]
