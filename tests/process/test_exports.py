"""An export survives a worker that is killed while it writes: made again, one file, no half of one."""

import signal
import zipfile

import pytest

from tests.process.running import RECOVERY_SECONDS
from tests.process.test_portal import wait_for

pytestmark = pytest.mark.process
POINTS = ("export.half_written", "export.file_written")


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_writes(workers, tmp_path, point):
    before = workers.do("owe_export")
    assert (before["stage"], before["files"]) == ("waiting", [])
    workers.start(ENACT_FAILPOINT=point, ENACT_FAILPOINT_MARK=str(tmp_path / "passed"))
    worker = workers.groups[0]
    wait_for(lambda: worker.poll() == -signal.SIGKILL, 60)
    workers.kill()
    killed = workers.do("exported")
    assert (killed["stage"], killed["attempts"]) == ("running", 1)
    assert any(name.endswith(".part") for name in killed["files"]) == (point == "export.half_written")
    assert (killed["name"] in killed["files"]) == (point == "export.file_written")

    workers.start()
    made = wait_for(lambda: (found := workers.do("exported"))["stage"] == "ready" and found, RECOVERY_SECONDS)
    assert (made["done"], made["attempts"], made["files"]) == (2, 2, [made["name"]])
    assert made["events"] == ["export.asked", "export.start", "export.complete"]
    folder = workers.environment["ENACT_VAR"]
    assert zipfile.ZipFile(f"{folder}/media/exports/{made['name']}").testzip() is None
