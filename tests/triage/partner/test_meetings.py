"""A yes with moments to meet: the company picks one, both get it in their calendars, nobody learns more by it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from foundation import clock
from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import COMPANY, PARTNER, Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event, Message
from partners.models import Membership
from tests import cast as casting
from tests.triage.partner.helpers import follow_token, leaks, token_of, url
from triage import meetings
from triage.lifecycle import REFERRAL
from triage.meetings import MEETING
from triage.models import Meeting

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 9, tzinfo=PARIS)  # a Tuesday
TUESDAY, WEDNESDAY = datetime(2026, 12, 1, 10, tzinfo=PARIS), datetime(2026, 12, 2, 14, 30, tzinfo=PARIS)
TYPED = {"slot_1": "2026-12-02T14:30", "slot_2": "2026-12-01T10:00", "minutes": "45", "how": "03 83 00 00 00"}


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOW):
        yield


@pytest.fixture
def asked(cast):
    referral = casting.asked(cast)[0]
    jobs.run_owed()
    mail.outbox.clear()
    return referral


def accept(client, referral, **data):
    return client.post(url("accept", token_of(referral)), {"version": referral.version, **data}, follow=True)


@pytest.fixture
def met(client, cast, asked):
    """Accepted with two moments, told to everybody."""
    accept(client, asked, **TYPED)
    asked.refresh_from_db()
    return Meeting.objects.get()


def follow(client, irritant) -> str:
    return client.get(reverse("intake:follow", args=[follow_token(irritant)])).content.decode()


def act(client, name, meeting, **data):
    """Of the company, from its follow-up page."""
    address = reverse(f"triage:{name}", args=[follow_token(meeting.referral.irritant), meeting.public_id])
    return client.post(address, data, follow=True)


def letters() -> dict[str, list]:
    """Subject and calendars of what leaves now, by recipient."""
    mail.outbox.clear()
    jobs.run_owed()
    return {
        one.to[0]: [
            one.subject,
            *(Calendar.from_ical(part.get_payload(decode=True)) for part in one.attachments),
        ]
        for one in mail.outbox
    }


def facts(calendar: Calendar) -> tuple:
    event = next(iter(calendar.walk("VEVENT")))
    return (
        str(calendar["METHOD"]),
        event["DTSTART"].dt,
        event["DTEND"].dt - event["DTSTART"].dt,
        int(event["SEQUENCE"]),
        str(event["SUMMARY"]),
    )


def test_a_yes_brings_the_member_and_the_moments_soonest_first(client, cast, asked):
    own = str(Membership.objects.get(user=cast.editor).pk)
    page = accept(client, asked, speaks=own, **TYPED).content.decode()
    asked.refresh_from_db()
    meeting = asked.meetings.get()
    assert (asked.stage, asked.person_in_charge, asked.person_contact) == (
        "accepted",
        "Éditrice A",
        "labo-a@recherche.example",
    )
    assert (meeting.choices, meeting.minutes, meeting.how, meeting.stage) == (
        [TUESDAY, WEDNESDAY],
        45,
        "03\xa083\xa000\xa000\xa000",
        "proposed",
    )
    assert "mardi 1er\xa0décembre\xa02026\xa0à\xa010:00" in page and "L’entreprise choisit un moment" in page
    assert leaks(page) == []


def test_words_of_ones_own_win_over_the_list(client, cast, asked):
    own = str(Membership.objects.get(user=cast.editor).pk)
    accept(client, asked, speaks=own, person_in_charge="Équipe signal", person_contact="03 83 11 22 33")
    asked.refresh_from_db()
    assert asked.contact_person == "Équipe signal, 03\xa083\xa011\xa022\xa033"
    assert asked.meetings.count() == 0


def test_nobody_of_another_house_can_be_named(client, cast, asked):
    theirs = str(Membership.objects.get(user=cast.other_editor).pk)
    assert accept(client, asked, speaks=theirs).status_code == 422
    asked.refresh_from_db()
    assert asked.stage == "asked"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-12-05T10:00", "Ce jour n’est pas ouvré"),  # a Saturday
        ("2026-12-01T17:40", "entre 8 h et 18 h"),  # ends after
        ("2026-11-24T09:30", "à venir"),
        ("2027-12-01T10:00", "dans les deux mois"),
        ("demain", "Indiquez le jour et l’heure."),
        ("0001-01-01T00:00", "à venir|Indiquez"),
        ("9999-12-31T23:59", "dans les deux mois|Indiquez"),
    ],
)
def test_a_moment_that_nobody_can_keep_keeps_the_yes_waiting(client, cast, asked, typed, why):
    page = accept(client, asked, slot_1=typed, answer="Avec plaisir")
    text = page.content.decode()
    asked.refresh_from_db()
    assert (page.status_code, asked.stage, Meeting.objects.count()) == (422, "asked", 0)
    assert any(one in text for one in why.split("|")) and "Avec plaisir" in text
    assert '<details class="details" open><summary>Proposer un rendez-vous' in text


def test_the_mail_of_the_yes_says_the_moments_and_there_is_no_other(client, cast, asked):
    own = str(Membership.objects.get(user=cast.editor).pk)
    accept(client, asked, speaks=own, **TYPED)
    jobs.run_owed()
    told = [sent for sent in mail.outbox if sent.to == [casting.SECRET_EMAIL]]
    assert len(told) == 1
    assert "mardi 1er\xa0décembre\xa02026\xa0à\xa010:00" in told[0].body
    assert "Éditrice A, labo-a@recherche.example" in told[0].body
    assert sorted(Message.objects.filter(sent_at__gte=NOW).values_list("template", flat=True))[-3:] == [
        "partner_asked",
        "partner_asked",
        "partner_thanked",
    ]
    to_us = next(sent for sent in mail.outbox if sent.to == [cast.coordinator.email])
    assert f"{cast.lab.name} accepte." in to_us.body and "Créneau proposé" in to_us.body


def test_the_company_picks_one_and_both_have_it_in_their_calendars(client, cast, met):
    page = follow(client, cast.irritant)
    assert "mercredi 2\xa0décembre\xa02026\xa0à\xa014:30" in page and "45 minutes" in page
    jobs.run_owed()
    said = act(client, "choose_moment", met, slot=WEDNESDAY.isoformat()).content.decode()
    assert "le rendez-vous est pris" in said and "Ajouter à mon agenda" in said
    found = letters()
    company, partner = found[casting.SECRET_EMAIL], found[cast.editor.email]
    met.refresh_from_db()
    length = WEDNESDAY.replace(hour=15, minute=15) - WEDNESDAY
    assert facts(company[1]) == (
        "PUBLISH",
        WEDNESDAY,
        length,
        0,
        f"Échange avec {cast.lab.name} ({cast.irritant.reference})",
    )
    assert facts(partner[1]) == (
        "PUBLISH",
        WEDNESDAY,
        length,
        0,
        f"Échange avec une entreprise, cluster ENACT ({cast.irritant.reference})",
    )
    assert set(found) == {casting.SECRET_EMAIL, cast.editor.email}
    assert leaks(mail.outbox[-1].subject + partner[1].to_ical().decode()) == []
    # the level is « summary »: picking a moment told the partner no name
    assert leaks(client.get(url("answer", token_of(met.referral))).content.decode()) == []


def test_the_same_choice_twice_is_one(client, cast, met):
    for _click in range(2):
        page = act(client, "choose_moment", met, slot=TUESDAY.isoformat())
    assert Event.objects.filter(name="meeting.choose").count() == 1
    assert "n’est plus possible" not in page.content.decode()


@pytest.mark.parametrize("slot", ["", "2026-12-03T10:00:00+01:00", "2026-12-01T10:00:00"])
def test_only_what_was_offered_can_be_picked(client, cast, met, slot):
    page = act(client, "choose_moment", met, slot=slot).content.decode()
    met.refresh_from_db()
    assert ("Choisissez l’un des créneaux proposés." in page, met.stage) == (True, "proposed")


def test_a_moment_that_has_passed_cannot_be_picked(client, cast, met):
    with clock.at(TUESDAY.replace(hour=11)):
        assert "mardi 1er\xa0décembre" not in follow(client, cast.irritant).split("Ce qui s’est passé")[0]
        act(client, "choose_moment", met, slot=TUESDAY.isoformat())
    met.refresh_from_db()
    assert met.stage == "proposed"


def test_none_suits_brings_other_moments(client, cast, met):
    jobs.run_owed()
    act(client, "no_moment", met)
    found = letters()
    assert [found[cast.editor.email][0]] == [f"Aucun de vos moments ne convient – {cast.irritant.reference}"]
    assert set(found) == {cast.editor.email}
    token = token_of(met.referral)
    page = client.post(
        url("propose_meeting", token), {"version": 1, "slot_1": "2026-12-03T09:00"}, follow=True
    )
    assert "l’entreprise choisit" in page.content.decode()
    found = letters()
    assert set(found) == {casting.SECRET_EMAIL}
    assert found[casting.SECRET_EMAIL][0].startswith("Quand parler avec")
    with pytest.raises(Refusal, match="déjà proposé"):
        meetings.propose(met.referral, [TUESDAY], minutes=30, how="", actor=Actor(PARTNER))


def test_moments_after_the_yes_need_one(client, cast, met):
    MEETING.perform(met, "cancel", actor=Actor(PARTNER))
    page = client.post(url("propose_meeting", token_of(met.referral)), {"version": 1})
    assert (page.status_code, Meeting.objects.count()) == (422, 1)
    assert "Indiquez le jour et l’heure." in page.content.decode()


@pytest.mark.parametrize("who", ["company", "partner"])
def test_a_date_that_is_off_leaves_both_calendars(client, cast, met, who):
    MEETING.perform(met, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    jobs.run_owed()
    if who == "company":
        act(client, "call_off_meeting", met)
    else:
        client.post(reverse("triage:cancel_meeting", args=[token_of(met.referral), met.public_id]))
    found = letters()
    assert set(found) == {casting.SECRET_EMAIL, cast.editor.email}
    for _subject, calendar in found.values():
        assert (str(calendar["METHOD"]), facts(calendar)[1], facts(calendar)[3]) == ("CANCEL", TUESDAY, 1)


def test_moments_that_nobody_picked_vanish_without_a_mail(client, cast, met):
    jobs.run_owed()
    client.post(reverse("triage:cancel_meeting", args=[token_of(met.referral), met.public_id]))
    assert letters() == {}


def test_no_appointment_outlives_the_yes(client, cast, met):
    MEETING.perform(met, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    REFERRAL.perform(met.referral, "withdraw", actor=Actor(PARTNER))
    met.refresh_from_db()
    assert met.stage == "cancelled"


def test_closing_the_case_ends_it(client, cast, met):
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match", text="")
    met.refresh_from_db()
    assert met.stage == "cancelled"


def test_the_meeting_of_one_partner_is_nobody_elses(client, cast, met):
    theirs = cast.irritant.referrals.exclude(pk=met.referral_id).get()
    REFERRAL.perform(theirs, "accept", actor=Actor(PARTNER))
    MEETING.perform(met, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    token = token_of(theirs)
    assert client.get(reverse("triage:meeting_calendar", args=[token, met.public_id])).status_code == 404
    assert client.post(reverse("triage:cancel_meeting", args=[token, met.public_id])).status_code == 404
    assert "1er\xa0décembre" not in client.get(url("answer", token)).content.decode()
    stranger = follow_token(cast.strangers_irritant)
    for name in ("choose_moment", "no_moment", "call_off_meeting"):
        address = reverse(f"triage:{name}", args=[stranger, met.public_id])
        assert client.post(address, {"slot": TUESDAY.isoformat()}).status_code == 404
    assert client.get(reverse("triage:moment_calendar", args=[stranger, met.public_id])).status_code == 404


def test_calendars_to_download(client, cast, met):
    for name, token in (
        ("meeting_calendar", token_of(met.referral)),
        ("moment_calendar", follow_token(cast.irritant)),
    ):
        address = reverse(f"triage:{name}", args=[token, met.public_id])
        assert client.get(address).status_code == 404  # no date yet
    MEETING.perform(met, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    partner = client.get(reverse("triage:meeting_calendar", args=[token_of(met.referral), met.public_id]))
    assert facts(Calendar.from_ical(partner.content))[0] == "PUBLISH"
    assert leaks(partner.content.decode()) == []


def test_the_coordination_sees_person_and_moments(client, cast, met):
    client.force_login(cast.coordinator)
    page = client.get(reverse("admin:workbench_irritant", args=[cast.irritant.public_id])).content.decode()
    assert "Rendez-vous avec l’entreprise" in page and "mardi 1er\xa0décembre\xa02026\xa0à\xa010:00" in page


def test_only_a_partner_that_accepted_proposes(cast, asked):
    with pytest.raises(Refusal, match="Acceptez d’abord"):
        meetings.propose(asked, [TUESDAY], minutes=30, how="", actor=Actor(PARTNER))
    with pytest.raises(Refusal, match="ne vous revient pas"):
        meetings.propose(asked, [TUESDAY], minutes=30, how="", actor=Actor(COMPANY))
