"""The offers as the engine reads them: checked records and columns of facts.

The format of a record is that of the demonstration catalogue (`demo/catalogue/README.md`). Missing optional
keys are tolerated; what cannot be used raises CatalogueError naming the record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from .text import LANGUAGES
from .types import CatalogueError

KINDS = ("laboratory", "training", "cifre", "rnd", "talent")
SIZES = ("TPE", "PME", "ETI", "GE")
# What can pay for a course; the order is that of the bits of the column "fundings".
FUNDINGS = ("plan", "opco", "cpf", "apprenticeship", "region")
# Free text of `details` that tells what the offer is about (codes, dates and prices do not).
_DETAIL_TEXT = (
    "platforms",
    "audience",
    "prerequisites",
    "research_question",
    "profile",
    "deliverables",
    "diploma",
)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer, checked. Empty tuples mean "no restriction" for sectors, sizes and countries."""

    id: str
    kind: str
    organisation: str
    language: str
    title: str
    summary: str
    description: str
    keywords: tuple[str, ...]
    topics: tuple[str, ...]
    sectors: tuple[str, ...]
    city: str
    postcode: str
    country: str
    remote_possible: bool
    company_sizes: tuple[str, ...]
    eligible_countries: tuple[str, ...]
    data_readiness_min: int
    valid_until: date | None
    updated_at: date | None
    status: str
    details: Mapping[str, Any]
    # How free and responsive the partner is (1 fully), and the caller's own number for the offer.
    capacity: float = 1.0
    reference: int = 0
    pillars: tuple[str, ...] = ()

    @property
    def detail_text(self) -> str:
        parts: list[str] = []
        for key in _DETAIL_TEXT:
            value = self.details.get(key)
            if isinstance(value, str):
                parts.append(value)
            elif isinstance(value, (list, tuple)):
                parts.extend(str(item) for item in value)
        return ". ".join(parts)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Offers sorted by identifier, organisations by identifier, and the vocabularies they refer to."""

    offers: tuple[Offer, ...]
    organisations: Mapping[str, Record]
    topics: Mapping[str, Mapping[str, str]]
    sectors: Mapping[str, Mapping[str, str]]
    version: str

    @classmethod
    def from_dir(cls, path: str | Path) -> Catalogue:
        """Read `organisations.json topics.json sectors.json offers/*.json`.

        Raises CatalogueError naming the file that is absent or not a list of objects.
        """
        folder = Path(path)
        offers = [record for file in sorted(folder.glob("offers/*.json")) for record in _read(file)]
        named = {name: _read(folder / f"{name}.json") for name in ("organisations", "topics", "sectors")}
        return cls.from_records(offers, **named)

    @classmethod
    def from_records(
        cls,
        offers: Iterable[Record],
        organisations: Iterable[Record] = (),
        topics: Iterable[Record] = (),
        sectors: Iterable[Record] = (),
    ) -> Catalogue:
        """Build from plain dicts. Raises CatalogueError naming the record and field that cannot be used."""
        organisation_by_id = {_text(item, "id"): item for item in organisations}
        topic_labels, sector_labels = _labels(topics), _labels(sectors)
        built = sorted((offer_from(record) for record in offers), key=lambda offer: offer.id)
        for one, other in pairwise(built):
            if one.id == other.id:
                raise CatalogueError(f"offer {one.id}: identifier used twice")
        _check_references(built, topic_labels, sector_labels)
        version = _version(built, organisation_by_id, topic_labels, sector_labels)
        return cls(tuple(built), organisation_by_id, topic_labels, sector_labels, version)


def _read(file: Path) -> list[Record]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{file.name}: cannot be read as JSON") from error
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise CatalogueError(f"{file.name}: a list of objects was expected")
    return value


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise CatalogueError(f"record {record.get('id', '?')!r}: {key} is missing")
    return value


def _labels(records: Iterable[Record]) -> dict[str, Mapping[str, str]]:
    return {_text(item, "id"): dict(item.get("label") or {}) for item in records}


def _strings(record: Record, key: str) -> tuple[str, ...]:
    value = record.get(key) or ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise CatalogueError(f"offer {record.get('id')}: {key} must be a list of strings")
    return tuple(value)


def _date(record: Record, key: str) -> date | None:
    value = record.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise CatalogueError(f"offer {record.get('id')}: {key} is not a date: {value!r}") from error


def _integer(record: Record, key: str) -> int:
    value = record.get(key) or 0
    if not isinstance(value, (int, float)):
        raise CatalogueError(f"offer {record.get('id')}: {key} is not a number: {value!r}")
    return int(value)


def offer_from(record: Record) -> Offer:
    """A checked offer. Raises CatalogueError naming the record and field that cannot be used."""
    identifier, kind = _text(record, "id"), _text(record, "kind")
    if kind not in KINDS:
        raise CatalogueError(f"offer {identifier}: unknown kind {kind!r}")
    language = record.get("language") or "fr"
    return Offer(
        id=identifier,
        kind=kind,
        organisation=str(record.get("organisation") or ""),
        language=language if language in LANGUAGES else "fr",
        title=_text(record, "title"),
        summary=str(record.get("summary") or ""),
        description=str(record.get("description") or ""),
        keywords=_strings(record, "keywords"),
        topics=_strings(record, "topics"),
        sectors=_strings(record, "sectors"),
        city=str(record.get("city") or ""),
        postcode=str(record.get("postcode") or ""),
        country=str(record.get("country") or ""),
        remote_possible=bool(record.get("remote_possible")),
        company_sizes=_strings(record, "company_sizes"),
        eligible_countries=_strings(record, "eligible_countries"),
        data_readiness_min=_integer(record, "data_readiness_min"),
        valid_until=_date(record, "valid_until"),
        updated_at=_date(record, "updated_at"),
        status=str(record.get("status") or "published"),
        details=dict(record.get("details") or {}),
        capacity=float(record.get("capacity", 1.0)),
        reference=int(record.get("reference") or 0),
        pillars=_strings(record, "pillars"),
    )


def _check_references(offers: Sequence[Offer], topics: Mapping[str, Any], sectors: Mapping[str, Any]) -> None:
    for offer in offers:
        for topic in offer.topics:
            if topics and topic not in topics:
                raise CatalogueError(f"offer {offer.id}: unknown topic {topic!r}")
        for sector in offer.sectors:
            if sectors and sector not in sectors:
                raise CatalogueError(f"offer {offer.id}: unknown sector {sector!r}")


def _version(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
