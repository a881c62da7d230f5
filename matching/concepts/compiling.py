"""Expressions of a thesaurus as patterns to find in texts of one language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..patterns import Pattern, Patterns
from ..text import Compounds, fold, stem, stop_words
from ..thesaurus import Entry, Expression

_WORDS = re.compile(r"[^\W_]+[*]?|[*][^\W_]+")
_FOREIGN_LENGTH = 9
_ABBREVIATION = 5
_GAP = 1
NEGATIONS = {
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


class Compiler:
    """Makes the patterns of concepts for texts of one language."""

    def __init__(self, language: str, compounds: Compounds) -> None:
        self.language = language
        self._compounds = compounds if language == "de" else None

    def patterns(self, entries: Mapping[str, Entry]) -> Patterns:
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
            for pattern in self._compile(entry.id, expression)
        }
        return Patterns.of(list(patterns.values()), tuple(entries))

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
                negated=any(token in NEGATIONS[self.language] for token in tokens),
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
