"""Spreadsheets as people save them: XLSX, and CSV with any usual separator and encoding; values, never formulas."""

import csv
import io
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from programs.models import OfferKind
from programs.sheets.columns import Values, all_columns, headings, normal

log = logging.getLogger(__name__)
MOST_LINES = 20_000
MOST_COLUMNS = 200
MOST_UNPACKED = 80 * 1024 * 1024  # bytes of XML; the gate lets 200 MB through, for reading by people
_HEAD_WITHIN = 10  # the heading stands in one of the first lines
_SEPARATORS = ";\t,|"


class Unreadable(Exception):
    """A file of which no line can be read; `str()` says why."""


@dataclass(frozen=True)
class Line:
    """`cells`: column → what stands there; `letters`: column → its letter, as spreadsheet programs call it."""

    sheet: str
    kind: str
    number: int
    cells: dict[str, object]
    letters: dict[str, str]


@dataclass
class Table:
    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # headings that mean nothing here


def read_table(path: Path, kind: str) -> Table:
    """All lines of a file of the gate (`kind`: "xlsx", "csv" or "text"). Raises Unreadable."""
    table, found = Table(), False
    try:
        for title, rows in _of_xlsx(path) if kind == "xlsx" else _of_csv(path):
            found |= _take(title, rows, table)
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged file makes its reader raise
        log.info("unreadable import: %s", type(error).__name__)
        raise Unreadable(
            _("Nous n’arrivons pas à lire ce fichier. Enregistrez-le de nouveau, puis renvoyez-le.")
        ) from error
    if not found:
        raise Unreadable(
            _(
                "Aucune feuille n’a de colonne « identifiant » : partez du modèle, ou donnez ce titre à une colonne."
            )
        )
    if not table.lines:
        raise Unreadable(_("Ce fichier n’a aucune ligne sous ses titres."))
    return table


def _take(title: str, rows: Iterator[tuple], table: Table) -> bool:
    """The lines of a sheet; whether it is one of offers."""
    names: list[str] | None = None
    letters: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        filled = any(cell not in (None, "") for cell in row)
        if names is None:
            names = _names(row, table) if filled else None
            if names is None and number >= _HEAD_WITHIN:
                return False
            letters = {name: letter(place) for place, name in enumerate(names or ()) if name}
            continue
        if not filled:
            continue
        if len(table.lines) >= MOST_LINES:
            raise Unreadable(
                _("%(most)s lignes au plus par fichier : partagez-le en plusieurs.") % {"most": MOST_LINES}
            )
        cells = {name: cell for name, cell in zip(names, row, strict=False) if name}
        cells |= {name: None for name in letters if name not in cells}
        table.lines.append(Line(title, _kind(title), number, cells, letters))
    return names is not None


def _names(row: tuple, table: Table) -> list[str] | None:
    """The columns that a line of headings names; None for another line. Raises Unreadable for one named twice."""
    known = headings()
    names = [known.get(normal(cell), "") if cell not in (None, "") else "" for cell in row]
    if "id" not in names:
        return None
    for name in filter(None, names):
        if names.count(name) > 1:
            raise Unreadable(
                _("La colonne « %(name)s » est là deux fois.") % {"name": all_columns()[name].label}
            )
    table.ignored += [str(cell)[:60] for cell in row if cell not in (None, "") and normal(cell) not in known]
    return names


def _kind(title: str) -> str:
    code = Values().code(all_columns()["kind"].field, title)
    return code if code in OfferKind.values else ""


def letter(place: int) -> str:
    """0 → A, 26 → AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _of_xlsx(path: Path) -> Iterator[tuple[str, Iterator[tuple]]]:
    from openpyxl import load_workbook  # only workers pay for it

    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise Unreadable(_("Ce classeur est trop grand : partagez-le en plusieurs."))
    with path.open("rb") as handle:  # our names have no extension, which openpyxl would ask for
        book = load_workbook(handle, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            most = MOST_LINES + _HEAD_WITHIN + 1
            yield sheet.title, sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True)


def _of_csv(path: Path) -> Iterator[tuple[str, Iterator[tuple]]]:
    text = decoded(path.read_bytes())
    first, _sep, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip().strip('"')) == 5:
        separator, text = first.strip().strip('"')[4], rest  # Excel's own way to name it
    else:
        separator = _separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    yield "", (tuple(row[:MOST_COLUMNS]) for row in rows)


def decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else Windows-1252, what Excel writes in western Europe."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("L’encodage de ce fichier n’est pas reconnu : enregistrez-le en UTF-8."))


def _separator(text: str) -> str:
    """The sign that parts the headings: the one that gives most columns that are known."""
    known = headings()
    head = next((line for line in text.splitlines()[:_HEAD_WITHIN] if line.strip()), "")

    def columns(sign: str) -> tuple[int, int]:
        cells = next(csv.reader([head], delimiter=sign), [])
        return sum(normal(cell) in known for cell in cells), len(cells)

    return max(_SEPARATORS, key=columns)
