"""A mail server that refuses for two days: how often it is asked, who is told of what waits and of what did not leave.

No second is waited for: each attempt is made at the time that the one before set, as the sweep would.
"""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from foundation import clock
from journal import jobs, messages
from journal.models import Job, Message
from tests import cast as casting
from tests.journal.smtp import serving

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.shows("R-06")]
LATER = "451 4.3.0 come back later"
TO = "attend@exemple.example"
LONGEST = timedelta(minutes=72)  # an hour and a fifth


@pytest.fixture
def server(settings):
    with serving(settings) as server:
        yield server


@pytest.fixture
def mail(cast, server) -> Message:
    case = casting.irritant(email=TO, company_name="Attente")
    server.data = LATER
    return Message.objects.get(case=case.public_id)


def job_of(mail: Message) -> Job:
    return Job.objects.get(key=f"message:{mail.pk}")


def tried(mail: Message, until: datetime | None = None) -> list[datetime]:
    """When the mail was tried: whenever it was due, until then, or until nothing is due any more."""
    times = []
    while (job := job_of(mail)).status == Job.OWED and (until is None or job.not_before < until):
        with clock.at(job.not_before):
            times.append(clock.now())
            jobs.execute(job.pk, keep_lease=False)
        assert len(times) < 100
    return times


def trouble(browser) -> str:
    return browser.get(reverse("admin:index")).content.decode()


def test_a_mail_is_tried_for_two_days_then_shown_and_sent_again(mail, server, cast, browser, at):
    times = tried(mail)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[0] < timedelta(seconds=10) and max(gaps) <= LONGEST
    assert timedelta(hours=40) < times[-1] - times[0] < timedelta(hours=56)
    assert len({gap.total_seconds() for gap in gaps[-20:]}) > 10, "not all mails at the same second"
    mail.refresh_from_db()
    assert (mail.status, mail.reason, job_of(mail).status) == (Message.FAILED, "given_up", Job.DEAD)
    assert server.kept == []
    assert TO in trouble(browser), "who did not get it"
    server.data = None
    assert messages.send_again(mail) is True
    jobs.execute(job_of(mail).pk, keep_lease=False)
    mail.refresh_from_db()
    assert mail.status == Message.SENT and [to for to, _content in server.kept] == [[TO]]
    assert TO not in trouble(browser)


def test_what_waits_is_shown_after_five_minutes(mail, browser):
    began = clock.now()
    with clock.at(began + timedelta(minutes=4)):
        assert TO not in trouble(browser)
    tried(mail, until=began + timedelta(minutes=6))
    with clock.at(began + timedelta(minutes=6)):
        assert TO in trouble(browser)


def test_a_server_that_is_back_in_time_gets_it_at_the_next_attempt(mail, server, browser):
    back = clock.now() + timedelta(hours=40)
    tried(mail, until=back)
    due = job_of(mail).not_before
    assert back <= due <= back + LONGEST
    server.data = None
    assert tried(mail) == [due], "one attempt is enough"
    mail.refresh_from_db()
    assert (mail.status, job_of(mail).status) == (Message.SENT, Job.DONE)
    assert [
        (to, seen["Message-ID"]) for (to, _content), seen in zip(server.kept, server.mails, strict=True)
    ] == [([TO], mail.message_id)]
    with clock.at(due):
        assert TO not in trouble(browser)


def test_without_patience_it_is_given_up_within_the_hour(mail, monkeypatch):
    """The twin: the patience of other jobs."""
    monkeypatch.delitem(jobs.PATIENCE, "message.send")
    times = tried(mail)
    mail.refresh_from_db()
    assert times[-1] - times[0] < timedelta(hours=1) and mail.status == Message.FAILED
