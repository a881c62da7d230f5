"""An import whose worker is killed while it writes: nothing of it is there, then all of it, once."""

import signal

import pytest

from tests.process.running import RECOVERY_SECONDS
from tests.process.test_portal import wait_for

pytestmark = pytest.mark.process
POINTS = ("offers.half_written", "offers.before_commit", "import.before_commit")
BEFORE = {"offers": ["vision-1  1"], "rows": [1, 1, 1, 1]}
AFTER = {"offers": ["vision-1 Nancy 2", "vision-2 Nancy 1", "vision-3 Nancy 1"], "rows": [4, 3, 3, 3]}


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_writes(workers, tmp_path, point):
    owed = workers.do("owe_import")
    assert {name: owed[name] for name in BEFORE} == BEFORE
    workers.start(ENACT_FAILPOINT=point, ENACT_FAILPOINT_MARK=str(tmp_path / "passed"))
    worker = workers.groups[0]
    wait_for(lambda: worker.poll() == -signal.SIGKILL, 60)
    workers.kill()
    killed = workers.do("imported_offers")
    assert {name: killed[name] for name in BEFORE} == BEFORE
    assert (killed["stage"], killed["attempts"]) == ("importing", 1)

    workers.start()
    made = wait_for(
        lambda: (found := workers.do("imported_offers"))["stage"] == "done" and found, RECOVERY_SECONDS
    )
    assert {name: made[name] for name in AFTER} == AFTER
    assert (made["attempts"], made["events"].count("import.complete")) == (2, 1)
