"""The language switch keeps the person where they are, with what they were typing."""

import pytest

from scripts.pages import REFUSED, press
from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


def switch(person, language: str) -> None:
    """Choose a language as a person does; the page must be the same one, in that language."""
    page, before = person.page, person.page.url.partition("#")[0]
    press(page, f".lang button[value={language}]")
    assert page.url.partition("#")[0] == before
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize(
    "name", ["begun_vous", "step_contexte", "step_verifier", "follow_question", "offer_cifre"]
)
def test_the_same_page_in_another_language(people, doors, name):
    person = people(DESKTOP).go(doors("fr")[name])
    switch(person, "fr")  # the page behind a link began in the language of its mail
    french = person.page.locator("h1").inner_text()
    for language in ("de", "en", "fr"):
        switch(person, language)
    assert person.page.locator("h1").inner_text() == french
    person.assert_healthy()


def test_what_was_typed_stays(people, doors):
    person = people(DESKTOP).go(doors("fr")["begun_contexte"])
    person.page.locator("[name=site_postcode]").fill("57000")
    person.page.locator("[name=site_postcode]").blur()
    person.page.locator("[name=data_maturity][value='2']").check()
    switch(person, "de")
    assert person.page.locator("[name=site_postcode]").input_value() == "57000"
    assert person.page.locator("[name=data_maturity][value='2']").is_checked()


def test_among_errors(people, doors):
    """The page that answers a wrong POST has no address of its own: the switch leads to the form, errors included."""
    person = people(DESKTOP).go(doors("fr")["begun_vous"])
    person.page.locator("[name=name]").fill("Cheffe d’atelier")
    press(person.page, "main form[method=post] .actions .btn-primary")
    switch(person, "de")
    assert person.page.locator("[name=name]").input_value() == "Cheffe d’atelier"


def test_words_for_the_coordination_wait_too(people, doors):
    """Typed and not sent, refused or not: the follow-up page in another language has them."""
    person = people(DESKTOP).go(doors("fr")["follow_question"])
    switch(person, "fr")
    address = person.page.url.partition("#")[0]
    person.page.locator("#repondre textarea").first.fill("Depuis le printemps.")
    switch(person, "de")
    assert person.page.locator("#repondre textarea").first.input_value() == "Depuis le printemps."
    person.page.locator("details:has(#message_text) > summary").click()
    person.page.locator("#message_text").fill("Voici le relevé.")
    person.page.locator("#message_attachments").set_input_files(REFUSED)
    press(person.page, "#ecrire .actions .btn")
    assert person.page.url.endswith("/ecrire/")
    person.complaints.clear()  # 422
    press(person.page, ".lang button[value=en]")
    assert person.page.url.partition("#")[0] == address
    assert person.page.locator("#message_text").input_value() == "Voici le relevé."
    assert person.page.locator("#message_text").is_visible()
    person.assert_healthy()


def test_a_catalogue_search_stays_a_search(people):
    person = people(DESKTOP).go("/catalogue/?q=soudure&kind=rnd")
    switch(person, "en")
    assert person.page.locator("#id_q").input_value() == "soudure"
