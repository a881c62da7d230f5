"""A partner writes an offer: the page as it will be follows the keys, and a closed tab loses nothing."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE, axe

pytestmark = pytest.mark.browser
WORDS = (
    "Les équipes apprennent à lire leurs images par vision par ordinateur et à trier les défauts de cordon."
)


def begin(person, doors) -> str:
    """A new draft of a course; its address."""
    person.go(doors("fr")["offers_draft"] + "nouvelle/").page.locator("#kind-training").check()
    person.page.get_by_role("button", name="Commencer").click()
    person.page.wait_for_load_state()
    return person.page.url


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_what_is_typed_is_previewed_kept_and_found_again(people, doors, viewport):
    partner = people(viewport).become("partenaire")
    address = begin(partner, doors)
    page = partner.page
    page.fill("[name=title_fr]", "Trier les défauts de cordon")
    page.fill("[name=description_fr]", WORDS)
    page.fill("[name=price_eur]", "douze")
    page.locator("#offer-live .prose", has_text="cordon").wait_for(timeout=15_000)
    page.locator("#offer-topics .choice-hint", has_text="proposé").first.wait_for(timeout=15_000)
    assert partner.reads("Gardé à")
    assert axe(page) == []
    # The tab is closed, and the offer opened again: the words are there, with what is wrong with them.
    partner.go(address)
    assert partner.reads("ne sont pas encore enregistrés")
    assert (
        page.input_value("[name=price_eur]") == "douze" and page.input_value("[name=description_fr]") == WORDS
    )
    page.fill("[name=price_eur]", "1 200,50")
    page.locator("input[name=topics]").first.check()
    page.locator(".save-bar button").click()
    page.wait_for_load_state()
    assert partner.reads("C’est enregistré.") and page.input_value("[name=price_eur]") == "1200,50"
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
