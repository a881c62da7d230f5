"""Recognises the concepts of a thesaurus in a text and says where.

Every expression is compiled once per language of text: a set of keys (stems, `prefix*`, `*suffix`) that must
stand together in one sentence within a short window. Expressions of another language also count when they
cannot be mistaken for a word of the text's own language (several words, or a long one).
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from math import log1p
from pathlib import Path

import Stemmer

from .patterns import Pattern, Patterns
from .spelling import slips
from .text import STOP_WORDS, Analysed, Compounds, Word, analyse, fold, raw_words, stem, stop_words
from .thesaurus import Entry, Expression, Thesaurus
from .types import IndexUnusable, Passage
from .vocabulary import Vocabulary

_WORDS = re.compile(r"[^\W_]+[*]?|[*][^\W_]+")
_FOREIGN_LENGTH = 9
_SLACK = 3
_COMMA = 2
_ABBREVIATION = 5
_SMALL_LETTERS = 0.4
_INFLECTION = 3
_GAP = 1
_TIGHT = 3
_DERIVED = 0.45
_DERIVED_IN_MANY = 0.8
# Words from so many letters on are read as a thesaurus word one slip away, long ones two; a few words a text.
_SPELT, _LONG, _LIKE, _MOST_RESPELT = 7, 11, 0.45, 6
_NEAR_NEGATION = 3
_NEGATIONS = {
    "fr": frozenset(
        (
            "ne",
            "n",
            "pas",
            "plus",
            "jamais",
            "aucun",
            "aucune",
            "sans",
            "ni",
            "rien",
            "personne",
            "impossible",
        )
    ),
    "de": frozenset(
        (
            *("nicht", "kein", "keine", "keinen", "keiner", "keinem", "keines"),
            *("ohne", "nie", "niemand", "niemals", "nichts"),
        )
    ),
    "en": frozenset(
        ("no", "not", "never", "without", "nobody", "none", "nothing", "cannot", "don", "doesn", "isn", "t")
    ),
}
_MODIFIER = 0.6
_OTHER_ACCENT = 0.4
_CIRCUMFLEX = str.maketrans("îûâêô", "iuaeo")
_PLURALS = {"fr": ("s", "x"), "de": ("e", "n", "en", "er", "s", "es"), "en": ("s", "es")}
_SHADOW = 0.4
_MOST_WORDS = 50_000

Span = tuple[float, int, int]

# Where compiled thesauri lie for other processes to map (a cache like the index); None: each compiles its own.
shelf: Path | None = None
MOST_SHELVED = 4


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of all that decides how an expression is compiled, beside the thesaurus itself."""
    files = (
        *(Path(__file__).with_name(f"{name}.py") for name in ("concepts", "patterns", "text")),
        STOP_WORDS,
    )
    digest = sha256(Stemmer.version().encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found in a text: strength about 0.4 (one weak clue) to 2 (said several times)."""

    concept: str
    strength: float
    passages: tuple[Passage, ...]


class Recogniser:
    """Finds the concepts of a thesaurus. Build once; safe to share between threads."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        vocabulary = [
            fold(match.group(), "de")
            for entry in thesaurus.entries.values()
            for expression in entry.expressions
            if expression.language == "de"
            for match in raw_words(expression.text)
        ]
        stops = stop_words()["de"]
        self.compounds = Compounds(word for word in vocabulary if word not in stops)
        self._lock = threading.Lock()
        self._compiled: dict[str, _Compiled] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def _in(self, language: str) -> _Compiled:
        """The patterns for texts of a language, compiled when the first text of it comes."""
        if language not in self._compiled:
            with self._lock:
                if language not in self._compiled:
                    ready = self._ready(language)
                    self._compiled[language] = ready or _Compiled.of(
                        self.thesaurus.entries, language, self.compounds
                    )
                    if ready is None:  # there was none, or a damaged one
                        self._keep(language)
        return self._compiled[language]

    def _ready(self, language: str) -> _Compiled | None:
        """What another process compiled, None when there is nothing of use."""
        if shelf and self.thesaurus.version:
            with suppress(IndexUnusable):
                patterns = Patterns.open(self._file(language), self._key, tuple(self.thesaurus.entries))
                return _Compiled(patterns, language, self.compounds)
        return None

    def _keep(self, language: str) -> None:
        if not shelf or not self.thesaurus.version:
            return
        # Whatever is wrong with the folder: this process has what it needs.
        with suppress(OSError):
            shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._compiled[language].patterns.save(self._file(language), self._key)
            kept = sorted(shelf.glob(f"{language}-*.idx"), key=lambda file: -file.stat().st_mtime)
            for old in kept[MOST_SHELVED:]:
                old.unlink(missing_ok=True)

    def _file(self, language: str) -> Path:
        return shelf / f"{language}-{self._key}.idx"

    @cached_property
    def _key(self) -> str:
        """Changes with the thesaurus, the order of its concepts, and the code that compiles it."""
        names = "\0".join(self.thesaurus.entries)
        return sha256(f"{self.thesaurus.version}\0{_code()}\0{names}".encode()).hexdigest()[:16]

    def find(self, analysed: Analysed, *, in_title: bool = False, longest: bool = False) -> dict[str, Hit]:
        """Concepts of an analysed text, with strength and passages.

        longest: a word inside a longer expression of another concept counts little ("rupture" in "rupture de
        stock"). Wanted when a need is read; offers keep every concept as a bridge.
        """
        return self._in(analysed.language).find(analysed, in_title, longest)

    def spans(self, analysed: Analysed) -> dict[str, list[Span]]:
        """Concept → (weight, first word, last word) of each place where a text says it."""
        return self._in(analysed.language).spans(analysed)

    def respelt(self, analysed: Analysed, known: Container[str] = ()) -> Analysed:
        """The text with words that nobody knows read as the thesaurus word that is one slip away (two for long ones).

        known: further stems that are words, such as those of the catalogue.
        """
        compiled = self._in(analysed.language)
        words = list(analysed.words)
        found = 0
        for place, word in enumerate(words):
            unknown = word.stem and len(word.folded) >= _SPELT and word.folded.isalpha()
            if not unknown or word.capital or word.stem in known or compiled.knows(word):
                continue
            spelt = self._spelt(word.folded, analysed.language)
            if spelt:
                words[place] = word._replace(folded=spelt, stem=stem(spelt, analysed.language), written="")
                found += 1
                if found == _MOST_RESPELT:
                    break
        return Analysed(analysed.language, tuple(words)) if found else analysed

    def _spelt(self, folded: str, language: str) -> str:
        most = 1 if len(folded) < _LONG else 2
        for other, _likeness in self._spellings(language).similar(folded, 5, _LIKE):
            if other[0] == folded[0] and slips(folded, other) <= most:
                return other
        return ""

    def _spellings(self, language: str) -> Vocabulary:
        if language not in self._vocabularies:
            self._vocabularies[language] = Vocabulary.of(
                fold(match.group(), language)
                for entry in self.thesaurus.entries.values()
                for expression in entry.expressions
                if expression.language in (language, "xx")
                for match in raw_words(expression.text)
                if len(match.group()) >= _SPELT - 1
            )
        return self._vocabularies[language]

    def find_in(self, text: str, language: str, *, in_title: bool = False) -> dict[str, Hit]:
        """Same, from plain text."""
        return self.find(analyse(text, language), in_title=in_title)


class _Compiled:
    """The patterns of all concepts for texts of one language."""

    def __init__(self, patterns: Patterns, language: str, compounds: Compounds) -> None:
        self.language = language
        self.patterns = patterns
        self._compounds = compounds if language == "de" else None
        self._keys_of: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, entries: Mapping[str, Entry], language: str, compounds: Compounds) -> _Compiled:
        compiled = cls(Patterns.of((), ()), language, compounds)
        patterns = {
            (
                pattern.concept,
                pattern.keys,
                pattern.exact,
                pattern.surface,
                pattern.written,
                pattern.surfaces,
                pattern.negated,
            ): pattern
            for entry in entries.values()
            for expression in entry.expressions
            for pattern in compiled._compile(entry.id, expression)
        }
        compiled.patterns = Patterns.of(list(patterns.values()), tuple(entries))
        return compiled

    def _compile(self, concept: str, expression: Expression) -> list[Pattern]:
        own = expression.language in (self.language, "xx")
        stops = stop_words()[self.language] | (frozenset() if own else stop_words()[expression.language])
        tokens = [fold(match, self.language) for match in _WORDS.findall(expression.text)]
        matter = list(dict.fromkeys(t for t in tokens if t not in stops and (len(t) > 1 or t.isdigit())))
        # "dans la tête" without its little words would be any head, "à l'heure" nothing at all, "Zeile für Zeile" any
        # line: what leaves fewer than two words is taken literally.
        if expression.exact or (len(matter) < 2 and len(tokens) > 1):
            keys = tuple(self._key(token, exact=True) for token in tokens) if own else ()
            gap = 0 if expression.exact or not matter else _GAP
            return [Pattern(concept, expression.weight, keys, True, gap=gap)] if keys else []
        if not matter:
            return []
        if not own:
            # A stem of another language's word may be anything here; only the very words count.
            if len(matter) == 1 and len(matter[0]) < _FOREIGN_LENGTH:
                return []
            return [
                Pattern(concept, expression.weight, tuple(self._key(t, exact=True) for t in matter), False)
            ]
        surface = matter[0] if len(matter) == 1 and "*" not in matter[0] else ""
        keys = tuple(dict.fromkeys(map(self._key, matter)))
        short = bool(surface) and len(surface) <= _ABBREVIATION and expression.text.strip().isupper()
        written = "" if expression.text.isascii() else expression.text.strip().casefold()
        firsts = {self._key(token): token for token in reversed(matter)}
        patterns = [
            Pattern(
                concept,
                expression.weight,
                keys,
                False,
                surface,
                written if surface else "",
                () if surface else tuple("" if "*" in key else firsts[key] for key in keys),
                capital=short,
                negated=any(token in _NEGATIONS[self.language] for token in tokens),
            )
        ]
        if self._compounds and len(matter) == 1 and "*" not in matter[0]:
            parts = self._compounds.parts(matter[0])
            if parts:
                patterns.append(Pattern(concept, expression.weight, parts, False, joined=True))
        return patterns

    def _key(self, token: str, exact: bool = False) -> str:
        if "*" in token:
            return token
        return f"={token}" if exact else stem(token, self.language)

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
        return any(word.folded in _NEGATIONS[self.language] for word in around)

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
    longer = [
        (first, last, concept)
        for concept, spans in found.items()
        for weight, first, last in spans
        if 0 < last - first <= _TIGHT and weight == 1.0
    ]

    def inside(concept: str, first: int, last: int) -> bool:
        return any(
            a <= first and last <= b and b - a > last - first and other != concept for a, b, other in longer
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
