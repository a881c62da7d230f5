"""Owed work: once, with a lease, never forgotten."""

from datetime import timedelta

import pytest
from django.db import transaction

from foundation import clock
from journal import jobs
from journal.models import Job

pytestmark = [pytest.mark.database, pytest.mark.shows("R-04", "R-09")]

DONE: list[str] = []


@pytest.fixture(autouse=True)
def handlers():
    DONE.clear()
    jobs.HANDLERS["test.note"] = lambda payload: lambda: DONE.append(payload["word"])
    jobs.HANDLERS["test.fail"] = fail
    yield
    del jobs.HANDLERS["test.note"], jobs.HANDLERS["test.fail"]


def fail(_payload):
    raise RuntimeError("the outside world is down")


def test_one_key_is_one_job(db):
    first = jobs.submit("test.note", "k", {"word": "once"})
    assert jobs.submit("test.note", "k", {"word": "twice"}).pk == first.pk
    assert jobs.run_owed() == 1
    assert jobs.execute(first.pk, keep_lease=False) is False
    assert DONE == ["once"]


def test_a_rolled_back_cause_owes_nothing(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.submit("test.note", "k", {"word": "never"})
        raise ZeroDivisionError
    assert Job.objects.count() == 0


def test_a_running_job_belongs_to_its_worker_until_the_lease_ends(db):
    job = jobs.submit("test.note", "k", {"word": "w"})
    assert jobs.claim(job.pk) is not None
    assert jobs.claim(job.pk) is None
    with clock.at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.claim(job.pk).attempts == 2


def test_a_worker_that_lost_its_lease_changes_nothing(db):
    job = jobs.submit("test.note", "k", {"word": "late"})
    slow = jobs.claim(job.pk)
    with clock.at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.execute(job.pk, keep_lease=False)
    assert jobs._finish(slow, lambda: DONE.append("stale")) is False
    assert DONE == ["late"]


def test_failures_wait_longer_each_time_and_end_visibly(db):
    job = jobs.submit("test.fail", "k", {})
    delays = []
    for _attempt in range(jobs.DEFAULT_PATIENCE):
        before = clock.now()
        assert jobs.execute(job.pk, keep_lease=False) is False
        job.refresh_from_db()
        delays.append((job.not_before - before).total_seconds())
        Job.objects.filter(pk=job.pk).update(not_before=before)
    assert job.status == Job.DEAD
    assert "the outside world is down" in job.last_error
    assert delays[0] < delays[2] < delays[4]
    jobs.revive(job)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.OWED, 0)


def test_the_sweep_finds_what_was_never_or_long_ago_announced(db):
    told, untold, later = (jobs.submit("test.note", key, {"word": key}) for key in "abc")
    now = clock.now()
    Job.objects.filter(pk=untold.pk).update(sent_at=None)  # the broker was down
    Job.objects.filter(pk=later.pk).update(not_before=now + timedelta(hours=1))
    stale = now - jobs.HINT_IS_STALE_AFTER
    assert list(Job.objects.to_dispatch(stale)) == [untold]
    Job.objects.filter(pk=told.pk).update(sent_at=stale - timedelta(seconds=1))
    assert set(Job.objects.to_dispatch(stale)) == {told, untold}


def test_an_unknown_kind_fails_where_it_is_written(db):
    with pytest.raises(KeyError):
        jobs.submit("test.unknown", "k", {})


def test_a_job_that_ends_every_worker_is_given_up(db):
    job = jobs.submit("test.note", "k", {"word": "never"})
    moment = clock.now()
    for _killed in range(jobs.DEFAULT_PATIENCE):
        with clock.at(moment):
            assert jobs.claim(job.pk)  # and its worker dies here
        moment += jobs.LEASE + timedelta(seconds=1)
    with clock.at(moment):
        assert jobs.execute(job.pk, keep_lease=False) is False
    job.refresh_from_db()
    assert (job.status, DONE) == (Job.DEAD, [])
    assert "worker" in job.last_error
