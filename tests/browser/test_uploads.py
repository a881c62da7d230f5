"""Documents sent one by one in a real browser: progress, refusal, cancel, a lost connection, removal; and no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.files.corpus import EXE, PDF, picture

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
WORDS = (
    "Sur notre ligne de coulée nous rebutons entre quatre et onze pour cent des culasses certains jours, "
    "les capteurs des fours sont enregistrés depuis deux ans mais personne n’arrive à prévoir la dérive."
)


def at_the_documents(person):
    """A fresh draft, at the step where documents are joined."""
    person.go("/")
    person.page.get_by_role("textbox", name="Racontez-nous ce qui vous bloque").fill(WORDS)
    person.press("Continuer")
    person.page.wait_for_url(re.compile("/vous/"))
    return person.go(person.page.url.replace("/vous/", "/contexte/")).page


def choose(page, *files):
    page.get_by_label("Joindre des documents").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )


@BOTH
def test_each_file_is_sent_at_once_and_the_step_goes_on_with_them(people, viewport):
    person = people(viewport)
    page = at_the_documents(person)
    choose(page, ("plan.pdf", PDF), ("photo.png", picture("PNG")))
    expect(page.locator(".upload-list li")).to_have_count(2)
    expect(page.locator(".upload-says")).to_have_text("photo.png est joint.")
    person.assert_healthy()
    page.get_by_role("button", name="Retirer plan.pdf").click()
    expect(page.locator(".upload-list li")).to_have_count(1)
    expect(page.get_by_role("button", name="Retirer photo.png")).to_be_focused()
    choose(page, ("programme.pdf", EXE))
    expect(page.locator(".upload-queue .upload-error")).to_have_text("Nous n’acceptons pas les programmes.")
    person.complaints.clear()  # the browser reports the 422 itself
    person.assert_healthy()
    page.get_by_role("button", name="Retirer programme.pdf").click()
    expect(page.locator(".upload-queue li")).to_have_count(0)
    page.reload()
    expect(page.locator(".upload-list li")).to_have_count(1)


def test_a_file_too_big_is_not_even_sent(people):
    page = at_the_documents(people(DESKTOP))
    sent = []
    page.on("request", lambda request: sent.append(request.method) if "/documents/" in request.url else None)
    choose(page, ("film.pdf", bytes(10 * 1024 * 1024 + 1)))
    expect(page.locator(".upload-error")).to_contain_text("dépasse 10 Mo")
    assert sent == []


def test_a_lost_connection_offers_another_try(people):
    person = people(DESKTOP)
    page = at_the_documents(person)
    person.context.set_offline(True)
    choose(page, ("plan.pdf", PDF))
    expect(page.locator(".upload-error")).to_have_text("La connexion s’est interrompue.")
    page.get_by_role("button", name="Réessayer plan.pdf").click()
    expect(page.locator(".upload-error")).to_be_visible()
    person.context.set_offline(False)  # it also tries again by itself
    expect(page.locator(".upload-list li")).to_have_count(1)
    expect(page.locator(".upload-queue li")).to_have_count(0)


def test_going_on_while_a_file_is_on_its_way_waits_for_it(people):
    person = people(DESKTOP)
    page = at_the_documents(person)
    slow = person.context.new_cdp_session(page)
    slow.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000}
    slow.send("Network.emulateNetworkConditions", limits)
    choose(page, ("releves.txt", b"a" * 3_000_000))
    expect(page.locator("progress")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Continuer|^Enregistrer et")).last.click()
    expect(page.get_by_text("Vos fichiers sont en route")).to_be_visible()
    page.wait_for_url(re.compile("/(verifier|vous)/"))
    person.go(page.url.split("?")[0].replace("/verifier/", "/contexte/").replace("/vous/", "/contexte/"))
    expect(page.locator(".upload-list")).to_contain_text("releves.txt")


def test_a_file_can_be_cancelled(people):
    person = people(DESKTOP)
    page = at_the_documents(person)
    slow = person.context.new_cdp_session(page)
    slow.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    slow.send("Network.emulateNetworkConditions", limits)
    choose(page, ("releves.txt", b"a" * 3_000_000))
    page.get_by_role("button", name="Annuler releves.txt").click()
    expect(page.locator(".upload-queue li")).to_have_count(0)
    slow.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": -1})
    page.reload()
    expect(page.locator(".upload-list li")).to_have_count(0)


def test_without_script_the_files_travel_with_the_form(people):
    person = people(PHONE, java_script_enabled=False)
    page = at_the_documents(person)
    choose(page, ("plan.pdf", PDF))
    page.get_by_role("button", name="Déposer ces fichiers").click()
    expect(page.locator(".upload-list")).to_contain_text("plan.pdf")
    page.get_by_role("button", name="Retirer plan.pdf").click()
    expect(page.locator(".upload-list li")).to_have_count(0)
