"""Hints reach the broker a few together, and what it does not take is found by the sweep."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from django.db import transaction

from foundation import clock
from journal import hints, jobs
from journal.models import Job

pytestmark = pytest.mark.shows("R-05")


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """A herald of its own, without its thread: `flush` is what the thread does.

    What is sent is noted instead of sent, to compare it whole on both brokers; test_a_thread_sends_what_was_committed
    and tests/process use the real ones, also when they are down.
    """
    herald = hints._Herald()
    monkeypatch.setattr(hints, "announce", lambda *hint: herald._waiting.append(hint))
    jobs.HANDLERS["test.note"] = lambda payload: None
    yield herald
    del jobs.HANDLERS["test.note"]


def owed(number: int, queue: str = "default") -> list[int]:
    with transaction.atomic():
        return [jobs.submit("test.note", f"{queue}:{one}", {}, queue=queue).pk for one in range(number)]


@pytest.mark.django_db(transaction=True)
def test_jobs_owed_at_one_time_share_messages_except_long_ones(quiet, monkeypatch):
    sent = []
    monkeypatch.setattr(hints, "send", lambda ids, queue: sent.append((queue, ids)) or True)
    mails, drawings = owed(7, "mail"), owed(2, "pdf")
    quiet.flush()
    assert sent == [("mail", mails[:5]), ("mail", mails[5:]), ("pdf", drawings[:1]), ("pdf", drawings[1:])]
    assert not Job.objects.to_dispatch(clock.now() - jobs.HINT_IS_STALE_AFTER).exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_leaves_the_jobs_to_the_sweep(quiet, monkeypatch):
    monkeypatch.setattr(hints, "send", lambda ids, queue: False)
    lost = owed(2)
    quiet.flush()
    waiting = Job.objects.to_dispatch(clock.now() - jobs.HINT_IS_STALE_AFTER)
    assert sorted(waiting.values_list("pk", flat=True)) == lost


@pytest.mark.django_db(transaction=True)
def test_a_thread_sends_what_was_committed(settings, tmp_path):
    if settings.REDIS_URL:
        pytest.skip("reads the broker made of files")
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder"]) / "queues" / "hinted"
    herald = hints._Herald()
    herald.tell(41, "hinted")
    herald.tell(42, "hinted")
    herald._thread.join(10 * hints.GATHER)  # it never ends, and has had its time
    bodies = [json.loads(path.read_text())["body"] for path in sorted(folder.glob("*.msg"))]
    assert [json.loads(b64decode(body))[0] for body in bodies][-1:] == [[41, 42]]


def test_one_message_runs_every_job_it_names(db):
    from journal.tasks import run

    run(*owed(3))
    assert list(Job.objects.values_list("status", flat=True)) == [Job.DONE] * 3
