"""The facts of offers as columns: what rules and soft rules read, without any offer in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any
from zlib import crc32

import numpy as np

from .catalogue import FUNDINGS, KINDS, SIZES, Offer
from .documents import PROFILE, Bag, Bags, Lengths, profile_of
from .segment import key_of
from .types import CatalogueError
from .view import View

Array = np.ndarray

# dtype of each column of a segment.
COLUMNS: Mapping[str, str] = {
    "kind": "u1",
    "published": "?",
    "valid_until": "i4",
    "last_start": "i4",
    "first_start": "i4",
    "price": "i4",
    "fundings": "u1",
    "trl": "u2",
    "sizes": "u1",
    "countries": "u4",
    "country": "S2",
    "department": "S3",
    "remote": "?",
    "updated": "i4",
    "readiness": "u1",
    "sectors": "u8",
    "organisation": "u4",
    "seats": "i1",
    "capacity": "u1",
    "profile": "u8",
    "likeness": "u8",
    "reference": "i8",
}
COUNTRIES = (
    *("FR", "DE", "LU", "BE", "CH", "NL", "AT", "IT", "ES", "PT", "IE", "DK", "SE", "FI", "PL"),
    *("CZ", "SK", "HU", "SI", "HR", "RO", "BG", "GR", "EE", "LV", "LT", "MT", "CY", "NO", "GB"),
)
_OTHER_COUNTRY = 1 << len(COUNTRIES)
NO_SEAT, SEATS, SEATS_UNKNOWN = 0, 1, -1
PRICE_UNKNOWN = -1
FULL_CAPACITY = 100


@dataclass(frozen=True, slots=True)
class Schema:
    """What all segments of one index share: the order of sectors in masks, and the mean lengths."""

    sectors: tuple[str, ...]
    lengths: Lengths

    def sector_mask(self, codes: Iterable[str]) -> int:
        return sum(1 << self.sectors.index(code) for code in set(codes) if code in self.sectors)


class Facts:
    """Columns of a view, concatenated once; shape (offers,)."""

    def __init__(self, view: View, schema: Schema) -> None:
        self.schema = schema
        self.size = view.size
        columns = {name: view.column(name).astype(dtype, copy=False) for name, dtype in COLUMNS.items()}
        self.kind: Array = columns["kind"]
        self.published: Array = columns["published"]
        self.valid_until: Array = columns["valid_until"]
        self.last_start: Array = columns["last_start"]
        self.first_start: Array = columns["first_start"]
        self.price: Array = columns["price"]
        self.fundings: Array = columns["fundings"]
        self.trl: Array = columns["trl"]
        self.sizes: Array = columns["sizes"]
        self.countries: Array = columns["countries"]
        self.country: Array = columns["country"]
        self.department: Array = columns["department"]
        self.remote: Array = columns["remote"]
        self.updated: Array = columns["updated"]
        self.readiness: Array = columns["readiness"]
        self.sectors: Array = columns["sectors"]
        self.organisation: Array = columns["organisation"]
        self.seats: Array = columns["seats"]
        self.capacity: Array = columns["capacity"]
        self.profile: Array = columns["profile"]
        self.likeness: Array = columns["likeness"]
        self.reference: Array = columns["reference"]
        # Of partners that answer late or seldom; no column: it changes with every answer (`engaged`).
        self.slow: Array = np.zeros(self.size, dtype=bool)

    def at(self, places: Array) -> Facts:
        """The facts of some places only."""
        other = copy(self)
        other.size = len(places)
        for name in COLUMNS:
            setattr(other, name, getattr(self, name)[places])
        other.slow = self.slow[places]
        return other

    def engaged(self, capacity: Mapping[str, float], slow: Collection[str] = ()) -> Facts:
        """The same facts, with what partners can take on now: organisation → 0 (nothing) to 1 (all that comes).

        slow: the organisations that answer late or seldom.
        """
        other = copy(self)
        told = {crc32(code.encode()): _percent(share) for code, share in capacity.items()}
        order = sorted(told)
        known = np.array(order, dtype=self.organisation.dtype)
        shares = np.array([told[code] for code in order], dtype=self.capacity.dtype)
        places = np.flatnonzero(np.isin(self.organisation, known))
        other.capacity = self.capacity.copy()
        other.capacity[places] = shares[np.searchsorted(known, self.organisation[places])]
        late = [crc32(code.encode()) for code in slow]
        other.slow = np.isin(self.organisation, np.array(late, dtype=self.organisation.dtype))
        return other

    def of_kind(self, kind: str) -> Array:
        return self.kind == KINDS.index(kind)

    def for_size(self, size: str) -> Array:
        """Offers that name this company size."""
        return (self.sizes & (1 << SIZES.index(size))) > 0

    def for_country(self, country: str) -> Array:
        """Offers that name this country as eligible."""
        return (self.countries & country_mask([country])) > 0


def _percent(share: float) -> int:
    return round(FULL_CAPACITY * min(1.0, max(0.0, share)))


def country_mask(countries: Iterable[str]) -> int:
    """0 when the list is empty: no restriction."""
    mask = 0
    for country in countries:
        mask |= 1 << COUNTRIES.index(country) if country in COUNTRIES else _OTHER_COUNTRY
    return mask


def facts_of(offer: Offer, schema: Schema, bags: Bags, head: Bag) -> dict[str, Any]:
    """Column → value of one offer. Raises CatalogueError for a date that is none."""
    return {
        "kind": KINDS.index(offer.kind),
        "published": offer.status == "published",
        "valid_until": offer.valid_until.toordinal() if offer.valid_until else 0,
        "last_start": _ordinal(_last_start(offer)),
        "first_start": _first_start(offer),
        "price": _price(offer),
        "fundings": sum(1 << FUNDINGS.index(code) for code in _codes(offer, "fundings") if code in FUNDINGS),
        "trl": _levels(offer),
        "sizes": sum(1 << SIZES.index(size) for size in set(offer.company_sizes) if size in SIZES),
        "countries": country_mask(offer.eligible_countries),
        "country": offer.country.encode()[:2],
        "department": _department(offer.country, offer.postcode).encode(),
        "remote": offer.remote_possible,
        "updated": _ordinal(offer.updated_at),
        "readiness": min(255, max(0, offer.data_readiness_min)),
        "sectors": schema.sector_mask(offer.sectors),
        "organisation": crc32(offer.organisation.encode()),
        "seats": _seats(offer),
        "capacity": _percent(offer.capacity),
        "profile": sum(1 << PROFILE.index(name) for name in profile_of(offer, bags.concepts)),
        "likeness": likeness(head),
        "reference": offer.reference,
    }


def card_of(offer: Offer) -> dict[str, Any]:
    """What the reasons of a shown line say of the offer."""
    card = {
        "title": offer.title,
        "language": offer.language,
        "kind": offer.kind,
        "organisation": offer.organisation,
        "city": offer.city,
        "country": offer.country,
        "sectors": list(offer.sectors),
        "sizes": list(offer.company_sizes),
        "countries": list(offer.eligible_countries),
        "updated": offer.updated_at.isoformat() if offer.updated_at else None,
        "readiness": offer.data_readiness_min,
    }
    if offer.kind == "training":
        card["sessions"] = [
            [str(session["start"]), session.get("seats_left")]
            for session in offer.details.get("sessions") or ()
            if session.get("start")
        ]
    return card


def likeness(head: Bag) -> int:
    """64-bit similarity hash of title, keywords and summary (Charikar 2002): near duplicates differ in few bits."""
    if not head:
        return 0
    keys = np.array([key_of("likeness", term) for term in head], dtype=np.uint64)
    weights = np.fromiter(head.values(), dtype=np.float32, count=len(head))
    bits = np.unpackbits(keys.view(np.uint8)).reshape(len(keys), 64)
    sums = weights @ (bits.astype(np.float32) * 2 - 1)
    return int(np.packbits(sums > 0).view(np.uint64)[0])


def day_of(value: Any, offer: Offer) -> date | None:
    """Raises CatalogueError naming the offer."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError as error:
        raise CatalogueError(f"offer {offer.id}: not a date: {value!r}") from error


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _last_start(offer: Offer) -> date | None:
    """The last day on which the offer can still begin, None when nothing says."""
    if offer.kind == "training":
        starts = [day_of(session.get("start"), offer) for session in offer.details.get("sessions") or ()]
        return max((day for day in starts if day), default=None)
    if offer.kind == "cifre":
        return day_of(offer.details.get("start_until"), offer)
    if offer.kind == "talent":
        start = day_of(offer.details.get("start_from"), offer)
        # A placement may begin late, but not after its own length has passed.
        return start + timedelta(days=30 * int(offer.details.get("months") or 6)) if start else None
    return None


def _first_start(offer: Offer) -> int:
    """The first day of the window in which a thesis or a placement can begin, 1 where only its last day is known; 0 for
    what has no window. (The sessions of a course are terms of the index: documents.weighed.)"""
    if offer.kind == "training" or _last_start(offer) is None:
        return 0
    return _ordinal(day_of(offer.details.get("start_from"), offer)) or 1


def _price(offer: Offer) -> int:
    """Of a course in whole euros, rounded up; PRICE_UNKNOWN for what has to be asked."""
    price = offer.details.get("price_eur") if offer.kind == "training" else None
    return PRICE_UNKNOWN if price is None else min(2**31 - 1, ceil(float(price)))


def _codes(offer: Offer, name: str) -> set[str]:
    return set(offer.details.get(name) or ())


def _levels(offer: Offer) -> int:
    """Technology readiness levels that the work goes through, bit n for level n (1 to 9)."""
    low, high = (offer.details.get(name) for name in ("trl_min", "trl_max"))
    if offer.kind != "rnd" or not low or not high:
        return 0
    return sum(1 << level for level in range(max(1, int(low)), min(9, int(high)) + 1))


def _seats(offer: Offer) -> int:
    sessions = offer.details.get("sessions") or () if offer.kind == "training" else ()
    left = [session.get("seats_left") for session in sessions]
    if not left or any(seats is None for seats in left):
        return SEATS_UNKNOWN
    return SEATS if any(seats > 0 for seats in left) else NO_SEAT


def _department(country: str, postcode: str) -> str:
    if country != "FR" or len(postcode) < 2:
        return ""
    return postcode[:3] if postcode.startswith("97") else postcode[:2]
