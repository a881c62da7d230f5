"""What the memory asks of the catalogue: how rare a word is in it, and how close its best title is to a need."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p, sqrt

import numpy as np

from .text import analyse
from .view import View

# Titles compared word by word: those whose head holds most of the need.
CANDIDATES = 30


class CatalogueTitles:
    """The background (matching.memory.bags.Background) that a view gives; keeps the idf of the words it was asked."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._idf: dict[str, float] = {}

    def idf(self, term: str) -> float:
        if term not in self._idf:
            self._count([term])
        return self._idf[term]

    def closest(self, terms: Mapping[str, float]) -> float:
        """Cosine of the need with the best title, 0 to 1."""
        self._count([term for term in terms if term not in self._idf])
        asked = self._unit(terms)
        scores = self._view.score("head", asked, by_rarity=False)
        count = min(CANDIDATES, len(scores))
        if not count or not asked:
            return 0.0
        best = np.argpartition(-scores, count - 1)[:count]
        return max((self._alike(asked, int(place)) for place in best if scores[place] > 0), default=0.0)

    def _alike(self, asked: Mapping[str, float], place: int) -> float:
        card = self._view.card(place)
        counts: dict[str, float] = {}
        for stem in analyse(card["title"], card["language"]).stems:
            counts[stem] = counts.get(stem, 0.0) + 1.0
        self._count([term for term in counts if term not in self._idf])
        title = self._unit({term: 1 + log1p(count - 1) for term, count in counts.items()})
        return sum(weight * asked.get(term, 0.0) for term, weight in title.items())

    def _count(self, terms: list[str]) -> None:
        size = self._view.size
        for term, frequency in zip(terms, self._view.frequencies("head", terms).tolist(), strict=True):
            held = min(frequency, size)
            self._idf[term] = log1p((size - held + 0.5) / (held + 0.5))

    def _unit(self, bag: Mapping[str, float]) -> dict[str, float]:
        weighted = {term: weight * self._idf[term] for term, weight in bag.items()}
        length = sqrt(sum(weight * weight for weight in weighted.values()))
        return {term: weight / length for term, weight in weighted.items()} if length else {}
