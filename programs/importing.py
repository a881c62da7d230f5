"""Loading a catalogue in the documented JSON format: everything is checked first, then all is written or nothing.

Format: docs/catalogue-format.md. Loading the same folder twice changes nothing.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from foundation import clock
from foundation.registry import Registry
from partners.models import Organisation
from programs.exchange.checking import canonical, check, is_day, moved
from programs.exchange.fields import Vocabularies
from programs.exchange.records import owned, record_of
from programs.exchange.saving import write
from programs.models import CatalogueState, OfferStatus, Pillar, Sector, Topic
from programs.organisations import problems as check_organisations
from programs.organisations import save as save_organisations
from programs.schemes.loading import load as load_schemes

_STATUS = {"published": OfferStatus.PUBLISHED, "draft": OfferStatus.DRAFT, "archived": OfferStatus.ARCHIVED}
_OF_THE_FOLDER = frozenset({"organisation", "status", "illustrative", "updated_at"})


class CatalogueErrors(Exception):
    """Everything that is wrong with a catalogue: a list of "record: what"."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class Loaded:
    organisations: int = 0
    offers: int = 0
    changed: int = 0


# Reference rows of apps to the right: functions that may run any number of times and keep what people changed.
REFERENCE: Registry[Callable[[], None]] = Registry("reference data")


def load_reference(folder: Path) -> None:
    """Topics, pillars and sectors from topics.json, pillars.json, sectors.json: made or updated, never deleted.

    Then the schemes with their rules (schemes.json), and whatever other apps registered in REFERENCE.
    """
    with transaction.atomic():
        for model, name in ((Topic, "topics"), (Pillar, "pillars"), (Sector, "sectors")):
            for entry in json.loads((folder / f"{name}.json").read_text("utf-8")):
                labels = {f"label_{language}": entry["label"][language] for language in ("fr", "de", "en")}
                model.objects.update_or_create(code=entry["id"], defaults=labels)
        load_schemes(folder)
        for load in REFERENCE.values():
            load()


def load_catalogue(folder: Path, *, shift: timedelta = timedelta(0)) -> Loaded:
    """Organisations and offers of a folder. `shift` moves every date (demonstration data stays ahead of today).

    Raises CatalogueErrors with every problem found, and then nothing is written.
    """
    organisations = json.loads((folder / "organisations.json").read_text("utf-8"))
    offers = [
        record
        for path in sorted((folder / "offers").glob("*.json"))
        for record in json.loads(path.read_text("utf-8"))
    ]
    problems = [
        *check_organisations(organisations),
        *_check_offers(offers, {row["id"] for row in organisations}),
    ]
    if problems:
        raise CatalogueErrors(problems)
    loaded = Loaded(organisations=len(organisations), offers=len(offers))
    with transaction.atomic():
        rows, renewed = save_organisations(organisations)
        for code, organisation in rows.items():
            mine = [record for record in offers if record["organisation"] == code]
            loaded.changed += _save_offers(organisation, mine, shift)
        if loaded.changed or renewed:
            CatalogueState.advance()
    return loaded


def _check_offers(records: list[dict], organisations: set[str]) -> Iterable[str]:
    vocabularies = Vocabularies()
    seen: set[str] = set()
    for record in records:
        name = record.get("id", "?")
        if name in seen:
            yield f"{name}: id used twice"
        seen.add(name)
        if record.get("organisation") not in organisations:
            yield f"{name}: unknown organisation {record.get('organisation')!r}"
        if record.get("status") not in _STATUS:
            yield f"{name}: unknown status {record.get('status')!r}"
        if not is_day(record.get("updated_at")):
            yield f"{name}: updated_at must be a date"
        for problem in check(record, vocabularies, ignored=_OF_THE_FOLDER):
            yield f"{name}: {problem.pointer} {problem.message}"


def _save_offers(organisation: Organisation, records: list[dict], shift: timedelta) -> int:
    """Make or change the offers of one organisation; how many changed. Those that live on keep their state, and their
    translations where the record has none."""
    rows = {row.external_id: row for row in owned(organisation)}
    known = {code: record_of(row) for code, row in rows.items()}
    changed = 0
    for record in records:
        wanted = moved(canonical(record), shift)
        before = known.get(record["id"])
        if before and "translations" not in record:
            wanted["translations"] = before["translations"]
        day = date.fromisoformat(record["updated_at"]) + shift
        row = rows.get(record["id"])
        if row and before == wanted and row.content_updated_on == day:
            continue
        written = write(organisation, [wanted], rows, on=day)
        for made in written.created:
            made.status = _STATUS[record["status"]]
            made.first_published_at = clock.now() if made.status == OfferStatus.PUBLISHED else None
        for one in (*written.created, *written.updated):
            one.illustrative = record.get("illustrative", False)
            one.save(update_fields=["status", "illustrative", "first_published_at"])
        changed += 1
    return changed
