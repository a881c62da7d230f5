"""What time does to proposals: drafts that nobody touches, proposals that nobody answers."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.working_days import is_working_day
from intake import sleeping
from journal import jobs
from journal.actors import Actor, coordinator
from journal.models import Message
from proposals import writing
from proposals.lifecycle import PROPOSAL
from proposals.models import ProposalStage
from tests import cast as casting
from tests.triage.clock_walk import paris, walk
from triage import chasing

pytestmark = pytest.mark.django_db
COMPANY = Actor("company")
FIRM, STAFF = casting.SECRET_EMAIL, "coordination@enact.example"


@pytest.fixture
def drafted(db):
    """A proposal begun on Monday 1 June 2026, in Moselle."""
    with clock.at(paris("2026-06-01 10:00")):
        cast = casting.everybody()
        cast.referrals = casting.accepted(cast)
        cast.actor = coordinator(cast.coordinator)
        cast.proposal = writing.prepare(cast.irritant, actor=cast.actor)
        jobs.run_owed()
    return cast


def send(cast, moment: str) -> None:
    with clock.at(paris(moment)):
        version = writing.freeze(cast.proposal, actor=cast.actor)
        jobs.run_owed()
        version.refresh_from_db()
        casting.agreed_and_sent(cast.proposal, version, by=cast.actor)
        jobs.run_owed()


def told(first: str, last: str) -> list[tuple[str, str, str]]:
    """Without the other partner's reminders, which are another story."""
    return [line for line in walk(first, last) if not line[1].startswith("partner_")]


def test_a_draft_that_nobody_touches(drafted):
    with clock.at(paris("2026-06-03 10:00")):
        writing.edit(
            drafted.proposal, {"title": "Autre titre"}, version=drafted.proposal.version, actor=drafted.actor
        )
    assert told("2026-06-03", "2026-06-12") == [("06-10 10", "coordinator_draft_idle", STAFF)]
    assert Message.objects.get(template="coordinator_draft_idle").status == Message.SENT


def test_a_draft_that_was_sent_or_withdrawn_is_not_idle(drafted):
    with clock.at(paris("2026-06-03 10:00")):
        PROPOSAL.perform(drafted.proposal, "withdraw", actor=drafted.actor)
    assert told("2026-06-03", "2026-06-12") == []


REMINDED = [
    ("06-12 10", "company_proposal_waits", FIRM),
    ("06-23 10", "company_proposal_waits", FIRM),
]


def test_a_proposal_that_is_not_answered(drafted):
    """Sent on Wednesday 3 June: seven working days, fourteen; then it is somebody's to call."""
    send(drafted, "2026-06-03 10:00")
    assert [line for line in told("2026-06-03", "2026-06-26") if line[2] == FIRM] == REMINDED
    to_firm = Message.objects.filter(recipient=FIRM)
    assert set(to_firm.values_list("status", flat=True)) == {Message.SENT}
    with clock.at(paris("2026-06-22 10:00")):
        assert chasing.lines(drafted.coordinator) == []
    with clock.at(paris("2026-06-23 10:00")):
        assert [line.basket for line in chasing.lines(drafted.coordinator)] == ["proposal"]


@pytest.mark.parametrize("answer", ["accept", "decline", "request_changes"])
def test_an_answer_ends_the_reminders(drafted, answer):
    send(drafted, "2026-06-03 10:00")
    with clock.at(paris("2026-06-15 10:00")):
        PROPOSAL.perform(drafted.proposal, answer, actor=COMPANY, comment="Un mot")
        jobs.run_owed()
    assert "company_proposal_waits" not in [line[1] for line in told("2026-06-16", "2026-06-30")]


def test_a_new_version_begins_anew(drafted):
    send(drafted, "2026-06-03 10:00")
    with clock.at(paris("2026-06-11 10:00")):
        PROPOSAL.perform(drafted.proposal, "request_changes", actor=COMPANY, comment="Plus court")
        PROPOSAL.perform(drafted.proposal, "revise", actor=drafted.actor)
        writing.edit(
            drafted.proposal, {"title": "Court"}, version=drafted.proposal.version, actor=drafted.actor
        )
    send(drafted, "2026-06-12 10:00")
    waits = [line for line in told("2026-06-12", "2026-06-24") if line[1] == "company_proposal_waits"]
    assert waits == [("06-23 10", "company_proposal_waits", FIRM)]


def test_a_case_that_sleeps_is_not_reminded(drafted):
    send(drafted, "2026-06-03 10:00")
    with clock.at(paris("2026-06-04 10:00")):
        day = paris("2026-06-29 00:00").date()
        sleeping.put_to_sleep(drafted.irritant, until=day, reason="Budget en juillet", actor=drafted.actor)
    assert [line for line in told("2026-06-05", "2026-06-27") if line[2] == FIRM] == []


def test_it_expires_in_the_morning_after_its_last_day_and_not_at_night(drafted):
    send(drafted, "2026-06-03 10:00")
    drafted.proposal.refresh_from_db()
    last = drafted.proposal.valid_until
    after = next(
        day
        for n in range(1, 9)
        if is_working_day(day := last + timedelta(days=n), drafted.irritant.department)
    )
    owed = walk(str(last), str(last + timedelta(days=6)))
    told = [line for line in owed if line[2] == FIRM and line[1] != "company_proposal_waits"]
    assert told == [(f"{after:%m-%d} 10", "company_proposal_expired", FIRM)]
    drafted.proposal.refresh_from_db()
    assert drafted.proposal.stage == ProposalStage.EXPIRED
