"""Compiled expressions in plain arrays: some twenty bytes each, in memory or mapped from a file by every process.

Only the patterns whose anchor (their rarest key) a text says become Python objects, when it is first said.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from .arrays import open_arrays, save_arrays
from .types import IndexUnusable

Array = np.ndarray
_EXACT, _JOINED, _CAPITAL, _NEGATED = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled expression: `keys` close together in one sentence; in order when `exact`, with at most `gap`
    other words between two of them.

    `surface` of a single word: a text word of the same stem but much longer or shorter is another word (opéra,
    opérateur), and one that differs by more than an inflection may be (point, pointe; chiffre, chiffrement).
    `surfaces`: the same for each key of several words. `written`: the single word with its accents.
    `joined`: the keys are parts of one German compound. `capital`: an abbreviation, unsure where written small.
    `negated`: said with a "not", "no", "without"…, so a text must have one near it too.
    """

    concept: str
    weight: float
    keys: tuple[str, ...]
    exact: bool
    surface: str = ""
    written: str = ""
    surfaces: tuple[str, ...] = ()
    gap: int = 0
    joined: bool = False
    capital: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Anchored:
    """The patterns of one anchor: those it satisfies alone; and by the rarest further key, each with what is left."""

    alone: tuple[Pattern, ...]
    groups: tuple[tuple[str, tuple[tuple[Pattern, tuple[str, ...]], ...]], ...]


class Patterns:
    """Immutable patterns by anchor. `concepts`: names in the order of the thesaurus that they were compiled from."""

    def __init__(self, arrays: Mapping[str, Array], concepts: Sequence[str]) -> None:
        self.arrays = arrays
        self._concepts = concepts
        self._known: Array = arrays["known"]
        self._hashes: Array = arrays["hashes"]
        self._anchored: dict[str, Anchored | None] = {}

    def __len__(self) -> int:
        return len(self.arrays["concept"])

    @classmethod
    def of(cls, patterns: Sequence[Pattern], concepts: Sequence[str]) -> Patterns:
        number: dict[str, int] = {}
        concept_number = {name: place for place, name in enumerate(concepts)}
        frequency = array("I")
        for pattern in patterns:
            for key in pattern.keys:
                place = number.setdefault(key, len(number))
                if place == len(frequency):
                    frequency.append(0)
                frequency[place] += 1

        def rare_first(pattern: Pattern) -> list[int]:
            """Positions of the keys, rarest first."""
            keys = pattern.keys
            return sorted(range(len(keys)), key=lambda at: (frequency[number[keys[at]]], keys[at]))

        ranked = [rare_first(pattern) for pattern in patterns]
        anchors = np.array(
            [crc32(p.keys[at[0]].encode()) for p, at in zip(patterns, ranked, strict=True)], dtype=np.uint32
        )
        order = np.argsort(anchors, kind="stable").tolist()
        known = np.sort(np.array([crc32(key.encode()) for key in number], dtype=np.uint32))
        for pattern in patterns:  # surfaces lie in the same pool as the keys
            for form in ("", pattern.surface, pattern.written, *pattern.surfaces):
                number.setdefault(form, len(number))
        single = sorted({crc32(pattern.keys[0].encode()) for pattern in patterns if pattern.surface})
        pool = [text.encode() for text in number]
        chosen = [(patterns[i], ranked[i]) for i in order]
        arrays = {
            "known": known,
            "single": np.array(single, dtype=np.uint32),
            "hashes": anchors[order],
            "pool": np.frombuffer(b"".join(pool), dtype=np.uint8),
            "pool_starts": np.cumsum([0, *map(len, pool)]).astype(np.uint32),
            "concept": np.array([concept_number[p.concept] for p, _ in chosen], dtype=np.uint16),
            "weight": np.array([p.weight for p, _ in chosen], dtype=np.float64),
            "flags": np.array(
                [
                    _EXACT * p.exact + _JOINED * p.joined + _CAPITAL * p.capital + _NEGATED * p.negated
                    for p, _ in chosen
                ],
                dtype=np.uint8,
            ),
            "gap": np.array([p.gap for p, _ in chosen], dtype=np.uint8),
            "surface": np.array([number[p.surface] for p, _ in chosen], dtype=np.uint32),
            "written": np.array([number[p.written] for p, _ in chosen], dtype=np.uint32),
            # One for each key; the empty one where a pattern has none.
            "surfaces": np.array(
                [number[form] for p, _ in chosen for form in (p.surfaces or ("",) * len(p.keys))],
                dtype=np.uint32,
            ),
            "rarest": np.array([at[0] for _, at in chosen], dtype=np.uint8),
            "second": np.array([at[1] if len(at) > 1 else 0 for _, at in chosen], dtype=np.uint8),
            "key_starts": np.cumsum([0, *(len(p.keys) for p, _ in chosen)]).astype(np.uint32),
            "keys": np.array([number[key] for p, _ in chosen for key in p.keys], dtype=np.uint32),
        }
        return cls(arrays, concepts)

    def save(self, path: Path, key: str) -> None:
        save_arrays(path, {"key": key}, self.arrays)

    @classmethod
    def open(cls, path: Path, key: str, concepts: Sequence[str]) -> Patterns:
        """Raises IndexUnusable when it is missing, damaged or made from something else."""
        header, arrays = open_arrays(path)
        if header.get("key") != key:
            raise IndexUnusable(f"{path.name}: made from something else")
        return cls(arrays, concepts)

    def among(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Those keys that some pattern uses (one in a hundred thousand others may slip in, without effect)."""
        asked = list(dict.fromkeys(keys))
        known = self._known
        if not len(known) or not asked:
            return ()
        hashes = np.array([crc32(key.encode()) for key in asked], dtype=np.uint32)
        found = known[np.minimum(known.searchsorted(hashes), len(known) - 1)] == hashes
        return tuple(key for key, held in zip(asked, found.tolist(), strict=True) if held)

    def stands_alone(self, key: str) -> bool:
        """Whether a single word of this stem is an expression."""
        single: Array = self.arrays["single"]
        value = np.uint32(crc32(key.encode()))
        place = int(single.searchsorted(value))
        return place < len(single) and bool(single[place] == value)

    def anchored(self, key: str) -> Anchored | None:
        try:
            return self._anchored[key]
        except KeyError:
            found = self._anchored[key] = self._read(key)
            return found

    def _read(self, anchor: str) -> Anchored | None:
        value = np.uint32(crc32(anchor.encode()))
        first, last = (int(self._hashes.searchsorted(value, side)) for side in ("left", "right"))
        if first == last:
            return None
        alone: list[Pattern] = []
        groups: dict[str, list[tuple[Pattern, tuple[str, ...]]]] = {}
        for row in range(first, last):
            pattern, rarest, second = self._pattern(row)
            keys = pattern.keys
            if keys[rarest] != anchor:
                continue
            if len(keys) == 1:
                alone.append(pattern)
            else:
                rest = tuple(key for at, key in enumerate(keys) if at not in (rarest, second))
                groups.setdefault(keys[second], []).append((pattern, rest))
        if not alone and not groups:
            return None
        return Anchored(tuple(alone), tuple((key, tuple(group)) for key, group in groups.items()))

    def _pattern(self, row: int) -> tuple[Pattern, int, int]:
        arrays = self.arrays
        first, last = arrays["key_starts"][row : row + 2].tolist()
        flags = int(arrays["flags"][row])
        surfaces = tuple(self._text(number) for number in arrays["surfaces"][first:last].tolist())
        pattern = Pattern(
            self._concepts[arrays["concept"][row]],
            float(arrays["weight"][row]),
            tuple(self._text(number) for number in arrays["keys"][first:last].tolist()),
            bool(flags & _EXACT),
            self._text(int(arrays["surface"][row])),
            self._text(int(arrays["written"][row])),
            surfaces if any(surfaces) else (),
            int(arrays["gap"][row]),
            bool(flags & _JOINED),
            bool(flags & _CAPITAL),
            bool(flags & _NEGATED),
        )
        return pattern, int(arrays["rarest"][row]), int(arrays["second"][row])

    def _text(self, number: int) -> str:
        starts = self.arrays["pool_starts"]
        return bytes(self.arrays["pool"][starts[number] : starts[number + 1]]).decode()
