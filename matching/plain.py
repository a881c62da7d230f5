"""Ranks plain documents for plain queries with the engine's text machinery, without any catalogue fact.

Words of title and text together (the title counted twice), the title apart, the best passage of a long document,
character 4-grams of the whole and of the title, a little of the thesaurus: each divided by its maximum, then added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .concepts.recognising import Recogniser
from .index import Array, Postings, WordBridge, char_ngrams, normalised
from .reading import read
from .text import LANGUAGES, Analysed, analyse
from .thesaurus import Thesaurus
from .types import Need

DEPTH = 100
TITLE_COUNT = 2
# Words of a passage, and how far the next one starts: half of it, so that no thought is cut by a border.
PASSAGE, STRIDE = 60, 30
# A query word also counts for index words spelt like it; less when the index holds the word itself.
BRIDGED, BRIDGED_KNOWN = 0.5, 0.35
# Numbers are names in official texts ("formulaire 2042", "13e mois"); the engine's own words leave them out.
NUMBER = 0.7


@dataclass(frozen=True, slots=True)
class Weights:
    """What each channel counts: flat on short sheets, a middle between titles that tell and titles that mislead on
    long ones (python -m benchmarks.plain; docs/matching-learning.md)."""

    whole: float = 1.0
    title: float = 0.5
    passage: float = 0.5
    grams: float = 0.8
    title_grams: float = 0.6
    concepts: float = 0.15


def rank_documents(
    documents: Sequence[Mapping[str, Any]], queries: Sequence[Mapping[str, Any]], thesaurus: Thesaurus
) -> dict[str, list[str]]:
    """Query id → at most 100 document ids, best first. Documents: id, title, text, language;
    queries: id, text, language. A missing language reads as French.
    """
    index = PlainIndex(documents, Recogniser(thesaurus))
    return {str(query["id"]): index.rank(plain_need(query)) for query in queries}


def plain_need(query: Mapping[str, Any]) -> Need:
    """A query as a need without facts."""
    return Need(str(query.get("text") or ""), language=str(query.get("language") or "fr"))


class PlainIndex:
    """A collection of plain documents, ordered by id."""

    def __init__(
        self, documents: Sequence[Mapping[str, Any]], recogniser: Recogniser, weights: Weights | None = None
    ) -> None:
        ordered = sorted(documents, key=lambda document: str(document["id"]))
        self.ids = tuple(str(document["id"]) for document in ordered)
        self.weights = weights or Weights()
        self._recogniser = recogniser
        whole, titles, passages, grams, title_grams, concepts = [], [], [], [], [], []
        starts = []
        for item in ordered:
            language = str(item.get("language") or "fr")
            language = language if language in LANGUAGES else "fr"
            title = analyse(str(item.get("title") or ""), language)
            text = analyse(str(item.get("text") or ""), language)
            title_terms, text_terms = self._terms(title), self._terms(text)
            titles.append(Counter(title_terms))
            whole.append(Counter(title_terms * TITLE_COUNT + text_terms))
            starts.append(len(passages))
            # Each passage knows what it is about: the title goes with it.
            passages.extend(Counter(title_terms + part) for part in _passages(text_terms))
            title_grams.append(char_ngrams(_words(title)))
            grams.append(title_grams[-1] + title_grams[-1] + char_ngrams(_words(text)))
            concepts.append(self._concepts(title, text))
        self._starts = np.array(starts, dtype=np.int64)
        self._whole, self._titles = Postings.bm25(whole), Postings.bm25(titles)
        self._passages = Postings.bm25(passages)
        self._grams = Postings.bm25(grams, k1=1.0, b=0.5)
        self._title_grams = Postings.bm25(title_grams, k1=1.0, b=0.5)
        self._concept_postings = Postings.bm25(concepts, k1=1.5, b=0.4)
        self._bridge = WordBridge(self._whole.terms)

    def scores(self, need: Need) -> Array:
        """Relevance of every document, shape (documents,), the best being 1 (all 0 when nothing fits)."""
        if not self.ids:
            return np.zeros(0, dtype=np.float32)
        reading, weights = read(need, self._recogniser), self.weights
        terms = {**self._bridged(reading.terms), **dict.fromkeys(_numbers(need.text), NUMBER)}
        best_passage = np.maximum.reduceat(self._passages.score(terms), self._starts)
        concepts = {concept: hit.strength for concept, hit in reading.hits.items()}
        total = weights.whole * normalised(self._whole.score(terms))
        total = total + weights.title * normalised(self._titles.score(terms))
        total = total + weights.passage * normalised(best_passage)
        total = total + weights.grams * normalised(self._grams.score(reading.grams))
        total = total + weights.title_grams * normalised(self._title_grams.score(reading.grams))
        total = total + weights.concepts * normalised(self._concept_postings.score(concepts))
        return normalised(total)

    def rank(self, need: Need, bonus: Array | None = None) -> list[str]:
        """Document ids, best first, at most 100. `bonus`: what a memory adds, shape (documents,)."""
        total = self.scores(need)
        if bonus is not None:
            total = total + bonus
        return [self.ids[int(place)] for place in np.argsort(-total, kind="stable")[:DEPTH]]

    def _terms(self, analysed: Analysed) -> list[str]:
        """Stems in reading order, the parts of German compounds after them, and numbers."""
        compounds = self._recogniser.compounds if analysed.language == "de" else None
        terms = []
        for word in analysed.words:
            if word.stem:
                terms.append(word.stem)
                terms.extend(compounds.parts(word.folded) if compounds else ())
            elif word.folded.isdigit():
                terms.append(word.folded)
        return terms

    def _concepts(self, title: Analysed, text: Analysed) -> dict[str, float]:
        bag: Counter[str] = Counter()
        for analysed, weight in ((title, float(TITLE_COUNT)), (text, 1.0)):
            for concept, hit in self._recogniser.find(analysed).items():
                bag[concept] += weight * hit.strength
        return dict(bag)

    def _bridged(self, terms: Mapping[str, float]) -> dict[str, float]:
        bridged = dict(terms)
        for term, weight in terms.items():
            share = BRIDGED_KNOWN if term in self._whole else BRIDGED
            for similar, likeness in self._bridge.similar(term):
                bridged[similar] = max(bridged.get(similar, 0.0), weight * likeness * share)
        return bridged


def _words(analysed: Analysed) -> list[str]:
    return [word.folded for word in analysed.words if word.stem]


def _numbers(text: str) -> list[str]:
    return [word.folded for word in analyse(text, "fr").words if word.folded.isdigit()]


def _passages(terms: Sequence[str]) -> Iterable[list[str]]:
    """Overlapping windows; one, perhaps empty, for a short text."""
    last = max(1, len(terms) - STRIDE) if len(terms) > PASSAGE else 1
    return [list(terms[start : start + PASSAGE]) for start in range(0, last, STRIDE)]
