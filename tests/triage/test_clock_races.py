"""Two clocks at once, and a clock at once with people: one effect, one mail."""

from threading import Barrier

import pytest

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Outcome, Stage
from journal import clockwork, jobs
from journal.actors import Actor, coordinator
from journal.events import broken_links
from journal.models import ClockMark, Job, Message
from tests import cast as casting
from tests.journal.smtp import serving
from tests.racing import at_once
from tests.triage.clock_walk import paris
from triage.lifecycle import REFERRAL
from triage.models import Referral, ReferralStage

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-09", "R-18"),
]


def then(moment: str, act):
    """The act at that moment, in the thread that runs it."""

    def acting():
        with clock.at(paris(moment)):
            return act()

    return acting


@pytest.fixture
def asked(db):
    with clock.at(paris("2026-06-01 10:00")):
        cast = casting.everybody()
        cast.referrals = casting.asked(cast)
        row = Referral.objects.create(irritant=cast.strangers_irritant, organisation=cast.lab)
        REFERRAL.perform(row, "ask", actor=coordinator(cast.coordinator), summary="Un besoin.")
        jobs.run_owed()
    yield cast
    assert list(broken_links()) == []


def owed(template: str) -> list[str]:
    return sorted(Message.objects.filter(template=template).values_list("recipient", flat=True))


def test_concurrent_ticks_send_nothing_twice(asked):
    at_once(*[then("2026-06-04 10:00", clockwork.tick)] * 3)
    assert owed("partner_digest") == ["labo-a@recherche.example"]
    assert owed("partner_reminder") == ["labo-b@recherche.example"]
    assert ClockMark.objects.filter(rule="referral.remind").count() == 3
    at_once(*[then("2026-06-23 10:00", clockwork.tick)] * 3)
    everybody_of_the_case_that_nobody_follows = ["collegue@enact.example", "coordination@enact.example"]
    assert owed("coordinator_expired") == sorted(
        [*everybody_of_the_case_that_nobody_follows, *["coordination@enact.example"] * 2]
    )
    assert set(Referral.objects.values_list("stage", flat=True)) == {ReferralStage.EXPIRED}


def test_an_answer_in_the_instant_of_the_expiry_is_an_answer_or_too_late(asked):
    first = asked.referrals[0]
    accept = lambda: REFERRAL.perform(  # noqa: E731
        Referral.objects.get(pk=first.pk), "accept", actor=Actor("partner")
    )
    at_once(then("2026-06-23 10:00", clockwork.tick), then("2026-06-23 10:00", accept))
    first.refresh_from_db()
    told = Message.objects.filter(template="coordinator_expired", payload__referral=str(first.public_id))
    assert (first.stage, told.exists()) in [(ReferralStage.ACCEPTED, False), (ReferralStage.EXPIRED, True)]


def test_two_clocks_close_a_silent_case_once(asked):
    by = coordinator(asked.coordinator)
    with clock.at(paris("2026-06-01 11:00")):
        row = casting.irritant(email="silence@moselle.example")
        IRRITANT.perform(row, "take", actor=by)
        IRRITANT.perform(row, "ask_info", actor=by, text="Quand ?", free=["Quand ?"])
    at_once(*[then("2026-06-10 10:00", clockwork.tick)] * 2)
    at_once(*[then("2026-06-19 10:00", clockwork.tick)] * 2)
    row.refresh_from_db()
    assert (row.stage, row.outcome) == (Stage.CLOSED, Outcome.NO_REPLY)
    assert owed("company_question_waits") == owed("company_closed_no_reply") == ["silence@moselle.example"]


# A mail that waited for office hours


asked_first = "labo-a@recherche.example"


def of_the_first_partner(server) -> list[str]:
    """The Message-IDs of what left to it."""
    return [mail["Message-ID"] for mail in server.mails if mail["To"] == asked_first]


def test_what_waited_for_office_hours_leaves_once(asked, settings):
    """Found at night, released at nine by three processes at once, each a clock and a worker."""
    remind = clockwork.RULES["referral.remind"]
    with clock.at(paris("2026-06-04 20:00")):
        assert (remind(), len(remind.due()), len(remind.due(waiting=True))) == (0, 0, 3)

    def clock_and_worker():
        clockwork.tick()
        return jobs.run_owed()

    with serving(settings) as server:
        at_once(*[then("2026-06-05 09:00", clock_and_worker)] * 3)
    assert sorted(mail["To"] for mail in server.mails) == [asked_first, "labo-b@recherche.example"]
    assert set(Message.objects.values_list("status", flat=True)) == {Message.SENT}


@pytest.fixture
def reminder(asked):
    """The job of one reminder, owed at nine."""
    with clock.at(paris("2026-06-04 09:00")):
        clockwork.tick()
    message = Message.objects.get(template="partner_digest")
    return Job.objects.get(kind="message.send", payload__message=str(message.pk))


def sending(job):
    return then("2026-06-04 09:00", lambda: jobs.execute(job.pk, keep_lease=False))


def test_workers_that_take_one_mail_at_once_send_it_once(reminder, settings):
    with serving(settings) as server:
        done = at_once(*[sending(reminder)] * 4)
    assert sorted(done) == [False, False, False, True]
    assert len(of_the_first_partner(server)) == 1


def test_without_the_condition_of_the_claim_it_leaves_twice(reminder, settings, monkeypatch):
    """The negative twin: both look whether it is owed before either takes it."""
    both = Barrier(2)

    def look_then_take(job_id):
        job = Job.objects.get(pk=job_id)
        both.wait(timeout=10)
        Job.objects.filter(pk=job_id).update(status=Job.RUNNING, token=job.token, attempts=1)
        job.status, job.attempts = Job.RUNNING, 1
        return job

    monkeypatch.setattr(jobs, "claim", look_then_take)
    with serving(settings) as server:
        at_once(*[sending(reminder)] * 2)
    one, again = of_the_first_partner(server)
    assert one == again  # recognisably the same
