"""Nothing owed is lost or done twice: real workers killed by SIGKILL, a real SMTP server that counts, both brokers.

Run with DATABASE_URL and REDIS_URL for PostgreSQL + Redis, without them for SQLite + the file broker.
ENACT_FULL=1 visits every failpoint of the workers; otherwise those where most can go wrong.
"""

import os
import signal
import time

import pytest

from tests.process.running import assert_nothing_lost_nothing_double
from tests.process.test_portal import wait_for

pytestmark = [pytest.mark.process, pytest.mark.shows("R-04")]
# Failpoint → repeated mails allowed: two children may both stand between the server's yes and their commit.
POINTS = {"message.after_smtp": 2, "pdf.file_written": 2}
if os.environ.get("ENACT_FULL"):
    POINTS |= {
        "job.claimed": 2,
        "job.before_finish": 2,
        "job.after_finish": 2,
        "match.computed": 2,
        "message.before_smtp": 2,
        "pdf.rendered": 2,
    }


@pytest.mark.parametrize(("point", "repeats_allowed"), POINTS.items(), ids=POINTS)
def test_killed_at_a_failpoint_and_restarted(workers, sink, tmp_path, point, repeats_allowed):
    owed = workers.do("owe")
    assert owed["open"] > 20
    workers.start(ENACT_FAILPOINT=point, ENACT_FAILPOINT_MARK=str(tmp_path / "passed"))
    worker = workers.groups[0]
    wait_for(lambda: worker.poll() == -signal.SIGKILL, 60)
    workers.kill()
    assert workers.do("state")["open"] > 0, "killed before the work was over"

    workers.start()
    assert_nothing_lost_nothing_double(workers.settle(), sink, repeats_allowed)


def test_killed_at_random_while_busy(workers, sink):
    workers.do("owe", "20")
    for pause in (4.0, 5.5):
        workers.start()
        time.sleep(pause)
        workers.kill()
    workers.start()
    assert_nothing_lost_nothing_double(workers.settle(), sink, repeats_allowed=4)
