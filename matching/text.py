"""From characters to words: folding, tokens with their place, language guess, stop words, stems, compounds.

Accents are folded before stemming, so that "qualité", "qualite" and "QUALITÉ" are one word; German "ae/oe/ue"
is read as an umlaut. Tokens keep their offsets in the original string whatever was folded.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import Stemmer

LANGUAGES = ("fr", "de", "en")
DATA = Path(__file__).parent / "data"
STOP_WORDS = DATA / "stopwords.txt"
MAX_CHARACTERS = 50_000
# The longest words ever written in earnest have some 60 letters; longer ones are noise that would only cost time.
LONGEST_WORD = 64
_ALGORITHMS = {"fr": "french", "de": "german", "en": "english"}
# A word is letters and digits, each with its combining marks, so that decomposed accents do not split it.
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_MARKUP = re.compile(r"<[^<>]{1,300}>|&(?:[a-zA-Z]{2,8}|#\d{1,6});")
_SENTENCE_END = re.compile(r"[.!?;\n]\s")
_CLAUSE_END = re.compile(r"[,:;()\[\]«»\"–—]|[.!?]\s|\n")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_UMLAUT = re.compile(r"(?<![aeq])(?:ae|oe|ue)(?!u)")
_UMLAUT_LETTERS = {"ae": "a", "oe": "o", "ue": "u"}
_local = threading.local()


class Word(NamedTuple):
    """A word and its place.

    stem: "" for stop words and bare numbers. clause: counts what stands between commas, colons or brackets.
    capital: written in capitals only. tied: a hyphen ties it to the word before. written: in small letters with its
    accents, "" when it has none.
    """

    start: int
    end: int
    folded: str
    stem: str
    sentence: int
    clause: int = 0
    capital: bool = False
    tied: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text read in one language."""

    language: str
    words: tuple[Word, ...]

    @property
    def stems(self) -> list[str]:
        return [word.stem for word in self.words if word.stem]


@lru_cache(maxsize=30_000)
def fold(text: str, language: str = "") -> str:
    """Lower case without accents; in German "ae/oe/ue" lose their e, as a typed umlaut would."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    if language == "de":
        folded = _UMLAUT.sub(lambda match: _UMLAUT_LETTERS[match.group()], folded)
    return folded


@lru_cache(maxsize=1)
def stop_words() -> dict[str, frozenset[str]]:
    """Stop words per language, folded; read from data/stopwords.txt."""
    words = {}
    for line in STOP_WORDS.read_text(encoding="utf-8").splitlines():
        language, colon, listed = line.partition(":")
        if colon and language in LANGUAGES:
            words[language] = frozenset(fold(word, language) for word in listed.split())
    return words


def _stemmer(language: str) -> Stemmer.Stemmer:
    # A PyStemmer object is not safe between threads.
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(_ALGORITHMS[language], 0)
    return stemmers[language]


@lru_cache(maxsize=30_000)
def stem(folded: str, language: str) -> str:
    """Snowball stem of a folded word."""
    return _stemmer(language).stemWord(folded)


def blank_markup(text: str) -> str:
    """Tags and entities become spaces of the same length: offsets stay those of the original."""
    return _MARKUP.sub(lambda match: " " * len(match.group()), text)


def raw_words(text: str) -> list[re.Match[str]]:
    """Words as matches on the original text (at most the first 50 000 characters)."""
    return list(_WORD.finditer(blank_markup(text[:MAX_CHARACTERS])))


def guess_language(*texts: str, otherwise: str = "fr") -> str:
    """ "fr", "de" or "en" by the little words that only one of them uses; `otherwise` when nothing tells."""
    counts: Counter[str] = Counter()
    for text in texts:
        for match in raw_words(text)[:400]:
            folded = fold(match.group())
            hits = [language for language in LANGUAGES if folded in stop_words()[language]]
            for language in hits:
                counts[language] += 6 // len(hits)
        lowered = text[:4000].casefold()
        counts["de"] += 2 * sum(lowered.count(c) for c in "äöüß")
        counts["fr"] += 2 * sum(lowered.count(c) for c in "éèêàçœ")
    best = max(LANGUAGES, key=lambda language: counts[language])
    return best if counts[best] else otherwise


@lru_cache(maxsize=60_000)
def _forms(written: str, language: str) -> tuple[str, str, bool]:
    """Folded form, stem ("" for what says nothing alone) and whether it is written in capitals."""
    folded = fold(written, language)
    empty = folded in stop_words()[language] or folded.isdigit() or not 2 <= len(folded) <= LONGEST_WORD
    return folded, "" if empty else stem(folded, language), len(written) > 1 and written.isupper()


def analyse(text: str, language: str) -> Analysed:
    """Words of `text` with offsets, folded form, stem and sentence number."""
    shown = text[:MAX_CHARACTERS]
    breaks = [*(match.start() for match in _SENTENCE_END.finditer(shown)), len(text)]
    commas = [*(match.start() for match in _CLAUSE_END.finditer(shown)), len(text)]
    words, sentence, clause = [], 0, 0
    for match in raw_words(text):
        start, end = match.span()
        while breaks[sentence] < start:
            sentence += 1
        while commas[clause] < start:
            clause += 1
        written = match.group()
        folded, stemmed, capital = _forms(written, language)
        tied = start > 0 and text[start - 1] == "-"
        accented = "" if written.isascii() else written.casefold()
        words.append(Word(start, end, folded, stemmed, sentence, clause, capital, tied, accented))
    return Analysed(language, tuple(words))


class Compounds:
    """Splits German compounds into words of a vocabulary ("Wälzlagerschaden" → walzlager, schaden)."""

    _LINKS = ("", "s", "n", "en", "es", "er", "e")

    def __init__(self, words: Iterable[str]) -> None:
        known = {word for word in words if len(word) >= 4 and word.isalpha()}
        self._stems = {stem(word, "de") for word in known}
        # A short last part must be a word as it is written: "Riechstoffe" does not end in "offe(n)".
        self._endings = known | {f"{word}{ending}" for word in known for ending in ("e", "n", "en", "s")}
        self._seen: dict[str, tuple[str, ...]] = {}

    def parts(self, folded: str) -> tuple[str, ...]:
        """Stems of the parts of a folded word, () when it is not a compound of known words."""
        if len(folded) < 8:
            return ()
        if folded not in self._seen:
            if len(self._seen) > 100_000:
                self._seen.clear()
            self._seen[folded] = self._split(folded, 3)
        return self._seen[folded]

    def _split(self, word: str, depth: int) -> tuple[str, ...]:
        # "Gewerbesteuer" is Gewerbe + Steuer before it is Gewerbe-s-teuer.
        for linked in (False, True):
            for cut in range(len(word) - 4, 3, -1):
                tail = word[cut:]
                head_stem = self._head(word[:cut], linked)
                if not head_stem:
                    continue
                tail_stem = stem(tail, "de")
                if tail_stem in self._stems and (len(tail) > 6 or tail in self._endings):
                    return head_stem, tail_stem
                rest = self._split(tail, depth - 1) if depth > 1 and len(tail) >= 8 else ()
                if rest:
                    return head_stem, *rest
        return ()

    def _head(self, head: str, linked: bool) -> str:
        for link in self._LINKS if linked else ("",):
            base = head.removesuffix(link) if link else head
            cut = not link or base != head
            if cut and len(base) >= 4 and bool(link) is linked and stem(base, "de") in self._stems:
                return stem(base, "de")
        return ""
