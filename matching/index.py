"""Postings in NumPy: documents by term, with the impact of each term computed once at build time.

A query is a weighted bag of terms; scoring is one sparse addition per term. Scores are arrays of shape
(number of documents,), float32, not normalised.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

Array = np.ndarray


class Postings:
    """Impact-ordered inverted index of weighted terms (immutable)."""

    def __init__(self, documents: int, postings: Mapping[str, tuple[Array, Array]]) -> None:
        self.documents = documents
        self._postings = postings

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    @property
    def terms(self) -> Iterable[str]:
        return self._postings.keys()

    def score(self, query: Mapping[str, float]) -> Array:
        """Sum over the query's terms of weight × impact, shape (documents,)."""
        total = np.zeros(self.documents, dtype=np.float32)
        for term, weight in query.items():
            entry = self._postings.get(term)
            if entry is not None:
                total[entry[0]] += weight * entry[1]
        return total

    def impacts(self, terms: Sequence[str], documents: Array) -> Array:
        """Impact of each term in each of the given documents (ids ascending), shape (terms, documents)."""
        table = np.zeros((len(terms), len(documents)), dtype=np.float32)
        for row, term in enumerate(terms):
            entry = self._postings.get(term)
            if entry is not None:
                ids, impacts = entry
                places = np.minimum(np.searchsorted(ids, documents), len(ids) - 1)
                table[row] = np.where(ids[places] == documents, impacts[places], 0)
        return table

    @classmethod
    def bm25(cls, bags: Sequence[Mapping[str, float]], *, k1: float = 1.2, b: float = 0.75) -> Postings:
        """BM25 (Robertson, Lucene's idf) over bags of term → frequency; k1 saturates, b weighs length."""
        lengths = np.array([sum(bag.values()) for bag in bags] or [0.0], dtype=np.float32)
        mean = float(lengths.mean()) or 1.0
        by_term: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for document, bag in enumerate(bags):
            for term, frequency in bag.items():
                documents, frequencies = by_term[term]
                documents.append(document)
                frequencies.append(frequency)
        postings = {}
        for term, (documents, frequencies) in by_term.items():
            ids = np.array(documents, dtype=np.int32)
            tf = np.array(frequencies, dtype=np.float32)
            idf = np.log1p((len(bags) - len(ids) + 0.5) / (len(ids) + 0.5))
            saturated = tf * (k1 + 1) / (tf + k1 * (1 - b + b * lengths[ids] / mean))
            postings[term] = (ids, (idf * saturated).astype(np.float32))
        return cls(len(bags), postings)


class WordBridge:
    """Index words spelt like a word that the index does not hold, by shared character trigrams (Dice)."""

    def __init__(self, vocabulary: Iterable[str], *, threshold: float = 0.6) -> None:
        self._words = sorted(word for word in vocabulary if len(word) >= 4)
        self._threshold = threshold
        self._sizes = np.array([len(_trigrams(word)) for word in self._words] or [1], dtype=np.float32)
        by_gram: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for gram in _trigrams(word):
                by_gram[gram].append(number)
        self._by_gram = {gram: np.array(numbers, dtype=np.int32) for gram, numbers in by_gram.items()}

    def similar(self, word: str, limit: int = 3) -> list[tuple[str, float]]:
        """At most `limit` (index word, similarity 0 to 1), best first; [] for words under 5 letters."""
        if len(word) < 5 or not self._words:
            return []
        grams = _trigrams(word)
        shared = np.zeros(len(self._words), dtype=np.float32)
        for gram in grams:
            numbers = self._by_gram.get(gram)
            if numbers is not None:
                shared[numbers] += 1
        dice = 2 * shared / (self._sizes + len(grams))
        near = np.flatnonzero(dice >= self._threshold)
        best = sorted(((float(dice[i]), self._words[i]) for i in near), key=lambda pair: (-pair[0], pair[1]))
        return [(similar, score) for score, similar in best[:limit] if similar != word]


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def char_ngrams(words: Iterable[str], size: int = 4) -> Counter[str]:
    """Counts of character n-grams inside words (a space marks a word's two ends)."""
    grams: Counter[str] = Counter()
    for word in words:
        padded = f" {word} "
        grams.update(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
    return grams


def normalised(scores: Array) -> Array:
    """Divided by its maximum; unchanged when nothing scores."""
    top = float(scores.max()) if scores.size else 0.0
    return scores / top if top > 0 else scores
