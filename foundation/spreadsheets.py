"""Cells of CSV and XLSX files that a spreadsheet program must show and never run.

A cell that begins with = + - @ (their full-width twins too), a tab, a line end or a bar may be taken for a formula
or a command: OWASP, « CSV Injection ». An apostrophe before it makes it a text, in Excel, LibreOffice and Sheets.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from foundation.plain import printable

_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
Cell = str | int | float | Decimal | bool | date | time | None


def cell(value: object) -> Cell:
    """`value` as a cell may hold it: numbers and dates stay what they are, texts are neutralised, the rest is text."""
    if value is None or isinstance(value, bool | int | float | Decimal | datetime | date | time):
        return value
    text = printable(str(value))
    if _NUMBER.fullmatch(text):
        return text  # « -12,5 » is an amount that somebody typed
    first = unicodedata.normalize("NFKC", text).lstrip(" \u00a0\u200b\u200e\u200f\u2060\ufeff")
    return f"'{text}" if first.startswith(_STARTS) else text


def row(values) -> list[Cell]:
    return [cell(value) for value in values]
