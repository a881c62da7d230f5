"""The catalogue as one types: results follow, the place is kept, back leads back; and all of it without a script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
TITLE = "#results-title"


def _reads(person, text: str) -> None:
    person.page.wait_for_function(
        "text => document.getElementById('results-title')?.textContent.includes(text)", arg=text
    )


def test_results_follow_what_is_typed(people):
    visitor = people(DESKTOP).go(
        "/catalogue/?q=vision"
    )  # the first search of a process compiles the thesaurus
    page = visitor.go("/catalogue/").page
    page.locator("#facet-sector summary").click()
    page.locator("#id_q").press_sequentially("maintenance", delay=40)
    _reads(visitor, "maintenance")
    expect(page.locator("#id_q")).to_be_focused()
    expect(page.locator("#live")).to_have_text(page.locator(TITLE).text_content())
    assert page.locator("#facet-sector").get_attribute("open") is not None, "what was open stays open"
    assert page.locator("mark").count() > 5
    many = page.locator(TITLE).text_content()

    page.locator("#f-kind-training").check()
    page.wait_for_url("**/catalogue/?q=maintenance&kind=training")
    expect(page.locator(TITLE)).not_to_have_text(many)
    expect(page.locator("#f-kind-training")).to_be_focused()
    visitor.assert_healthy()

    page.go_back()
    page.wait_for_url("**/catalogue/?q=maintenance")
    _reads(visitor, many)
    expect(page.locator("#id_q")).to_have_value("maintenance")
    expect(page.locator("#f-kind-training")).not_to_be_checked()


def test_filters_on_a_phone_cover_the_page_until_the_result_is_asked_for(people):
    visitor = people(PHONE, reduced_motion="reduce").go("/catalogue/?q=vision")
    page = visitor.page
    page.locator(".facets-button").click()
    page.locator("#f-kind-training").check()
    page.wait_for_url("**kind=training")
    expect(page.locator("#facets")).to_be_visible()
    visitor.assert_healthy()
    page.locator(".facets-go button").click()
    page.wait_for_function("!document.getElementById('facets').matches(':popover-open')")
    visitor.assert_healthy()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
def test_everything_works_without_a_script(people, viewport):
    page = people(viewport, java_script_enabled=False).go("/catalogue/").page
    page.locator("#id_q").fill("maintenence")
    page.locator("#search button").click()
    assert "maintenance" in page.locator(TITLE).text_content()
    if viewport is PHONE:
        page.locator(".facets-button").click()
    page.locator("#f-kind-training").check()
    page.locator("#f-kind-rnd").check()
    page.locator(".facets-go button").click()
    expect(page.locator(".chip")).to_have_count(2)
    page.locator(".chip").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".corrected-literal").click()
    assert "maintenence" in page.locator(TITLE).text_content()
