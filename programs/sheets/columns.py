"""The columns of a spreadsheet of offers, and what stands in their cells.

Headings and values are accepted in any of the portal's languages, and by their codes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.spreadsheets import Cell, as_typed, is_formula
from programs.exchange.fields import (
    CHOICE,
    DETAILS,
    LANGUAGES,
    TERMS,
    TEXT,
    TEXTS,
    Field,
    common,
    details,
    session,
)
from programs.models import Offer, OfferKind

BETWEEN = " | "  # sessions
WITHIN = "; "  # parts of a session, items of a list
_ITEMS = re.compile(r"[;|\n]")
_SESSIONS = re.compile(r"[|\n]")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S")
YES = {"oui", "ja", "yes", "true", "vrai", "wahr", "x", "1", "o", "y", "j"}
NO = {"non", "nein", "no", "false", "faux", "falsch", "0", "n"}


class Wrong(Exception):
    """A cell that cannot be read; `str()` says why."""


@dataclass(frozen=True)
class Column:
    """`kinds`: the kinds of offer that have it."""

    name: str
    label: str | Promise
    field: Field
    kinds: frozenset[str]

    @property
    def is_detail(self) -> bool:
        return len(self.kinds) < len(OfferKind.values)


@cache
def all_columns() -> dict[str, Column]:
    every = frozenset(OfferKind.values)
    kinds = {kind.value: kind.label for kind in OfferKind}
    languages = dict(settings.LANGUAGES)
    found = [
        Column("id", gettext_lazy("identifiant"), Field("id", "", TEXT, True, 120), every),
        Column("kind", gettext_lazy("nature"), Field("kind", "", CHOICE, True, choices=kinds), every),
        Column(
            "language",
            gettext_lazy("langue d’origine"),
            Field("language", "", CHOICE, choices=languages),
            every,
        ),
    ]
    for name, most in TEXTS.items():
        for language in LANGUAGES:
            column = f"{name}_{language}"
            label = Offer._meta.get_field(column).verbose_name
            found.append(Column(column, label, Field(column, label, TEXT, most=most), every))
    found += [Column(field.name, field.label, field, every) for field in common()]
    columns = {column.name: column for column in found}
    for kind in DETAILS:
        for field in details(kind):
            before = columns.get(field.name)
            kinds_of = (before.kinds if before else frozenset()) | {kind}
            columns[field.name] = Column(field.name, before.label if before else field.label, field, kinds_of)
    return columns


def columns_of(kind: str) -> list[Column]:
    return [column for column in all_columns().values() if kind in column.kinds]


def field_of(column: Column, kind: str) -> Field:
    """The same name may be a text for one kind and a closed list for another."""
    if column.is_detail:
        return next(field for field in details(kind) if field.name == column.name)
    return column.field


def normal(text: object) -> str:
    """As headings and values are compared."""
    return _SPACES.sub(" ", str(text).casefold().replace("’", "'")).strip(" *:")


@cache
def headings() -> dict[str, str]:
    """Heading as it may be written → name of the column."""
    known: dict[str, str] = {"état": "", "status": "", "zustand": ""}  # of an export: shown, never read
    for column in all_columns().values():
        labels = [column.label]
        if column.is_detail:
            labels += [field_of(column, kind).label for kind in column.kinds]
        known[normal(column.name)] = column.name
        for language in LANGUAGES:
            with translation.override(language):
                known |= {normal(label): column.name for label in labels}
    return known


class Values:
    """Code by whatever it may be called, for one reading of a file; labels, for one writing in one language."""

    def __init__(self):
        self._codes: dict[tuple[str, frozenset], dict[str, str]] = {}
        self._labels: dict[tuple[str, frozenset], Mapping[str, str]] = {}

    def code(self, field: Field, said: str) -> str:
        """The code; what is known under no name stays as it is, for the check to refuse."""
        key = (field.name, frozenset(field.choices or ()))
        if key not in self._codes:
            self._codes[key] = _called(field)
        return self._codes[key].get(normal(said), said)

    def label(self, field: Field, code: str) -> str:
        key = (field.name, frozenset(field.choices or ()))
        if key not in self._labels:
            self._labels[key] = {one: str(label) for one, label in (field.vocabulary or {}).items()}
        return self._labels[key].get(code, code)


def _called(field: Field) -> dict[str, str]:
    known: dict[str, str] = {}
    if field.name in TERMS:
        for row in field.term.objects.all():
            names = (getattr(row, f"label_{language}") for language in LANGUAGES)
            known |= {normal(name): row.code for name in (*names, row.code)}
        return known
    for language in LANGUAGES:
        with translation.override(language):
            known |= {normal(label): code for code, label in (field.choices or {}).items()}
    return known | {normal(code): code for code in field.choices or ()}


def read(field: Field, cell: object, values: Values):
    """The value of a cell as a record holds it; None for an empty one. Raises Wrong."""
    if isinstance(cell, str):
        if is_formula(cell):
            raise Wrong(_("Cette cellule contient une formule : collez sa valeur à la place."))
        cell = as_typed(cell).strip()
    if cell is None or cell == "":
        return None
    return _READERS[field.type](field, cell, values)


def _text(field: Field, cell, values: Values) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _integer(field: Field, cell, values: Values) -> int:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    text = _SPACES.sub("", str(cell))
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise Wrong(_("Un nombre entier est attendu."))
    return int(text)


def _amount(field: Field, cell, values: Values) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = _SPACES.sub("", str(cell)).removesuffix("€").removesuffix("EUR").replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", text):
        raise Wrong(_("Un montant en euros est attendu, comme 1250 ou 1250,50."))
    return float(text)


def _flag(field: Field, cell, values: Values) -> bool:
    said = normal(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
    if said not in YES | NO:
        raise Wrong(_("Oui ou non est attendu."))
    return said in YES


def _day(field: Field, cell, values: Values) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    for form in _DAYS:
        try:
            return f"{datetime.strptime(str(cell).strip(), form):%Y-%m-%d}"
        except ValueError:
            continue
    raise Wrong(_("Une date est attendue, comme 31/01/2027 ou 2027-01-31."))


def _items(cell) -> list[str]:
    return [item.strip() for item in _ITEMS.split(_text(None, cell, None)) if item.strip()]


def _sessions(field: Field, cell, values: Values) -> list[dict]:
    """« début; fin; places; places restantes; ville », sessions apart by a bar or a new line."""
    found = []
    for number, said in enumerate(filter(str.strip, _SESSIONS.split(str(cell))), start=1):
        parts = [part.strip() for part in said.split(";")]
        fields = session()
        if len(parts) > len(fields):
            raise Wrong(_("Session %(number)s : il y a trop d’éléments.") % {"number": number})
        one = {}
        for inner, part in zip(fields, parts, strict=False):
            try:
                one[inner.name] = read(inner, part, values)
            except Wrong as wrong:
                raise Wrong(
                    _("Session %(number)s, %(field)s : %(why)s")
                    % {"number": number, "field": inner.label, "why": wrong}
                ) from wrong
        found.append(one)
    return found


_READERS = {
    "text": _text,
    "integer": _integer,
    "amount": _amount,
    "flag": _flag,
    "day": _day,
    "choice": lambda field, cell, values: values.code(field, _text(field, cell, values)),
    "words": lambda field, cell, values: _items(cell),
    "codes": lambda field, cell, values: [values.code(field, item) for item in _items(cell)],
    "sessions": _sessions,
}


def write(field: Field, value, values: Values) -> Cell:
    """A value of a record as a cell shows it, in the active language."""
    if value is None or value == "" or value == []:
        return None
    match field.type:
        case "choice":
            return values.label(field, value)
        case "codes":
            return WITHIN.join(values.label(field, code) for code in value)
        case "words":
            return WITHIN.join(value)
        case "flag":
            return _("oui") if value else _("non")
        case "day":
            return date.fromisoformat(value)
        case "amount":
            return Decimal(str(value)).quantize(Decimal("0.01")).normalize() + 0
        case "sessions":
            return BETWEEN.join(
                WITHIN.join(str(one[inner.name]) for inner in session() if one[inner.name] not in (None, ""))
                for one in value
            )
    return value


def line_of(record: dict, columns: list[Column], values: Values) -> list[Cell]:
    """A canonical record as the cells of these columns."""
    return [_cell_of(record, column, values) for column in columns]


def _cell_of(record: dict, column: Column, values: Values) -> Cell:
    if record["kind"] not in column.kinds:
        return None
    name, _sep, language = column.name.rpartition("_")
    if name in TEXTS:
        said = record if language == record["language"] else record["translations"].get(language, {})
        return said.get(name) or None
    into = record["details"] if column.is_detail else record
    return write(field_of(column, record["kind"]), into[column.name], values)
