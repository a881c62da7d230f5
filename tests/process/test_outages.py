"""What the portal leans on is down: mails wait, the company sees its confirmation, work happens later."""

from pathlib import Path

import pytest

from tests.process.conftest import free_port
from tests.process.running import assert_nothing_lost_nothing_double
from tests.process.test_portal import wait_for

pytestmark = [pytest.mark.process, pytest.mark.shows("R-05", "R-06")]


def test_mails_wait_while_smtp_is_down_and_leave_later(workers, sink):
    sink.stop()
    workers.do("owe", "2")
    workers.start()
    waiting = wait_for(
        lambda: (
            (state := workers.do("state")) and any("Refused" in error for error in state["errors"]) and state
        ),
        30,
    )
    assert sink.accepted == [] and waiting["dead"] == []
    sink.start()
    assert_nothing_lost_nothing_double(workers.settle(), sink, repeats_allowed=0)


def test_a_broker_that_is_down_costs_the_company_nothing(workers, sink):
    if "REDIS_URL" in workers.environment:
        broken = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    else:
        (Path(workers.environment["ENACT_VAR"]) / "nowhere").write_text(
            "a file where the queue's folder should be"
        )
        broken = {"ENACT_QUEUE": str(Path(workers.environment["ENACT_VAR"]) / "nowhere")}
    answer = workers.do("submit_one", **broken)
    assert answer["reference"].startswith("ENACT-")
    assert answer["seconds"] < 3
    workers.start()
    state = workers.settle()
    assert (state["irritants"], state["unsent"], state["runs_per_irritant"]) == (1, 0, [1])
    assert len(sink.accepted) == len(state["messages"]) == 1
