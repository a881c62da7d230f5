"""Every migration goes back, and forward again, with the demonstration's rows in the tables. On both databases."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
ROOT = Path(__file__).parent.parent.parent
SECONDS = 600  # some forty, alone on a machine
# Rows of tables that are younger than the way back: they go with their table, and nothing works them out again.
YOUNG = {
    "partners.AskedChange",
    "partners.HistoricalOrganisation",
    "partners.Invitation",
    "partners.PartnerAbsence",
    "programs.HistoricalScheme",
    "programs.HistoricalSchemeRule",
    "programs.OfferViews",
    "programs.Scheme",
    "programs.SchemeRule",
    "proposals.AgreementRecord",
    "proposals.CollaborationFile",
    "proposals.CollaborationMeeting",
    "proposals.CollaborationStep",
    "proposals.OutcomeFigure",
    "proposals.Review",
    "proposals.Signature",
    "proposals.Suggestion",
    "triage.Mention",
    "triage.PartnerWord",
    "triage.Pen",
    "triage.Presence",
    "triage.QualificationVersion",
}


WORKBENCH = "triage=0009_queue,partners=0002_labels"
APPS = ("proposals", "triage", "intake", "programs", "partners", "files", "journal", "accounts")
KEPT = (
    "intake.Irritant",
    "triage.Referral",
    "triage.Match",
    "journal.Event",
    "accounts.User",
    "programs.Offer",
)


def test_there_and_back(empty_stack):
    """From the workbench to the queue before it, which loses what is younger; then every app to its first tables."""
    first_tables = ",".join(f"{app}=0001" for app in APPS)
    done = subprocess.run(
        [sys.executable, "-m", "tests.process.migrating", WORKBENCH, first_tables],
        cwd=ROOT, env=empty_stack, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    near, far = json.loads(done.stdout.splitlines()[-1])
    before, after = near["before"], near["after"]
    assert before["triage.Referral"] and before["triage.TextPrint"] and before["partners.PartnerAbsence"]
    assert {name for name in before if after[name] < before[name]} <= YOUNG
    assert near["kept"] == dict.fromkeys(near["kept"], True)
    assert [far["after"][name] for name in KEPT] == [far["before"][name] for name in KEPT]
    assert far["kept"]["chains"]
