"""Naming one's organisation and one's commune in a real browser, by keyboard, by pointer, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import WORDS

pytestmark = pytest.mark.browser
FOUNDRY = "FONDERIE EXEMPLE DE LA FENSCH"


def at_you(person):
    """At the step « vous », with something typed that must not be lost."""
    person.go("/demande/").page.locator("textarea[name=text]").fill(WORDS)
    person.press("Continuer", exact=True) if person.page.viewport_size == DESKTOP else person.press(
        "Continuer"
    )
    person.page.get_by_label("Votre adresse électronique").fill("atelier@exemple.example")
    return person.page


def listed(page, **options):
    return page.get_by_role("listbox", name="Organisations trouvées").get_by_role("option", **options)


def test_the_keyboard_alone_chooses_and_takes_back(people):
    person = people(DESKTOP)
    page = at_you(person)
    name = page.get_by_role("combobox", name="Le nom de votre organisation")
    expect(name).to_have_attribute("aria-expanded", "false")
    name.press_sequentially("exemple fens", delay=20)
    expect(listed(page)).to_have_count(1)
    expect(name).to_have_attribute("aria-expanded", "true")
    person.assert_healthy()
    name.press("Escape")
    expect(listed(page)).to_have_count(0)
    name.fill("exemple")
    expect(listed(page)).to_have_count(8)
    name.press("ArrowUp")
    expect(name).to_have_attribute("aria-activedescendant", "company-8")
    name.press("ArrowDown")
    expect(listed(page, selected=True)).to_contain_text(FOUNDRY)
    name.press("Enter")
    card = page.locator("#company-card")
    expect(card).to_contain_text(FOUNDRY)
    expect(card).to_be_focused()
    expect(page.get_by_label("Votre adresse électronique")).to_have_value("atelier@exemple.example")
    expect(page.get_by_label("De quel type d’organisation")).to_have_value("PME")
    person.assert_healthy()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # « ce n’est pas elle »
    expect(name).to_have_value("exemple")
    expect(name).to_be_focused()


def test_a_thumb_chooses_the_company_and_the_commune(people):
    person = people(PHONE)
    page = at_you(person)
    page.get_by_label("Votre nom").fill("Responsable")
    page.get_by_label("Le nom de votre organisation").press_sequentially("fonderie exemple", delay=20)
    listed(page).first.click()
    expect(page.locator("#company-card")).to_contain_text(FOUNDRY)
    person.press("Continuer")
    page.wait_for_url(re.compile("/contexte/"))
    commune = page.get_by_label("Sa commune")
    expect(commune).to_have_value("57306")
    page.get_by_label("Le code postal du site concerné").fill("54000")
    expect(commune.locator("option:checked")).to_have_text("Nancy")
    person.assert_healthy()
    page.get_by_label("Le code postal du site concerné").fill("54011")  # CEDEX: written by hand
    expect(page.get_by_label("La ville du site concerné")).to_be_visible()
    person.assert_healthy()


def test_without_javascript_radio_buttons_do_the_same(people):
    page = at_you(people(PHONE, java_script_enabled=False))
    page.get_by_label("Votre nom").fill("Responsable")
    page.get_by_label("Le nom de votre organisation").fill("exemple charleville")
    page.get_by_role("button", name="Chercher au registre public").click()
    page.get_by_label(re.compile(FOUNDRY)).check()
    page.get_by_role("button", name="C’est mon organisation").click()
    expect(page.locator("#company-card")).to_contain_text("CHARLEVILLE-MÉZIÈRES")
    expect(page.get_by_label("Votre nom")).to_have_value("Responsable")
    page.get_by_role("button", name="Continuer").last.click()
    expect(page.get_by_label("Le code postal du site concerné")).to_have_value("08000")
    page.get_by_label("Le code postal du site concerné").fill("57700")
    page.get_by_role("button", name="Voir les communes").click()
    page.get_by_label("Sa commune").select_option("Neufchef")
    page.get_by_role("button", name="Continuer").last.click()
    expect(page.get_by_text("57700 Neufchef")).to_be_visible()
