"""What no form names: every column of every model, with a value that would show; and keys of rows of others."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

PACKAGES = (
    "accounts",
    "files",
    "insights",
    "intake",
    "journal",
    "partners",
    "programs",
    "proposals",
    "triage",
)
MARK = "marque-etrangere@x.example"
NUMBER, DAY = "7777777", "2001-01-01"


def columns() -> Iterator[models.Field]:
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in PACKAGES:
            for model in config.get_models():
                yield from (*model._meta.concrete_fields, *model._meta.many_to_many)


def fields(side) -> dict[str, list[str]]:
    """Name → values that a request could try for it, from all models: `side` owns the rows that keys name."""
    found: dict[str, dict[str, None]] = {"pk": {NUMBER: None}, "id": {NUMBER: None}}
    for column in columns():
        for name in {column.name, getattr(column, "attname", column.name)}:
            found.setdefault(name, {}).update(dict.fromkeys(_values(column, side)))
    return {name: list(values) for name, values in sorted(found.items())}


def _values(column: models.Field, side) -> list[str]:
    if column.is_relation:
        rows = column.related_model._default_manager.order_by("-pk").values_list("pk", flat=True)
        return [str(key) for key in rows[:1]] or [NUMBER]
    if isinstance(column, models.BooleanField):
        return ["on", ""]
    if column.choices:
        codes = [str(code) for code, _label in column.flatchoices if code not in ("", None)]
        return [codes[-1], codes[0]]
    if isinstance(column, models.IntegerField | models.DecimalField | models.FloatField):
        return [NUMBER]
    if isinstance(column, models.DateTimeField):
        return [f"{DAY} 10:00"]
    if isinstance(column, models.DateField):
        return [DAY]
    if isinstance(column, models.UUIDField):
        return [str(side.ids["public_id"])]
    return ['{"marque": 1}' if isinstance(column, models.JSONField) else MARK]


def rounds(named: set[str], found: dict[str, list[str]], most: int) -> Iterator[dict[str, str]]:
    """What is sent besides what a form names: in each round another value of each name."""
    others = {name: values for name, values in found.items() if name not in named}
    for turn in range(min(most, max(map(len, others.values())))):
        yield {name: values[turn % len(values)] for name, values in others.items()}


def keys(side) -> dict[str, list[str]]:
    """ "uuid" or "number" → keys of rows of this side, by which a choice may name them."""
    uuids = {str(value) for value in (*side.ids.values(), *side.proposals.values()) if len(str(value)) == 36}
    numbers = {
        str(model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or "")
        for model in {column.related_model for column in columns() if column.is_relation}
    }
    return {"uuid": sorted(uuids), "number": sorted(one for one in numbers if one.isdecimal())}
