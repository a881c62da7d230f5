"""Killed at every declared crash point of a case's whole life and started again, a portal keeps the five invariants.

An eighth of the points a day; ENACT_FULL=1 visits each of them in every stage that passes it. The twins do one effect
before another that must come first: each of them is found out.
"""

import json
import os
import subprocess
import sys
import time

import pytest

from foundation.failpoints import DECLARED
from tests.process.running import ROOT
from tests.process.wrong_orders import BREAKING

pytestmark = [pytest.mark.process, pytest.mark.shows("R-01", "R-03", "R-04", "R-05")]
FULL = bool(os.environ.get("ENACT_FULL"))
PARTS = 8
TODAY = f"{int(time.time() / 86400) % PARTS + 1} of {PARTS}"


def driven(environment: dict, *arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.process.crashing", *arguments],
        cwd=ROOT, env=environment | {"ENACT_DEMO": "0"}, capture_output=True, text=True, timeout=3600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-6000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_point_is_survived(fresh_stack):
    told = driven(fresh_stack, *(["--everywhere"] if FULL else ["--part", TODAY]))
    assert told["never_passed"] == []
    assert told["killed"] >= (len(DECLARED) if FULL else len(DECLARED) // PARTS)
    if FULL:
        assert set(told["visited"]) == DECLARED
    assert told["wrong"] == {}


@pytest.mark.skipif(not FULL, reason="once a release: the driver finds out what it is shown to find out")
@pytest.mark.parametrize("order", BREAKING)
def test_a_wrong_order_is_found_out(fresh_stack, order):
    told = driven(fresh_stack, "--broken", order)
    assert told["killed"] and told["wrong"]
