"""What time does to invitations and requests to join: once each, in office hours, also after days without a clock."""

from datetime import timedelta

import pytest

from foundation import clock
from journal.clockwork import RULES
from journal.models import AccessLink, Message
from partners.members import acts, joining
from partners.models import Invitation, JoinRequest, Membership
from tests import cast as casting
from tests.members.helpers import NEWCOMER, by, invite
from tests.triage.clock_walk import paris, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(db):
    """On Monday 1 June: an invitation, and a request to join, both without an answer."""
    with clock.at(paris("2026-05-29 09:00")):
        cast = casting.everybody()
    cast.lab.web_domain = "recherche.example"
    cast.lab.save(update_fields=["web_domain"])
    with clock.at(paris("2026-06-01 10:00")):
        cast.invitation = invite(cast)
        cast.request = joining.ask(cast.lab, cast.other_editor)
    return cast


def _of_members(told) -> list:
    return [line for line in told if line[1].startswith("member_")]


def test_reminded_once_then_over(waiting):
    told = _of_members(walk("2026-06-01", "2026-07-03"))
    assert told == [
        ("06-08 10", "member_invited_again", NEWCOMER),
        ("06-08 10", "member_join_waiting", waiting.editor.email),
        ("06-29 10", "member_join_expired", waiting.other_editor.email),
    ]
    waiting.invitation.refresh_from_db()
    waiting.request.refresh_from_db()
    assert (waiting.invitation.stage, waiting.request.stage) == ("expired", "expired")


def test_a_clock_that_was_down_reminds_once(waiting):
    told = _of_members(walk("2026-06-11", "2026-06-12"))
    assert told == [
        ("06-11 10", "member_invited_again", NEWCOMER),
        ("06-11 10", "member_join_waiting", waiting.editor.email),
    ]


def test_whatever_was_decided_is_not_reminded(waiting):
    with clock.at(paris("2026-06-02 10:00")):
        acts.withdraw(waiting.invitation, actor=by(waiting.editor))
        acts.enter_on_request(waiting.request, role=Membership.READER, actor=by(waiting.editor))
    told = _of_members(walk("2026-06-08", "2026-06-09"))
    assert [line for line in told if "again" in line[1] or "waiting" in line[1]] == []


def test_the_coordination_is_reminded_where_nobody_administers(waiting):
    waiting.lab.memberships.all().delete()
    told = _of_members(walk("2026-06-08", "2026-06-08"))
    assert {to for _when, template, to in told if template == "member_join_waiting"} == {
        waiting.coordinator.email,
        waiting.colleague.email,
        waiting.administrator.email,
    }


def test_it_expires_after_thirty_days_and_not_before(waiting):
    moment = waiting.invitation.expires_at
    for step, stage in ((-timedelta(minutes=1), "sent"), (timedelta(minutes=1), "expired")):
        with clock.at(moment + step):
            RULES["invitation.expire"]()
        waiting.invitation.refresh_from_db()
        assert waiting.invitation.stage == stage


def test_addresses_that_led_to_nothing_are_forgotten_after_four_months(waiting):
    with clock.at(paris("2026-06-02 10:00")):
        kept = invite(waiting, "gardee@recherche.example")
        acts.withdraw(waiting.invitation, actor=by(waiting.editor))
    with clock.at(paris("2026-09-20 10:00")):
        assert RULES["invitation.forget"]() == 0
    with clock.at(paris("2026-10-05 10:00")):
        assert RULES["invitation.forget"]() == 1
    assert list(Invitation.objects.values_list("public_id", flat=True)) == [kept.public_id]
    assert not AccessLink.objects.filter(subject_id=waiting.invitation.public_id).exists()
    assert JoinRequest.objects.count() == 1 and Message.objects.filter(recipient=NEWCOMER).exists()
