"""A coordinator's day, two irritants of it, counted as scripts.day counts them; and what stays while one works."""

import pytest

from scripts.day import MOST_CLICKS, MOST_PAGES, day
from scripts.throwaway import Portal

pytestmark = pytest.mark.browser


def test_from_the_queue_to_the_outcome_in_few_clicks_and_pages(browser, portal):
    context = browser.new_context(locale="fr", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked, closed = day(Portal(portal.address, portal.environment), page, "IRR-001,IRR-043")
    context.close()
    assert (asked.outcome, closed.outcome) == ("asked", "out-of-scope")
    assert asked.partners > 1
    assert max(asked.clicks, closed.clicks) <= MOST_CLICKS
    assert max(asked.pages, closed.pages) <= MOST_PAGES
    assert asked.swaps > 2  # kept and saved without a page


def test_a_decision_comes_back_in_place_and_leaves_the_rest(people, doors):
    """Kept by keyboard: the line moves, the focus goes to the one that followed, a note half written stays."""
    person = people().become("coordination")
    page = person.go(doors("fr")["case_study"]).page
    page.locator("#note").fill("Rappeler jeudi")
    page.locator("#ecrire > summary").click()
    lines = page.locator("#pistes li:has(form[action$='/keep/'])")
    first, second = (lines.nth(number).get_attribute("id") for number in (0, 1))
    before = page.locator("#pistes .is-kept").count()
    page.evaluate("window.stays = true")
    page.locator(f"#{first} form[action$='/keep/'] button").press("Enter")
    page.locator(f"#{first}.is-kept").wait_for()
    assert page.locator("#pistes .is-kept").count() == before + 1
    assert page.evaluate("document.activeElement.closest('li[id]')?.id") == second
    assert page.locator("#note").input_value() == "Rappeler jeudi"
    assert page.locator("#ecrire[open]").count() == 1
    assert "Piste retenue" in page.locator("#live").inner_text()
    assert page.evaluate("window.stays") is True
    # and undone, so that whoever looks next finds it as it was
    page.locator(f"#{first} form[action$='/undo/'] button").click()
    page.locator(f"#{first}:not(.is-kept)").wait_for()
    person.assert_healthy()


def test_without_script_the_same_forms_lead_to_the_page(people, doors):
    person = people(java_script_enabled=False).become("coordination")
    page = person.go(doors("fr")["case_study"]).page
    line = page.locator("#pistes li:has(form[action$='/keep/'])").first
    name = line.get_attribute("id")
    line.locator("form[action$='/keep/'] button").click()
    assert page.locator(f"#{name}.is-kept").count() == 1
    page.locator(f"#{name} form[action$='/undo/'] button").click()
