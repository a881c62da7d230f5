"""What sort of offer suits what sort of need: learned weights between features of the two, and small declared terms.

A need is a few named features (topic:…, sector:…, size:…, wants-…), an offer too (topic:…, said:…, sector:…, kind:…).
`data/affinities.json` holds a weight for each pair that matters, fitted on judged irritants (`benchmarks.fitting`);
it names topics, sectors and kinds, never an offer, so that it serves any catalogue. A part is an additive score of
shape (offers,); e to its power is a factor on the odds that the offer helps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from pathlib import Path

import numpy as np

from .catalogue import KINDS
from .documents import PROFILE, TELLING
from .facts import FULL_CAPACITY, NO_SEAT, Facts
from .freshness import VALID_DAYS
from .reading import Reading
from .rules import country_of, size_of
from .text import DATA
from .types import Need, VerdictCode
from .view import View

Array = np.ndarray

# Declared, not learned: past irritants cannot tell what a stale or a full offer costs.
KIND_WISHED = log(2.0)
STALE = log(0.93)
LEAST_CAPACITY = log(0.9)
SLOW = log(0.95)
FULL_SESSIONS = log(0.97)
UNREADY_STEP = log(0.92)
MOST_SECTORS = 4
PUBLIC_BODIES = ("CHU", "CH", "commune", "EPCI")
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


@dataclass(frozen=True, slots=True)
class Weights:
    """channels: channel → weight. pairs: need feature → offer feature → weight. facts: named fact → weight."""

    channels: Mapping[str, float]
    pairs: Mapping[str, Mapping[str, float]]
    facts: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = DATA / "affinities.json") -> Weights:
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def asked_of_offers(self, features: Mapping[str, float]) -> dict[str, float]:
        """Offer feature → what a need of these features makes of it."""
        asked: dict[str, float] = {}
        for feature, value in features.items():
            for other, weight in self.pairs.get(feature, {}).items():
                asked[other] = asked.get(other, 0.0) + value * weight
        return asked

    def sources(self, features: Mapping[str, float]) -> dict[str, str]:
        """Topic of offers → the topic of the need that asks most for it."""
        best: dict[str, tuple[float, str]] = {}
        for feature, value in named(features, "topic:").items():
            for other, weight in named(self.pairs.get(f"topic:{feature}", {}), "topic:").items():
                best[other] = max(best.get(other, (0.0, "")), (value * weight, feature))
        return {topic: source for topic, (weight, source) in best.items() if weight > 0}


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    return Weights.load()


def features_of(need: Need, reading: Reading, verdict: VerdictCode) -> dict[str, float]:
    """Named features of a need, each 0 to about 2."""
    features = {"always": 1.0, f"language:{reading.language}": 1.0}
    for topic, weight in reading.topics.items():
        features[f"topic:{topic}"] = asked(weight)
    if need.sector and need.sector != "other":
        features[f"sector:{need.sector}"] = 1.0
    else:
        features["sector-unknown"] = 1.0
        total = sum(reading.sectors.values())
        for sector, weight in sorted(reading.sectors.items(), key=lambda item: -item[1])[:MOST_SECTORS]:
            features[f"sector:{sector}"] = GUESSED_SECTOR * weight / total
    public = need.organisation_type in PUBLIC_BODIES
    features[f"size:{size_of(need) or ('public' if public else 'unknown')}"] = 1.0
    for concept in TELLING:
        if concept in reading.hits:
            features[concept] = reading.hits[concept].strength
    country = country_of(need.territory)
    features[f"country:{country if country in ('FR', 'DE') else 'other'}"] = 1.0
    if verdict != "match":
        features[verdict] = 1.0
    if not need.topics and sum(named(features, "topic:").values()) < FEW_TOPICS:
        features["few-topics"] = 1.0
    return features


GUESSED_SECTOR, FEW_TOPICS = 0.6, 1.2


def asked(weight: float) -> float:
    """A topic said five ways matters more than one said once, but not five times."""
    return 1 - exp(-weight / 2)


class Affinities:
    """Scores the offers of a view by what they are."""

    def __init__(self, view: View, facts: Facts) -> None:
        self._view, self._facts = view, facts
        self._any_sector = facts.sectors == 0
        # Offers share few combinations of sectors and of profile: each is scored once.
        self._sector_sets, self._sector_set = np.unique(facts.sectors, return_inverse=True)
        self._profiles, self._profile = np.unique(facts.profile, return_inverse=True)

    def engaged(self, facts: Facts) -> Affinities:
        """The same over facts that differ in what partners can take on."""
        other = copy(self)
        other._facts = facts
        return other

    def learned(
        self, need: Need, features: Mapping[str, float], wanted: Mapping[str, float], weights: Weights
    ) -> dict[str, Array]:
        """Parts "topics", "sector", "kind" and "territory". wanted: `Weights.asked_of_offers` of the features."""
        topics = self._view.score("topics", named(wanted, "topic:"), by_rarity=False)
        topics += self._view.score("said", named(wanted, "said:"), by_rarity=False)
        return {
            "topics": topics,
            "sector": self._sector(named(features, "sector:"), wanted, weights.facts),
            "kind": self._of_profile(wanted) + self._wished(need),
            "territory": self._territory(need, weights.facts),
        }

    def declared(self, need: Need) -> dict[str, Array]:
        """Parts "freshness", "capacity", "responsiveness", "seats" and "data_readiness": zero or slightly negative."""
        facts = self._facts
        age = need.today.toordinal() - facts.updated
        valid = np.array([VALID_DAYS[kind] for kind in KINDS])[facts.kind]
        maturity = 4 if need.data_maturity is None else need.data_maturity
        missing = np.maximum(facts.readiness.astype(np.int16) - maturity, 0)
        return {
            "freshness": np.where((facts.updated > 0) & (age > valid), STALE, 0.0).astype(np.float32),
            "capacity": (LEAST_CAPACITY * (1 - facts.capacity / FULL_CAPACITY)).astype(np.float32),
            "responsiveness": np.where(facts.slow, SLOW, 0.0).astype(np.float32),
            "seats": np.where(facts.seats == NO_SEAT, FULL_SESSIONS, 0.0).astype(np.float32),
            "data_readiness": (UNREADY_STEP * missing).astype(np.float32),
        }

    def _sector(
        self, sectors: Mapping[str, float], wanted: Mapping[str, float], weights: Mapping[str, float]
    ) -> Array:
        """sectors: sector of the need → how sure (1 when it was declared)."""
        schema = self._facts.schema
        values = np.array([wanted.get(f"sector:{code}", 0.0) for code in schema.sectors], dtype=np.float32)
        bits = (self._sector_sets[:, None] >> np.arange(len(values), dtype=np.uint64)) & np.uint64(1)
        # An offer for one trade knows it better than one for seven.
        scores = (bits @ values) / np.sqrt(np.maximum(bits.sum(axis=1), 1))
        for sector, sure in sectors.items():
            near = schema.sector_mask(b if a == sector else a for a, b in _NEAR if sector in (a, b))
            own = schema.sector_mask([sector])
            fits = np.where((self._sector_sets & np.uint64(near)) > 0, weights.get("sector-near", 0.0), 0.0)
            fits = np.where(self._sector_sets == 0, weights.get("sector-any", 0.0), fits)
            fits = np.where((self._sector_sets & np.uint64(own)) > 0, weights.get("sector-own", 0.0), fits)
            scores = scores + sure * fits
        return scores.astype(np.float32)[self._sector_set]

    def _of_profile(self, wanted: Mapping[str, float]) -> Array:
        values = np.array([wanted.get(name, 0.0) for name in PROFILE], dtype=np.float32)
        bits = (self._profiles[:, None] >> np.arange(len(values), dtype=np.uint64)) & np.uint64(1)
        return (bits @ values).astype(np.float32)[self._profile]

    def _wished(self, need: Need) -> Array:
        """Kinds of help that the company, or a coordinator, ticked."""
        wished = np.array([KIND_WISHED if kind in need.kinds else 0.0 for kind in KINDS], dtype=np.float32)
        return wished[self._facts.kind]

    def _territory(self, need: Need, weights: Mapping[str, float]) -> Array:
        country = country_of(need.territory)
        if not country:
            return np.zeros(self._facts.size, dtype=np.float32)
        own = self._facts.department == need.territory.strip().upper().encode()[:3]
        same = self._facts.country == country.encode()
        return (own * weights.get("department-own", 0.0) + same * weights.get("country-own", 0.0)).astype(
            np.float32
        )


def named(wanted: Mapping[str, float], prefix: str) -> dict[str, float]:
    return {name.removeprefix(prefix): weight for name, weight in wanted.items() if name.startswith(prefix)}
