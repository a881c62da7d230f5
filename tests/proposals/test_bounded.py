"""A document that explodes ends alone, of time, memory, depth or its own crash; three times, then it is parked."""

import os
import signal
import time
from datetime import timedelta

import pytest

from foundation import clock
from journal import jobs
from journal.models import Job
from proposals import bounded as module
from proposals import rendering, writing
from proposals.bounded import bounded
from proposals.document import pdf
from proposals.document.pdf import CannotRender
from proposals.models import ProposalVersion
from tests.proposals.agreeing import drafted

pytestmark = pytest.mark.shows("R-19")
FULL = bool(os.environ.get("ENACT_FULL"))


def page(body: str):
    return lambda: pdf.laid_out(
        f"<html lang=fr><title>x</title><body>{body}", pdf.PEOPLE, quoted="fr", data={}
    )[0]


def test_what_is_made_comes_back_as_it_is():
    rendering.warm()
    assert bounded(page("<p>Un mot.")) == page("<p>Un mot.")()


def test_too_long_too_much_and_a_crash_are_refused_and_leave_nothing():
    began = time.monotonic()
    with pytest.raises(CannotRender, match="within"):
        bounded(lambda: time.sleep(30), seconds=0.5)
    with pytest.raises(CannotRender, match="Memory"):
        bounded(lambda: bytes(300 * 1024 * 1024), memory=64 * 1024 * 1024)
    with pytest.raises(CannotRender, match="ended"):
        bounded(lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(CannotRender, match="RecursionError"):
        bounded(page("<div>" * 3000 + "x"))
    assert time.monotonic() - began < 25
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_without_the_bound_it_would_have_been_made():
    """The twin: what the limit refuses is no error of its own."""
    assert bounded(lambda: bytes(300 * 1024 * 1024)[:3], memory=1 << 30) == bytes(3)


@pytest.mark.skipif(not FULL, reason="twenty seconds for a bomb")
def test_twenty_thousand_rows_end_at_twenty_seconds_or_at_their_memory():
    began = time.monotonic()
    with pytest.raises(CannotRender):
        bounded(page("<table>" + "<tr><td>un</td><td>deux</td></tr>" * 20_000 + "</table>"))
    assert time.monotonic() - began < module.SECONDS + 5


@pytest.mark.django_db
def test_a_poisoned_document_is_parked_and_the_others_are_not_delayed(cast, monkeypatch):
    drafted(cast)
    poisoned = writing.freeze(cast.proposal, actor=cast.by)
    real = rendering.render_pdf

    def poison(snapshot, *variant):
        return time.sleep(60) if snapshot == poisoned.snapshot else real(snapshot, *variant)

    monkeypatch.setattr(rendering, "render_pdf", poison)
    monkeypatch.setattr(module.bounded, "__kwdefaults__", {"seconds": 0.3, "memory": module.MEMORY})
    now = clock.now()
    for minutes in (0, 10, 20, 30):
        with clock.at(now + timedelta(minutes=minutes)):
            jobs.run_owed()
    job = Job.objects.get(key=poisoned.job_key)
    assert (job.status, job.attempts) == (Job.DEAD, 3) and "within" in job.last_error
    assert not ProposalVersion.objects.exclude(rendered_at=None).exists()
    assert not Job.objects.claimable().exists()
