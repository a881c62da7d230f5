"""Loading a catalogue in the documented JSON format: everything is checked first, then all is written or nothing.

Format: docs/catalogue-format.md. Loading the same folder twice changes nothing.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from foundation.registry import Registry
from partners.models import Affiliation, Organisation
from programs.models import (
    CatalogueState,
    CifreDetail,
    LaboratoryDetail,
    Offer,
    OfferKind,
    OfferStatus,
    Pillar,
    RndDetail,
    Sector,
    Session,
    TalentDetail,
    Topic,
    TrainingDetail,
)

SIZES = {"TPE", "PME", "ETI", "GE"}
COUNTRIES = {"FR", "DE", "LU", "CH", "BE", "FI"}
_STATUS = {"published": OfferStatus.PUBLISHED, "draft": OfferStatus.DRAFT, "archived": OfferStatus.ARCHIVED}


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
    problems: list[str] = field(default_factory=list)


# Reference rows of apps to the right: functions that may run any number of times and keep what people changed.
REFERENCE: Registry[Callable[[], None]] = Registry("reference data")


def load_reference(folder: Path) -> None:
    """Topics, pillars and sectors from topics.json, pillars.json, sectors.json: made or updated, never deleted.

    Then whatever other apps registered in REFERENCE.
    """
    with transaction.atomic():
        for model, name in ((Topic, "topics"), (Pillar, "pillars"), (Sector, "sectors")):
            for entry in json.loads((folder / f"{name}.json").read_text("utf-8")):
                labels = {f"label_{language}": entry["label"][language] for language in ("fr", "de", "en")}
                model.objects.update_or_create(code=entry["id"], defaults=labels)
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
        *_check_organisations(organisations),
        *_check_offers(offers, {row["id"] for row in organisations}),
    ]
    if problems:
        raise CatalogueErrors(problems)
    loaded = Loaded(organisations=len(organisations), offers=len(offers))
    with transaction.atomic():
        rows = {record["id"]: _save_organisation(record) for record in organisations}
        for record in organisations:
            for parent in record["parents"]:
                Affiliation.objects.get_or_create(child=rows[record["id"]], parent=rows[parent], since=None)
        known = {offer.external_id: offer for offer in Offer.objects.filter(organisation__in=rows.values())}
        for record in offers:
            try:
                loaded.changed += _save_offer(
                    record, rows[record["organisation"]], known.get(record["id"]), shift
                )
            except ValidationError as error:
                raise CatalogueErrors([f"{record['id']}: {'; '.join(error.messages)}"]) from error
        if loaded.changed:
            CatalogueState.advance()
    return loaded


def _check_organisations(records: list[dict]) -> Iterable[str]:
    ids = [record.get("id", "") for record in records]
    yield from (
        f"{name or '?'}: id missing or used twice" for name in {i for i in ids if not i or ids.count(i) > 1}
    )
    for record in records:
        unknown = set(record.get("parents", [])) - set(ids)
        if unknown:
            yield f"{record['id']}: unknown parents {sorted(unknown)}"
        if not record.get("name") or record.get("country") not in COUNTRIES:
            yield f"{record['id']}: name and a known country are required"


def _check_offers(records: list[dict], organisations: set[str]) -> Iterable[str]:
    vocabularies = {
        "topics": set(Topic.objects.values_list("code", flat=True)),
        "pillars": set(Pillar.objects.values_list("code", flat=True)),
        "sectors": set(Sector.objects.values_list("code", flat=True)),
        "company_sizes": SIZES,
        "eligible_countries": COUNTRIES,
    }
    seen: set[str] = set()
    for record in records:
        name = record.get("id", "?")
        if name in seen:
            yield f"{name}: id used twice"
        seen.add(name)
        if record.get("kind") not in OfferKind.values:
            yield f"{name}: unknown kind {record.get('kind')!r}"
            continue
        if record.get("organisation") not in organisations:
            yield f"{name}: unknown organisation {record.get('organisation')!r}"
        if record.get("language") not in {"fr", "de", "en"}:
            yield f"{name}: language must be fr, de or en"
        if record.get("status") not in _STATUS:
            yield f"{name}: unknown status {record.get('status')!r}"
        for field_name, length in (("title", 110), ("summary", 300), ("description", 4000)):
            text = record.get(field_name) or ""
            if not text or len(text) > length:
                yield f"{name}: {field_name} must have 1 to {length} characters"
        for field_name, vocabulary in vocabularies.items():
            unknown = set(record.get(field_name, [])) - vocabulary
            if unknown:
                yield f"{name}: unknown {field_name} {sorted(unknown)}"
        if not record.get("topics"):
            yield f"{name}: at least one topic"
        if record.get("data_readiness_min") not in range(5):
            yield f"{name}: data_readiness_min must be 0 to 4"
        try:
            _details(record, timedelta(0))
            _day(record.get("valid_until"), timedelta(0))
            date.fromisoformat(record["updated_at"])
        except (KeyError, TypeError, ValueError) as error:
            yield f"{name}: {type(error).__name__} {error}"


def _day(text: str | None, shift: timedelta) -> date | None:
    return date.fromisoformat(text) + shift if text else None


def _save_organisation(record: dict) -> Organisation:
    values = {
        "name": record["name"],
        "acronym": record.get("acronym", ""),
        "kind": record["kind"],
        "rnsr_id": record.get("rnsr_id", ""),
        "unit_numbers": record.get("unit_numbers", []),
        "city": record.get("city", ""),
        "postcode": record.get("postcode", ""),
        "country": record["country"],
        "web_domain": record.get("web_domain", ""),
        "expertise": record.get("expertise", ""),
        "founding_member": record.get("founding_member", False),
        "language": "de" if record["country"] == "DE" else "fr",
        "illustrative": True,
    }
    row, _created = Organisation.objects.update_or_create(external_id=record["id"], defaults=values)
    return row


def _save_offer(record: dict, organisation: Organisation, row: Offer | None, shift: timedelta) -> bool:
    """Make or update one offer; whether anything changed. An offer that lives on keeps its state."""
    language = record["language"]
    values = {
        "kind": record["kind"],
        "language": language,
        f"title_{language}": record["title"],
        f"summary_{language}": record["summary"],
        f"description_{language}": record["description"],
        "keywords": record["keywords"],
        "city": record["city"],
        "postcode": record["postcode"],
        "country": record["country"],
        "remote_possible": record["remote_possible"],
        "company_sizes": record["company_sizes"],
        "eligible_countries": record["eligible_countries"],
        "data_readiness_min": record["data_readiness_min"],
        "valid_until": _day(record["valid_until"], shift),
        "content_updated_on": _day(record["updated_at"], shift),
        "illustrative": record.get("illustrative", False),
    }
    if row is not None and all(getattr(row, name) == value for name, value in values.items()):
        return False
    if row is None:
        row = Offer(organisation=organisation, external_id=record["id"], status=_STATUS[record["status"]])
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=["topics", "organisation"])
    row.save()
    row.topics.set(record["topics"])
    row.pillars.set(record["pillars"])
    row.sectors.set(record["sectors"])
    model, detail, sessions = _details(record, shift)
    detail_row, _created = model.objects.update_or_create(offer=row, defaults=detail)
    if model is TrainingDetail:
        detail_row.sessions.all().delete()
        Session.objects.bulk_create(Session(training=detail_row, **session) for session in sessions)
    return True


def _details(record: dict, shift: timedelta) -> tuple[type, dict, list[dict]]:
    """(detail model, its values, sessions) of a record; KeyError, TypeError or ValueError where it is malformed."""
    source = record["details"]
    if record["kind"] == OfferKind.LABORATORY:
        return (
            LaboratoryDetail,
            {key: source[key] for key in ("platforms", "collaboration_modes", "headcount_range")},
            [],
        )
    if record["kind"] == OfferKind.TRAINING:
        sessions = [
            {
                "start": _day(session["start"], shift),
                "end": _day(session["end"], shift),
                "seats": int(session["seats"]),
                "seats_left": int(session["seats_left"]),
                "city": session["city"],
            }
            for session in source["sessions"]
        ]
        for session in sessions:
            if session["end"] < session["start"] or not 0 <= session["seats_left"] <= session["seats"]:
                raise ValueError(f"session {session['start']} has impossible dates or seats")
        values = {
            "duration_hours": int(source["duration_hours"]),
            "modality": TrainingDetail.Modality(source["modality"]),
            "level": TrainingDetail.Level(source["level"]),
            "audience": source["audience"],
            "prerequisites": source["prerequisites"],
            "price_eur": None if source["price_eur"] is None else Decimal(str(source["price_eur"])),
            "certification": source["certification"] or "",
        }
        return TrainingDetail, values, sessions
    if record["kind"] == OfferKind.CIFRE:
        values = {
            "research_question": source["research_question"],
            "doctoral_school": source["doctoral_school"] or "",
            "host_team": source["host_team"] or "",
            "start_from": _day(source["start_from"], shift),
            "start_until": _day(source["start_until"], shift),
            "profile": source["profile"],
        }
        return CifreDetail, values, []
    if record["kind"] == OfferKind.RND:
        numbers = (
            "trl_min",
            "trl_max",
            "duration_months_min",
            "duration_months_max",
            "budget_eur_min",
            "budget_eur_max",
        )
        values = {name: source[name] for name in numbers}
        if not 1 <= values["trl_min"] <= values["trl_max"] <= 9:
            raise ValueError("trl_min and trl_max must be 1 to 9 in order")
        values |= {
            "ip_regime": RndDetail.IpRegime(source["ip_regime"]),
            "deliverables": source["deliverables"],
        }
        return RndDetail, values, []
    values = {
        "form": TalentDetail.Form(source["form"]),
        "level": source["level"],
        "diploma": source["diploma"] or "",
        "months": int(source["months"]),
        "start_from": _day(source["start_from"], shift),
        "positions": int(source["positions"]),
        "rhythm": source["rhythm"],
    }
    return TalentDetail, values, []
