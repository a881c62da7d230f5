"""The follow-up page by hand on a telephone: a question answered in two goes, a message, a colleague, one’s data."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
EMAIL, COLLEAGUE = "cadres@soudure.example", "qualite@soudure.example"
WORDS = (
    "Nous soudons des cadres de vélo. Certaines semaines un cadre sur dix se déforme au refroidissement, et nous ne "
    "savons pas si cela vient des tubes, du gaz ou des réglages des robots."
)


def send(company):
    page = company.go("/").page
    page.get_by_role("textbox", name="Racontez-nous ce qui vous bloque").fill(WORDS)
    company.press("Continuer")
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    page.get_by_label("Votre nom").fill("Responsable soudure")
    page.get_by_label("Le nom de votre organisation").fill("Cadres du Rupt")
    company.press("Continuer")
    company.press("Continuer")
    page.get_by_label(re.compile("J’accepte que la coordination")).check()
    page.wait_for_timeout(4000)  # a test is quicker than any person
    company.press("Envoyer ma demande")
    page.wait_for_url(re.compile("/recue/"))


def ask(staff):
    """The coordinator takes the case and asks: two fields again, one free question."""
    page = staff.become("coordination").page
    page.get_by_role("link", name=re.compile("Nous soudons des cadres")).first.click()
    reference = page.locator(".wb-case-facts .reference").inner_text()
    staff.press("Prendre en charge")
    page.locator("#demander > summary").click()
    page.locator("#demander").get_by_label("Votre question").fill("Deux points pour mieux chercher.")
    page.locator("#demander").get_by_label(re.compile("Le lieu concerné")).check()
    page.locator("#demander").get_by_label(re.compile("L’échéance")).check()
    page.get_by_label("Question libre 1").fill("Sur quelles presses ?")
    staff.assert_healthy()
    staff.press("Demander une précision")
    expect(page.get_by_text("C’est à l’entreprise de répondre").first).to_be_visible()
    staff.assert_healthy()
    return reference, page.url.split("#")[0]


def answer_in_two_goes(company, link):
    page = company.go(link).page
    expect(page.get_by_text("C’est à vous").first).to_be_visible()
    company.assert_healthy()
    page.get_by_label("Sur quelles presses ?").fill("La trois, surtout.")
    company.press("Garder et finir plus tard")
    expect(page.get_by_text("Rien n’est encore envoyé").first).to_be_visible()
    company.go(link)
    expect(page.get_by_label("Sur quelles presses ?")).to_have_value("La trois, surtout.")
    page.get_by_label("Dans les trois mois").check()
    page.get_by_role("button", name="Envoyer ma réponse").dblclick()
    expect(page.get_by_text("Votre réponse est arrivée").first).to_be_visible()
    expect(page.locator(".thread .message-company")).to_have_count(1)
    company.assert_healthy()


def write(company):
    page = company.page
    page.get_by_label("Votre message").fill("Nous avons retrouvé les relevés de 2023.")
    page.locator("#ecrire input[type=file]").set_input_files(
        {"name": "releves.csv", "mimeType": "text/csv", "buffer": b"jour;rebut\n1;4\n"}
    )
    company.press("Envoyer mon message")
    expect(page.locator(".thread").get_by_text("releves.csv")).to_be_visible()
    company.press("Envoyer mon message")  # nothing typed: said beside the field
    expect(page.get_by_text("Écrivez votre message avant de l’envoyer.").first).to_be_visible()
    company.complaints.clear()  # the browser reports the 422 as an error of the network
    company.assert_healthy()


def invite(company):
    page = company.page
    page.locator("summary", has_text="Ajouter un collègue").click()
    page.get_by_label("Son nom").fill("Responsable qualité")
    page.get_by_label("Son adresse").fill(COLLEAGUE)
    company.press("Lui envoyer son lien")
    expect(page.get_by_text("reçoit à l’instant").first).to_be_visible()
    company.assert_healthy()


def test_from_a_question_to_erasing_everything(people, tmp_path):
    staff, company, colleague, reader = people(DESKTOP), people(PHONE), people(PHONE), people(DESKTOP)
    send(company)
    reference, case = ask(staff)
    link = reader.newest_mail_link(EMAIL, f"question.*{reference}")
    answer_in_two_goes(company, link)
    write(company)

    staff.go(case)
    expect(staff.page.get_by_text("nouveau message").first).to_be_visible()
    staff.press("C’est lu")
    staff.page.locator("#ecrire > summary").click()
    staff.page.locator("#ecrire").get_by_label("Votre message").fill("Merci, nous regardons.")
    staff.press("Envoyer à l’entreprise")
    expect(staff.page.get_by_text("Merci, nous regardons.")).to_be_visible()
    staff.assert_healthy()

    company.go(link)
    invite(company)
    colleague.go(reader.newest_mail_link(COLLEAGUE, reference))
    expect(colleague.page.get_by_text("Merci, nous regardons.")).to_be_visible()
    assert colleague.page.get_by_text("Effacer mes données").count() == 0
    colleague.assert_healthy()

    with company.page.expect_download() as download:
        company.page.get_by_role("button", name="Télécharger mes données").click()
    download.value.save_as(tmp_path / "data.zip")
    names = zipfile.ZipFile(tmp_path / "data.zip").namelist()
    assert "data.json" in names and any(name.endswith("releves.csv") for name in names)

    company.page.get_by_role("link", name="Effacer mes données").click()
    company.assert_healthy()
    company.press("Effacer définitivement")
    expect(company.page.get_by_text("Cochez la case").first).to_be_visible()
    company.complaints.clear()
    company.assert_healthy()
    company.page.get_by_label(re.compile("J’ai compris")).check()
    company.press("Effacer définitivement")
    expect(company.page.get_by_role("heading", name="C’est effacé.")).to_be_visible()
    company.assert_healthy()
    for person in (company, colleague):
        person.page.reload() if person is colleague else person.go(link)
        expect(person.page.get_by_text("Ce lien n’ouvre rien.")).to_be_visible()
    staff.go(case)
    expect(staff.page.get_by_text("L’entreprise a effacé ses données").first).to_be_visible()
    staff.assert_healthy()
