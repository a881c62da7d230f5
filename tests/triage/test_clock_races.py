"""Two clocks at once, and a clock at once with people: one effect, one mail."""

import pytest

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Outcome, Stage
from journal import clockwork, jobs
from journal.actors import Actor, coordinator
from journal.events import broken_links
from journal.models import ClockMark, Message
from tests import cast as casting
from tests.racing import at_once
from tests.triage.clock_walk import paris
from triage.lifecycle import REFERRAL
from triage.models import Referral, ReferralStage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_as_served")]


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
