"""The link to come back, the one reminder, and whom the door opens to. Time travels; the mails are rendered."""

import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from files.models import StoredFile
from foundation import clock
from intake import drafts, resuming, rules
from intake.models import Draft, Irritant
from journal import clockwork, jobs, links
from journal.models import AccessLink, Message
from tests import cast as casting
from tests.intake.walking import CONTEXT, YOU, begin, send, unhurried, url

pytestmark = pytest.mark.django_db
EMAIL = "claire.morel@fonderie.example"
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Europe/Paris"))


def tick() -> int:
    """The clock's rules about drafts, twice as a scheduler may; what the first round did."""
    with at(clock.now()):
        done = resuming.send_links() + resuming.remind()
        assert resuming.send_links() + resuming.remind() == 0, "once more does nothing"
    return done


at = clock.at


def left(client, moment=TUESDAY, **changes) -> Draft:
    """A form filled up to « vous », then left."""
    with at(moment):
        draft = begin(client)
        client.post(url(draft, "vous"), {**YOU, **changes})
    draft.refresh_from_db()
    return draft


def letters() -> list:
    mail.outbox.clear()
    jobs.run_owed()
    return list(mail.outbox)


def owed(template: str) -> list[str]:
    return list(
        Message.objects.filter(template=template).order_by("created_at").values_list("recipient", flat=True)
    )


@contextmanager
def later(**delta):
    with at(TUESDAY + timedelta(**delta)):
        yield


# The link


def test_the_link_leaves_after_five_quiet_minutes_once(client):
    draft = left(client)
    with later(minutes=4, seconds=59):
        assert tick() == 0
    with later(minutes=5):
        assert tick() == 1
        [letter] = letters()
    assert letter.to == [EMAIL]
    token = links.give(links.RESUME, draft.public_id, EMAIL).token
    for text in (letter.body, letter.alternatives[0][0]):
        assert reverse("intake:resume", args=[token]) in text
        assert "8\xa0décembre\xa02026" in text
        assert draft.token not in text, "the raw address is never mailed"
        for typed in ("Morel", "Fensch", "culasses"):
            assert typed not in text, "nothing typed goes to an address that may be mistyped"
    with later(minutes=30):
        client.post(url(draft, "contexte"), CONTEXT)
    with later(minutes=36):
        assert tick() == 0, "once"


def test_who_goes_on_or_finishes_gets_none(client):
    draft = left(client)
    with later(minutes=4):
        client.post(url(draft, "contexte"), {**CONTEXT, "action": "keep"})
    with later(minutes=5):
        assert tick() == 0, "still typing"
        send(client, draft)
    with later(minutes=20):
        assert tick() == 0
    assert owed(resuming.LINK) == []


def test_the_demand_sent_before_the_mail_leaves_makes_it_pointless(client):
    draft = left(client)
    with later(minutes=6):
        assert tick() == 1
        client.post(url(draft, "contexte"), CONTEXT)
        send(client, draft)
        assert [letter for letter in letters() if "reprendre" in letter.subject] == []
    assert Irritant.objects.count() == 1


def test_an_address_only_half_typed_gets_nothing(client):
    left(client, email="claire@")
    with later(minutes=6):
        assert tick() == 0
    draft = left(client, email="claire@fonderie.exa", action="keep")
    assert draft.answers["email"] == "claire@fonderie.exa"
    with later(minutes=6):
        assert tick() == 0, "saved by the page, not said by a click"


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr", "Votre lien pour reprendre votre demande", "où vous en étiez"),
        ("de", "Ihr Link", "Gerät"),
        ("en", "Your link", "device"),
    ],
)
def test_both_mails_speak_the_language_of_the_draft(client, language, subject, words):
    client.cookies["django_language"] = language
    left(client)
    with later(minutes=5):
        tick()
        [letter] = letters()
    assert letter.subject.startswith(subject) and words in letter.body
    with later(days=1, minutes=10):
        tick()
        [reminder] = letters()
    assert reminder.subject != letter.subject
    assert f'lang="{language}"' in reminder.alternatives[0][0]


def test_the_button_sends_it_at_once_and_says_the_same_whatever_happens(client):
    draft = left(client)
    page = client.get(url(draft, "contexte")).content.decode()
    assert EMAIL in page and "part dans cinq minutes" in page and "M’envoyer le lien maintenant" in page
    assert page.count("Finir plus tard") == 1, "one way on one screen"
    before = client.get(url(draft, "vous")).content.decode()
    assert "M’envoyer" not in before and before.count("Finir plus tard") == 1
    said = set()
    for round_ in range(3):
        with later(minutes=1, seconds=round_):
            answer = client.post(url(draft, "contexte"), {**CONTEXT, "action": "link"}, follow=True)
        assert answer.redirect_chain[-1] == (url(draft, "contexte"), 303)
        said.add(re.search(r"Votre lien pour reprendre est en route.*?»", answer.content.decode(), re.S)[0])
    assert len(said) == 1
    assert owed(resuming.LINK) == [EMAIL]
    draft.refresh_from_db()
    assert draft.answers["site_city"] == "Hayange", "typed beside it, kept"
    with later(minutes=9):
        assert tick() == 0, "the same mail"


def test_the_button_on_the_last_page(client):
    draft = left(client)
    with later(minutes=1):
        client.post(url(draft, "contexte"), CONTEXT)
        answer = client.post(url(draft, "verifier"), {"action": "link"})
    assert answer["Location"] == url(draft, "verifier")
    assert owed(resuming.LINK) == [EMAIL]
    assert not Irritant.objects.exists()


def test_nobody_is_flooded_through_many_drafts(client):
    for _round in range(5):
        draft = left(client)
        with later(minutes=1):
            client.post(url(draft, "contexte"), {**CONTEXT, "action": "link"})
    with later(minutes=10):
        tick()
    assert owed(resuming.LINK) == [EMAIL] * resuming.PER_EMAIL_AND_DAY


def test_one_draft_is_no_machine_that_writes_to_everybody(client):
    draft = begin(client)
    for number in range(10):
        with later(minutes=number):
            client.post(url(draft, "vous"), {**YOU, "email": f"victim{number}@example.org"})
            client.post(url(draft, "contexte"), {**CONTEXT, "action": "link"})
    assert len(owed(resuming.LINK)) == resuming.PER_DRAFT


def test_one_address_of_the_network_writes_to_few(client, monkeypatch):
    monkeypatch.setattr(resuming, "PER_ORIGIN", 2)
    for number in range(4):
        draft = left(client, email=f"victim{number}@example.org")
        with later(minutes=1):
            client.post(url(draft, "contexte"), {**CONTEXT, "action": "link"})
    assert len(owed(resuming.LINK)) == 2


# The door


def door(draft: Draft, email: str = EMAIL) -> str:
    return reverse("intake:resume", args=[links.give(links.RESUME, draft.public_id, email).token])


def test_the_door_shows_nothing_and_opens_by_a_post_to_where_one_was(client):
    with at(clock.now()):
        draft = begin(client)
        client.post(url(draft, "vous"), YOU)
    elsewhere = Client(enforce_csrf_checks=True)
    where = door(draft)
    with CaptureQueriesContext(connection) as seen:
        page = elsewhere.get(where)
    html = page.content.decode()
    assert page.status_code == 200 and "Reprendre ma demande" in html
    assert not any(typed in html for typed in ("Morel", "Fensch", "culasses", EMAIL, draft.token))
    assert not [query for query in seen if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert drafts.COOKIE not in elsewhere.cookies
    opened = elsewhere.post(where)
    assert (opened.status_code, opened["Location"]) == (303, url(draft, "contexte"))
    assert elsewhere.cookies[drafts.COOKIE].value == draft.token
    assert client.get(where)["Location"] == url(draft, "contexte"), "this browser knows it already"


def test_a_corrected_address_shuts_the_door_on_the_first_and_gets_its_own_link(client):
    draft = left(client, email="claire@fonderie-voisine.example")
    with later(minutes=6):
        tick()
        wrong = door(draft, "claire@fonderie-voisine.example")
        assert client.get(wrong).status_code in (200, 303)
        client.post(url(draft, "vous"), YOU)
        for answer in (Client().get(wrong), Client().post(wrong)):
            assert answer.status_code == 404
            assert "Morel" not in answer.content.decode()
    with later(minutes=12):
        tick()
        assert Client().post(door(draft)).status_code == 303
        assert owed(resuming.LINK) == ["claire@fonderie-voisine.example", EMAIL]
        client.post(url(draft, "vous"), {**YOU, "email": "claire@fonderie-voisine.example"})
        assert Client().get(wrong).status_code == 200, "it was right after all: its link opens again"
        assert Client().get(door(draft)).status_code == 404


def test_a_mail_to_an_address_corrected_meanwhile_does_not_leave(client):
    draft = left(client, email="faux@example.org")
    with later(minutes=6):
        tick()
        client.post(url(draft, "vous"), YOU)
        assert letters() == []


def test_who_never_began_anything_says_so_and_is_left_alone(client):
    draft = left(client, email="voisin@example.org")
    with later(minutes=6):
        tick()
        where = door(draft, "voisin@example.org")
        assert "C’est noté" in Client().post(where, {"action": "refuse"}).content.decode()
        assert Client().get(where).status_code == 404
        client.post(url(draft, "vous"), {**YOU, "email": "voisin@example.org"})
        letters()
    with later(days=2):
        tick()
        assert letters() == []
        assert Client().get(where).status_code == 404, "void for good"
    draft.refresh_from_db()
    assert draft.answers["name"] == YOU["name"], "the other one's draft is not lost"


@pytest.mark.parametrize("what", ["forged", "expired", "sent", "purged", "other purpose"])
def test_a_door_that_is_shut_looks_the_same_whatever_the_reason(client, what):
    with at(clock.now()):
        draft = begin(client)
        client.post(url(draft, "vous"), YOU)
        client.post(url(draft, "contexte"), CONTEXT)
        unhurried(draft)
    where = door(draft)
    if what == "forged":
        where = reverse("intake:resume", args=["A" * 43])
    elif what == "expired":
        Draft.objects.update(expires_at=clock.now())
    elif what == "sent":
        draft.refresh_from_db()
        send(client, draft)
    elif what == "purged":
        Draft.objects.update(expires_at=clock.now())
        rules.purge_drafts()
    else:
        where = reverse("intake:resume", args=[links.give(links.FOLLOW, draft.public_id, EMAIL).token])
    page, reference = Client().get(where), Client().get(reverse("intake:resume", args=["B" * 43]))
    assert page.status_code == 404
    assert page.content.replace(where.encode(), b"") == reference.content.replace(
        reverse("intake:resume", args=["B" * 43]).encode(), b""
    )


# The reminder


def reminded(client, moment: datetime, **changes) -> Draft:
    """A draft left at `moment`, its link sent."""
    draft = left(client, moment, **changes)
    with at(moment + timedelta(minutes=5)):
        assert tick() == 1
    return draft


@pytest.mark.parametrize(
    ("begun", "too_early", "in_time"),
    [
        ("2026-11-24 10:30", "2026-11-25 10:34", "2026-11-25 10:35"),
        ("2026-11-24 22:00", "2026-11-25 17:59", "2026-11-26 09:00"),  # a working day later is night
        ("2026-11-24 06:00", "2026-11-25 08:59", "2026-11-25 09:00"),
        ("2026-11-27 15:00", "2026-11-29 15:10", "2026-11-30 15:05"),  # Friday
        ("2026-11-28 11:00", "2026-11-30 11:04", "2026-11-30 11:05"),  # Saturday
        ("2026-12-24 11:00", "2026-12-25 11:30", "2026-12-28 11:05"),  # Christmas, a Friday
    ],
)
def test_the_reminder_leaves_after_one_working_day_in_office_hours_once(client, begun, too_early, in_time):
    begun, too_early, in_time = (
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))
        for text in (begun, too_early, in_time)
    )
    reminded(client, begun)
    with at(too_early):
        assert tick() == 0
    with at(in_time):
        assert tick() == 1
        assert [letter.subject for letter in letters()][-1] == "Votre demande attend encore d’être envoyée"
    with at(in_time + timedelta(days=3)):
        assert tick() == 0, "never twice"
    assert owed(resuming.REMINDER) == [EMAIL]


def test_the_holidays_are_those_of_the_site(client):
    """Good Friday, 26 March 2027, is a holiday in Moselle."""
    begun = datetime(2027, 3, 25, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
    here = reminded(client, begun)
    there = reminded(client, begun, email="claire@nancy.example")
    for draft, postcode in ((here, "57700"), (there, "54000")):
        with at(begun + timedelta(minutes=10)):
            client.post(url(draft, "contexte"), {**CONTEXT, "site_postcode": postcode})
    with at(begun + timedelta(days=1, minutes=11)):
        assert tick() == 1
    assert owed(resuming.REMINDER) == ["claire@nancy.example"]


def test_nobody_who_sent_an_irritant_since_is_reminded(client):
    reminded(client, TUESDAY)
    with later(hours=2):
        casting.irritant(email=EMAIL)
    with later(days=1, hours=1):
        assert tick() == 0


def test_an_older_irritant_is_no_reason_not_to_be_reminded(client):
    with later(days=-3):
        casting.irritant(email=EMAIL)
    reminded(client, TUESDAY)
    with later(days=1, hours=1):
        assert tick() == 1


def test_sent_while_the_reminder_waited_in_the_queue(client):
    reminded(client, TUESDAY)
    with later(days=1, hours=1):
        letters()
        tick()
        casting.irritant(email=EMAIL)
        assert [letter for letter in letters() if "attend encore" in letter.subject] == []


def test_of_two_drafts_of_one_address_one_is_spoken_of(client):
    reminded(client, TUESDAY)
    newer = reminded(client, TUESDAY + timedelta(hours=1))
    with later(days=1, hours=3):
        assert tick() == 1
    assert Message.objects.get(template=resuming.REMINDER).case == newer.public_id


def test_a_draft_that_ran_out_is_not_spoken_of(client):
    draft = reminded(client, TUESDAY)
    Draft.objects.update(expires_at=TUESDAY + timedelta(days=1))
    with later(days=1, hours=1):
        assert tick() == 0
        assert rules.purge_drafts() == 1
    assert not Message.objects.filter(case=draft.public_id).exists()


def test_a_scheduler_that_was_down_for_three_days_writes_one_mail_then_the_other(client):
    left(client)
    with later(days=3):
        assert tick() == 1
        assert (owed(resuming.LINK), owed(resuming.REMINDER)) == ([EMAIL], []), "not both at once"
    with later(days=5, hours=23):  # Monday, an hour too early
        assert tick() == 0
    with later(days=6):
        assert tick() == 1
    assert owed(resuming.REMINDER) == [EMAIL]


def test_the_rules_run_with_the_others(client):
    assert {"intake.resume_links", "intake.reminders", "intake.purge_drafts", "intake.forget_origins"} <= set(
        clockwork.RULES
    )


# How long a draft lives


def test_both_borders_of_a_draft_with_its_files_and_its_mails(client):
    with at(TUESDAY):
        anonymous, known = begin(client), begin(client)
        client.post(url(known, "vous"), YOU)
        for draft in (anonymous, known):
            attach(client, draft)
    with later(minutes=6):
        tick()
        letters()
    second = timedelta(seconds=1)
    for draft, life in ((anonymous, timedelta(hours=48)), (known, timedelta(days=14))):
        with at(TUESDAY + life - second):
            assert drafts.find(draft.token) is not None
            rules.purge_drafts()
            assert Draft.objects.filter(pk=draft.pk).exists()
        [path] = [row.path for row in StoredFile.objects.filter(case=draft.public_id)]
        assert path.exists()
        with at(TUESDAY + life):
            assert drafts.find(draft.token) is None
            with TestCase.captureOnCommitCallbacks(execute=True):
                assert rules.purge_drafts() == 1
            assert rules.purge_drafts() == 0
        assert not Draft.objects.filter(pk=draft.pk).exists()
        assert not StoredFile.objects.filter(case=draft.public_id).exists()
        assert not path.exists()
    assert not Message.objects.exists()
    assert not AccessLink.objects.filter(purpose=links.RESUME).exists()
    assert EMAIL not in str(list(Message.objects.values()) + list(AccessLink.objects.values()))


def attach(client, draft):
    upload = SimpleUploadedFile("releve.csv", b"date;rebut\n2026-01-01;4\n", content_type="text/csv")
    assert (
        client.post(
            url(draft, "contexte"), {**CONTEXT, "attachments": upload, "action": "upload"}
        ).status_code
        == 303
    )
