"""The qualification call: slots that can be kept, one choice, one calendar entry for its whole life."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from foundation import clock
from intake import calls
from intake.calls import CALL
from intake.lifecycle import IRRITANT
from intake.models import Call, Stage, Turn
from journal import jobs, links
from journal.actors import CLOCK, COMPANY, COORDINATOR, PARTNER, ROLES, SYSTEM, Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event, Message
from journal.timeline import tell
from tests import cast as casting

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 9, tzinfo=PARIS)  # a Tuesday
TUESDAY, WEDNESDAY = NOW.replace(day=1, month=12, hour=10), NOW.replace(day=2, month=12, hour=14)


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOW):
        yield


@pytest.fixture
def staff(db):
    return casting.person("c@enact.example", "coordinator", full_name="Camille Weber")


@pytest.fixture
def case(staff):
    return casting.irritant()


@pytest.fixture
def call(case, staff):
    return propose(case, staff, [WEDNESDAY, TUESDAY])


def propose(case, staff, slots, **more):
    return calls.propose(
        case, slots, **{"minutes": 30, "how": "Nous appelons le 03 88.", **more}, actor=coordinator(staff)
    )


def address(case, name, call):
    token = links.give(links.FOLLOW, case.public_id, case.contact.email).token
    return reverse(f"intake:{name}", args=[token, call.public_id])


def follow(case, client) -> str:
    token = links.give(links.FOLLOW, case.public_id, case.contact.email).token
    return client.get(reverse("intake:follow", args=[token])).content.decode()


def letters() -> dict[str, list]:
    """Subject and attached calendars of what leaves now, by recipient."""
    mail.outbox.clear()
    jobs.run_owed()
    return {
        one.to[0]: [
            one.subject,
            *(Calendar.from_ical(part.get_payload(decode=True)) for part in one.attachments),
        ]
        for one in mail.outbox
        if "ppel" in one.subject or "parler" in one.subject
    }


def facts(calendar: Calendar) -> tuple:
    [event] = calendar.walk("VEVENT")
    return (
        str(calendar["METHOD"]),
        str(event["UID"]),
        event["SEQUENCE"],
        event["DTSTART"].dt,
        event["DTEND"].dt - event["DTSTART"].dt,
        str(event["STATUS"]),
    )


@pytest.mark.parametrize(
    "moment, code",
    [
        (NOW, "soon"),
        (NOW - timedelta(days=1), "soon"),
        (NOW + timedelta(days=61), "far"),
        (NOW.replace(day=28), "holiday"),  # a Saturday
        (NOW.replace(month=12, day=25, hour=10), "holiday"),
        (TUESDAY.replace(hour=7), "hours"),
        (TUESDAY.replace(hour=17, minute=45), "hours"),
        (TUESDAY.replace(hour=23, minute=45), "hours"),
    ],
)
def test_only_moments_that_people_can_keep(case, staff, moment, code):
    with pytest.raises(Refusal) as caught:
        propose(case, staff, [moment])
    assert (caught.value.code, Call.objects.count()) == (code, 0)


def test_the_holidays_are_those_of_the_company(staff):
    """26 December is a holiday in Moselle and a working day in Meurthe-et-Moselle (Code du travail, L3134-13)."""
    saint_stephen = datetime(2025, 12, 26, 10, tzinfo=PARIS)
    with clock.at(datetime(2025, 12, 22, 9, tzinfo=PARIS)):
        assert calls.checked(saint_stephen, 30, "54") == saint_stephen
        with pytest.raises(Refusal):
            calls.checked(saint_stephen, 30, "57")


def test_one_to_three_slots_soonest_first_and_one_call_at_a_time(case, staff, call):
    assert call.choices == [TUESDAY, WEDNESDAY]
    with pytest.raises(Refusal) as caught:
        propose(case, staff, [TUESDAY])
    assert caught.value.code == "open"
    CALL.perform(call, "cancel", actor=coordinator(staff))
    four = [TUESDAY + timedelta(hours=hour) for hour in range(4)]
    for slots in ([], four):
        with pytest.raises(Refusal) as caught:
            propose(case, staff, slots)
        assert caught.value.code == "slots"
    with pytest.raises(Refusal) as caught:
        calls.propose(case, [TUESDAY], minutes=30, how="", actor=Actor(COMPANY))
    assert caught.value.code == "role"


def test_whoever_proposes_a_call_takes_a_case_that_nobody_has_taken(case, staff, call):
    case.refresh_from_db()
    assert (case.stage, case.turn, case.coordinator) == (Stage.IN_TRIAGE, Turn.COORDINATOR, staff)
    events = Event.objects.filter(case=case.public_id, actor_role=COORDINATOR).order_by("seq")
    assert list(events.values_list("name", flat=True)) == ["irritant.take", "call.propose"]
    told = (
        Message.objects.filter(case=case.public_id)
        .exclude(template="company_received")
        .order_by("created_at")
    )
    assert [(one.template, one.recipient) for one in told] == [
        ("company_call_proposed", case.contact.email),
    ]


def test_a_case_that_somebody_follows_stays_theirs(case, staff):
    follower = casting.person("d@enact.example", "coordinator")
    IRRITANT.perform(case, "take", actor=coordinator(follower))
    IRRITANT.perform(case, "ask_info", actor=coordinator(follower), text="Depuis quand ?")
    propose(case, staff, [TUESDAY])
    case.refresh_from_db()
    assert (case.stage, case.turn, case.coordinator) == (Stage.NEEDS_INFO, Turn.COMPANY, follower)


def test_a_call_that_is_refused_takes_nothing(case, staff):
    with pytest.raises(Refusal):
        propose(case, staff, [NOW])
    case.refresh_from_db()
    assert (case.stage, case.coordinator) == (Stage.SUBMITTED, None)


def test_every_state_and_role(case, staff):
    """Who may do what in which state, as the table says and nothing else."""
    actors = {
        COORDINATOR: coordinator(staff),
        **{role: Actor(role) for role in (COMPANY, PARTNER, CLOCK, SYSTEM)},
    }
    assert set(actors) == set(ROLES)
    allowed = set()
    for stage in Call._meta.get_field("stage").choices:
        row = Call(
            irritant=case, stage=stage[0], starts_at=NOW - timedelta(hours=1), slots=[TUESDAY.isoformat()]
        )
        for role, actor in actors.items():
            allowed |= {
                (stage[0], role, move.name) for move, refused in CALL.available(row, actor) if not refused
            }
    assert allowed == {
        *(("proposed", COORDINATOR, move) for move in ("choose", "cancel", "hold")),
        *(("proposed", COMPANY, move) for move in ("choose", "none_suits", "cancel")),
        ("proposed", SYSTEM, "cancel"),
        *(("fixed", COORDINATOR, move) for move in ("move", "cancel", "hold", "miss")),
        ("fixed", COMPANY, "cancel"),
        ("fixed", SYSTEM, "cancel"),
    }


def test_the_company_chooses_once_and_both_get_the_same_entry(case, staff, call, client):
    proposed = letters()[case.contact.email]
    assert proposed[0].startswith("Quand nous parler") and len(proposed) == 1
    page = follow(case, client)
    assert "Choisissez ci‑dessous quand nous pouvons nous parler" in page and page.count('name="slot"') == 2
    url = address(case, "choose_slot", call)
    assert client.get(url).status_code == 405
    for wrong in ("", "x", "2026-12-01T10:00", (TUESDAY + timedelta(hours=1)).isoformat()):
        client.post(url, {"slot": wrong})
        call.refresh_from_db()
        assert call.stage == "proposed"
    for _again in range(2):
        assert client.post(url, {"slot": TUESDAY.isoformat()}).status_code == 303
    call.refresh_from_db()
    assert (call.stage, call.starts_at, call.sequence) == ("fixed", TUESDAY, 0)
    sent = letters()
    assert sent.keys() == {case.contact.email, staff.email}
    expected = (
        "PUBLISH", f"{call.public_id}@localhost", 0, TUESDAY, timedelta(minutes=30), "CONFIRMED",
    )  # fmt: skip
    assert {facts(entry) for _subject, entry in sent.values()} == {expected}
    download = client.get(address(case, "call_calendar", call))
    assert download["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(download.content)
    assert facts(calendar) == expected
    [zone] = calendar.walk("VTIMEZONE")
    assert (str(zone["TZID"]), b"culasses" in download.content) == ("Europe/Paris", False)
    assert "mardi" in follow(case, client)


def test_moved_and_cancelled_keep_the_uid_and_raise_the_sequence(case, staff, call):
    CALL.perform(call, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    letters()
    CALL.perform(call, "move", actor=coordinator(staff), slot=WEDNESDAY)
    moved = {facts(entry) for _subject, entry in letters().values()}
    uid = f"{call.public_id}@localhost"
    assert moved == {("PUBLISH", uid, 1, WEDNESDAY, timedelta(minutes=30), "CONFIRMED")}
    CALL.perform(call, "cancel", actor=Actor(COMPANY))
    cancelled = letters()
    assert {facts(entry) for _subject, entry in cancelled.values()} == {
        ("CANCEL", uid, 2, WEDNESDAY, timedelta(minutes=30), "CANCELLED")
    }
    assert cancelled.keys() == {case.contact.email, staff.email}


def test_what_was_moved_before_the_mail_left_is_told_once(case, staff, call):
    letters()
    CALL.perform(call, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    CALL.perform(call, "move", actor=coordinator(staff), slot=WEDNESDAY)
    mail.outbox.clear()
    jobs.run_owed()
    assert sorted(one.to[0] for one in mail.outbox) == sorted([case.contact.email, staff.email])


def test_none_suits_reaches_the_coordination_as_a_word(case, call, client):
    client.post(address(case, "no_slot", call), {"text": "Plutôt le vendredi."})
    call.refresh_from_db()
    case.refresh_from_db()
    assert (call.stage, case.posts.get().text, case.unread_since is not None) == (
        "cancelled",
        "Plutôt le vendredi.",
        True,
    )


def test_a_slot_that_passed_cannot_be_chosen(call):
    with clock.at(TUESDAY + timedelta(minutes=1)), pytest.raises(Refusal) as caught:
        CALL.perform(call, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    assert caught.value.code == "past"


def test_what_came_of_it_stays_on_both_timelines(case, staff, call):
    CALL.perform(call, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    with pytest.raises(Refusal) as caught:
        CALL.perform(call, "hold", actor=coordinator(staff), note="x")
    assert caught.value.code == "early"
    with clock.at(TUESDAY + timedelta(hours=1)):
        CALL.perform(call, "hold", actor=coordinator(staff), note="Deux fours, un seul enregistré.")
    assert call.note == "Deux fours, un seul enregistré."
    for audience in ("company", "coordinator"):
        titles = [entry.title for entry in tell(case.public_id, audience)]
        assert any("1er\xa0décembre\xa02026" in title for title in titles), titles
        assert "fours" not in " ".join(titles)
    assert [event.payload for event in Event.objects.filter(name="call.hold")] == [{}]


def test_no_appointment_outlives_its_case(case, staff, call):
    CALL.perform(call, "choose", actor=Actor(COMPANY), slot=TUESDAY)
    IRRITANT.perform(case, "withdraw", actor=Actor(COMPANY))
    call.refresh_from_db()
    assert (call.stage, call.sequence) == ("cancelled", 1)
    with pytest.raises(Refusal) as caught:
        propose(case, staff, [TUESDAY])
    assert caught.value.code == "closed"


def test_a_call_of_another_case_is_not_found(case, call, client):
    other = casting.irritant(email="x@ailleurs.example", company_name="Autre")
    assert client.post(address(other, "choose_slot", call), {"slot": TUESDAY.isoformat()}).status_code == 404
    assert client.get(address(other, "call_calendar", call)).status_code == 404
    assert client.get(address(case, "call_calendar", call)).status_code == 404  # no date yet


def test_a_telephone_number_stays_on_one_line(call):
    assert call.how == "Nous appelons le 03\xa088."
