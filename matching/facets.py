"""Facets of a search: which offers have a value, and how many of those found do, from columns and packed bits alone.

A value is one row of bits, an offer one bit (12.5 kB a value for 100 000 offers): a filter is an "or" of rows, a
count the number of bits that a row shares with a mask. Values of one facet add up, facets narrow each other, and a
facet is counted under the other ones, so that a reader sees what choosing another value would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import numpy as np

from .catalogue import FUNDINGS, KINDS, SIZES
from .documents import PROFILE
from .facts import Facts
from .text import LANGUAGES
from .view import View

Array = np.ndarray

FORMATS = ("onsite", "hybrid", "remote")
# A date still to come; one within so many days.
AHEAD, SOON, SOON_DAYS = "ahead", "soon", 92
# Of a course, in euros before tax: nothing, up to, up to, more.
PRICES = {"free": (0, 0), "1000": (1, 1_000), "3000": (1_001, 3_000), "more": (3_001, 2**31 - 1)}
# Technology readiness levels by what is there at the end: a proof, a prototype, something in use.
LEVELS = {"1-3": range(1, 4), "4-6": range(4, 7), "7-9": range(7, 10)}


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen values by facet; none chosen: any. Unknown values fit no offer.

    kind, topic, sector, language: codes. place: "54" (French department) or "DE" (country, "FR" the whole of it).
    size: TPE, PME, ETI, GE, offers open to it. format: onsite, hybrid, remote. start: "ahead", a date still to come, or
    "soon". pillar: codes. price: keys of PRICES and funding: codes of FUNDINGS, of courses. trl: keys of LEVELS, offers
    that go through one of them.
    """

    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    pillar: tuple[str, ...] = ()
    price: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    trl: tuple[str, ...] = ()

    def without(self, facet: str) -> Filters:
        return replace(self, **{facet: ()})


FACETS = tuple(field.name for field in fields(Filters))
# Facets whose values are an offer's own codes, and the channel of the index that holds them.
DECLARED = {"topic": "topics", "pillar": "pillars"}


class Facets:
    """Rows of bits by facet over one view, made when they are first asked for. Safe to share between threads."""

    def __init__(self, view: View, facts: Facts) -> None:
        self._view = view
        self._facts = facts
        self._rows: dict[str, Mapping[str, Array]] = {}
        self._started: tuple[date | None, Mapping[str, Array]] = (None, {})

    def rows(self, facet: str, today: date, codes: Sequence[str] = ()) -> Mapping[str, Array]:
        """Value → its packed row. codes: those of a declared facet that are counted, an index knows no list of them."""
        if facet == "start":
            return self._starting(today)
        if facet in DECLARED:
            known = self._rows.get(facet, {})
            if not all(code in known for code in codes):
                known = {
                    **known,
                    **{code: self._declared(facet, code) for code in codes if code not in known},
                }
                self._rows[facet] = known
            return {code: known[code] for code in codes}
        if facet not in self._rows:
            self._rows[facet] = {value: np.packbits(mask) for value, mask in self._masks(facet).items()}
        return self._rows[facet]

    def _starting(self, today: date) -> Mapping[str, Array]:
        """What is still to come, and soon: another one every day, the same all day."""
        day, rows = self._started
        if day != today:
            days = {(today + timedelta(days=number)).isoformat(): 1.0 for number in range(SOON_DAYS)}
            sessions = self._view.score("starts", days, by_rarity=False) > 0
            first, ahead = self._facts.first_start, self._facts.last_start >= today.toordinal()
            windows = ahead & (first > 0) & (first < today.toordinal() + SOON_DAYS)
            rows = {SOON: np.packbits(sessions | windows), AHEAD: np.packbits(ahead)}
            self._started = today, rows
        return rows

    def _declared(self, facet: str, code: str) -> Array:
        return np.packbits(self._view.score(DECLARED[facet], {code: 1.0}, by_rarity=False) > 0)

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
        if facet == "price":
            return {
                band: (facts.price >= low) & (facts.price <= high) for band, (low, high) in PRICES.items()
            }
        if facet == "funding":
            return {code: (facts.fundings & np.uint8(1 << n)) > 0 for n, code in enumerate(FUNDINGS)}
        if facet == "trl":
            masks = {band: np.uint16(sum(1 << level for level in levels)) for band, levels in LEVELS.items()}
            return {band: (facts.trl & mask) > 0 for band, mask in masks.items()}
        if facet == "language":
            return {code: self._profiled(f"language:{code}") for code in LANGUAGES}
        remote = self._profiled("remote")
        formats = {code: self._profiled(f"modality:{code}") for code in FORMATS}
        return {**formats, "remote": formats["remote"] | remote}

    def _profiled(self, name: str) -> Array:
        return (self._facts.profile & np.uint64(1 << PROFILE.index(name))) > 0

    def narrowed(
        self,
        mask: Array,
        filters: Filters,
        today: date,
        topics: Sequence[str] = (),
        pillars: Sequence[str] = (),
    ) -> tuple[Array, dict[str, dict[str, int]]]:
        """Offers of `mask` (bool, shape (offers,)) that pass every filter, and counts by facet and value.

        topics, pillars: the codes to count. A value that no offer has under the other filters is left out, unless it
        is chosen.
        """
        base = np.packbits(mask)
        codes = {"topic": topics, "pillar": pillars}
        rows = {facet: self.rows(facet, today, codes.get(facet, ())) for facet in FACETS}
        passing = {
            facet: self._any(rows[facet], chosen) for facet in FACETS if (chosen := getattr(filters, facet))
        }
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
        for facet in FACETS:
            if chosen := getattr(filters, facet):
                base = base & self._any(self.rows(facet, today, chosen), chosen)
        return np.unpackbits(base, count=len(mask)).view(bool)

    def _any(self, rows: Mapping[str, Array], chosen: Sequence[str]) -> Array:
        known = [rows[value] for value in chosen if value in rows]
        none = np.zeros(-(-self._view.size // 8), dtype=np.uint8)
        return np.bitwise_or.reduce(known) if known else none

    @staticmethod
    def _counts(rows: Mapping[str, Array], mask: Array, chosen: Sequence[str]) -> dict[str, int]:
        counts = {value: int(np.bitwise_count(row & mask).sum()) for value, row in rows.items()}
        return {value: count for value, count in counts.items() if count or value in chosen}
