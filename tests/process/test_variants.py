"""The other files of a version survive a worker that is killed between the file and its row: one of each, genuine."""

import signal

import pytest

from tests.process.running import RECOVERY_SECONDS
from tests.process.test_portal import wait_for

pytestmark = [pytest.mark.process, pytest.mark.shows("R-04")]


def test_killed_when_a_file_is_there_and_its_row_is_not(workers, tmp_path):
    owed = workers.do("owe_variants")
    assert (owed["rows"], owed["open"], owed["files"]) == ([], 2, 1)
    workers.start(ENACT_FAILPOINT="pdf.variant_written", ENACT_FAILPOINT_MARK=str(tmp_path / "passed"))
    worker = workers.groups[0]
    wait_for(lambda: worker.poll() == -signal.SIGKILL, 60)
    workers.kill()
    killed = workers.do("variants")
    assert killed["open"] > 0
    assert killed["files"] > 1 + len(killed["rows"]), "a file without its row"

    workers.start()
    made = wait_for(lambda: (found := workers.do("variants"))["open"] == 0 and found, RECOVERY_SECONDS)
    assert made == {"rows": ["archive", "word"], "genuine": [True, True], "files": 3, "open": 0, "dead": 0}
