"""From the cells of a line to a record: what a column does not say stays as it is."""

from copy import deepcopy

from django.utils.translation import gettext as _

from programs.exchange.checking import Path
from programs.exchange.fields import LANGUAGES, TEXTS
from programs.models import OfferKind
from programs.sheets.columns import Values, Wrong, all_columns, field_of, normal, read

Wrongs = list[tuple[str, str]]  # (column, why)
EXAMPLE = "EXEMPLE"  # the identifier of a template's example line, which is never imported


def is_example(cells: dict) -> bool:
    return str(cells.get("id") or "").strip().upper() == EXAMPLE


def kind_of(cells: dict, sheet_kind: str, before: dict | None, values: Values) -> str:
    """By the line, else by the sheet, else as it was; "" when nothing says it."""
    said = cells.get("kind")
    if said not in (None, ""):
        return values.code(all_columns()["kind"].field, str(said))
    return sheet_kind or (before["kind"] if before else "")


def identifier(cells: dict) -> str:
    said = cells.get("id")
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return str(said if said is not None else "").strip()


def record_of_line(
    cells: dict[str, object], kind: str, before: dict | None, values: Values
) -> tuple[dict, Wrongs]:
    """The record that a line asks for, and the cells that could not be read.

    `before`: the record of the offer that is there. A column that is missing leaves what is there, an empty
    cell empties.
    """
    wrongs: Wrongs = []
    record = deepcopy(before) if before else {"translations": {}, "details": {}}
    record |= {"id": identifier(cells), "kind": kind}
    said = {}
    for name, cell in cells.items():
        column = all_columns()[name]
        if kind not in column.kinds:
            if cell not in (None, "") and normal(cell) not in ("non", "nein", "no", "false"):
                label = OfferKind(kind).label
                wrongs.append((name, _("Cette colonne ne concerne pas : %(kind)s.") % {"kind": label}))
            continue
        try:
            said[name] = read(field_of(column, kind), cell, values)
        except Wrong as wrong:
            wrongs.append((name, str(wrong)))
    _put_texts(record, said)
    for name, value in said.items():
        column = all_columns()[name]
        if name in ("id", "kind", "language") or name.rpartition("_")[0] in TEXTS:
            continue
        if name == "postcode" and isinstance(value, str) and value.isdecimal():
            country = said.get("country") or record.get("country") or "FR"
            value = value.zfill(5) if country in ("FR", "DE") else value  # a number lost its zero
        (record["details"] if column.is_detail else record)[name] = value
    return record, wrongs


def _put_texts(record: dict, said: dict) -> None:
    """The language of origin is the one that is said, else that of the offer, else the first with a title."""
    texts = {language: dict.fromkeys(TEXTS, "") for language in LANGUAGES}
    if "language" in record:
        texts[record["language"]] |= {name: record[name] for name in TEXTS}
        texts |= {language: {**texts[language], **of} for language, of in record["translations"].items()}
    for name in TEXTS:
        for language in LANGUAGES:
            if (column := f"{name}_{language}") in said:
                texts[language][name] = said[column] or ""
    first = next((language for language in LANGUAGES if texts[language]["title"]), LANGUAGES[0])
    record["language"] = said.get("language") or record.get("language") or first
    own = texts.get(record["language"], texts[LANGUAGES[0]])
    record |= own
    record["translations"] = {
        language: of for language, of in texts.items() if language != record["language"] and any(of.values())
    }


def column_of(path: Path, language: str) -> str:
    """The column that a problem of the check is about."""
    match path:
        case ("translations", other, name, *_rest):
            return f"{name}_{other}"
        case ("details", name, *_rest):
            return str(name)
        case (name, *_rest):
            return f"{name}_{language}" if name in TEXTS else str(name)
    return "id"
