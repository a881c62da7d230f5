"""Readiness sees that worker or beat died, by itself, and that they came back: real processes, killed."""

import os
import signal
from contextlib import suppress

import pytest

from tests.process.test_portal import wait_for

pytestmark = [pytest.mark.process, pytest.mark.shows("R-20")]
SECONDS = "12"  # instead of 120; the sign of life is left every 5


@pytest.mark.parametrize("dead", [0, 1], ids=["worker", "beat"])
def test_a_silent_death_is_seen_and_forgotten_after_the_return(workers, dead):
    def ready() -> dict:
        return workers.do("ready", HEALTH_SECONDS=SECONDS)

    workers.start()
    wait_for(lambda: ready()["status"] == 200, 120)
    process = workers.groups[dead]
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    said = wait_for(lambda: (one := ready())["status"] == 503 and one, 120)
    assert "pulse" in said["problems"]
    workers.kill()
    workers.start()
    wait_for(lambda: ready()["status"] == 200, 120)
