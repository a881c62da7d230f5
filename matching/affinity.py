"""Soft rules: facts that raise or lower an offer without excluding it, as multipliers with a floor.

Every multiplier is an array of shape (offers,), 1.0 where nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .catalogue import KINDS, Catalogue
from .reading import Reading
from .rules import country_of, size_of
from .types import Need

Array = np.ndarray

FLOOR = 0.4
STALE_DAYS = 540
# Neighbouring trades: an offer for one is often of use to the other.
_NEAR = (
    ("foundry-metals", "mechanical"),
    ("automotive", "mechanical"),
    ("aerospace", "mechanical"),
    ("electronics", "mechanical"),
    ("plastics", "chemicals"),
    ("chemicals", "pharma-medtech"),
    ("food", "agriculture-vine"),
    ("wood-paper", "construction"),
    ("health-care", "pharma-medtech"),
    ("rail", "logistics-transport"),
    ("retail", "food"),
    ("legal", "finance-insurance"),
    ("plastics", "automotive"),
    ("energy-utilities", "public-sector"),
    ("tourism", "media-culture"),
    ("retail", "logistics-transport"),
    ("foundry-metals", "automotive"),
    ("rail", "mechanical"),
)
# How well each kind of help suits a company of a size: a doctoral thesis needs a host with staff and time,
# a very small company first needs skills and hands.
_KIND_BY_SIZE: Mapping[str, Mapping[str, float]] = {
    "TPE": {"training": 1.15, "talent": 1.05, "laboratory": 1.0, "rnd": 0.9, "cifre": 0.75},
    "PME": {"training": 1.05, "talent": 1.0, "laboratory": 1.05, "rnd": 1.05, "cifre": 0.9},
    "ETI": {"training": 1.0, "talent": 0.95, "laboratory": 1.05, "rnd": 1.1, "cifre": 1.0},
    "GE": {"training": 0.95, "talent": 0.9, "laboratory": 1.05, "rnd": 1.1, "cifre": 1.05},
}


@dataclass(frozen=True, slots=True)
class Affinity:
    """One soft rule over all offers: its name and multipliers."""

    name: str
    factors: Array


class Affinities:
    """Columns that the soft rules read, made once per catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        offers = catalogue.offers
        self._count = len(offers)
        sectors = {sector for offer in offers for sector in offer.sectors}
        self._sectors = {s: np.array([s in offer.sectors for offer in offers], dtype=bool) for s in sectors}
        self._any_sector = np.array([not offer.sectors for offer in offers], dtype=bool)
        self._kinds = {kind: np.array([offer.kind == kind for offer in offers], dtype=bool) for kind in KINDS}
        self._countries = np.array([offer.country for offer in offers], dtype=object)
        self._remote = np.array([offer.remote_possible for offer in offers], dtype=bool)
        self._departments = np.array([_department(o.country, o.postcode) for o in offers], dtype=object)
        self._updated = np.array(
            [o.updated_at.toordinal() if o.updated_at else 0 for o in offers], dtype=np.int64
        )
        self._readiness = np.array([offer.data_readiness_min for offer in offers], dtype=np.int64)

    def all(self, need: Need, reading: Reading) -> tuple[Affinity, ...]:
        """Every soft rule for a need; multiply them with `product`."""
        return (
            Affinity("sector", self._sector(need, reading)),
            Affinity("kind", self._kind(need, reading)),
            Affinity("territory", self._territory(need)),
            Affinity("freshness", self._freshness(need)),
            Affinity("data_readiness", self._data(need)),
        )

    def sector_fit(self, sector: str) -> Array:
        """1 for offers that name the sector, 0.6 for those open to all, 0.5 for a neighbour, else 0."""
        fit = np.where(self._any_sector, 0.6, 0.0)
        near = {b if a == sector else a for a, b in _NEAR if sector in (a, b)}
        for other in near:
            if other in self._sectors:
                fit = np.maximum(fit, 0.5 * self._sectors[other])
        return np.maximum(fit, self._sectors[sector]) if sector in self._sectors else fit

    def _sector(self, need: Need, reading: Reading) -> Array:
        if need.sector and need.sector != "other":
            return 0.75 + 0.35 * self.sector_fit(need.sector)
        if not reading.sectors:
            return np.ones(self._count)
        total = sum(reading.sectors.values())
        guessed = sum((w / total) * self.sector_fit(sector) for sector, w in reading.sectors.items())
        return 0.85 + 0.25 * guessed

    def _kind(self, need: Need, reading: Reading) -> Array:
        factors = np.ones(self._count)
        for kind, factor in _KIND_BY_SIZE.get(size_of(need), {}).items():
            factors[self._kinds[kind]] *= factor
        for kind in KINDS:
            if need.kinds:
                factors[self._kinds[kind]] *= 1.2 if kind in need.kinds else 0.8
            if f"wants-{kind}" in reading.hits:
                factors[self._kinds[kind]] *= 1.25
        return factors

    def _territory(self, need: Need) -> Array:
        country = country_of(need.territory)
        if not country:
            return np.ones(self._count)
        factors = np.where(self._countries == country, 1.0, np.where(self._remote, 0.95, 0.9))
        return factors * np.where(self._departments == need.territory.strip().upper(), 1.03, 1.0)

    def _freshness(self, need: Need) -> Array:
        age = need.today.toordinal() - self._updated
        return np.where((self._updated > 0) & (age > STALE_DAYS), 0.93, 1.0)

    def _data(self, need: Need) -> Array:
        if need.data_maturity is None:
            return np.ones(self._count)
        missing = np.maximum(self._readiness - need.data_maturity, 0)
        return 1.0 - 0.08 * missing


def product(affinities: tuple[Affinity, ...], count: int) -> Array:
    """All multipliers together, never under FLOOR so that facts cannot drown what the text says."""
    total = np.ones(count)
    for affinity in affinities:
        total = total * affinity.factors
    return np.maximum(total, FLOOR)


def _department(country: str, postcode: str) -> str:
    if country != "FR" or len(postcode) < 2:
        return ""
    return postcode[:3] if postcode.startswith("97") else postcode[:2]
