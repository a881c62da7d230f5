"""The clock with the real rules, through days and nights: who is told what, when, once, and what stops it."""

import re

import pytest
from django.utils import translation

from foundation import clock
from intake import conversation, feedback, sleeping
from intake.lifecycle import IRRITANT
from intake.models import Feedback, Irritant, Outcome, Stage
from journal import clockwork, jobs, texts
from journal.actors import Actor, coordinator
from journal.models import AccessLink, ClockMark, Message
from partners.models import PartnerAbsence
from tests import cast as casting
from tests.triage.clock_walk import paris, walk
from triage import chasing
from triage.conversation import write_note
from triage.lifecycle import REFERRAL
from triage.models import Referral, ReferralStage

pytestmark = pytest.mark.django_db
COMPANY, PARTNER = Actor("company"), Actor("partner")
LAB, OTHER, FIRM, STAFF = (
    "labo-a@recherche.example",
    "labo-b@recherche.example",
    casting.SECRET_EMAIL,
    "coordination@enact.example",
)


@pytest.fixture
def settled(db):
    """The cast on Monday 1 June 2026; Metz, so the calendar is that of Moselle."""
    with clock.at(paris("2026-06-01 10:00")):
        yield casting.everybody()


@pytest.fixture
def asked(settled):
    with clock.at(paris("2026-06-01 10:00")):
        settled.referrals = casting.asked(settled)
        jobs.run_owed()
    return settled


SILENCE = [
    ("06-04 10", "partner_reminder", LAB),
    ("06-04 10", "partner_reminder", OTHER),
    ("06-10 10", "partner_reminder", LAB),
    ("06-10 10", "partner_reminder", OTHER),
    ("06-12 10", "company_nobody_yet", FIRM),
    ("06-22 10", "company_all_declined", FIRM),
    ("06-22 10", "coordinator_expired", STAFF),
    ("06-22 10", "coordinator_expired", STAFF),
    ("07-06 10", "coordinator_silent", STAFF),
    ("07-21 10", "coordinator_silent", "admin@enact.example"),
]


def test_partners_that_never_answer(asked):
    """Three, seven, nine, fifteen working days; then our own silence: two weeks, a month (14 July is a holiday)."""
    assert walk("2026-06-01", "2026-07-24") == SILENCE
    asked.irritant.refresh_from_db()
    assert asked.irritant.stage == Stage.IN_TRIAGE
    assert set(Message.objects.values_list("status", flat=True)) == {Message.SENT}, "none without object"


@pytest.mark.parametrize("hour", [9, 13, 17])
def test_the_day_does_not_depend_on_the_hour_at_which_the_clock_runs(asked, hour):
    days = [(when[:5], *rest) for when, *rest in walk("2026-06-01", "2026-06-22", hours=(hour,))]
    assert days == [(when[:5], *rest) for when, *rest in SILENCE[:8]]


def test_a_clock_that_was_down_says_each_thing_once(asked):
    """Down from 4 to 8 June: the first reminder is late, the second waits some days after it."""
    assert walk("2026-06-01", "2026-06-03") == []
    assert walk("2026-06-09", "2026-06-22") == [
        ("06-09 10", "partner_reminder", LAB),
        ("06-09 10", "partner_reminder", OTHER),
        ("06-12 10", "company_nobody_yet", FIRM),
        ("06-12 10", "partner_reminder", LAB),
        ("06-12 10", "partner_reminder", OTHER),
        *SILENCE[5:8],
    ]


def test_down_beyond_the_end_reminds_nobody_of_what_is_over(asked):
    assert walk("2026-06-25", "2026-06-26") == [("06-25 10", *line) for _when, *line in SILENCE[5:8]]


@pytest.mark.parametrize(
    ("move", "more"),
    [
        ("accept", {}),
        ("decline", {"reason": "no_capacity_now"}),
        ("question", {}),
    ],
)
def test_whoever_said_a_word_is_not_chased(asked, move, more):
    with clock.at(paris("2026-06-03 10:00")):
        REFERRAL.perform(asked.referrals[0], move, actor=PARTNER, **more)
        jobs.run_owed()
    told = [line for line in walk("2026-06-04", "2026-06-11") if line[1].startswith("partner_")]
    assert told == [line for line in SILENCE[:4] if line[2] == OTHER]


def test_the_partner_waits_three_days_after_our_answer(asked):
    with clock.at(paris("2026-06-03 10:00")):
        REFERRAL.perform(asked.referrals[0], "question", actor=PARTNER)
    with clock.at(paris("2026-06-05 10:00")):
        REFERRAL.perform(asked.referrals[0], "reply", actor=coordinator(asked.coordinator))
    told = [line for line in walk("2026-06-04", "2026-06-16") if line[2] == LAB]
    assert told == [
        ("06-10 10", "partner_reminder", LAB),
        ("06-16 10", "partner_reminder", LAB),
    ]


def second_case(cast) -> Referral:
    """The first laboratory is asked about the stranger's irritant, too."""
    row = Referral.objects.create(irritant=cast.strangers_irritant, organisation=cast.lab)
    REFERRAL.perform(row, "ask", actor=coordinator(cast.coordinator), summary="Un besoin.")
    return row


def test_several_questions_are_one_mail_a_week(asked):
    with clock.at(paris("2026-06-02 10:00")):
        second = second_case(asked)
        jobs.run_owed()
    told = [line for line in walk("2026-06-02", "2026-06-22") if line[2] == LAB]
    assert told == [
        ("06-04 10", "partner_digest", LAB),
        ("06-11 10", "partner_digest", LAB),
    ]
    letter = Message.objects.filter(template="partner_digest").earliest("created_at")
    assert letter.payload == {"referrals": [str(asked.referrals[0].public_id), str(second.public_id)]}


def test_a_digest_has_a_link_for_each_and_a_preview_makes_none(asked, mailoutbox):
    with clock.at(paris("2026-06-02 10:00")):
        second_case(asked)
        jobs.run_owed()
    mailoutbox.clear()
    walk("2026-06-04", "2026-06-04")
    [letter] = [one for one in mailoutbox if one.to == [LAB]]
    shown = {
        row.reference for row in (asked.irritant, asked.strangers_irritant) if row.reference in letter.body
    }
    addresses = set(re.findall(r"https?://[^\s<]+/", letter.body))
    assert (len(shown), len(addresses)) == (2, 2), "the button opens the first of the two"
    doors = list(AccessLink.objects.order_by("pk").values_list("pk", "expires_at"))
    with clock.at(paris("2026-06-09 10:00")):
        words, missing = texts.preview(
            "partner_digest", "fr", texts.original("partner_digest", "fr"), asked.irritant.public_id
        )
    assert asked.strangers_irritant.reference in words.text and missing == []
    assert list(AccessLink.objects.order_by("pk").values_list("pk", "expires_at")) == doors
    assert casting.SECRET_COMPANY not in letter.body


# The company is asked something


def questioned(cast, moment: str, **changes) -> Irritant:
    with clock.at(paris(moment)), translation.override("fr"):
        row = casting.irritant(**changes)
        by = coordinator(cast.coordinator)
        IRRITANT.perform(row, "take", actor=by)
        IRRITANT.perform(row, "ask_info", actor=by, text="Quel capteur ?", free=["Quel capteur ?"])
        jobs.run_owed()
    return row


MOSELLE, MARNE = "a@moselle.example", "b@marne.example"


def test_across_easter_in_moselle_and_in_marne(settled):
    """Good Friday 2027 (26 March) works in Reims and not in Metz; Easter Monday nowhere."""
    questioned(settled, "2027-03-22 10:00", email=MOSELLE)
    questioned(settled, "2027-03-22 10:00", email=MARNE, site_postcode="51100", site_city="Reims")
    told = [line for line in walk("2027-03-22", "2027-04-16") if line[2] in (MOSELLE, MARNE)]
    assert set(Message.objects.filter(recipient=MARNE).values_list("status", flat=True)) == {Message.SENT}
    assert told == [
        ("04-01 10", "company_question_waits", MARNE),
        ("04-02 10", "company_question_waits", MOSELLE),
        ("04-12 10", "company_closed_no_reply", MARNE),
        ("04-13 10", "company_closed_no_reply", MOSELLE),
    ]


def test_a_word_reopens_what_silence_closed(settled):
    row = questioned(settled, "2027-03-22 10:00", email=MOSELLE)
    walk("2027-04-02", "2027-04-13", hours=(10,))
    row.refresh_from_db()
    assert (row.stage, row.outcome) == (Stage.CLOSED, Outcome.NO_REPLY)
    with clock.at(paris("2027-06-15 10:00")):
        conversation.say(row, "Le capteur du four.", actor=COMPANY, form_token="mot")
        row.refresh_from_db()
        assert (row.stage, row.outcome, bool(row.unread_since)) == (Stage.IN_TRIAGE, "", True)
    assert not Message.objects.filter(case=row.public_id, template="company_reopened").exists()


@pytest.mark.parametrize("outcome", [Outcome.OUT_OF_SCOPE, Outcome.NO_MATCH])
def test_a_word_after_another_closing_reopens_nothing(settled, outcome):
    row = questioned(settled, "2027-03-22 10:00", email=MOSELLE)
    with clock.at(paris("2027-03-23 10:00")):
        IRRITANT.perform(row, "close", actor=coordinator(settled.coordinator), outcome=outcome)
        conversation.say(row, "Merci.", actor=COMPANY, form_token="mot")
        row.refresh_from_db()
    assert row.stage == Stage.CLOSED


def test_a_word_in_time_stops_the_reminder_and_one_after_it_the_closing(settled):
    early, late = (
        questioned(settled, "2027-03-22 10:00", email=MOSELLE),
        questioned(settled, "2027-03-22 10:00", email=MARNE),
    )
    with clock.at(paris("2027-03-24 10:00")):
        conversation.say(early, "Je cherche.", actor=COMPANY, form_token="un")
    first = [line for line in walk("2027-04-01", "2027-04-03") if line[2] in (MOSELLE, MARNE)]
    with clock.at(paris("2027-04-06 10:00")):
        conversation.say(late, "Je cherche.", actor=COMPANY, form_token="deux")
    assert first == [("04-02 10", "company_question_waits", MARNE)]
    assert [line for line in walk("2027-04-06", "2027-04-20") if line[2] in (MOSELLE, MARNE)] == []
    assert set(Irritant.objects.filter(pk__in=[early.pk, late.pk]).values_list("stage", flat=True)) == {
        Stage.NEEDS_INFO
    }


def test_an_answer_begun_is_not_closed_upon(settled):
    row = questioned(settled, "2027-03-22 10:00", email=MOSELLE)
    Irritant.objects.filter(pk=row.pk).update(answer_draft={"libre": "je cherche"})
    assert [line for line in walk("2027-04-01", "2027-04-20") if line[2] == MOSELLE] == [
        ("04-02 10", "company_question_waits", MOSELLE)
    ]


# After the closing


def closed(cast, moment: str, outcome=Outcome.TRAINING) -> Irritant:
    with clock.at(paris(moment)):
        IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome=outcome)
        jobs.run_owed()
    return cast.irritant


def asked_later(row, *spans: tuple[str, str]) -> list[tuple[str, str]]:
    """(day, template) of what the company was asked in these spans."""
    return [
        (when[:5], template)
        for first, last in spans
        for when, template, to in walk(first, last, hours=(10, 10))
        if to == FIRM
    ]


def test_what_is_asked_after_the_closing(settled):
    """Ten working days, five months, a year; each once, at ten or later, on a working day."""
    row = closed(settled, "2026-06-02 10:00")
    told = asked_later(
        row, ("2026-06-10", "2026-06-20"), ("2026-10-28", "2026-11-06"), ("2027-05-28", "2027-06-05")
    )
    assert set(Message.objects.values_list("status", flat=True)) == {Message.SENT}
    assert told == [
        ("06-16", "company_satisfaction"),
        ("11-02", "company_outcome"),
        ("06-02", "company_outcome"),
    ]


@pytest.mark.parametrize("outcome", [Outcome.NO_REPLY, Outcome.SPAM, Outcome.DUPLICATE])
def test_nobody_is_asked_who_never_answered_or_was_unwanted(settled, outcome):
    row = closed(settled, "2026-06-02 10:00", outcome)
    assert asked_later(row, ("2026-06-10", "2026-06-20"), ("2026-11-02", "2026-11-03")) == []


def test_an_answer_ends_the_questions_and_not_yet_asks_again(settled):
    row = closed(settled, "2026-06-02 10:00")
    with clock.at(paris("2026-06-16 12:00")):
        assert feedback.question_for(row) == feedback.SATISFACTION
        assert feedback.answer(row, "satisfaction", "yes", actor=COMPANY)
        assert not feedback.answer(row, "satisfaction", "yes", actor=COMPANY), "a double click"
        assert feedback.question_for(row) is None
    with clock.at(paris("2026-11-03 10:00")):
        assert feedback.question_for(row) == feedback.OUTCOME
        assert feedback.answer(row, "outcome", "not_yet", actor=COMPANY)
    told = asked_later(
        row, ("2026-11-04", "2026-11-06"), ("2027-02-01", "2027-02-06"), ("2027-06-01", "2027-06-04")
    )
    assert told == [("02-03", "company_outcome")]
    with clock.at(paris("2027-02-04 10:00")):
        assert feedback.answer(row, "outcome", "solved", actor=COMPANY)
        assert feedback.question_for(row) is None
    assert asked_later(row, ("2027-05-03", "2027-05-05"), ("2027-06-01", "2027-06-04")) == []
    assert list(Feedback.objects.values_list("question", "answer")) == [
        ("satisfaction", "yes"),
        ("outcome", "not_yet"),
        ("outcome", "solved"),
    ]


def test_a_portal_that_gets_the_rule_late_does_not_write_to_everybody_it_ever_helped(settled):
    row = closed(settled, "2026-06-02 10:00")
    assert asked_later(row, ("2026-09-01", "2026-09-03")) == []


# Our own silence


def taken(cast) -> Irritant:
    with clock.at(paris("2026-06-01 10:00")):
        IRRITANT.perform(cast.strangers_irritant, "take", actor=coordinator(cast.coordinator))
        jobs.run_owed()
    return cast.strangers_irritant


def reproaches() -> list[tuple[str, str, str]]:
    return [
        line for line in walk("2026-06-08", "2026-07-02", hours=(10, 20)) if line[1] == "coordinator_silent"
    ]


def test_two_weeks_of_silence_are_said_to_who_follows_a_month_to_the_administrators(settled):
    """What the company writes meanwhile is no progress of ours."""
    row = taken(settled)
    with clock.at(paris("2026-06-05 10:00")):
        conversation.say(row, "Des nouvelles ?", actor=COMPANY, form_token="mot")
    assert reproaches() == [
        ("06-15 10", "coordinator_silent", STAFF),
        ("06-29 10", "coordinator_silent", "admin@enact.example"),
    ]


def test_a_note_is_a_sign_of_life(settled):
    row = taken(settled)
    with clock.at(paris("2026-06-12 10:00")):
        write_note(row, "Appelé, rappelle lundi.", actor=coordinator(settled.coordinator))
    assert reproaches() == [("06-26 10", "coordinator_silent", STAFF)]


def test_what_waits_for_somebody_else_is_no_silence_of_ours(settled):
    row = taken(settled)
    with clock.at(paris("2026-06-02 10:00")):
        IRRITANT.perform(row, "ask_info", actor=coordinator(settled.coordinator), text="Quel capteur ?")
    assert reproaches() == []


# A partner that is away


def away(lab, since: str, until: str) -> PartnerAbsence:
    return PartnerAbsence.objects.create(organisation=lab, since=since, until=until)


def test_a_partner_that_is_away_has_its_days_when_it_is_back(asked, mailoutbox):
    """Ten working days away: its reminders and its end come ten working days later, the other partner's as ever."""
    away(asked.lab, "2026-06-03", "2026-06-16")
    assert walk("2026-06-01", "2026-07-06") == [
        ("06-04 10", "partner_reminder", OTHER),
        ("06-10 10", "partner_reminder", OTHER),
        ("06-12 10", "company_nobody_yet", FIRM),
        ("06-18 10", "partner_reminder", LAB),
        ("06-22 10", "coordinator_expired", STAFF),
        ("06-24 10", "partner_reminder", LAB),
        ("07-06 10", "company_all_declined", FIRM),
        ("07-06 10", "coordinator_expired", STAFF),
    ]
    told = {
        (to, day)
        for letter in mailoutbox
        for to in letter.to
        for day in re.findall(r"Sans réponse le (?:\w+\s)?(\d+\s\w+)", letter.body)
    }
    assert told == {(OTHER, "22\xa0juin"), (LAB, "6\xa0juillet"), (FIRM, "6\xa0juillet")}


def expired_on(cast, *days: str) -> str | None:
    """The first of these days (June and July 2026 by default) on which the first laboratory is given up."""
    days = days or [f"2026-{month:02d}-{day:02d}" for month in (6, 7) for day in range(1, 31)]
    for day in days:
        with clock.at(paris(f"{day} 10:00")):
            clockwork.RULES["referral.expire"]()
        if Referral.objects.get(pk=cast.referrals[0].pk).stage == ReferralStage.EXPIRED:
            return day[5:]
    return None


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([], "06-22"),
        ([("2026-06-03", "2026-06-16")], "07-06"),
        ([("2026-06-03", "2026-06-10"), ("2026-06-08", "2026-06-16")], "07-06"),
        ([("2026-05-20", "2026-06-01")], "06-22"),  # back the day after it was asked
        ([("2026-05-20", "2026-06-05")], "06-26"),
        ([("2026-06-22", "2026-06-26")], "06-29"),  # from the very day
        ([("2026-06-10", "9999-12-31")], None),
    ],
)
def test_days_away_do_not_count(asked, absences, expected):
    for since, until in absences:
        away(asked.lab, since, until)
    assert expired_on(asked) == expected


def test_a_clock_that_was_down_on_the_last_day_gives_nobody_up_while_away(asked):
    away(asked.lab, "2026-06-23", "2026-06-26")
    assert expired_on(asked, "2026-06-19", "2026-06-24", "2026-06-26", "2026-06-29") == "06-29"


def test_nobody_is_telephoned_while_away(asked):
    away(asked.lab, "2026-06-11", "2026-06-16")
    for moment, expected in (
        ("2026-06-10 10:00", [asked.lab, asked.other_lab]),
        ("2026-06-15 10:00", [asked.other_lab]),
        ("2026-06-17 10:00", [asked.lab, asked.other_lab]),
    ):
        with clock.at(paris(moment)):
            assert [line.organisation for line in chasing.partners()] == expected


# Sleep


def test_a_case_that_sleeps_is_left_alone_and_its_days_begin_again(asked):
    by = coordinator(asked.coordinator)
    with clock.at(paris("2026-06-02 10:00")):
        sleeping.put_to_sleep(
            asked.irritant, until=paris("2026-06-15 00:00").date(), reason="Congés", actor=by
        )
    told = walk("2026-06-02", "2026-06-25")
    assert told == [
        ("06-18 10", "partner_reminder", LAB),
        ("06-18 10", "partner_reminder", OTHER),
        ("06-24 10", "partner_reminder", LAB),
        ("06-24 10", "partner_reminder", OTHER),
    ]


def test_a_partner_that_answers_wakes_it(asked):
    by = coordinator(asked.coordinator)
    with clock.at(paris("2026-06-02 10:00")):
        sleeping.put_to_sleep(
            asked.irritant, until=paris("2026-06-15 00:00").date(), reason="Congés", actor=by
        )
    with clock.at(paris("2026-06-03 10:00")):
        REFERRAL.perform(asked.referrals[0], "accept", actor=PARTNER)
        asked.irritant.refresh_from_db()
        assert (asked.irritant.is_asleep, asked.irritant.is_back) == (False, False)


# Nothing but state


def test_the_dry_run_says_the_same_and_writes_nothing(asked):
    rule = clockwork.RULES["referral.remind"]
    with clock.at(paris("2026-06-04 20:00")):  # due since nine: it waits for the next morning
        assert (rule.due(), [rule.named(row) for row in rule.due(waiting=True)]) == (
            [],
            [asked.irritant.reference] * 2,
        )
    with clock.at(paris("2026-06-05 10:00")):
        before = (Message.objects.count(), ClockMark.objects.count())
        assert [row.organisation for row in rule.due()] == [asked.lab, asked.other_lab]
        assert (Message.objects.count(), ClockMark.objects.count()) == before
        assert (rule(), rule()) == (2, 0)
    assert set(Referral.objects.values_list("stage", flat=True)) == {ReferralStage.ASKED}
