"""The qualification call on the irritant's screen."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from foundation import clock
from intake.models import Call
from journal import links
from journal.models import AccessLink
from tests import cast as casting

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 9, tzinfo=PARIS)


def test_propose_choose_move_and_hold(cast, browser, at):
    case = cast.irritant
    with clock.at(NOW):
        assert "proposer un appel le prend en charge" in browser.get(at("irritant", case)).content.decode()
        slots = {
            "slot_1": "2026-12-01T10:00",
            "slot_2": "",
            "slot_3": "nonsense",
            "minutes": "45",
            "how": " Nous  appelons. ",
        }
        assert browser.post(at("call", case), {**slots, "slot_1": "2026-11-28T10:00"}).status_code == 303
        assert not Call.objects.exists()  # a Saturday
        browser.post(at("call", case), slots)
        call = Call.objects.get()
        assert "proposer un appel le prend" not in browser.get(at("irritant", case)).content.decode()
        assert (call.choices, call.minutes, call.how, call.proposed_by) == (
            [datetime(2026, 12, 1, 10, tzinfo=PARIS)],
            45,
            "Nous appelons.",
            cast.coordinator,
        )
        seen = {"version": call.version}
        where = at("irritant", case)
        assert "Convenu de vive voix" in browser.get(where).content.decode()
        browser.post(at("call_move", case, call.public_id, "choose"), {**seen, "slot": call.slots[0]})
        call.refresh_from_db()
        assert call.stage == "fixed"
        late = browser.post(at("call_move", case, call.public_id, "cancel"), seen)  # an old version
        call.refresh_from_db()
        assert (late.status_code, call.stage) == (303, "fixed")
        browser.post(
            at("call_move", case, call.public_id, "move"),
            {"version": call.version, "slot": "2026-12-02T09:30"},
        )
        call.refresh_from_db()
        assert call.starts_at == datetime(2026, 12, 2, 9, 30, tzinfo=PARIS)
        assert browser.get(at("call_calendar", case, call.public_id)).status_code == 200
        assert browser.post(at("call_move", case, call.public_id, "erase")).status_code == 404
    with clock.at(call.starts_at + timedelta(hours=1)):
        browser.post(
            at("call_move", case, call.public_id, "hold"), {"version": call.version, "note": "Deux fours."}
        )
        call.refresh_from_db()
        assert (call.stage, call.note) == ("held", "Deux fours.")
        page = browser.get(where).content.decode()
        assert "Deux fours." in page and "Proposer un appel" in page


def test_the_preview_of_its_mail_makes_no_link(cast, browser, at):
    with clock.at(NOW):
        browser.post(at("call", cast.irritant), {"slot_1": "2026-12-01T10:00", "minutes": "30"})
        for key in ("company_call_proposed", "company_call"):
            url = reverse("admin:workbench_letter", args=[key, "fr"])
            AccessLink.objects.all().delete()
            assert browser.get(url, {"irritant": cast.irritant.reference}).status_code == 200
            assert not AccessLink.objects.exists()


def test_a_closed_case_offers_no_call(cast, browser, at):
    case = cast.irritant
    browser.post(at("close", case), {"version": case.version, "outcome": "no_match", "text": ""})
    assert "Proposer un appel" not in browser.get(at("irritant", case)).content.decode()
    browser.post(at("call", case), {"slot_1": "2026-12-01T10:00"})
    assert not Call.objects.exists()


def test_the_notes_of_a_call_are_for_the_coordination_alone(cast, browser, at, sign_in, client):
    with clock.at(NOW):
        call = Call.objects.create(
            irritant=cast.irritant, stage="held", starts_at=NOW, note="Confidence du directeur", slots=[]
        )
    assert call.note in browser.get(at("irritant", cast.irritant)).content.decode()
    link = links.give(links.FOLLOW, cast.irritant.public_id, casting.SECRET_EMAIL)
    assert call.note not in client.get(reverse("intake:follow", args=[link.token])).content.decode()
