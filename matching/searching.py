"""The catalogue's search box: words finished or not, misspelt or not, in one language for offers in three.

A query is read word by word. A word stands for itself in each language (its stem, the parts of a German compound),
for longer words that begin so, and for what is spelt nearly so when nothing else is known of it. Concepts of the
thesaurus carry it to the other languages. An offer is found when it answers enough of the words, rare ones counting
most; facets are counted over what is found (facets.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from .concepts.finding import Hit
from .concepts.recognising import Recogniser
from .documents import PROFILE
from .facets import Facets, Filters
from .facts import Facts
from .index import normalised
from .reading import PART_WEIGHT
from .rules import Rule, allowed
from .spelling import SHORTEST, Lexicon, Speller
from .text import LANGUAGES, Analysed, analyse, guess_language
from .types import Need
from .view import View, idf
from .vocabulary import Vocabulary

Array = np.ndarray

MOST_CHARACTERS, MOST_QUERY_WORDS = 400, 40
# What a longer word counts beside the word itself, and the concepts beside the words.
LONGER, CONCEPTS = 0.5, 0.6
# An offer in another language than the query's stands behind one in the query's that answers as well.
FOREIGN = 0.45
# A word counts as answered by a concept when the offer says so at least this much of what the clearest one does.
CLEARLY, ANSWERED_BY_CONCEPT = 0.35, 0.8
# The share of the words that an offer must answer: nearly half of a few, a third of many.
NEEDED_OF_FEW, NEEDED_OF_MANY, MANY_WORDS = 0.45, 0.3, 8
MOST_NEAR = 12
# How well an offer answers a German compound that it says in its parts only.
ALL_PARTS, ONE_PART = 0.9, 0.3
ANSWERS_LEAST = 0.8
# "vorausschauende" is a participle, no compound of "Ende": it would find every "fehlende".
PARTICIPLE = "end"

Bag = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the query, from `start` to `end`, that was read as another one.

    meant: how the other word is written, "" when only its stem is known.
    """

    start: int
    end: int
    written: str
    meant: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    lines: (offer id, score 0 to 1) of the best. references: the caller's numbers of all that were found, best first.
    stems and concepts: what to highlight. corrections: words that were read as others. facets: facet → value → how
    many offers have it under the other facets. language: that of the query.
    """

    lines: tuple[tuple[str, float], ...] = ()
    stems: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    references: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    language: str = ""

    @property
    def total(self) -> int:
        return len(self.references)


@dataclass(slots=True)
class _Word:
    """A word of a query: index terms with weights, the parts of a German compound, the concepts that it says."""

    start: int
    end: int
    terms: dict[str, float]
    parts: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


_spellers: WeakKeyDictionary[Vocabulary, Speller] = WeakKeyDictionary()
_lexicons: WeakKeyDictionary[Recogniser, Lexicon] = WeakKeyDictionary()


class Searcher:
    """Searches one view. Build once, share between threads. `recogniser` is called when words are first read."""

    def __init__(
        self, view: View, facts: Facts, vocabulary: Vocabulary, recogniser: Callable[[], Recogniser]
    ) -> None:
        self._view = view
        self._facts = facts
        self._vocabulary = vocabulary
        self._recogniser_of = recogniser
        self.facets = Facets(view, facts)

    @property
    def _recogniser(self) -> Recogniser:
        return self._recogniser_of()

    @property
    def lexicon(self) -> Lexicon:
        if self._recogniser not in _lexicons:
            _lexicons[self._recogniser] = Lexicon(self._recogniser.thesaurus)
        return _lexicons[self._recogniser]

    @property
    def _speller(self) -> Speller:
        if self._vocabulary not in _spellers:
            words = [self._vocabulary[number] for number in range(len(self._vocabulary))]
            _spellers[self._vocabulary] = Speller(words)
        return _spellers[self._vocabulary]

    @cached_property
    def _languages(self) -> dict[str, Array]:
        bits = {code: np.uint64(1 << PROFILE.index(f"language:{code}")) for code in LANGUAGES}
        return {code: (self._facts.profile & bit) > 0 for code, bit in bits.items()}

    def browse(
        self,
        rules: tuple[Rule, ...],
        filters: Filters,
        *,
        today: date,
        topics: Sequence[str] = (),
        pillars: Sequence[str] = (),
    ) -> Found:
        """What passes the filters without any word, freshest first. `rules`: which offers are shown at all."""
        mask = self._view.live & allowed(Need("", today=today), self._facts, rules)
        mask, counts = self.facets.narrowed(mask, filters, today, topics, pillars)
        places = self._freshest[mask[self._freshest]]
        return Found(facets=counts, references=self._facts.reference[places])

    @cached_property
    def _freshest(self) -> Array:
        """All places, the offer verified last first."""
        return np.lexsort((self._facts.reference, -self._facts.updated))

    def search(
        self,
        query: str,
        rules: tuple[Rule, ...],
        filters: Filters,
        *,
        language: str = "",
        today: date,
        topics: Sequence[str] = (),
        pillars: Sequence[str] = (),
        literal: bool = False,
        limit: int = 50,
    ) -> Found:
        """What answers the words of a query. language: the reader's, for words that could be of any.

        literal: no word is read as another one.
        """
        text = query[:MOST_CHARACTERS]
        likely = guess_language(text, otherwise=language if language in LANGUAGES else "fr")
        read = {code: analyse(text, code) for code in LANGUAGES}
        words, corrections = self._words(text, read, likely, literal)
        if corrections:  # read again as it was meant: two words together may say what neither does alone
            text = _corrected(text, corrections)
            read = {code: analyse(text, code) for code in LANGUAGES}
            words, _ = self._words(text, read, likely, literal=True)
        held = [self._held(word) for word in words]
        own = self._own(text, likely, [part for part, _cover in held])
        hits = self._hits(read, own, words)
        scores = self._scores(words, held, hits, own)
        found = self._view.live & allowed(Need("", today=today), self._facts, rules) & (scores > 0)
        found, counts = self.facets.narrowed(found, filters, today, topics, pillars)
        places = np.flatnonzero(found)
        scores = normalised(scores[places])
        order = np.lexsort((self._facts.reference[places], -scores))
        lines = tuple(
            (self._view.offer_id(int(places[i])), round(float(scores[i]), 4)) for i in order[: max(0, limit)]
        )
        stems = tuple(sorted({term for word in words for term in (*word.terms, *word.parts)}))
        references = self._facts.reference[places[order]]
        return Found(lines, stems, tuple(sorted(hits)), corrections, counts, references, own)

    # What the words stand for

    def _words(
        self, text: str, read: Mapping[str, Analysed], likely: str, literal: bool
    ) -> tuple[list[_Word], tuple[Correction, ...]]:
        words: list[_Word] = []
        corrections: list[Correction] = []
        columns = list(zip(*(read[code].words for code in LANGUAGES), strict=True))
        own = LANGUAGES.index(likely)
        # A word said again asks for nothing more.
        once = {column[own].folded: column for column in reversed(columns) if column[own].stem}
        meaning = sorted(once.values(), key=lambda column: column[own].start)[:MOST_QUERY_WORDS]
        for number, column in enumerate(meaning):
            forms = dict(zip(LANGUAGES, column, strict=True))
            terms = {word.stem: 1.0 for word in column if word.stem}
            known = self._frequency(terms) > 0
            parts = self._recogniser.compounds.parts(forms["de"].folded)
            if PARTICIPLE in parts:
                parts = ()
            longer = self._longer({word.folded for word in column}, terms, known, number == len(meaning) - 1)
            terms.update({term: LONGER for term in longer if term not in terms})
            word = _Word(column[0].start, column[0].end, terms, parts)
            if not literal and not self._means(forms):
                held = self._frequency([forms[likely].stem]) or self._frequency(parts) or len(longer) > known
                correction = None if held else self._corrected(text, forms, likely, word, known)
                corrections += [correction] if correction else []
            words.append(word)
        return words, tuple(corrections)

    def _frequency(self, terms: Collection[str]) -> int:
        """How many offers hold any of these terms, at most."""
        names = list(terms)
        held = self._view.frequencies("head", names) + self._view.frequencies("body", names)
        return int(held.sum())

    def _said_by(self, word: str, language: str) -> int:
        """How many offers say a concept that this word alone says."""
        concepts = list(self._recogniser.find_in(word, language))
        return int(self._view.frequencies("concepts", concepts).sum())

    def _means(self, forms: Mapping[str, Any]) -> bool:
        """Whether the thesaurus writes the word so: then it is no mistake, even if no offer holds it."""
        return any(word.folded in self.lexicon for word in forms.values())

    def _longer(self, folded: Collection[str], terms: Collection[str], known: bool, last: bool) -> list[str]:
        """Index words that begin like a word being typed: as they stand, or as the thesaurus writes them."""
        longer: dict[str, None] = {}
        for form in sorted(folded):
            if len(form) < (SHORTEST + 1 if known else SHORTEST - 1):
                continue
            longer.update(dict.fromkeys(self._vocabulary.beginning(form)))
            if last and not known:
                for word in self.lexicon.beginning(form):
                    spoken = self.lexicon.languages(word)
                    longer.update(dict.fromkeys(self._stem(word, code) for code in spoken))
        return [term for term in longer if term and term not in terms and self._frequency([term])]

    @staticmethod
    def _stem(word: str, language: str) -> str:
        return next(iter(analyse(word, language).stems), "")

    def _corrected(
        self, text: str, forms: Mapping[str, Any], likely: str, word: _Word, known: bool
    ) -> Correction | None:
        """The held word that is spelt most like this one; the thesaurus's spelling wins over a bare stem.

        known: another language's stem is held ("maintenence" cut by English rules): only a spelling of that very
        word will do.
        """
        candidates: list[tuple[tuple, str, tuple[str, ...]]] = []
        for folded in sorted({form.folded for form in forms.values()}):
            for other, slips in self.lexicon.speller.near(folded)[:MOST_NEAR]:
                spoken = list(self.lexicon.languages(other))
                stems = tuple(dict.fromkeys(filter(None, (self._stem(other, code) for code in spoken))))
                held = self._frequency(stems) or self._said_by(other, spoken[0])
                same = not known or (
                    set(stems) & set(word.terms) and not _one_begins_the_other(folded, other)
                )
                if held and same:
                    key = (slips, likely not in spoken, -held, other)
                    candidates.append((key, self.lexicon.written(other), stems))
        typed = {form.stem for form in forms.values() if len(form.stem) > SHORTEST}
        for stem in sorted(typed) if not known else ():
            for other, slips in self._speller.near(stem)[:MOST_NEAR]:
                held = self._frequency([other])
                if held:
                    candidates.append(((slips + 0.5, False, -held, other), "", (other,)))
        if not candidates:
            return None
        _key, meant, stems_meant = min(candidates, key=lambda candidate: candidate[0])
        return Correction(word.start, word.end, text[word.start : word.end], meant, stems_meant)

    def _held(self, word: _Word) -> tuple[Array, Array]:
        """What a word brings to each offer, and how well each offer answers it (0 to 1)."""
        score = self._term_scores(word.terms)
        cover = (score > 0).astype(np.float32)
        if word.parts:
            parts = [self._term_scores({part: PART_WEIGHT}) for part in dict.fromkeys(word.parts)]
            every, some = np.minimum.reduce(parts), np.maximum.reduce(parts)
            score = score + every + ONE_PART * some
            cover = np.maximum(cover, np.where(every > 0, ALL_PARTS, ONE_PART * (some > 0)))
        return score, cover

    def _term_scores(self, terms: Bag) -> Array:
        return self._view.score("head", terms) + self._view.score("body", terms, by_passage=True)

    def _own(self, text: str, likely: str, held: Sequence[Array]) -> str:
        """The language of the query: told by its little words and accents, else by the offers that hold its words."""
        if guess_language(text, otherwise="") or not held:
            return likely
        counts = {
            code: sum(np.count_nonzero(part[mask]) for part in held) for code, mask in self._languages.items()
        }
        return likely if counts[likely] else max(LANGUAGES, key=lambda code: (counts[code], code == likely))

    def _hits(self, read: Mapping[str, Analysed], own: str, words: Sequence[_Word]) -> dict[str, float]:
        """Concept → strength, noted on the words that say it; what is not of the query's language only fills gaps."""
        found: dict[str, Hit] = {}
        for code in (own, *(code for code in LANGUAGES if code != own)):
            for concept, hit in self._recogniser.find(read[code], longest=True).items():
                here = [w for w in words if any(p.start < w.end and w.start < p.end for p in hit.passages)]
                if concept not in found and any(code == own or not word.concepts for word in here):
                    found[concept] = hit
                    for word in here:
                        word.concepts = (*word.concepts, concept)
        return {concept: hit.strength for concept, hit in found.items()}

    # Which offers answer

    def _scores(
        self,
        words: Sequence[_Word],
        held: Sequence[tuple[Array, Array]],
        hits: Mapping[str, float],
        own: str,
    ) -> Array:
        """Shape (offers,): 0 for what does not answer enough of the words."""
        size = self._view.size
        said = {concept: self._view.score("concepts", {concept: weight}) for concept, weight in hits.items()}
        answered = np.zeros(size, dtype=np.float32)
        rarities = 0.0
        for word, (_part, covered) in zip(words, held, strict=True):
            concepts = np.zeros(size, dtype=bool)
            for concept in word.concepts:
                concepts |= said[concept] > CLEARLY * said[concept].max(initial=0.0)
            cover = np.maximum(covered, ANSWERED_BY_CONCEPT * concepts)
            count = int(np.count_nonzero(cover))
            if count:  # a word that nothing answers asks for nothing
                rarity = float(idf(np.array([count]), size)[0]) + 0.1
                answered += rarity * cover
                rarities += rarity
        if not rarities:
            return np.zeros(size, dtype=np.float32)
        answered /= rarities
        needed = NEEDED_OF_FEW if len(words) < MANY_WORDS else NEEDED_OF_MANY
        needed = min(needed, ANSWERS_LEAST * float(answered.max()))
        literal = normalised(sum((part for part, _cover in held), np.zeros(size, dtype=np.float32)))
        concepts = normalised(sum(said.values(), np.zeros(size, dtype=np.float32)))
        total = (literal + CONCEPTS * concepts) * (0.3 + 0.7 * answered)
        total[(answered <= 0) | (answered < needed)] = 0
        return np.where(self._languages[own], total, FOREIGN * total)


def _corrected(text: str, corrections: Sequence[Correction]) -> str:
    """The query as it was meant."""
    for correction in reversed(corrections):
        meant = correction.meant or correction.stems[0]
        text = text[: correction.start] + meant + text[correction.end :]
    return text


def _one_begins_the_other(one: str, other: str) -> bool:
    """Such words differ by an ending: an inflection, not a mistake."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter)
