"""benchmarks.web: what it judges, that a slow portal fails it, and how many queries each page of a company asks."""

import json
import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import load, web
from intake import drafts
from intake.models import Draft

# Page → queries of a second visit. One more here is one more for every visitor.
QUERIES = {
    "home": 0,
    "start": 0,
    "irritant": 1,
    "vous": 3,
    "contexte": 4,
    "verifier": 4,
    "received": 4,
    "follow": 11,
    "mine": 3,
    "catalogue": 3,
    "catalogue searched": 3,
}


def slices(**rates):
    """Applications that always answer at these rates."""
    told = {"answered": 1, "other": 0, "errors": 0, "p50_milliseconds": 1.0}
    told |= {"p95_milliseconds": 2.0, "processor_milliseconds": 1.0}
    return {name: lambda rate=rate: {**told, "rate": rate} for name, rate in rates.items()}


def test_a_ratio_is_the_median_of_pairs_taken_side_by_side():
    found = load.paired(**slices(portal=30.0, reference=100.0), rounds=3)
    assert (found["ratio"], found["ratios"]) == (0.3, [0.3, 0.3, 0.3])
    assert (found["pairs"]["taken"], found["processor_ratio"]) == (3, 1.0)
    assert found["wrong_answers"] == {"portal": 0, "reference": 0}


def test_what_misses_its_floor_is_named():
    found = {"home": {"ratio": 0.71, "wrong": []}, "submission": {"ratio": 0.49, "wrong": ["irritants"]}}
    judged = web.judged(found)
    assert judged["floors"] == {"home": 0.7, "submission": 0.5}
    assert (judged["missed"], judged["passed"]) == (["submission", "submission: irritants"], False)
    assert web.judged({"home": {"ratio": 0.7}})["passed"] is True


def run(capsys, monkeypatch, portal: float, *arguments: str) -> tuple[int, dict]:
    """The command with a portal that answers `portal` times as fast as the reference."""
    monkeypatch.setattr(web, "_bench", lambda options: _Planted())
    monkeypatch.setattr(load, "wrk", lambda: "wrk")
    pair = slices(portal=100 * portal, reference=100.0)
    monkeypatch.setattr(
        load, "get", lambda target, path, **how: pair["portal" if path == "/" else "reference"]()
    )
    status = web.main(["--only", "home", "--rounds", "1", *arguments])
    return status, json.loads(capsys.readouterr().out)


class _Planted:
    portal, reference, rounds, seconds = None, None, 1, 1

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False


def test_a_planted_slow_portal_makes_the_command_fail(capsys, monkeypatch):
    status, found = run(capsys, monkeypatch, 0.6)
    assert (status, found["missed"], "submission" in found) == (1, ["home"], False)
    assert run(capsys, monkeypatch, 0.9)[0] == 0


def test_without_wrk_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert web.main([]) == 2
    assert "apt-get install wrk" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", (["--only", "nothing"], ["--rounds", "0"], ["--seconds", "3600"]))
def test_what_it_does_not_know_or_would_not_bound_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        web.main(arguments)
    assert stopped.value.code == 2


def test_pages_ask_the_same_number_of_queries_however_many_rows(db):
    from benchmarks.pages import Ways

    ways = Ways()
    ways.grow(1)
    assert ways.queries() == QUERIES
    ways.grow(200)
    assert ways.queries() == QUERIES


def test_a_submission_writes_each_row_once(db):
    from benchmarks.pages import ANSWERS

    draft = Draft.objects.create(answers=ANSWERS)
    with CaptureQueriesContext(connection) as asked:
        drafts.send(draft, drafts.review(draft).cleaned)
    written = [query["sql"].split('"')[1] for query in asked if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert written == [
        "intake_draft",
        "intake_company",
        "intake_contact",
        "intake_irritant",
        "journal_chainhead",
        "journal_event",
        "journal_message",
        "journal_job",
        "journal_job",
        "journal_accesslink",
    ]
