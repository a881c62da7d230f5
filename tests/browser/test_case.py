"""One irritant's screen in a real browser: decided by keys, saved while it is typed, a colleague's text left alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser

TABLET = {"width": 768, "height": 1024}


def test_one_key_decides_and_the_next_line_is_ready(people, doors):
    staff = people(DESKTOP).become("coordination").go(doors("fr")["case_study"])
    page, kept, aside = staff.page, ".wb-match.is-kept", ".wb-match.is-aside"
    before = page.locator(kept).count(), page.locator(aside).count()

    def press(key: str) -> None:
        with page.expect_response(
            lambda answer: answer.request.method == "GET" and "/irritants/" in answer.url
        ):
            page.keyboard.press(key)

    page.keyboard.press("k")  # no line is chosen: nothing happens
    while page.locator("[data-match]:focus:not(.is-kept):not(.is-aside)").count() == 0:
        page.keyboard.press("j")
    press("k")
    expect(page.locator(kept)).to_have_count(before[0] + 1)
    expect(page.locator("[data-match]:focus")).to_have_count(1)  # where reading goes on
    press("4")
    expect(page.locator(aside)).to_have_count(before[1] + 1)
    assert page.locator(aside).filter(has_text="trop loin").count() >= 1
    page.keyboard.press("?")
    expect(page.get_by_text("retenir la piste choisie")).to_be_visible()
    page.get_by_label("Raccourcis actifs dans ce navigateur").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator(kept).count() == before[0] + 1
    staff.assert_healthy()


def test_what_is_typed_is_saved_and_a_colleague_is_not_overwritten(people, doors):
    address = doors("fr")["case_study"]
    staff, colleague = (
        people(TABLET).become("coordination").go(address),
        people(DESKTOP).become("administration"),
    )
    said = staff.page.locator("[data-autosaved]")
    staff.page.locator("#q_baseline").fill("Trois jours d’attente")
    expect(said).to_contain_text("Enregistré à")
    staff.page.locator("#q_target").fill("Un jour d’attente")
    expect(said).to_have_attribute("data-state", "saved")
    staff.page.wait_for_timeout(2500)
    staff.assert_healthy()

    theirs = colleague.go(address).page
    expect(theirs.locator("#q_target")).to_have_value("Un jour d’attente")
    theirs.locator("#q_target").fill("Deux jours d’attente")
    expect(theirs.locator("[data-autosaved]")).to_contain_text("un collègue écrit ici")
    theirs.get_by_role("button", name="Prendre la main").click()
    expect(theirs.locator("[data-autosaved]")).to_contain_text("Enregistré à")
    staff.page.locator("#q_target").fill("Une heure d’attente")
    expect(said).to_contain_text(re.compile("Modifié par|un collègue écrit ici"))
    staff.press("Enregistrer la qualification")
    expect(staff.page.get_by_text("Deux jours d’attente").first).to_be_visible()
    expect(staff.page.locator("#m_target")).to_have_value("Une heure d’attente")
