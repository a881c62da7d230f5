"""With the keyboard alone: a whole submission, and every stop of the pages where one acts, seen and in order."""

import re

import pytest

from tests.browser import looking
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

MANY_STOPS = 400
WORDS = (
    "Nos soudures par points cassent par séries depuis le printemps, deux cents pièces par mois. Nous notons les "
    "réglages à la main et les essais destructifs dans un tableur, et personne ne relie les deux."
)
ANSWERS = {
    "text": WORDS,
    "email": "clavier@soudure.example",
    "name": "Cheffe d’atelier",
    "company_name": "Soudure du Clavier",
}


def stops(page):
    """Each place where Tab leads, once, until the page is left; each must be seen, uncovered, marked and in order."""
    last = -1
    for _stop in range(MANY_STOPS):
        page.keyboard.press("Tab")
        at = looking.focus(page)
        if at is None or at["place"] <= last:  # out of the page, or round to its beginning
            assert last > 0, "nothing takes the focus"
            return
        assert at["seen"], f"{page.url}: not on the screen: {at['what']}"
        assert at["uncovered"], f"{page.url}: covered: {at['what']}"
        assert at["marked"], f"{page.url}: no mark: {at['what']}"
        last = at["place"]
        yield at
    raise AssertionError(f"{page.url}: Tab never leaves the page")


def fill_and_go_on(page, answers: dict[str, str]) -> None:
    """One step: type what is asked for, tick the consent, press the button that leads on."""
    for at in stops(page):
        if at["name"] in answers and at["type"] not in ("checkbox", "radio"):
            page.keyboard.press("Control+a")
            page.keyboard.type(answers[at["name"]])
        elif at["name"] == "consent" and not at["checked"]:
            page.keyboard.press("Space")
        elif at["primary"]:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{page.url}: no button leads on")


def test_a_whole_submission(people):
    company = people(DESKTOP, reduced_motion="reduce").go("/")
    page = company.page
    page.keyboard.press("Tab")
    assert looking.focus(page)["text"] == "Aller au contenu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert looking.focus(page)["name"] == "text", "the skip link leads past the header"
    page.goto(company.address)

    fill_and_go_on(page, ANSWERS)
    if "/irritant/" in page.url:
        fill_and_go_on(page, {})
    fill_and_go_on(page, {})  # nothing typed: back with what is missing
    assert page.title().startswith("Erreur\u202f:")
    assert looking.focus(page)["summary"], "the summary of errors is read first"
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.hash.slice(1)")
    page.keyboard.press("Enter")
    assert looking.focus(page)["id"] == first == "id_email"
    page.reload()
    page.goto(page.url)

    fill_and_go_on(page, ANSWERS)
    fill_and_go_on(page, {})
    assert "/verifier/" in page.url
    page.wait_for_timeout(4000)  # a test is quicker than any person, and would be asked for one more click
    fill_and_go_on(page, {})
    page.wait_for_url(re.compile("/recue/"))  # the work may not be done yet
    assert page.locator(".receipt .reference").inner_text().startswith("ENACT-")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
def test_every_stop_is_seen(people, doors, viewport):
    visitor = people(viewport, reduced_motion="reduce")
    found = doors("fr")
    acting = (
        "step_vous",
        "step_contexte",
        "follow_question",
        "follow_proposal",
        "partner_answer",
        "offer_training",
    )
    for path in (*(found[name] for name in acting), "/catalogue/?q=soudure"):
        visitor.go(path)
        assert sum(1 for _at in stops(visitor.page)) > 8


def test_forced_colours_keep_edges_and_focus(people, doors):
    """Windows' contrast themes take backgrounds and shadows away: an outline and borders remain."""
    visitor = people(DESKTOP, forced_colors="active").go(doors("fr")["begun_vous"])
    page = visitor.page
    field = page.locator("[name=email]")
    field.focus()
    style = "one => { const s = getComputedStyle(one); return [s.outlineStyle, s.borderTopStyle, s.borderTopWidth] }"
    outline, border, width = field.evaluate(style)
    assert (outline, border) == ("solid", "solid") and float(width.removesuffix("px")) >= 1
    assert page.locator("main .btn-primary").first.evaluate(style)[1] == "solid"
    visitor.assert_healthy()
