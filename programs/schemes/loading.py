"""programs/data/schemes.json into the tables: what a person changed stays as that person left it."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from programs.models import Scheme, SchemeRule
from programs.schemes.definitions import DEFINITIONS
from programs.schemes.rulebook import Rule

LANGUAGES = ("fr", "de", "en")
_PLAIN = (
    *("kind", "operator", "open_to", "closed_to", "sizes", "region_only", "no_startup", "instead"),
    *("source", "confidence"),
)


def load(folder: Path) -> None:
    """Make, renew and withdraw rows so that they say what the file says. Safe to repeat.

    A row that a person changed, and a rule for whose days a person wrote another one, are left alone; a rule that the
    file no longer has and nobody touched is withdrawn, never deleted: estimates of old proposals name it.
    """
    data = json.loads((folder / "schemes.json").read_text("utf-8"))
    with transaction.atomic():
        list(Scheme.objects.select_for_update().values_list("pk"))  # nobody writes a rule meanwhile
        _load(data)


def _load(data: dict) -> None:
    for position, entry in enumerate(data["schemes"]):
        _scheme(entry, position)
    _rules(data["rules"], date.fromisoformat(data["as_of"]))


def _scheme(entry: dict, position: int) -> None:
    row = Scheme.objects.filter(code=entry["code"]).first() or Scheme(code=entry["code"])
    if row.edited_at is not None:
        return
    wanted = {name: entry[name] for name in _PLAIN}
    for language in LANGUAGES:
        for name in ("name", "sentence", "audience", "signs"):
            wanted[f"{name}_{language}"] = entry[name][language]
        for name in ("ask", "traps"):
            wanted[f"{name}_{language}"] = "\n".join(entry[name][language])
    wanted |= {"weeks_low": entry["weeks"][0], "weeks_high": entry["weeks"][1], "position": position}
    wanted |= {"months_low": entry["months"][0], "months_high": entry["months"][1]}
    _write(row, wanted)


def _write(row: Scheme | SchemeRule, wanted: dict) -> None:
    """Save what differs: a repeated load leaves no trace in the history."""
    if row._state.adding or any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save()


def written_rules(rules: list[dict]) -> list[tuple[Rule, str]]:
    """The rules of the file as values, each with its remark."""
    return [
        (
            Rule(
                entry["code"],
                row["bracket"],
                Decimal(row["value"]),
                DEFINITIONS[entry["code"]].unit,
                date.fromisoformat(row["from"]),
                date.fromisoformat(row["until"]) if row["until"] else None,
                row["source"],
                row["confidence"],
            ),
            row["note"],
        )
        for entry in rules
        for row in entry["rows"]
    ]


def _rules(rules: list[dict], checked_on: date) -> None:
    written = written_rules(rules)
    keys = {(rule.code, rule.bracket, rule.valid_from) for rule, _note in written}
    known = SchemeRule.objects.order_by("-withdrawn", "pk")  # of two that begin alike, the one in use
    rows = {(row.code, row.bracket, row.valid_from): row for row in known}
    for key, row in rows.items():
        if key not in keys and row.edited_at is None and not row.withdrawn:
            _write(row, {"withdrawn": True})
    for rule, note in written:
        row = rows.get((rule.code, rule.bracket, rule.valid_from))
        if row is not None and row.edited_at is not None:
            continue
        row = row or SchemeRule(code=rule.code, bracket=rule.bracket, valid_from=rule.valid_from)
        wanted = {
            "value": rule.value,
            "valid_until": rule.valid_until,
            "source": rule.source,
            "confidence": rule.confidence,
            "note": note,
            "checked_on": checked_on,
            "withdrawn": False,
        }
        candidate = SchemeRule(
            pk=row.pk,
            code=row.code,
            bracket=row.bracket,
            valid_from=row.valid_from,
            valid_until=rule.valid_until,
        )
        if SchemeRule.objects.overlapping(candidate).exclude(edited_at=None).exists():
            continue  # a person has said something else of these days
        _write(row, wanted)
