"""Who has a case open, who writes, who takes over: told by pages, forgotten when they fall silent."""

from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from intake.lifecycle import IRRITANT
from journal.actors import coordinator
from tests.triage.workbench.test_qualification import typed
from triage import presence
from triage.models import Pen, Presence, Qualification


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


@pytest.fixture
def colleague(cast, sign_in):
    return sign_in(cast.colleague)


def seconds(number: int):
    return clock.at(clock.now() + timedelta(seconds=number))


def test_the_others_are_seen_by_name_and_forgotten_after_a_minute(cast, browser, colleague, at, taken):
    assert browser.post(at("beat", taken)).json() == {"people": "", "pen": "", "hold": "free", "number": 0}
    assert "Coordinatrice regarde aussi ce dossier." in colleague.post(at("beat", taken)).json()["people"]
    assert "Collègue regarde aussi ce dossier." in browser.get(at("irritant", taken)).content.decode()
    assert "regarde aussi" not in browser.get(at("irritant", cast.strangers_irritant)).content.decode()
    with seconds(61):
        assert "regarde aussi" not in browser.get(at("irritant", taken)).content.decode()
    with seconds(3700):  # old rows go with the next arrival
        colleague.post(at("beat", cast.strangers_irritant))
        assert Presence.objects.count() == 1


def test_reading_says_nothing_to_anybody(browser, at, taken):
    browser.get(at("irritant", taken))
    assert not Presence.objects.exists() and not Pen.objects.exists()
    assert browser.get(at("beat", taken)).status_code == 405


def test_the_first_who_writes_has_the_pen_until_silence(browser, colleague, at, taken):
    mine = browser.post(at("beat", taken), {"writing": "1"}).json()
    assert (mine["hold"], mine["number"], mine["pen"]) == ("mine", 1, "")
    theirs = colleague.post(at("beat", taken), {"writing": "1"}).json()
    assert (theirs["hold"], theirs["number"]) == ("theirs", 0)
    assert "Coordinatrice écrit ici depuis" in theirs["pen"]
    assert "Coordinatrice écrit ici depuis" in colleague.get(at("irritant", taken)).content.decode()
    with seconds(61):
        assert colleague.post(at("beat", taken), {"writing": "1"}).json()["number"] == 2


def test_saving_puts_the_pen_down(browser, colleague, at, taken):
    browser.post(at("beat", taken), {"writing": "1"})
    browser.post(at("qualify", taken), typed(0))
    newer = colleague.post(at("beat", taken), {"writing": "1", "seen": "0"}).json()
    assert newer["hold"] == "mine"
    assert "Coordinatrice a enregistré une nouvelle version" in newer["pen"]
    assert (
        browser.post(at("beat", taken), {"seen": "0"}).json()["pen"].count("nouvelle version") == 0
    )  # one's own


def test_taking_over_is_told_to_the_former_owner_whose_words_are_compared(browser, colleague, at, taken):
    held = browser.post(at("beat", taken), {"writing": "1"}).json()["number"]
    assert colleague.post(at("beat", taken), {"over": str(held)}).json()["hold"] == "mine"
    told = browser.post(at("beat", taken), {"writing": "1", "held": str(held)}).json()
    assert told["hold"] == "theirs"
    assert "Collègue a repris la main à" in told["pen"] and "vous comparerez les deux versions" in told["pen"]
    colleague.post(at("qualify", taken), typed(0, target="Le leur"))
    late = browser.post(at("qualify", taken), typed(0, target="Le mien"))
    assert late.status_code == 409 and "Le mien" in late.content.decode()


def test_the_pen_is_taken_from_whom_the_page_showed(cast, sign_in, browser, colleague, at, taken):
    shown = browser.post(at("beat", taken), {"writing": "1"}).json()["number"]
    done = colleague.post(at("take_over", taken), {"over": str(shown)}, follow=True)
    assert "Vous avez la main sur la qualification." in done.content.decode()
    third = sign_in(cast.administrator).post(at("take_over", taken), {"over": str(shown)}, follow=True)
    assert "Quelqu’un d’autre vient de prendre la main." in third.content.decode()
    assert presence.around(taken, cast.colleague).mine


def test_the_queue_says_which_cases_somebody_else_has_open(browser, colleague, at, taken):
    browser.post(at("beat", taken))
    assert "ouvert par Coordinatrice" in colleague.get("/admin/?onglet=tous").content.decode()
    assert "ouvert par" not in browser.get("/admin/?onglet=tous").content.decode()


def test_strangers_neither_see_nor_are_seen(cast, at, taken, sign_in):
    for who in (cast.funder, cast.editor, cast.company):
        assert sign_in(who).post(at("beat", taken)).status_code == 403
    assert Client().post(at("beat", taken)).status_code == 302
    assert not Presence.objects.exists()


def test_what_types_itself_in_waits_for_the_pen_and_a_button_does_not(cast, browser, colleague, at, taken):
    presence.write(taken, cast.colleague)
    waiting = browser.post(at("autosave", taken), typed(0, target="Le mien"))
    assert waiting.status_code == 423 and "un collègue écrit ici" in waiting.json()["words"]
    assert not Qualification.objects.exists()
    assert colleague.post(at("autosave", taken), typed(0, target="Le sien")).status_code == 200
    presence.put_down(taken, cast.colleague)
    assert browser.post(at("autosave", taken), typed(1, target="Le mien")).status_code == 200
    presence.write(taken, cast.colleague)
    browser.post(at("qualify", taken), typed(2, target="Le mien, relu"))
    assert Qualification.objects.get().target == "Le mien, relu"
