"""Tables for spreadsheet programs: cells that are shown and never run, files of any length written in little memory.

A cell that begins with = + - @ (their full-width twins too), a tab, a line end or a bar may be taken for a formula
or a command: OWASP, « CSV Injection ». An apostrophe before it makes it a text, in Excel, LibreOffice and Sheets; it
stands in XLSX too, whose texts are typed as such, because somebody will save that sheet as CSV.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from foundation import clock
from foundation.plain import printable

_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
LONGEST_CELL = 32_767  # characters; Excel takes no more
MOST_ROWS = 1_048_575  # below the head of one sheet
_WIDEST = 60  # characters
Cell = str | int | float | Decimal | bool | date | time | None


def cell(value: object) -> Cell:
    """`value` as a cell may hold it: numbers and dates stay what they are, texts are neutralised, the rest is text."""
    if type(value) is str and value.isprintable() and value[:1].isascii() and value[:1].isalnum():
        return value  # nearly all of them; nothing in it that is not seen, and a first sign that starts no formula
    if value is None or isinstance(value, bool | int | float | Decimal | datetime | date | time):
        return value
    text = printable(str(value))
    if _NUMBER.fullmatch(text):
        return text  # « -12,5 » is an amount that somebody typed
    first = unicodedata.normalize("NFKC", text).lstrip(" \u00a0\u200b\u200e\u200f\u2060\ufeff")
    return f"'{text}" if first.startswith(_STARTS) else text


def as_typed(text: str) -> str:
    """What `cell` was given, of a text that comes back from a spreadsheet."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def is_formula(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).lstrip(" \u00a0\ufeff").startswith("=")


def row(values) -> list[Cell]:
    return [cell(value) for value in values]


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """As a double click in the Excel of a French or German Windows expects it: UTF-8 with its mark (RFC 3629, 6),
    semicolons, decimal commas; dates as ISO 8601, times in the portal's zone."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        to = csv.writer(out, delimiter=";", lineterminator="\r\n")
        to.writerow(row(head))
        to.writerows([_in_csv(one) for one in row(values)] for values in rows)


def _in_csv(value: Cell) -> str | int | None:
    if type(value) is str:
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(" ", "minutes")[:16]
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return value


def write_xlsx(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One sheet with its head in sight and a filter on it; one row in memory at a time.

    What is written meanwhile lies in a folder beside `path`, so that whoever removes halves of files finds it.
    """
    from xlsxwriter import Workbook  # only workers pay for it

    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.", suffix=".part") as aside:
        book = Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": aside,
                "strings_to_urls": False,
                "strings_to_formulas": False,
            },
        )
        book.set_properties({"created": clock.now().astimezone(UTC).replace(tzinfo=None)})
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(head):
            sheet.set_column(column, column, min(max(len(title) + 4, 14), _WIDEST))
        count = 0
        try:
            for column, title in enumerate(head):
                sheet.write_string(0, column, str(cell(title)), styles["head"])
            for count, values in enumerate(rows, start=1):
                for column, value in enumerate(row(values)):
                    _put(sheet, count, column, value, styles)
            sheet.autofilter(0, 0, count, len(head) - 1)
        finally:
            book.close()


def _put(sheet, at: int, column: int, value: Cell, styles: dict) -> None:
    """One cell, typed: a text is never read as a number, a link or a formula."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(at, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(at, column, timezone.localtime(value).replace(tzinfo=None), styles[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(at, column, value, styles[date])
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(at, column, value)
    else:
        sheet.write_string(at, column, str(value)[:LONGEST_CELL])


WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
