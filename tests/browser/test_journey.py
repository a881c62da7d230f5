"""An irritant travels from the home page to a collaboration, every step by hand, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

WORDS = (
    "Nous emboutissons des pièces de carrosserie. Depuis l’été, des fissures apparaissent par séries, deux à six pour "
    "cent des pièces, et nous ne savons pas si cela vient des bobines, des outils ou des réglages de presse. "
    "Les efforts de presse sont enregistrés, les défauts sont notés sur papier."
)
EMAIL = "atelier@emboutissage.example"
SECRET = "Emboutissage Xylophane"
SUMMARY = "Un emboutisseur veut relier ses séries de fissures aux efforts de presse et aux bobines."


def fill_the_form(company):
    page = company.page
    company.go("/")
    company.assert_healthy()
    page.get_by_role("textbox", name="Racontez-nous ce qui vous bloque").fill(WORDS)
    company.press("Continuer")
    if page.get_by_label("Qu’avez-vous déjà essayé").count():
        company.assert_healthy()
        expect(page.get_by_label("Votre irritant, avec vos mots")).to_have_value(WORDS)
        page.get_by_label("Qu’avez-vous déjà essayé").fill("Un contrôle à cent pour cent, trop cher.")
        company.press("Continuer")

    expect(page.get_by_text("Ce que nous avons compris").first).to_be_visible()
    company.assert_healthy()
    company.press("Continuer")  # nothing filled: errors stand by the fields, nothing is lost
    expect(page.get_by_text("Indiquez une adresse où vous répondre.").first).to_be_visible()
    company.complaints.clear()  # the browser reports the 422 as an error of the network
    company.assert_healthy()
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    page.get_by_label("Votre nom").fill("Responsable de l’atelier")
    page.get_by_label("Le nom de votre organisation").fill(SECRET)
    page.get_by_label("De quel type d’organisation").select_option("PME")
    page.get_by_label("SIREN ou SIRET").fill("123456789")
    company.press("Continuer")
    expect(page.get_by_text("Ce numéro n’existe pas").first).to_be_visible()
    expect(page.get_by_label("Votre nom")).to_have_value("Responsable de l’atelier")
    page.get_by_label("SIREN ou SIRET").fill("")
    company.press("Continuer")

    company.complaints.clear()
    company.assert_healthy()
    page.get_by_label("Le code postal du site concerné").fill("57000")
    page.get_by_label("Votre secteur").select_option("automotive")
    page.get_by_label("des historiques").check() if page.get_by_label("des historiques").count() else None
    page.get_by_label("Joindre des documents").set_input_files(
        {"name": "défauts.csv", "mimeType": "text/csv", "buffer": "date;défauts\n2026-09-01;12\n".encode()}
    )
    company.press("Continuer")

    expect(page.get_by_text("Vérifiez, puis envoyez")).to_be_visible()
    expect(page.get_by_text("défauts.csv").first).to_be_visible()
    company.assert_healthy()
    page.get_by_label(re.compile("J’accepte que la coordination")).check()
    page.wait_for_timeout(4000)  # a test is quicker than any person, and would be asked for one more click
    page.get_by_role("button", name="Envoyer ma demande").dblclick()
    page.wait_for_url(re.compile("/recue/"))
    company.assert_healthy()
    reference = page.locator(".receipt .reference").inner_text()
    assert re.fullmatch(r"ENACT-\w{4}-\w{2}", reference)
    return reference


def wait_for_matches(staff):
    """The worker ranks in the background: the screen shows it when it is there."""
    for _attempt in range(60):
        if staff.page.locator(".wb-match").count():
            return
        staff.page.wait_for_timeout(500)
        staff.page.reload()
    raise AssertionError("no match appeared")


def triage(staff, reference):
    page = staff.page
    staff.become("coordination")
    staff.assert_healthy()
    page.get_by_role("link", name=re.compile("Nous emboutissons")).first.click()
    page.wait_for_url(re.compile("/irritants/"))
    expect(page.get_by_text(reference).first).to_be_visible()
    wait_for_matches(staff)
    staff.press("Prendre en charge")
    staff.assert_healthy()

    page.get_by_label("besoin reformulé", exact=False).first.fill("Prévoir les fissures d’emboutissage.")
    page.get_by_label("résumé pour les partenaires", exact=False).first.fill(SUMMARY)
    staff.press("Enregistrer la qualification")
    expect(page.get_by_text("La qualification est enregistrée.").first).to_be_visible()
    expect(page.get_by_label("résumé pour les partenaires", exact=False).first).to_have_value(SUMMARY)

    organisations: list[str] = []
    while len(organisations) < 2:  # the two best lines of different partners
        for line in page.locator(".wb-match:not(.is-kept):not(.is-aside)").all():
            name = line.locator(".wb-match-org").inner_text().split("·")[0]
            if name not in organisations:
                organisations.append(name)
                line.get_by_role("button", name=re.compile("^Retenir")).click()
                expect(page.locator(".wb-match.is-kept")).to_have_count(len(organisations))
                break
    other = page.locator(".wb-match:not(.is-kept):not(.is-aside)").first
    other.locator("summary", has_text="Écarter").click()
    other.get_by_role("button", name=re.compile("trop loin")).click()
    page.wait_for_load_state()
    expect(page.locator(".wb-match.is-kept")).to_have_count(2)
    expect(page.locator(".wb-match.is-aside")).to_have_count(1)
    case = page.url.split("#")[0].split("?")[0]

    page.get_by_role("link", name=re.compile("Solliciter 2 partenaires")).click()
    expect(page.get_by_text(SUMMARY).first).to_be_visible()
    assert SECRET not in page.locator(".wb-preview").first.inner_text()
    staff.assert_healthy()
    recipients = re.findall(
        r"[\w.+-]+@[\w.-]+\.example", " ".join(page.locator(".wb-preview").all_inner_texts())
    )
    staff.press("Envoyer à 2 partenaires")
    expect(page.get_by_text(reference).first).to_be_visible()
    return case, [
        one for one in dict.fromkeys(recipients) if one.startswith("contact@") or "partenaire" in one
    ]


def accept(partner, link):
    page = partner.page
    partner.go(link)
    expect(page.get_by_text(SUMMARY)).to_be_visible()
    assert (
        SECRET not in page.content()
        and EMAIL not in page.content()
        and "fissures apparaissent" not in page.content()
    )
    partner.assert_healthy()
    page.locator("form.reply-yes input[type=text]").first.fill("Équipe procédés")
    partner.press("Accepter")
    expect(page.get_by_text("Vous avez dit oui")).to_be_visible()
    partner.assert_healthy()


def decline(partner, link):
    page = partner.page
    partner.go(link)
    page.locator("summary", has_text="Non, pas cette fois").click()
    partner.press("Décliner")  # no reason: refused, next to the field
    partner.complaints.clear()
    partner.assert_healthy()
    page.locator("input[type=radio][value=no_capacity_now]").check()
    partner.press("Décliner")
    expect(page.get_by_role("button", name="Accepter")).to_have_count(0)
    partner.complaints.clear()
    partner.assert_healthy()


def ask_elsewhere(staff, case) -> str:
    """From the refused line to the question that is sent: two clicks, as the browser counts them; whom it asked."""
    page = staff.page
    counting = (
        "addEventListener('click', () => { sessionStorage.clicks = +(sessionStorage.clicks ?? 0) + 1 }, true)"
    )
    page.add_init_script(counting)
    staff.go(case)
    link = page.get_by_role("link", name=re.compile("à la place"))
    name = re.search(r"à la place\s*: ([^(]+)", link.locator("span").first.inner_text())[1]
    link.click()
    expect(page.locator(".wb-preview h3")).to_have_text(name)
    staff.assert_healthy()
    staff.press("Envoyer à 1 partenaire")
    expect(page.get_by_text("Un partenaire est sollicité.")).to_be_visible()
    assert page.evaluate("sessionStorage.clicks") == "2"
    expect(page.locator("#sollicitations .wb-match-title", has_text=name)).to_be_visible()
    staff.assert_healthy()
    return name


def propose(staff, case):
    page = staff.page
    staff.go(case)
    staff.press("Préparer une proposition")
    staff.assert_healthy()
    staff.press("Préparer le document")
    page.get_by_role("link", name="Soumettre aux partenaires").wait_for(timeout=30_000)
    pdf = page.request.get(page.get_by_role("link", name="Relire le PDF").evaluate("link => link.href"))
    assert pdf.body().startswith(b"%PDF-")
    page.get_by_role("link", name="Soumettre aux partenaires").click()
    staff.assert_healthy()
    staff.press("Soumettre aux partenaires")
    expect(page.get_by_text("chez les partenaires").first).to_be_visible()
    staff.assert_healthy()


def agree_as_partner(partner, link):
    """The document by its link: read, agreed to with a name and a function."""
    page = partner.page
    partner.go(link)
    expect(page.get_by_text("Elle attend votre accord").first).to_be_visible()
    partner.assert_healthy()
    page.get_by_role("link", name="Donner votre accord").click()
    page.get_by_label("Votre nom").fill("Équipe procédés")
    page.get_by_label("Votre fonction").fill("Direction de l’unité")
    partner.assert_healthy()
    partner.press("Je donne notre accord")
    expect(page.get_by_text("Votre accord est noté")).to_be_visible()
    partner.assert_healthy()


def send(staff, case):
    staff.go(case)
    staff.page.get_by_role("link", name="Envoyer à l’entreprise").click()
    staff.assert_healthy()
    staff.press("Envoyer à l’entreprise")


def agree(company, link):
    page = company.page
    company.go(link)
    expect(page.get_by_text("Notre proposition")).to_be_visible()
    company.assert_healthy()
    pdf = page.request.get(
        page.get_by_role("link", name=re.compile("PDF")).first.evaluate("link => link.href")
    )
    assert pdf.body().startswith(b"%PDF-")
    page.get_by_role("link", name=re.compile("Accepter")).first.click()
    page.get_by_label("Votre nom").fill("Responsable procédés")
    page.get_by_label("Votre fonction").fill("Direction de l’usine")
    company.assert_healthy()
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_text("Collaboration convenue").first).to_be_visible()
    company.assert_healthy()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
def test_from_the_home_page_to_a_collaboration(people, viewport):
    company, staff, partner, reader = people(viewport), people(DESKTOP), people(PHONE), people(DESKTOP)
    reference = fill_the_form(company)
    follow = reader.newest_mail_link(EMAIL, reference)
    company.go(follow)
    expect(company.page.get_by_text("Où en est votre demande")).to_be_visible()
    company.assert_healthy()

    case, recipients = triage(staff, reference)
    assert len(recipients) == 2, recipients
    accept(partner, reader.newest_mail_link(recipients[0], reference))
    decline(partner, reader.newest_mail_link(recipients[1], reference))
    instead = ask_elsewhere(staff, case)
    propose(staff, case)
    agree_as_partner(partner, reader.newest_mail_link(recipients[0], f"{reference}.*accord"))
    send(staff, case)
    agree(company, reader.newest_mail_link(EMAIL, f"{reference}.*proposition"))

    staff.go(case)
    timeline = staff.page.locator("#histoire").inner_text()
    assert f"Fin de la sollicitation de {instead}" in timeline
    assert timeline.count("\n") > 10
    staff.assert_healthy()
    told = company.page.locator("main").inner_text()
    assert reference in told
    partner.go(reader.newest_mail_link(recipients[0], reference))
    partner.assert_healthy()
