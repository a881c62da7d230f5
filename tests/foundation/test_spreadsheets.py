"""What a spreadsheet program would run is shown as text; numbers stay numbers."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from foundation.spreadsheets import cell, row

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1|x",
    "@SUM(A1)",
    "|calc",
    "%0A=1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－cmd",
    "＠SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "=cmd|'/c calc'!A0",
    "\u202e=1+1",
    "\x00=1+1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_like_a_formula_is_text(text):
    assert cell(text).startswith("'")
    written = io.StringIO()
    csv.writer(written).writerow(row([text, "b"]))
    assert next(csv.reader(io.StringIO(written.getvalue(), newline="")))[0].startswith("'")


@pytest.mark.parametrize(
    "value",
    [0, -12, 3.5, Decimal("-7.25"), True, None, date(2026, 11, 26), "-12,5", "+33", "0.4", "a=b", "été", ""],
)
def test_numbers_dates_and_plain_words_stay_what_they_are(value):
    assert cell(value) == value


def test_anything_else_is_neutralised_text():
    class Odd:
        def __str__(self):
            return "=1"

    assert cell(Odd()) == "'=1"
