"""What a text should rather not say: found where it is, and silence on what a workshop writes every day.

The same cases run against static/js/sensitive.js in a browser (tests/browser/test_sensitive.py).
"""

import json
import time
from pathlib import Path

import pytest

from foundation.sensitive import KINDS, find, kinds

CASES = json.loads((Path(__file__).parent / "sensitive_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50] or "nothing")
def test_what_is_found(case):
    text = case["text"]
    assert [[one.kind, text[one.start : one.end]] for one in find(text)] == case["found"]


def test_the_cases_cover_every_kind_and_as_much_silence():
    assert {kind for case in CASES for kind, _words in case["found"]} == set(KINDS)
    assert sum(not case["found"] for case in CASES) >= 50


def test_kinds_come_once_each():
    assert kinds("brevet, brevet, jean@x.fr et luc@x.fr") == ["email", "secret"]


@pytest.mark.parametrize(
    "text", ["0" * 4000, "1 " * 2000, "a@" * 2000, "FR76" * 1000, "a." * 2000, "mot de passe " * 300]
)
def test_no_text_takes_long(text):
    started = time.process_time()
    find(text)
    assert time.process_time() - started < 0.5  # of this process: the machines that run the tests are shared
