"""Which parts of a text answer a search: pure functions from a text to pieces, never to markup.

A screen escapes each piece and marks those that are `marked`: nothing in a text can become markup, because no markup
is ever put together here. The pieces joined are the text, character for character.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .concepts.recognising import Recogniser
from .searching import Found
from .text import Analysed, Compounds, analyse

WIDTH = 220
# A German compound is marked for one of its parts, and a marked phrase is this many words at most.
MOST_WORDS = 4
LONGEST_PASSAGE = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters, marked or not."""

    text: str
    marked: bool = False


def pieces(
    text: str,
    language: str,
    stems: Collection[str],
    compounds: Compounds | None = None,
    spans: Iterable[tuple[int, int]] = (),
) -> tuple[Piece, ...]:
    """The text cut where marks begin and end; () for an empty text.

    stems: marked words are those of these stems, whatever their inflection, and German compounds with such a part.
    spans: further (start, end) characters to mark.
    """
    return cut(text, [*matches(analyse(text, language), stems, compounds), *spans])


def matches(
    analysed: Analysed, stems: Collection[str], compounds: Compounds | None = None
) -> list[tuple[int, int]]:
    """Characters of the words of these stems, in reading order."""
    split = compounds if analysed.language == "de" else None
    return [
        (word.start, word.end)
        for word in analysed.words
        if word.stem
        and (word.stem in stems or (split and any(part in stems for part in split.parts(word.folded))))
    ]


def snippet(
    text: str,
    language: str,
    stems: Collection[str],
    compounds: Compounds | None = None,
    spans: Iterable[tuple[int, int]] = (),
    width: int = WIDTH,
) -> tuple[Piece, ...]:
    """The passage of a text that holds the most different marked words; () when it holds none."""
    return passage(text, [*matches(analyse(text, language), stems, compounds), *spans], width)


def passage(text: str, spans: Iterable[tuple[int, int]], width: int = WIDTH) -> tuple[Piece, ...]:
    """The `width` characters, cut between words, with the most different spans; () when there are none."""
    found = sorted(spans)
    if not found:
        return ()
    best, most = found[0], 0
    for start, end in found:
        inside = {text[a:b].casefold() for a, b in found if a >= start and b <= start + width * 0.75}
        if len(inside) > most:
            best, most = (start, end), len(inside)
    first = _word_start(text, max(0, best[0] - width // 4))
    last = _word_end(text, min(len(text), first + width))
    inside = [(start - first, end - first) for start, end in found if start >= first and end <= last]
    middle = cut(text[first:last].replace("\n", " "), inside)
    before = (Piece("… "),) if first else ()
    after = (Piece(" …"),) if last < len(text) else ()
    return (*before, *middle, *after)


def spoken(text: str, spans: Sequence[tuple[int, int]], limit: int = 3) -> tuple[str, ...]:
    """At most `limit` passages as they are written, each thing said once: none that lies within another one."""
    said: dict[str, str] = {}
    for start, end in spans:
        inside = any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)
        words = " ".join(text[start:end].split())
        if words and not inside and end - start <= LONGEST_PASSAGE:
            said.setdefault(words.casefold(), words)
    return tuple(list(said.values())[:limit])


def cut(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text in pieces, the spans marked; those that touch or overlap become one."""
    found, position = [], 0
    for start, end in sorted(spans):
        if start > position:
            found.append(Piece(text[position:start]))
        if end > position:
            marked = Piece(text[max(start, position) : end], True)
            if found and found[-1].marked:
                marked = Piece(found.pop().text + marked.text, True)
            found.append(marked)
            position = end
    if position < len(text):
        found.append(Piece(text[position:]))
    return tuple(found)


def _word_start(text: str, position: int) -> int:
    """The start of the word that follows, unless the position is the text's own."""
    if not position:
        return 0
    space = text.find(" ", position, position + 40)
    return space + 1 if space >= 0 else position


def _word_end(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, position - 40), position)
    return space if space > 0 else position


@dataclass(frozen=True, slots=True)
class Shown:
    """Title and summary with their marks, and a passage of the longer text when those two have none."""

    title: tuple[Piece, ...]
    summary: tuple[Piece, ...]
    passage: tuple[Piece, ...] = ()


class Highlighter:
    """Marks what answered a search in the texts of offers. Needs no catalogue."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    def highlighted(
        self, found: Found, title: str, summary: str, rest: str, languages: Sequence[str]
    ) -> Shown:
        """The texts of an offer with what answered marked: the words, or where there are none, the concepts.

        languages: of title, summary and rest.
        """
        compounds, stems = self._recogniser.compounds, frozenset(found.stems)
        read = [analyse(text, language) for text, language in zip((title, summary), languages, strict=False)]
        spans = [matches(part, stems, compounds) for part in read]
        below: list[tuple[int, int]] = []
        if not any(spans):
            rest_read = analyse(rest, languages[2])
            below = matches(rest_read, stems, compounds)
            if not below:
                spans = [self._said(part, found.concepts) for part in read]
                below = [] if any(spans) else self._said(rest_read, found.concepts)
        return Shown(cut(title, spans[0]), cut(summary, spans[1]), passage(rest, below))

    def _said(self, analysed: Analysed, concepts: Collection[str]) -> list[tuple[int, int]]:
        """Characters of the expressions that say one of these concepts."""
        words = analysed.words
        return sorted(
            {
                (words[first].start, words[last].end)
                for concept, spans in self._recogniser.spans(analysed).items()
                if concept in concepts
                for _weight, first, last in spans
                if last - first < MOST_WORDS
            }
        )
