"""A team by hand: invited by mail, in by a code on a phone, back by a passkey, out again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
NEWCOMER = "arrivante@demo.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def invite(partner, doors) -> None:
    partner.become("partenaire").go(doors("fr")["team"])
    partner.assert_healthy()
    partner.press("Envoyer l’invitation")
    expect(partner.page.get_by_text("Indiquez l’adresse à inviter.").first).to_be_visible()
    partner.complaints.clear()  # the browser reports the 422 as an error of the network
    partner.assert_healthy()
    partner.page.get_by_label("Adresse électronique").fill(NEWCOMER)
    partner.page.get_by_label("Rôle", exact=True).select_option("editor")
    partner.press("Envoyer l’invitation")
    assert partner.reads(f"L’invitation part vers {NEWCOMER}")
    partner.assert_healthy()


def code_for(reader, email: str) -> str:
    """The newest code in this mailbox."""
    reader.go(f"/demo/mailbox/?to={email}")
    reader.page.get_by_role("link", name=re.compile("code")).first.click()
    return re.search(r"^\s*([A-Z0-9-]{6,})\s*$", reader.page.locator(".mail-text").inner_text(), re.M)[1]


def answer_a_company(newcomer) -> None:
    """From the team to a yes, by telephone and without a mail: the new editor's first case."""
    page = newcomer.page
    page.get_by_role("link", name="Demandes", exact=True).click()
    newcomer.assert_healthy()
    page.get_by_role("button", name="Lire et répondre").first.click()
    newcomer.assert_healthy()
    page.get_by_role("link", name="Oui, parlons-en").click()
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_role("heading", name="Vous avez dit oui")).to_be_visible()
    newcomer.assert_healthy()


def test_from_the_invitation_to_the_team_and_back_by_a_passkey(people, doors):
    partner, newcomer, reader = people(DESKTOP), people(PHONE), people(DESKTOP)
    invite(partner, doors)
    link = reader.newest_mail_link(NEWCOMER, "vous invite dans son équipe")

    page = newcomer.page
    newcomer.go(link).assert_healthy()
    newcomer.press("Recevoir un code")
    page.get_by_label("Code").fill(code_for(reader, NEWCOMER))
    newcomer.press("Continuer")
    newcomer.assert_healthy()
    newcomer.press("Rejoindre l’équipe")
    expect(page.get_by_role("heading", name="Équipe", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer l’invitation")).to_have_count(
        0
    )  # an editor does not invite
    newcomer.assert_healthy()

    answer_a_company(newcomer)

    newcomer.go(doors("fr")["team"])
    device = newcomer.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("link", name=re.compile("Ajouter une clé d’accès")).click()
    page.wait_for_load_state()
    newcomer.go("/compte/2fa/webauthn/add/")
    page.locator("#id_passwordless").check()
    with page.expect_navigation():
        page.locator("#mfa_webauthn_add").click()
    newcomer.go("/compte/logout/").press("Se déconnecter")
    newcomer.go("/compte/login/")
    page.get_by_text("Mot de passe ou clé d’accès").click()
    with page.expect_navigation(url=re.compile("/espace/")):
        page.get_by_role("button", name="Utiliser une clé d’accès").click()
    newcomer.assert_healthy()

    newcomer.go(doors("fr")["team"])
    page.get_by_role("link", name="Quitter").click()
    newcomer.assert_healthy()
    newcomer.press("Oui, je quitte l’équipe")
    assert newcomer.reads("Vous avez quitté")
    newcomer.complaints.clear()
    newcomer.go(doors("fr")["team"])
    expect(page.get_by_role("button", name="Envoyer l’invitation")).to_have_count(0)
    assert page.title().startswith("Page introuvable") or "404" in page.content()
