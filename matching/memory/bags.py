"""A text as three bags of what it says (stems, character 4-grams, concepts), and how much each of them tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from math import log1p, sqrt
from typing import Protocol

from ..concepts.finding import Hit
from ..concepts.recognising import Recogniser
from ..reading import Reading, read
from ..text import LANGUAGES
from ..thesaurus import Thesaurus
from ..types import Need
from .decisions import Decision

# Idf of a small memory must not take the three words of its first decisions for common ones.
SMOOTHING = 50
# Two people who tell the same problem may touch sister concepts: each concept also says, more faintly, what it is a
# kind of and what it is related to (times the weight of the link).
BROADER, RELATED = 0.5, 0.5
# What a concept counts at most, however often and wherever it was said.
STRONGEST = 1.5

Bags = tuple[Mapping[str, float], Mapping[str, float], Mapping[str, float]]


class Background(Protocol):
    """What the catalogue knows about words: how many titles hold one, and how close the best title is to a need."""

    def idf(self, term: str) -> float: ...

    def closest(self, terms: Mapping[str, float]) -> float: ...


def bags_of_decision(decision: Decision, recogniser: Recogniser, links: float) -> Bags:
    language = decision.language if decision.language in LANGUAGES else ""
    reading = read(Need(decision.text, decision.title, language), recogniser)
    return bags_of(reading, recogniser.thesaurus, links)


def bags_of(reading: Reading, thesaurus: Thesaurus, links: float) -> Bags:
    return reading.terms, reading.grams, _expanded(reading.hits, thesaurus, links)


def _expanded(hits: Mapping[str, Hit], thesaurus: Thesaurus, links: float) -> dict[str, float]:
    """Concepts said and those they point at, each as much as its strongest source says."""
    bag: dict[str, float] = {}
    for concept, hit in hits.items():
        strength = min(STRONGEST, hit.strength)
        entry = thesaurus.entries.get(concept)
        if entry is None:
            continue
        shares = chain(
            ((concept, 1.0),),
            ((other, links * BROADER) for other in entry.broader),
            ((other, links * RELATED * weight) for other, weight in entry.related.items()),
        )
        for other, share in shares:
            if strength * share > bag.get(other, 0.0):
                bag[other] = strength * share
    return bag


def length_of(bag: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in bag.values()))


def unit(bag: Mapping[str, float]) -> dict[str, float]:
    """The same of length 1."""
    length = length_of(bag)
    return {term: weight / length for term, weight in bag.items()} if length else {}


class Idf:
    """How much a stem, a 4-gram and a concept tell, frozen when the memory is built."""

    def __init__(
        self, documents: int, counts: tuple[Counter[str], Counter[str], Counter[str]], background
    ) -> None:
        self._documents, self._counts, self._background = documents + SMOOTHING, counts, background

    @classmethod
    def counted(cls, bags: Sequence[Bags], background: Background | None) -> Idf:
        counts = (Counter[str](), Counter[str](), Counter[str]())
        for bag in bags:
            for count, part in zip(counts, bag, strict=True):
                count.update(part.keys())
        if background is not None:
            counts[0].clear()
        return cls(len(bags), counts, background)

    def of(self, channel: int, term: str) -> float:
        if channel == 0 and self._background is not None:
            return self._background.idf(term)
        count = self._counts[channel][term]
        return log1p((self._documents - count + 0.5) / (count + 0.5))

    @cached_property
    def usual(self) -> float:
        """What one shared concept brings, weight times weight, on average over those that decided irritants hold."""
        held = [(count, self.of(2, concept) ** 2) for concept, count in self._counts[2].items()]
        times = sum(count for count, _ in held)
        return sum(count * square for count, square in held) / times if times else self.of(2, "") ** 2

    def weighted(self, channel: int, bag: Mapping[str, float]) -> dict[str, float]:
        return {term: weight * self.of(channel, term) for term, weight in bag.items()}
