"""What the doors wait for: they are made beside a portal that serves, whose workers take jobs too."""

import time

from journal import jobs
from journal.models import Job

LONGEST = 60  # seconds


def settle() -> None:
    """Run what is owed, and wait for what a worker took first. Never inside a transaction that a worker waits for."""
    deadline = time.monotonic() + LONGEST
    while True:
        jobs.run_owed()
        if not Job.objects.filter(status=Job.RUNNING).exists() or time.monotonic() > deadline:
            return
        time.sleep(0.05)
