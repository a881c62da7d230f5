"""The catalogue behind a memory: what its words tell, and how close its best title is to a need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import log1p

from ..text import LANGUAGES, analyse
from .bags import unit
from .segments import Channel


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
        self._channel = Channel.built([self._unit(bag) for bag in bags])

    def idf(self, term: str) -> float:
        count = min(self._counts.get(term, 0), self._documents)
        return log1p((self._documents - count + 0.5) / (count + 0.5))

    def closest(self, terms: Mapping[str, float]) -> float:
        """Cosine of the need with the best title, 0 to 1."""
        return float(self._channel.score(self._unit(terms)).max(initial=0.0))

    def _unit(self, bag: Mapping[str, float]) -> dict[str, float]:
        return unit({term: weight * self.idf(term) for term, weight in bag.items()})


def _stems(text: str, language: str) -> dict[str, float]:
    counts = Counter(analyse(text, language if language in LANGUAGES else "fr").stems)
    return {term: 1 + log1p(count - 1) for term, count in counts.items()}
