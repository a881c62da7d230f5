"""The workbook to fill in: a sheet per kind of offer with an example line, and one with the values accepted."""

import csv
import io
from collections.abc import Collection

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from foundation.spreadsheets import row as as_cells
from programs.exchange.checking import canonical
from programs.exchange.fields import (
    AMOUNT,
    CODES,
    DAY,
    FLAG,
    INTEGER,
    SESSIONS,
    TEXT,
    WORDS,
    Field,
    details,
    session,
)
from programs.models import OfferKind
from programs.sheets.columns import Column, Values, columns_of, field_of, line_of
from programs.sheets.lines import EXAMPLE
from programs.sheets.reading import letter

FILE_NAME = "enact-offres"
_LINES = 1_000  # that get a list to choose from


def example(kind: str) -> dict:
    """An offer that passes the check, as a record; illustrative, in the reader's language."""
    language = (get_language() or "fr")[:2]
    return canonical(
        {
            "id": EXAMPLE,
            "kind": kind,
            "language": language,
            "title": _("Exemple : prévoir la dérive d’un procédé"),
            "summary": _("Une ligne d’exemple, qui n’est jamais importée. Remplacez-la par vos offres."),
            "description": _("Ce que vous proposez, pour qui, comment cela se passe et ce qui en reste."),
            "topics": ["anomaly-detection"],
            "keywords": [_("capteurs"), _("rebuts")],
            "city": "Nancy",
            "postcode": "54000",
            "valid_until": "2027-12-31",
            "details": {field.name: _example_of(field) for field in details(kind)},
        }
    )


_SAID = {
    "trl_min": 3,
    "trl_max": 6,
    "research_question": gettext_lazy("Comment prévoir la dérive d’un procédé ?"),
}


def _example_of(field: Field):
    if field.name in _SAID:
        said = _SAID[field.name]
        return said if isinstance(said, int) else str(said)
    if field.type == TEXT and field.required:
        return "Bac+5" if field.name == "level" else str(field.label)[: field.most]
    if field.choices and field.type != CODES:
        return next(iter(field.choices))
    if field.type == SESSIONS:
        return [{inner.name: _example_of(inner) for inner in session()}]
    return {INTEGER: 12, AMOUNT: 1250, FLAG: False, DAY: "2027-03-15", WORDS: [], CODES: []}.get(field.type)


def shown_columns(kind: str) -> list[Column]:
    """Of a sheet that is for one kind alone: its name says which."""
    return [column for column in columns_of(kind) if column.name != "kind"]


def accepted(column: Column, kind: str) -> str:
    """What may stand in a column, in words."""
    field = field_of(column, kind)
    match field.type:
        case "integer":
            return _("nombre entier")
        case "amount":
            return _("montant en euros, comme 1250 ou 1250,50")
        case "flag":
            return _("oui ou non")
        case "day":
            return _("date, comme 31/01/2027 ou 2027-01-31")
        case "words":
            return _("plusieurs, séparés par des points-virgules")
        case "codes":
            return _("une ou plusieurs valeurs de la liste, séparées par des points-virgules")
        case "choice":
            return _("une valeur de la liste")
        case "sessions":
            return _("début; fin; places; places restantes; ville — une barre | entre deux sessions")
    return _("%(most)s caractères au plus") % {"most": field.most}


def workbook(kinds: Collection[str] = OfferKind.values) -> bytes:
    """XLSX, in the active language."""
    from xlsxwriter import Workbook

    out, values = io.BytesIO(), Values()
    book = Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold, soft = book.add_format({"bold": True, "bottom": 1}), book.add_format({"italic": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    listed: dict[str, tuple[Field, int]] = {}
    for kind in kinds:
        for column in shown_columns(kind):
            field = field_of(column, kind)
            if field.vocabulary is not None:
                listed.setdefault(f"{column.name}/{','.join(field.vocabulary)}", (field, len(listed)))
    help_name = _("Valeurs acceptées")
    sheets = {kind: book.add_worksheet(capfirst(str(OfferKind(kind).label))[:31]) for kind in kinds}
    helps = book.add_worksheet(help_name[:31])
    for field, place in listed.values():
        helps.set_column(place, place, 34)
        helps.write_string(0, place, str(field.label or field.name), bold)
        for number, label in enumerate(field.vocabulary.values(), start=1):
            helps.write_string(number, place, str(label))
    for kind, sheet in sheets.items():
        columns = shown_columns(kind)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            field = field_of(column, kind)
            needed = field.required or column.name in _needed()
            sheet.set_column(
                place, place, min(max(len(str(column.label)) + 4, 14), 40), day if field.type == DAY else None
            )
            sheet.write_string(0, place, f"{column.label}{' *' if needed else ''}", bold)
            sheet.write_comment(0, place, accepted(column, kind), {"font_size": 10})
            if field.vocabulary is not None and field.type != CODES:
                where = listed[f"{column.name}/{','.join(field.vocabulary)}"][1]
                name = help_name.replace("'", "''")
                last = len(field.vocabulary)
                source = f"='{name}'!${letter(where)}$2:${letter(where)}${last + 1}"
                sheet.data_validation(
                    1, place, _LINES, place, {"validate": "list", "source": source, "error_type": "warning"}
                )
        for place, cell in enumerate(as_cells(line_of(example(kind), columns, values))):
            if cell is not None and columns[place].field.type == DAY:
                sheet.write_datetime(1, place, cell, day)
            elif cell is not None:
                sheet.write(1, place, cell, soft)
    book.close()
    return out.getvalue()


def _needed() -> set[str]:
    language = (get_language() or "fr")[:2]
    return {"id", "topics", *(f"{name}_{language}" for name in ("title", "summary", "description"))}


def plain(kind: str) -> bytes:
    """CSV of one kind, as Excel opens it."""
    columns = columns_of(kind)
    out = io.StringIO(newline="")
    to = csv.writer(out, delimiter=";", lineterminator="\r\n")
    to.writerow(str(column.label) for column in columns)
    to.writerow("" if cell is None else cell for cell in as_cells(line_of(example(kind), columns, Values())))
    return out.getvalue().encode("utf-8-sig")
