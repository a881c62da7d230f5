"""Hints: what tells a worker which job is owed. The truth is the row; a hint may be late, lost or sent twice.

A job that follows from a web request is announced once the answer has left: a visitor does not wait for the broker,
least of all for one that is down.
"""

import logging
from uuid import uuid4

from asgiref.local import Local
from django.conf import settings
from django.core.signals import request_finished, request_started

from journal.models import Job

log = logging.getLogger(__name__)

_request = Local()  # `waiting`: the hints of the request that this thread answers; None outside of one


def announce(job_id: int, queue: str) -> None:
    """Send the hint of a committed job, at once or after the answer."""
    waiting = getattr(_request, "waiting", None)
    if waiting is None:
        _send_all([(job_id, queue)])
    else:
        waiting.append((job_id, queue))


def send(job_id: int, queue: str) -> bool:
    """Tell the broker; False when it is down (the row stays owed).

    Celery's message, without what `apply_async` does for routes, signals and results: that is two thirds of its time.
    """
    from journal.tasks import run

    limit = settings.CELERY_TASK_TIME_LIMIT
    try:
        made = run.app.amqp.create_task_message(
            str(uuid4()), run.name, [job_id], {}, time_limit=limit, ignore_result=True
        )
        with run.app.producer_or_acquire() as producer:
            producer.publish(
                made.body, headers=made.headers, exchange="", routing_key=queue, **made.properties
            )
    except Exception as error:  # any broker failure
        log.warning("broker unreachable, job %s waits for the sweep: %s", job_id, type(error).__name__)
        return False
    return True


def _send_all(waiting: list[tuple[int, str]]) -> None:
    """The rows say already that their hints were sent (journal.jobs.submit): take it back where that failed."""
    for number, (job_id, queue) in enumerate(waiting):
        if not send(job_id, queue):
            lost = [job_id for job_id, _queue in waiting[number:]]
            Job.objects.filter(pk__in=lost, status=Job.OWED).update(sent_at=None)
            return


def _begin(**_signal) -> None:
    _request.waiting = []


def _end(**_signal) -> None:
    waiting, _request.waiting = getattr(_request, "waiting", None), None
    if waiting:
        _send_all(waiting)


def follow_requests() -> None:
    """Django says when a request comes in and when its answer has been sent."""
    request_started.connect(_begin)
    request_finished.connect(_end)
