"""Facets of a search: which offers have a value, and how many of those found do, from columns and packed bits alone.

A value is one row of bits, an offer one bit (12.5 kB a value for 100 000 offers): a filter is an "or" of rows, a
count the number of bits that a row shares with a mask. Values of one facet add up, facets narrow each other, and a
facet is counted under the other ones, so that a reader sees what choosing another value would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from .catalogue import KINDS, SIZES
from .documents import PROFILE
from .facts import Facts
from .text import LANGUAGES
from .view import View

Array = np.ndarray

FORMATS = ("onsite", "hybrid", "remote")
AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen values by facet; none chosen: any. Unknown values fit no offer.

    kind, topic, sector, language: codes. place: "54" (French department) or "DE" (country, "FR" the whole of it).
    size: TPE, PME, ETI, GE, offers open to it. format: onsite, hybrid, remote. start: "ahead", a date still to come.
    """

    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    start: tuple[str, ...] = ()

    def without(self, facet: str) -> Filters:
        return replace(self, **{facet: ()})


FACETS = tuple(field.name for field in fields(Filters))


class Facets:
    """Rows of bits by facet over one view, made when they are first asked for. Safe to share between threads."""

    def __init__(self, view: View, facts: Facts) -> None:
        self._view = view
        self._facts = facts
        self._rows: dict[str, Mapping[str, Array]] = {}

    def rows(self, facet: str, today: date, topics: Sequence[str] = ()) -> Mapping[str, Array]:
        """Value → its packed row. topics: the codes that are counted, since an index knows no list of them."""
        if facet == "start":  # what is still to come changes every day
            return {AHEAD: np.packbits(self._facts.last_start >= today.toordinal())}
        if facet == "topic":
            known = self._rows.get("topic", {})
            if not all(code in known for code in topics):
                known = {**known, **{code: self._topic(code) for code in topics if code not in known}}
                self._rows["topic"] = known
            return {code: known[code] for code in topics}
        if facet not in self._rows:
            self._rows[facet] = {value: np.packbits(mask) for value, mask in self._masks(facet).items()}
        return self._rows[facet]

    def _topic(self, code: str) -> Array:
        return np.packbits(self._view.score("topics", {code: 1.0}, by_rarity=False) > 0)

    def _masks(self, facet: str) -> dict[str, Array]:
        facts = self._facts
        if facet == "kind":
            return {kind: facts.of_kind(kind) for kind in KINDS}
        if facet == "sector":  # no sector named: open to every sector
            anyone = facts.sectors == 0
            bits = {code: np.uint64(1 << number) for number, code in enumerate(facts.schema.sectors)}
            return {code: anyone | ((facts.sectors & bit) > 0) for code, bit in bits.items()}
        if facet == "size":
            return {size: (facts.sizes == 0) | facts.for_size(size) for size in SIZES}
        if facet == "place":
            departments = {code.decode(): facts.department == code for code in np.unique(facts.department)}
            countries = {code.decode(): facts.country == code for code in np.unique(facts.country)}
            return {value: mask for value, mask in {**countries, **departments}.items() if value}
        if facet == "language":
            return {code: self._profiled(f"language:{code}") for code in LANGUAGES}
        remote = self._profiled("remote")
        formats = {code: self._profiled(f"modality:{code}") for code in FORMATS}
        return {**formats, "remote": formats["remote"] | remote}

    def _profiled(self, name: str) -> Array:
        return (self._facts.profile & np.uint64(1 << PROFILE.index(name))) > 0

    def narrowed(
        self, mask: Array, filters: Filters, today: date, topics: Sequence[str] = ()
    ) -> tuple[Array, dict[str, dict[str, int]]]:
        """Offers of `mask` (bool, shape (offers,)) that pass every filter, and counts by facet and value.

        A value that no offer has under the other filters is left out, unless it is chosen.
        """
        base = np.packbits(mask)
        rows = {facet: self.rows(facet, today, topics) for facet in FACETS}
        passing = self._passing(filters, today, topics)
        counts = {}
        for facet in FACETS:
            others = base
            for other, passes in passing.items():
                if other != facet:
                    others = others & passes
            counts[facet] = self._counts(rows[facet], others, getattr(filters, facet))
        for passes in passing.values():
            base = base & passes
        return np.unpackbits(base, count=len(mask)).view(bool), counts

    def passing(self, mask: Array, filters: Filters, today: date) -> Array:
        """Offers of `mask` that pass every filter."""
        base = np.packbits(mask)
        for passes in self._passing(filters, today, filters.topic).values():
            base = base & passes
        return np.unpackbits(base, count=len(mask)).view(bool)

    def _passing(self, filters: Filters, today: date, topics: Sequence[str]) -> dict[str, Array]:
        return {
            facet: self._any(self.rows(facet, today, topics), chosen)
            for facet in FACETS
            if (chosen := getattr(filters, facet))
        }

    def _any(self, rows: Mapping[str, Array], chosen: Sequence[str]) -> Array:
        known = [rows[value] for value in chosen if value in rows]
        none = np.zeros(-(-self._view.size // 8), dtype=np.uint8)
        return np.bitwise_or.reduce(known) if known else none

    @staticmethod
    def _counts(rows: Mapping[str, Array], mask: Array, chosen: Sequence[str]) -> dict[str, int]:
        counts = {value: int(np.bitwise_count(row & mask).sum()) for value, row in rows.items()}
        return {value: count for value, count in counts.items() if count or value in chosen}
