"""Text channels over documents with fields: per-field BM25 with a bridge to similar words, n-grams, concepts.

Each channel gives raw scores of shape (documents,); the engine adds them after dividing each by its maximum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .concepts import Recogniser
from .index import Array, Postings, WordBridge, char_ngrams
from .reading import PART_WEIGHT, Reading
from .text import Analysed, analyse

BRIDGED = 0.5
# How much a concept said in a field counts for its document; unknown fields count 1.
_CONCEPT_FIELD = {"title": 2.0, "keywords": 1.5, "summary": 1.5}
_GRAM_FIELDS = ("title", "keywords", "summary")


@dataclass(frozen=True, slots=True)
class Document:
    """Texts by field name, in one language."""

    language: str
    fields: Mapping[str, str]


class TextChannels:
    """Indexes of a collection. `field_weights` names the BM25 fields and what each counts."""

    def __init__(
        self,
        documents: Sequence[Document],
        field_weights: Mapping[str, float],
        recogniser: Recogniser,
        *,
        gram_fields: Sequence[str] = _GRAM_FIELDS,
    ) -> None:
        self.field_weights = dict(field_weights)
        self._recogniser = recogniser
        bags: dict[str, list[Mapping[str, float]]] = {name: [] for name in field_weights}
        gram_bags: list[Mapping[str, float]] = []
        concept_bags: list[Mapping[str, float]] = []
        for document in documents:
            analysed = {
                name: analyse(document.fields.get(name, ""), document.language) for name in field_weights
            }
            for name, part in analysed.items():
                bags[name].append(self._bag(part))
            gram_bags.append(
                char_ngrams(word.folded for name in gram_fields for word in analysed[name].words if word.stem)
            )
            concept_bags.append(self._concept_bag(analysed))
        self.fields = {name: Postings.bm25(bag) for name, bag in bags.items()}
        self.grams = Postings.bm25(gram_bags, k1=1.0, b=0.5)
        self.concepts = Postings.bm25(concept_bags, k1=1.5, b=0.4)
        self._bridge = WordBridge({term for postings in self.fields.values() for term in postings.terms})

    def _bag(self, analysed: Analysed) -> dict[str, float]:
        bag: Counter[str] = Counter(analysed.stems)
        if analysed.language == "de":
            for word in analysed.words:
                if word.stem:
                    for part in self._recogniser.compounds.parts(word.folded):
                        bag[part] += PART_WEIGHT
        return dict(bag)

    def _concept_bag(self, fields: Mapping[str, Analysed]) -> dict[str, float]:
        bag: Counter[str] = Counter()
        for name, analysed in fields.items():
            for concept, hit in self._recogniser.find(analysed).items():
                bag[concept] += hit.strength * _CONCEPT_FIELD.get(name, 1.0)
        return dict(bag)

    def holds(self, term: str) -> bool:
        return any(term in postings for postings in self.fields.values())

    def bridged(self, terms: Mapping[str, float]) -> dict[str, float]:
        """The terms, and for those that the index does not hold, the index words spelt most like them."""
        bridged = dict(terms)
        for term, weight in terms.items():
            if not self.holds(term):
                for similar, likeness in self._bridge.similar(term):
                    bridged[similar] = max(bridged.get(similar, 0), weight * likeness * BRIDGED)
        return bridged

    def score_words(self, terms: Mapping[str, float]) -> Array:
        parts = [weight * self.fields[name].score(terms) for name, weight in self.field_weights.items()]
        return sum(parts[1:], parts[0])

    def score_grams(self, reading: Reading) -> Array:
        return self.grams.score(reading.grams)

    def score_concepts(self, reading: Reading) -> Array:
        return self.concepts.score({concept: hit.strength for concept, hit in reading.hits.items()})

    def word_impacts(self, terms: Sequence[str], documents: Array) -> Array:
        """What each term brings to each document over all fields, shape (terms, documents)."""
        parts = [w * self.fields[name].impacts(terms, documents) for name, w in self.field_weights.items()]
        return sum(parts[1:], parts[0])
