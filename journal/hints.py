"""Hints: what tells a worker which jobs are owed. The truth is the row; a hint may be late, lost or sent twice.

A thread sends them, a few together: whoever causes a job never waits for the broker, least of all for one that is down.
"""

import atexit
import logging
import os
import threading
import time
from collections import deque
from contextlib import suppress
from uuid import uuid4

from django.conf import settings
from django.db import connection

from foundation.failpoints import failpoint
from journal.models import Job

log = logging.getLogger(__name__)

GATHER = 0.1  # seconds during which hints wait for others: a message costs a fifth of a submission
TOGETHER = 5  # jobs in one message, at most: one worker does them one after the other
ALONE = {"pdf"}  # queues whose jobs are long enough to be spread over the workers


class _Herald:
    """The hints of this process. Its thread starts with the first one."""

    def __init__(self):
        self.begin_anew()

    def begin_anew(self) -> None:
        """Also in a forked child: the thread stayed with the parent, which sends what waited."""
        self._waiting: deque[tuple[int, str]] = deque()
        self._wake = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self, job_id: int, queue: str) -> None:
        self._waiting.append((job_id, queue))
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            time.sleep(GATHER)
            self._wake.clear()
            try:
                self.flush()
            except Exception:  # the rows say it too
                log.exception("hints were lost, the sweep sends them again")
            finally:
                connection.close()

    def flush(self) -> None:
        """Send whatever waits. The rows say that it was sent (journal.jobs.submit): taken back where that fails."""
        by_queue: dict[str, list[int]] = {}
        with suppress(IndexError):
            while True:
                job_id, queue = self._waiting.popleft()
                by_queue.setdefault(queue, []).append(job_id)
        for queue, jobs in by_queue.items():
            size = 1 if queue in ALONE else TOGETHER
            for start in range(0, len(jobs), size):
                some = jobs[start : start + size]
                if not send(some, queue):
                    Job.objects.filter(pk__in=some, status=Job.OWED).update(sent_at=None)


_herald = _Herald()
announce = _herald.tell
os.register_at_fork(after_in_child=_herald.begin_anew)
atexit.register(_herald.flush)


def send(job_ids: list[int], queue: str) -> bool:
    """Tell the broker; False when it is down (the rows stay owed).

    Celery's message, without what `apply_async` does for routes, signals and results: that is two thirds of its time.
    """
    from journal.tasks import run

    limit = settings.CELERY_TASK_TIME_LIMIT
    try:
        made = run.app.amqp.create_task_message(
            str(uuid4()), run.name, job_ids, {}, time_limit=limit, ignore_result=True
        )
        with run.app.producer_or_acquire() as producer:
            failpoint("hint.before_send")
            producer.publish(
                made.body, headers=made.headers, exchange="", routing_key=queue, **made.properties
            )
            failpoint("hint.sent")
    except Exception as error:  # any broker failure
        log.warning("broker unreachable, jobs %s wait for the sweep: %s", job_ids, type(error).__name__)
        return False
    return True
