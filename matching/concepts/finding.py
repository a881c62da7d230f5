"""Finds the patterns of concepts in texts of one language, and says where and how surely."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p

from ..patterns import Pattern, Patterns
from ..text import Analysed, Compounds, Word, stem
from ..types import Passage
from .compiling import NEGATIONS

_SLACK = 3
_COMMA = 2
_SMALL_LETTERS = 0.4
_INFLECTION = 3
_TIGHT = 3
_DERIVED = 0.45
_DERIVED_IN_MANY = 0.8
_NEAR_NEGATION = 3
_MODIFIER = 0.6
_OTHER_ACCENT = 0.4
_CIRCUMFLEX = str.maketrans("îûâêô", "iuaeo")
_PLURALS = {"fr": ("s", "x"), "de": ("e", "n", "en", "er", "s", "es"), "en": ("s", "es")}
_SHADOW = 0.4
_MOST_WORDS = 50_000

Span = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found in a text: strength about 0.4 (one weak clue) to 2 (said several times)."""

    concept: str
    strength: float
    passages: tuple[Passage, ...]


class Finder:
    """The patterns of concepts, over texts of one language."""

    def __init__(self, patterns: Patterns, language: str, compounds: Compounds) -> None:
        self.language = language
        self.patterns = patterns
        self._compounds = compounds if language == "de" else None
        self._keys_of: dict[str, tuple[str, ...]] = {}

    def spans(self, analysed: Analysed) -> dict[str, list[Span]]:
        places = self._places(analysed)
        found: dict[str, list[Span]] = defaultdict(list)
        for key in places:
            anchored = self.patterns.anchored(key)
            if anchored is None:
                continue
            met = list(anchored.alone)
            for second, patterns in anchored.groups:
                if second in places:
                    met += [pattern for pattern, rest in patterns if all(other in places for other in rest)]
            for pattern in met:
                for share, first, last in self._spans(pattern, key, places, analysed):
                    if not pattern.negated or self._denied(analysed, first, last):
                        found[pattern.concept].append((pattern.weight * share, first, last))
        return found

    def find(self, analysed: Analysed, in_title: bool, longest: bool) -> dict[str, Hit]:
        found = self.spans(analysed)
        if longest:
            found = _shadowed(found)
        return {concept: self._hit(concept, spans, analysed, in_title) for concept, spans in found.items()}

    def knows(self, word: Word) -> bool:
        """Whether some expression holds the word, or a part of it."""
        if word.folded not in self._keys_of:
            self._keys_of[word.folded] = self._keys_for(word)
        return bool(self._keys_of[word.folded])

    def _places(self, analysed: Analysed) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for position, word in enumerate(analysed.words):
            keys = self._keys_of.get(word.folded)
            if keys is None:
                if len(self._keys_of) > _MOST_WORDS:
                    self._keys_of.clear()
                keys = self._keys_of[word.folded] = self._keys_for(word)
            for key in keys:
                if key in places:
                    places[key].append(position)
                else:
                    places[key] = [position]
        return places

    def _keys_for(self, word: Word) -> tuple[str, ...]:
        """The keys of the patterns that a word of this spelling can satisfy."""
        keys = [f"={word.folded}"]
        if word.folded.isdigit():
            keys.append(word.folded)  # a number has no stem, but "112" or "24" may be part of an expression
        if word.stem:
            keys.append(word.stem)
            # A compound that has an expression of its own (Grundriss) is not also its parts.
            if self._compounds and not self.patterns.stands_alone(word.stem):
                keys.extend(part for part in self._compounds.parts(word.folded) if part != word.stem)
            for length in range(3, len(word.folded) + 1):
                keys += (f"{word.folded[:length]}*", f"*{word.folded[-length:]}")
        return self.patterns.among(keys)

    def _spans(
        self, pattern: Pattern, anchor: str, places: Mapping[str, list[int]], analysed: Analysed
    ) -> list[Span]:
        """Where the pattern stands: how surely (0 to 1), first and last word."""
        words = analysed.words
        if len(pattern.keys) == 1:
            surface = pattern.surface
            if not surface:
                return [(1.0, position, position) for position in places[anchor]]
            likely = [
                (
                    self._alike(words[place].folded, anchor, surface) * _as_written(words[place], pattern),
                    place,
                )
                for place in places[anchor]
            ]
            return [(share, place, place) for share, place in likely if share]
        if pattern.exact:
            return [(1.0, first, last) for first, last in self._in_order(pattern, places)]
        if pattern.joined:
            return self._in_one_word(pattern, places, analysed)
        reach = len(pattern.keys) + _SLACK
        spans = []
        for position in places[anchor]:
            chosen = [position]
            for key in pattern.keys:
                if key != anchor:
                    near = _nearest(places[key], position)
                    commas = abs(words[near].clause - words[position].clause)
                    far = abs(near - position) + _COMMA * commas > reach
                    if far or words[near].sentence != words[position].sentence:
                        break
                    chosen.append(near)
            else:
                share = self._alike_all(pattern, [words[place].folded for place in chosen], anchor)
                if share:
                    spans.append((share, min(chosen), max(chosen)))
        return spans

    def _alike_all(self, pattern: Pattern, folded: list[str], anchor: str) -> float:
        """The same for an expression of several words; `folded` holds the anchor's word first."""
        keys = [anchor, *(key for key in pattern.keys if key != anchor)]
        surface_of = dict(zip(pattern.keys, pattern.surfaces, strict=False))
        share = 1.0
        for key, word in zip(keys, folded, strict=True):
            surface = surface_of.get(key, "")
            if surface:
                alike = self._alike(word, key, surface)
                share *= alike if alike in (0.0, 1.0) else _DERIVED_IN_MANY
        return share

    def _denied(self, analysed: Analysed, first: int, last: int) -> bool:
        around = analysed.words[max(0, first - _NEAR_NEGATION) : last + _NEAR_NEGATION + 1]
        return any(word.folded in NEGATIONS[self.language] for word in around)

    def _ordered(self, folded: str, keys: tuple[str, ...]) -> bool:
        parts = self._compounds.parts(folded) if self._compounds else ()
        return tuple(part for part in parts if part in keys) == keys or not parts

    def _in_one_word(
        self, pattern: Pattern, places: Mapping[str, list[int]], analysed: Analysed
    ) -> list[Span]:
        """Places of one word, or of two with a hyphen between, that hold all parts of a compound in their order."""
        first, *others = [set(places[key]) for key in pattern.keys]
        spans: list[Span] = [
            (1.0, place, place)
            for place in sorted(first.intersection(*others))
            if self._ordered(analysed.words[place].folded, pattern.keys)
        ]
        if not spans and len(others) == 1:
            words = analysed.words
            for place in sorted(first):
                if place + 1 in others[0] and words[place + 1].tied:
                    spans.append((1.0, place, place + 1))
        return spans

    def _alike(self, folded: str, key: str, surface: str) -> float:
        """How surely a word of the same stem is the word of the expression."""
        if folded == surface:
            return 1.0
        # A part of a German compound: what it ends in is what it is, the rest only says which.
        if stem(folded, self.language) != key:
            parts = self._compounds.parts(folded) if self._compounds else ()
            return 1.0 if not parts or parts[-1] == key else _MODIFIER
        if abs(len(folded) - len(surface)) > min(_INFLECTION, max(2, len(surface) // 3)):
            return 0.0
        shorter, longer = sorted((folded, surface), key=len)
        return (
            1.0
            if longer.startswith(shorter) and longer[len(shorter) :] in _PLURALS[self.language]
            else _DERIVED
        )

    @staticmethod
    def _in_order(pattern: Pattern, places: Mapping[str, list[int]]) -> list[tuple[int, int]]:
        spans = []
        for start in places[pattern.keys[0]]:
            last = start
            for key in pattern.keys[1:]:
                later = places[key]
                index = bisect_left(later, last + 1)
                if index == len(later) or later[index] - last - 1 > pattern.gap:
                    break
                last = later[index]
            else:
                spans.append((start, last))
        return spans

    @staticmethod
    def _hit(concept: str, spans: list[Span], analysed: Analysed, in_title: bool) -> Hit:
        words = analysed.words
        best = max(weight for weight, _, _ in spans)
        distinct = {(first, last) for _, first, last in spans}
        strength = best * (1 + 0.35 * log1p(len(distinct) - 1))
        passages = tuple(
            Passage(words[first].start, words[last].end, in_title) for first, last in sorted(distinct)
        )
        return Hit(concept, strength, passages)


def _as_written(word: Word, pattern: Pattern) -> float:
    """Less for an abbreviation in small letters, and for a word that differs by an accent (métré, mètre)."""
    share = _SMALL_LETTERS if pattern.capital and not word.capital else 1.0
    if word.folded == pattern.surface and word.written and word.written != pattern.written:
        plain = word.written.translate(_CIRCUMFLEX)  # its use is free since 1990
        share *= (
            1.0 if plain == (pattern.written or pattern.surface).translate(_CIRCUMFLEX) else _OTHER_ACCENT
        )
    return share


def _shadowed(found: Mapping[str, list[Span]]) -> dict[str, list[Span]]:
    """Weights lowered for spans strictly inside a tight span of another concept."""
    longer: dict[int, list[tuple[int, str]]] = {}  # by where they begin: a tight span is short
    for concept, spans in found.items():
        for weight, first, last in spans:
            if 0 < last - first <= _TIGHT and weight == 1.0:
                longer.setdefault(first, []).append((last, concept))

    def inside(concept: str, first: int, last: int) -> bool:
        return any(
            last <= b and b - a > last - first and other != concept
            for a in range(first - _TIGHT, first + 1)
            for b, other in longer.get(a, ())
        )

    return {
        concept: [
            (w * (_SHADOW if inside(concept, first, last) else 1), first, last) for w, first, last in spans
        ]
        for concept, spans in found.items()
    }


def _nearest(positions: list[int], target: int) -> int:
    index = bisect_left(positions, target)
    around = positions[max(0, index - 1) : index + 1]
    return min(around, key=lambda position: abs(position - target))
