"""A partner who has one minute and a telephone: from the mail to the yes, and how it goes on with the company."""

from datetime import datetime, time

import pytest
from playwright.sync_api import expect

from foundation import clock
from foundation.working_days import add_working_days
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
COUNTING = "addEventListener('click', () => { sessionStorage.taps = +(sessionStorage.taps ?? 0) + 1 }, true)"
FIELDS = "main form.reply-yes :is(input, select, textarea)"


def moment(working_days: int) -> str:
    day = add_working_days(clock.today(), working_days, "68")
    return datetime.combine(day, time(10)).strftime("%Y-%m-%dT%H:%M")


def test_a_yes_takes_three_taps_and_no_field_and_the_company_picks_a_moment(people, doors):
    partner, company = people(PHONE), people(PHONE)
    page = partner.page
    page.add_init_script(COUNTING)
    partner.go(doors("fr")["partner_waiting"])  # the first tap: the link of the mail
    partner.assert_healthy()
    shown = page.locator(FIELDS).locator("visible=true")
    assert shown.count() <= 2  # who follows it: from the list, or a name and an address; both may be left
    page.get_by_role("link", name="Oui, parlons-en").click()
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_role("heading", name="Vous avez dit oui")).to_be_visible()
    assert 1 + int(page.evaluate("sessionStorage.taps")) <= 3
    partner.assert_healthy()

    page.locator("summary", has_text="Proposer un rendez-vous").click()
    page.get_by_label("Moment 1").fill(moment(3))
    page.get_by_label("Moment 2").fill(moment(4))
    partner.press("Envoyer à l’entreprise")
    expect(page.get_by_text("L’entreprise n’a pas encore choisi.")).to_be_visible()
    partner.assert_healthy()

    company.go(doors("fr")["follow_asked"])
    card = company.page.locator(".helper", has=company.page.get_by_text("Quand vous parler")).first
    card.get_by_role("radio").nth(1).check()
    company.assert_healthy()
    card.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(company.page.get_by_role("link", name="Ajouter à mon agenda")).to_be_visible()
    company.assert_healthy()

    page.reload()
    expect(page.get_by_role("heading", name="Votre premier échange")).to_be_visible()
    expect(page.get_by_role("link", name="Ajouter à mon agenda")).to_be_visible()
    write_to_one_another(partner, company)


def write_to_one_another(partner, company):
    """The company made itself known (its level): words and a file from a telephone, and back."""
    page = partner.page
    page.get_by_label("Votre message").fill("Pouvez-vous nous envoyer trois photos ?")
    page.get_by_label("Joindre des documents").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": b"a;b\n1;2\n"}
    )
    partner.press("Envoyer le message")
    expect(page.locator(".message", has_text="trois photos").get_by_text("liste.csv")).to_be_visible()
    partner.assert_healthy()

    company.page.reload()
    company.page.get_by_role("link", name="Vos échanges avec").first.click()
    expect(company.page.get_by_text("trois photos")).to_be_visible()
    company.assert_healthy()
    company.page.get_by_label("Votre message").fill("Oui, demain matin.")
    company.press("Envoyer le message")
    expect(company.page.get_by_text("Oui, demain matin.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Oui, demain matin.")).to_be_visible()
    partner.assert_healthy()


@pytest.mark.parametrize("scripts", [True, False], ids=["with", "without"])
def test_a_no_names_somebody_else_with_and_without_scripts(people, doors, scripts):
    """Looked at, not sent: the page is that of other tests."""
    partner = people(PHONE, java_script_enabled=scripts)
    page = partner.page
    partner.go(doors("fr")["partner_answer"])
    page.locator("#decline > summary").click()
    page.get_by_label("Voyez plutôt").press_sequentially("lorraine", delay=20)
    if scripts:
        expect(page.locator("#decline-partners option").first).to_be_attached()
        assert page.locator("#decline-partners option").count() > 1
    partner.press("Décliner")  # no reason yet, and several partners of that name
    expect(page.get_by_text("Lequel vouliez-vous dire").first).to_be_visible()
    expect(page.get_by_text("Choisissez une raison.").first).to_be_visible()
    if scripts:
        partner.complaints.clear()  # the browser reports the 422 as an error of the network
        partner.assert_healthy()
