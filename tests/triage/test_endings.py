"""Silence, questions, and the end of a case: who is told, whose turn it is, what stays readable."""

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Outcome, Stage, Turn
from journal.actors import Actor, coordinator
from journal.clockwork import RULES
from journal.models import Message
from tests import cast as casting
from triage.disclosure import grant, partner_view
from triage.lifecycle import REFERRAL
from triage.models import Match, Referral, ReferralStage

pytestmark = pytest.mark.django_db
COMPANY, PARTNER = Actor("company"), Actor("partner")


def expire(moment) -> int:
    with clock.at(moment):
        return RULES["referral.expire"]()


def noon(year, month, day, hour=12):
    return timezone.make_aware(timezone.datetime(year, month, day, hour))


def test_silence_ends_fifteen_working_days_after_the_day_of_paris(cast):
    with clock.at(noon(2026, 6, 2, hour=0)):  # still the 1st in UTC
        casting.asked(cast)
    assert expire(noon(2026, 6, 22)) == 0  # 14 working days
    assert expire(noon(2026, 6, 23)) == 2
    cast.irritant.refresh_from_db()
    assert cast.irritant.stage == Stage.IN_TRIAGE


def test_a_partner_that_waits_for_our_answer_is_not_silent(cast):
    with clock.at(noon(2026, 6, 1)):
        first, _second = casting.asked(cast)
        REFERRAL.perform(first, "question", actor=PARTNER)
    assert expire(noon(2026, 6, 25)) == 1  # the other one
    with clock.at(noon(2026, 6, 26)):
        REFERRAL.perform(first, "reply", actor=coordinator(cast.coordinator))
    assert timezone.localdate(first.due_at) == noon(2026, 7, 7).date()
    assert expire(noon(2026, 7, 6)) == 0
    assert expire(noon(2026, 7, 8)) == 1


def test_a_reply_leaves_the_turn_to_us_when_another_partner_accepted(cast):
    _first, second = casting.accepted(cast)
    REFERRAL.perform(second, "question", actor=PARTNER)
    REFERRAL.perform(second, "reply", actor=coordinator(cast.coordinator))
    cast.irritant.refresh_from_db()
    assert cast.irritant.turn == Turn.COORDINATOR


@pytest.mark.parametrize(
    ("end", "stage", "told"),
    [
        ("withdraw", ReferralStage.CANCELLED, 1),
        (Outcome.NO_MATCH, ReferralStage.CANCELLED, 1),
        (Outcome.TRAINING, ReferralStage.ACCEPTED, 0),
    ],
)
def test_who_accepted_is_told_when_the_case_ends_without_it_and_reads_no_more(cast, end, stage, told):
    first, _second = casting.accepted(cast)
    grant(first, actor=COMPANY, carried=True)
    cast.irritant.refresh_from_db()
    if end == "withdraw":
        IRRITANT.perform(cast.irritant, "withdraw", actor=COMPANY)
    else:
        IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome=end)
    first.refresh_from_db()
    assert first.stage == stage
    assert Message.objects.filter(template="partner_cancelled", recipient=cast.editor.email).count() == told
    assert partner_view(first).disclosed is (stage == ReferralStage.ACCEPTED)


def test_an_offer_added_by_hand_comes_after_the_scored_ones_on_every_database(cast):
    extra = casting.offer(cast.lab, "a-3")
    Match.objects.filter(irritant=cast.irritant, offer=extra).delete()
    Match.objects.create(irritant=cast.irritant, offer=extra)
    assert cast.irritant.matches.ranked().last().offer == extra


def test_the_space_lists_the_latest_answers_first_and_silence_last(client, cast):
    now = clock.now()
    common = {"organisation": cast.lab, "summary": "Un besoin.", "asked_at": now}
    for row, end in (
        (cast.irritant, {"stage": "expired"}),
        (cast.strangers_irritant, {"stage": "declined", "decline_reason": "other", "answered_at": now}),
    ):
        Referral.objects.create(irritant=row, **common, **end)
    client.force_login(cast.editor)
    page = client.get(reverse("partner_space")).content.decode()
    assert page.index(cast.strangers_irritant.reference) < page.index(cast.irritant.reference)


@pytest.mark.parametrize("query", ["%00", "a%00b", "9" * 5000])
def test_odd_searches_are_searches(client, cast, query):
    client.force_login(cast.coordinator)
    assert client.get(f"{reverse('admin:index')}?q={query}").status_code == 200


def test_an_endless_version_is_no_version(client, cast):
    client.force_login(cast.coordinator)
    url = reverse("admin:workbench_take", args=[cast.irritant.public_id])
    assert client.post(url, {"version": "9" * 5000}).status_code == 303
