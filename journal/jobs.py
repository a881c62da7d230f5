"""Owed work: submit, claim with a lease, finish in one transaction with the effect, sweep what was forgotten."""

import logging
import random
import threading
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils.functional import Promise

from foundation import clock
from foundation.failpoints import failpoint
from foundation.registry import Registry
from foundation.rows import added
from journal import hints
from journal.models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
HINT_IS_STALE_AFTER = timedelta(seconds=15)

# kind → function(payload) that does the slow part and returns the effect to run in the finishing transaction
# (or None). It may run again after a crash: whatever it does outside the database must bear a repetition.
Effect = Callable[[], None]
HANDLERS: Registry[Callable[[dict], Effect | None]] = Registry("job kind")
# kind → what it does, in words for the lists of the admin.
LABELS: Registry[str | Promise] = Registry("job label")
# kind → function(payload, error) called in the transaction that gives a job up.
GIVE_UP: Registry[Callable[[dict, str], None]] = Registry("job give-up")
PATIENCE: dict[str, int] = {}  # kind → attempts before giving up
DEFAULT_PATIENCE = 8


def labelled(kind: str) -> str:
    """What such a job does, in words; its code for one that this version no longer knows."""
    return str(LABELS[kind]) if kind in LABELS else kind


def submit(kind: str, key: str, payload: dict, *, queue: str = "default", not_before=None) -> Job:
    """Owe a job, once per `key`, inside the caller's transaction; its id is sent when that commits.

    The row is born with `sent_at`, since a second write per job would cost as much as the job itself: should the hint
    be lost with this process, it is stale soon, and the sweep sends it again.
    """
    if kind not in HANDLERS:
        raise KeyError(f"no job kind named {kind!r}")
    now = clock.now()
    job = Job(kind=kind, key=key, payload=payload, queue=queue, not_before=not_before or now, sent_at=now)
    if not added(job):
        return Job.objects.get(key=key)
    failpoint("job.owed")
    transaction.on_commit(lambda: hints.announce(job.pk, queue), robust=True)
    return job


def sweep(limit: int = 500) -> int:
    """Send hints again for whatever is owed and not under way. Returns how many were sent."""
    now = clock.now()
    owed = Job.objects.to_dispatch(now - HINT_IS_STALE_AFTER).order_by("not_before")
    sent = []
    for job_id, queue in owed.values_list("pk", "queue")[:limit]:
        if not hints.send([job_id], queue):
            break
        sent.append(job_id)
    failpoint("sweep.sent")
    Job.objects.filter(pk__in=sent).update(sent_at=now)
    return len(sent)


def claim(job_id: int) -> Job | None:
    """Take the job for LEASE by one conditional UPDATE; None when it is done, not due, or somebody else's."""
    token = uuid.uuid4()
    now = clock.now()
    taken = (
        Job.objects.filter(pk=job_id)
        .claimable()
        .update(status=Job.RUNNING, token=token, lease_until=now + LEASE, attempts=F("attempts") + 1)
    )
    return Job.objects.get(pk=job_id) if taken else None


def execute(job_id: int, *, keep_lease: bool = True) -> bool:
    """Claim and run one job. Returns whether it was done here.

    A failure is recorded and retried later with exponential delay and jitter; after the kind's patience the job
    is dead, which coordinators see. So is a job that ends every worker that takes it.
    """
    job = claim(job_id)
    if job is None:
        return False
    if job.attempts > max(
        _patience(job), DEFAULT_PATIENCE
    ):  # workers also end for reasons that are not the job's
        _give_up(job, "every attempt ended with its worker")
        return False
    failpoint("job.claimed")
    try:
        with _Lease(job) if keep_lease else nullcontext():
            effect = HANDLERS[job.kind](job.payload)
            failpoint("job.before_finish")
            done = _finish(job, effect)
    except Exception as error:
        log.exception("job %s failed (attempt %s)", job.key, job.attempts)
        _postpone(job, error)
        return False
    failpoint("job.after_finish")
    return done


def _finish(job: Job, effect: Effect | None) -> bool:
    """Done and its effect in one transaction, fenced by the token: a worker that lost its lease changes nothing."""
    with transaction.atomic():
        done = _mine(job).update(status=Job.DONE, done_at=clock.now(), lease_until=None, last_error="")
        failpoint("job.marked_done")
        if done and effect:
            effect()
        failpoint("job.before_commit")
    return bool(done)


def _mine(job: Job):
    """The row, as long as this worker holds it."""
    return Job.objects.filter(pk=job.pk, token=job.token, status=Job.RUNNING)


def _patience(job: Job) -> int:
    return PATIENCE.get(job.kind, DEFAULT_PATIENCE)


@transaction.atomic
def _give_up(job: Job, text: str) -> None:
    if _mine(job).update(status=Job.DEAD, lease_until=None, last_error=text) and job.kind in GIVE_UP:
        failpoint("job.given_up")
        GIVE_UP[job.kind](job.payload, text)


def _postpone(job: Job, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"[:2000]
    if job.attempts >= _patience(job):
        return _give_up(job, text)
    delay = min(5 * 2 ** (job.attempts - 1), 3600) * random.uniform(0.8, 1.2)
    failpoint("job.failed")
    _mine(job).update(
        status=Job.OWED,
        lease_until=None,
        last_error=text,
        sent_at=None,
        not_before=clock.now() + timedelta(seconds=delay),
    )


def revive(job: Job) -> None:
    """Give a job that is over another life, asked for by a coordinator."""
    now = clock.now()
    revived = Job.objects.filter(pk=job.pk, status__in=[Job.DEAD, Job.DONE]).update(
        status=Job.OWED, attempts=0, not_before=now, sent_at=now
    )
    if revived:
        transaction.on_commit(lambda: hints.announce(job.pk, job.queue), robust=True)


def run_owed(limit: int = 1000) -> int:
    """Run what is owed in this process: for the demonstration data and the tests, not for serving."""
    done = 0
    for _round in range(limit):
        job_id = Job.objects.claimable().order_by("not_before", "pk").values_list("pk", flat=True).first()
        if job_id is None:
            break
        done += execute(job_id, keep_lease=False)
    return done


class _Lease:
    """Renews the lease from a thread while the job runs, so that LEASE can be short and recovery quick."""

    def __init__(self, job: Job):
        self._job, self._stop = job, threading.Event()

    def __enter__(self):
        self._thread = threading.Thread(target=self._renew, daemon=True)
        self._thread.start()

    def __exit__(self, *_error):
        self._stop.set()

    def _renew(self):
        while not self._stop.wait(LEASE.total_seconds() / 3):
            try:
                close_old_connections()
                _mine(self._job).update(lease_until=clock.now() + LEASE)
            except DatabaseError as error:  # a cut connection: there are two more tries before the lease ends
                log.warning("lease of job %s not renewed: %s", self._job.key, type(error).__name__)
        connection.close()
