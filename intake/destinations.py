"""Whom a company can be handed over to outside the cluster: reference data that coordinators keep right."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from foundation import clock
from intake.models import Destination, DestinationKind, Irritant, Outcome
from programs.importing import REFERENCE

DATA = Path(__file__).resolve().parent / "data" / "destinations.json"
FRESH = timedelta(days=365)  # after which what was read about a body is to be read again


def for_irritant(irritant: Irritant) -> list[Destination]:
    """Those that can be chosen: first those of the irritant's territory, then those that serve anywhere; whoever is
    across a border comes first for a company that is there as well."""
    rows = list(Destination.objects.active())
    return sorted(rows, key=lambda row: _distance(row, irritant.department))


def _distance(destination: Destination, department: str) -> int:
    country = department.partition("-")[0]
    if not destination.territories:
        return 1
    if not {department, country} & set(destination.territories):
        return 2
    return 1 if destination.kind == DestinationKind.ABROAD and country.isdecimal() else 0


def of(irritant: Irritant) -> list[Destination]:
    """Whom this irritant was handed over to; read only where that is how it ended."""
    if irritant.outcome != Outcome.REDIRECTED:
        return []
    return [row.destination for row in irritant.hand_overs.select_related("destination")]


def is_fresh(verified_on: date | None) -> bool:
    """Whether somebody has checked it within a year."""
    return verified_on is not None and clock.today() - verified_on <= FRESH


@REFERENCE.register("destinations")
def load() -> None:
    """Make what is missing, mend what nobody has changed, delete nothing."""
    write(json.loads(DATA.read_text("utf-8")))


def write(entries: Iterable[dict]) -> None:
    known = {row.code: row for row in Destination.objects.all()}
    for position, entry in enumerate(entries, start=1):
        row = known.get(entry["code"]) or Destination(code=entry["code"])
        if row.changed_at:
            continue
        for language, words in entry["purpose"].items():
            setattr(row, f"purpose_{language}", words)
        for name in ("name", "kind"):
            setattr(row, name, entry[name])
        for name in ("url", "email", "phone", "source"):
            setattr(row, name, entry.get(name, ""))
        row.territories = entry.get("territories", [])
        row.verified_on = entry.get("verified_on") and date.fromisoformat(entry["verified_on"])
        row.position = position
        row.save()
