"""The concepts of a thesaurus in any text: patterns compiled once a language, and shared by processes."""

from __future__ import annotations

import threading
from collections.abc import Container
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

import Stemmer

from .. import patterns, text
from ..patterns import Patterns
from ..spelling import slips
from ..text import STOP_WORDS, Analysed, Compounds, analyse, fold, raw_words, stem, stop_words
from ..thesaurus import Thesaurus
from ..types import IndexUnusable
from ..vocabulary import Vocabulary
from . import compiling
from .compiling import Compiler
from .finding import Finder, Hit, Span

# Words from so many letters on are read as a thesaurus word one slip away, long ones two; a few words a text.
_SPELT, _LONG, _LIKE, _MOST_RESPELT = 7, 11, 0.45, 6

# Where compiled thesauri lie for other processes to map (a cache like the index); None: each compiles its own.
shelf: Path | None = None
MOST_SHELVED = 4


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of all that decides how an expression is compiled, beside the thesaurus itself."""
    files = (
        *(Path(module.__file__) for module in (compiling, patterns, text)),
        STOP_WORDS,
    )
    digest = sha256(Stemmer.version().encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


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
        self._compiled: dict[str, Finder] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def _in(self, language: str) -> Finder:
        """The patterns for texts of a language, compiled when the first text of it comes."""
        if language not in self._compiled:
            with self._lock:
                if language not in self._compiled:
                    ready = self._ready(language)
                    self._compiled[language] = ready or Finder(
                        Compiler(language, self.compounds).patterns(self.thesaurus.entries),
                        language,
                        self.compounds,
                    )
                    if ready is None:  # there was none, or a damaged one
                        self._keep(language)
        return self._compiled[language]

    def _ready(self, language: str) -> Finder | None:
        """What another process compiled, None when there is nothing of use."""
        if shelf and self.thesaurus.version:
            with suppress(IndexUnusable):
                kept = Patterns.open(self._file(language), self._key, tuple(self.thesaurus.entries))
                return Finder(kept, language, self.compounds)
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


_recognisers: dict[str, Recogniser] = {}
_MOST_RECOGNISERS = 4


def recogniser_of(thesaurus: Thesaurus) -> Recogniser:
    """Compiling tens of thousands of expressions takes seconds: a changed catalogue keeps the last compiled ones."""
    if thesaurus.version not in _recognisers:
        for old in list(_recognisers)[: 1 - _MOST_RECOGNISERS]:
            del _recognisers[old]
        _recognisers[thesaurus.version] = Recogniser(thesaurus)
    return _recognisers[thesaurus.version]
