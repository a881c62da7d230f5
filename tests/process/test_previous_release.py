"""The last release and this version on one portal: its data are restored here, and its code runs on today's schema."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests import ground
from tests.operations.test_upgrading import COMMIT, VERSION, in_history
from tests.process.conftest import own_stack

pytestmark = [
    pytest.mark.process,
    pytest.mark.shows("R-13", "R-14"),
    pytest.mark.skipif(not os.environ.get("ENACT_FULL"), reason="minutes: with ENACT_FULL=1, before a release"),
    pytest.mark.skipif(not in_history(), reason=f"the history does not reach back to version {VERSION}"),
]
ROOT = Path(__file__).parent.parent.parent
# Code of 0.1.0 asks for columns of proposals that went before the rule (STOPS): these of its pages fail on today's
# schema, which is why `upgrade` wants it stopped. They are the proof that the rule is about something.
LOST = {"follow", "case"} if VERSION == "0.1.0" else set()
BOTH = (Path(__file__).parent / "both_versions.py").read_text("utf-8")


def run(tree: Path, environment, *arguments, good=True) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True, timeout=900
    )
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    return done


def told(tree: Path, environment, verb: str) -> dict:
    return json.loads(run(tree, environment, "-c", BOTH, verb).stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    """The tree of the last release."""
    tree = tmp_path_factory.mktemp("release")
    packed = subprocess.run(["git", "archive", COMMIT], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(tree, filter="data")
    return tree


def test_its_data_are_saved_restored_and_brought_here_and_its_code_still_works(
    release, empty_stack, tmp_path_factory
):
    """In one go, since each step needs the one before: making the data takes most of the time."""
    old = empty_stack | {"ENACT_DEMO": "0", "SECRET_KEY": "k" * 50}
    made = told(release, old, "make")
    assert (made["irritants"], made["broken"]) == (2, 0) and made["referrals"] == 2

    backup = tmp_path_factory.mktemp("backup") / "release.backup"
    run(ROOT, old, "manage.py", "backup", str(backup), "--plain")
    with own_stack(tmp_path_factory, ground.EMPTY) as here:
        here |= {"ENACT_DEMO": "0", "SECRET_KEY": "k" * 50}
        restored = run(ROOT, here, "manage.py", "restore", str(backup)).stdout
        assert "migrations brought it to this version" in restored and "the journal verifies" in restored
        now = told(ROOT, here, "use")
        assert set(now["pages"].values()) == {200}, now
        assert (now["irritants"], now["referrals"], now["broken"]) == (3, 4, 0)

        before = told(release, here, "use")  # the code of before, on the schema of today
        assert {page for page, status in before["pages"].items() if status != 200} == LOST, before
        assert before["answered"] == now["answered"]
        assert (before["irritants"], before["referrals"], before["broken"]) == (4, 6, 0)
        again = told(ROOT, here, "use")  # and what it wrote is read here
        assert set(again["pages"].values()) == {200} and again["broken"] == 0


def test_an_upgrade_from_it_says_that_it_must_be_stopped(release, empty_stack):
    """Some of its migrations came before the rule of tests/operations/test_upgrading.py; afterwards none may."""
    old = empty_stack | {"ENACT_DEMO": "0", "SECRET_KEY": "k" * 50}
    refused = run(ROOT, old, "manage.py", "upgrade", "--no-backup", good=False)
    assert "stop it and say --stopped" in refused.stderr and "proposals.0003" in refused.stderr
    run(ROOT, old, "manage.py", "upgrade", "--no-backup", "--stopped")
    assert set(told(ROOT, old, "use")["pages"].values()) == {200}
