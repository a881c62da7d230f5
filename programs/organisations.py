"""Organisations of a catalogue folder (docs/catalogue-format.md): checked with what the forms check, then written."""

from collections.abc import Iterable
from datetime import date

from foundation import research_identifiers as identifiers
from foundation.identifiers import WrongIdentifier
from partners.models import Affiliation, Kind, Organisation, SignsBecause, Standing
from programs.exchange.checking import is_day
from programs.exchange.fields import COUNTRIES

_TEXTS = ("acronym", "city", "postcode", "web_domain", "expertise", "rnsr_id")
_WHERE_SAID = ("ror_id", "legal_id", "vat_number", "restricted_access")  # else what is here stays
_READ = {
    "rnsr_id": lambda record, value: identifiers.clean_rnsr(value),
    "ror_id": lambda record, value: identifiers.clean_ror(value),
    "legal_id": lambda record, value: identifiers.clean_legal_id(record["country"], value),
    "vat_number": lambda record, value: identifiers.clean_vat(record["country"], value),
}


def problems(records: list[dict]) -> Iterable[str]:
    """Everything that is wrong, as "record: what"."""
    ids = [record.get("id", "") for record in records]
    yield from (
        f"{name or '?'}: id missing or used twice" for name in {i for i in ids if not i or ids.count(i) > 1}
    )
    for record in records:
        name = record.get("id") or "?"
        if not record.get("name") or record.get("country") not in COUNTRIES:
            yield f"{name}: name and a known country are required"
            continue
        if record.get("kind") not in Kind.values:
            yield f"{name}: unknown kind {record.get('kind')!r}"
        above = {row["id"] for row in parents_of(record)}
        if unknown := above - set(ids):
            yield f"{name}: unknown parents {sorted(unknown)}"
        yield from (f"{name}: {what}" for what in _wrong(record, set(ids)))
    for field in ("rnsr_id", "ror_id"):
        values = [record[field] for record in records if record.get(field)]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"{field} {value}: used twice"


def _wrong(record: dict, ids: set[str]) -> Iterable[str]:
    for field, read in _READ.items():
        try:
            if record.get(field):
                read(record, record[field])
        except WrongIdentifier:
            yield f"{field} {record[field]!r} is not valid"
    signs = record.get("signed_by")
    if signs and (signs.get("id") not in ids or signs.get("because") not in SignsBecause.values):
        yield "signed_by needs a known id and a known because"
    for row in (*parents_of(record), *record.get("standings", [])):
        if not all(row.get(end) is None or is_day(row[end]) for end in ("since", "until")):
            yield "since and until are dates or null"
    if any(row["nature"] not in Affiliation.Nature.values for row in parents_of(record)):
        yield "unknown nature of a parent"
    if any(row.get("kind") not in Standing.Kind.values for row in record.get("standings", [])):
        yield "unknown kind of a standing"


def parents_of(record: dict) -> list[dict]:
    """`parents` as objects: an id alone is a parent (tutelle) since always."""
    return [
        {"nature": "tutelle", "since": None, "until": None, **({"id": one} if isinstance(one, str) else one)}
        for one in record.get("parents", [])
    ]


def save(records: list[dict]) -> tuple[dict[str, Organisation], bool]:
    """The organisations by their ids, and whether anything changed. What differs is written, the rest left alone;
    dated rows that stand here already stay as people left them."""
    known = {row.external_id: row for row in Organisation.objects.all()}
    rows, changed = {}, False
    for record in records:
        values = {
            "name": record["name"],
            "kind": record["kind"],
            "country": record["country"],
            "unit_numbers": record.get("unit_numbers", []),
            "language": "de" if record["country"] == "DE" else "fr",
            "illustrative": True,
            **{name: _value(record, name) for name in _TEXTS},
            **{name: _value(record, name) for name in _WHERE_SAID if name in record},
        }
        row = known.get(record["id"]) or Organisation(external_id=record["id"])
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            changed = True
        rows[record["id"]] = row
    for record in records:
        changed |= _date(record, rows)
    return rows, changed


def _value(record: dict, name: str) -> str | bool:
    value = record.get(name) or ""
    return _READ[name](record, value) if value and name in _READ else value


def _date(record: dict, rows: dict[str, Organisation]) -> bool:
    """Parents, standing and who signs, where nobody has written any yet."""
    row, changed = rows[record["id"]], False
    for one in parents_of(record):
        parent, since = rows[one["id"]], _day(one["since"])
        more = {"nature": one["nature"], "until": _day(one["until"])}
        changed |= Affiliation.objects.get_or_create(child=row, parent=parent, since=since, defaults=more)[1]
    standings = record.get("standings", [])
    if not standings and record.get("founding_member"):
        standings = [{"kind": "founder"}]
    if standings and not row.standings.exists():
        for one in standings:
            since, until = _day(one.get("since")), _day(one.get("until"))
            Standing.objects.create(organisation=row, kind=one["kind"], since=since, until=until)
        changed = True
    signs = record.get("signed_by")
    if signs and row.signed_by_id is None:
        row.signed_by, row.signed_by_because = rows[signs["id"]], signs["because"]
        row.save(update_fields=["signed_by", "signed_by_because"])
        changed = True
    return changed


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
