"""The coordinators' queue by keyboard, with several lines at once, on a desk and on a telephone."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def cursor(page) -> int:
    """The place of the line that has the focus; -1: none."""
    return page.evaluate(
        "[...document.querySelectorAll('[data-row]')].indexOf(document.activeElement.closest('[data-row]'))"
    )


def chosen(page) -> int:
    return page.locator("[data-row] input:checked").count()


def test_by_keyboard_alone(people):
    desk = people(DESKTOP).become("coordination").go("/admin/?file=all")
    page = desk.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert cursor(page) == 1
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert (cursor(page), chosen(page)) == (0, 2) and desk.reads("2 lignes choisies")
    page.keyboard.press("x")
    assert chosen(page) == 1 and desk.reads("1 ligne choisie")
    page.keyboard.press("?")
    assert page.locator("#wb-keys").is_visible() and desk.reads("choisir la ligne")
    page.keyboard.press("x")  # a letter in the help chooses nothing
    page.keyboard.press("Escape")
    assert chosen(page) == 1
    page.keyboard.press("/")
    page.keyboard.type("jxk?")  # letters in the search are letters
    assert page.locator("#wb-q").input_value() == "jxk?" and chosen(page) == 1
    page.locator("[data-row] a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/admin/irritants/" in page.url


def test_keys_switched_off_are_letters(people):
    page = people(DESKTOP).become("coordination").go("/admin/?file=all").page
    page.keyboard.press("?")
    page.locator("#wb-keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert cursor(page) == -1 and chosen(page) == 0


@pytest.mark.parametrize("viewport", (DESKTOP, PHONE), ids=("desk", "telephone"))
def test_several_lines_are_previewed(people, viewport):
    desk = people(viewport).become("coordination").go("/admin/?file=all")
    desk.assert_healthy()
    page = desk.page
    page.locator(".wb-more-filters summary").click()
    page.locator(".wb-save-view summary").click()
    desk.assert_healthy()
    page.locator("#wb-choose-all").click()
    assert chosen(page) == page.locator("[data-row]").count() > 1
    desk.press("Écrire")
    desk.assert_healthy()
    assert desk.reads("Message à chaque entreprise") and desk.reads("cela ne s’annule pas")


def test_the_tabs_stand_on_one_line(people):
    page = people(DESKTOP).become("coordination").go("/admin/").page
    tops = page.locator(".wb-turns li").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(set(tops)) == 1


@pytest.mark.parametrize("viewport", (DESKTOP, PHONE), ids=("desk", "telephone"))
def test_who_is_called_in_a_note_is_told_until_the_case_was_opened(people, viewport):
    writer = people(DESKTOP).become("administration").go("/admin/?file=all")
    case = writer.page.locator("[data-row] a.wb-title").first.get_attribute("href")
    writer.go(case).page.locator("#note").fill("@Coordination ENACT, tu connais cette entreprise ?")
    with writer.page.expect_navigation():
        writer.page.get_by_role("button", name="Enregistrer la note").click()

    desk = people(viewport).become("coordination").go("/admin/")
    assert desk.reads("Vous êtes cité dans 1 dossier")
    desk.assert_healthy()
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name="Vous êtes cité dans 1 dossier").click()
    [line] = desk.page.locator("[data-row]").all()
    assert line.locator(".status", has_text="vous êtes cité").is_visible()
    desk.assert_healthy()
    with desk.page.expect_response(lambda answer: "/presence/" in answer.url and answer.ok):
        desk.page.locator("[data-row] a.wb-title").click()
    assert desk.reads("Un collègue vous cite dans une note.")
    desk.page.locator("form[data-read]").wait_for(state="detached")  # the page said it by itself
    desk.assert_healthy()
    assert desk.go("/admin/").page.locator(".wb-cited").count() == 0
