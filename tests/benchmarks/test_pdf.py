"""benchmarks.pdf: what it judges, and that its rows are those of a portal with documents to render."""

import json

import pytest

from benchmarks import pdf, pdf_rows
from benchmarks.pdf_reference import Reference
from journal.models import Job
from proposals.models import ProposalVersion


def test_what_misses_its_limit_is_named():
    good = {
        "time": {"foundry": {"ratio": 1.5}},
        "memory": {"peak": 300},
        "queue": {"slowest": 5.0, "rendered": 100, "dead": 0, "mails": 2, "delays": [1.0, 5.0]},
    }
    assert pdf.judged(good)["passed"] is True
    bad = {
        "time": {"foundry": {"ratio": 1.51}},
        "memory": {"peak": 301},
        "queue": {"slowest": 5.1, "rendered": 99, "dead": 1, "mails": 2, "delays": [5.1]},
    }
    judged = pdf.judged(bad)
    assert [said.partition(":")[0] for said in judged["missed"]] == [
        "time of foundry",
        "memory",
        "queue",
        "queue",
    ]
    assert judged["passed"] is False


def test_the_command_says_what_was_missed(capsys, monkeypatch):
    monkeypatch.setattr(pdf, "verb", lambda name, *_rest, **_more: {"peak": 400})
    assert pdf.main(["--only", "memory"]) == 1
    assert json.loads(capsys.readouterr().out)["missed"] == ["memory: 400 MB, 300 allowed"]


def test_the_reference_has_as_many_pages():
    assert Reference(5).pages >= 5


@pytest.mark.django_db
def test_its_rows_are_documents_to_render_and_mails():
    pdf_rows.prepare()
    pdf_rows.owe("4")
    pdf_rows.mail("0")
    assert (
        ProposalVersion.objects.count()
        == Job.objects.filter(kind="proposal.render", queue="pdf").count()
        == 4
    )
    said = pdf_rows.state()
    assert (said["rendered"], said["mails"], said["delays"]) == (0, 1, [])
