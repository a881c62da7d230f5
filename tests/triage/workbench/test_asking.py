"""« Solliciter »: what is previewed is what leaves, and nothing leaves against a rule."""

import re

import pytest
from django.core import mail
from django.utils.html import escape

from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant
from journal import jobs
from journal.actors import coordinator
from tests import cast as casting
from triage.asking import candidates
from triage.lifecycle import MATCH
from triage.models import Match, MatchRun, Qualification, Referral
from triage.workbench import preview as previewing
from triage.workbench.preview import preview

SECRETS = (casting.SECRET_COMPANY, casting.SECRET_PERSON, casting.SECRET_EMAIL, casting.SECRET_WORDS)


@pytest.fixture
def ready(cast):
    return casting.qualified(cast)


def form(page) -> dict:
    """The hidden fields and ticked partners of the page, as a browser would send them."""
    text = page.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|seal)" value="([^"]*)"', text))
    ticked = re.findall(r'name="organisation" value="([^"]+)" checked', text)
    return {**hidden, "organisation": ticked, "action": "send"}


def test_the_preview_is_what_each_partner_gets(cast, browser, at, ready):
    url = at("ask", ready)
    page = browser.post(
        url, {**form(browser.get(url)), "note": "Merci de vos lumières.", "action": "preview"}
    )
    text = page.content.decode()
    shown = {
        row: preview(ready, row, matches, note="Merci de vos lumières.")
        for row, matches in candidates(ready).items()
    }
    for one in shown.values():
        for letter in one.letters:
            assert escape(letter.subject) in text and escape(letter.body) in text
    assert not [secret for secret in SECRETS if secret in text]
    browser.post(url, {**form(page), "note": "Merci de vos lumières."})
    mail.outbox.clear()
    jobs.run_owed()
    sent = {message.to[0]: message for message in mail.outbox if "@recherche" in message.to[0]}
    assert len(sent) == 2
    link = re.compile(r"http://\S+/reponse/\S+")
    for one in shown.values():
        for letter in one.letters:
            for address in letter.to:
                got = sent[address]
                assert got.subject == letter.subject
                placeholder = re.search(r"http://\S+/… \(.*\)", letter.body).group(0)
                assert link.sub("LIEN", got.body).strip() == letter.body.replace(placeholder, "LIEN").strip()
                assert "Merci de vos lumières." in got.body


def test_nothing_leaves_unread(cast, browser, at, ready):
    url = at("ask", ready)
    sent = browser.post(url, {**form(browser.get(url)), "note": "Un mot jamais relu."})
    assert sent.status_code == 409 and "relisez ce qui va partir" in sent.content.decode()
    assert not Referral.objects.exists()
    Qualification.objects.update(partner_summary="Un autre résumé.")
    assert browser.post(url, form(sent) | {"note": "Un mot jamais relu."}).status_code == 409
    assert not Referral.objects.exists()


def test_one_click_asks_both(cast, browser, at, ready):
    url = at("ask", ready)
    answer = browser.post(url, form(browser.get(url)), follow=True)
    page = answer.content.decode()
    assert "2 partenaires sont sollicités." in page and "Les partenaires sollicités" in page
    assert sorted(Referral.objects.values_list("stage", flat=True)) == ["asked", "asked"]
    ready.refresh_from_db()
    assert (ready.stage, ready.turn) == ("oriented", "partner")
    again = browser.get(url).content.decode()
    assert "Aucun partenaire à solliciter" in again


def test_a_stale_page_sends_nothing(cast, browser, at, ready):
    url = at("ask", ready)
    stale = form(browser.get(url))
    Irritant.objects.filter(pk=ready.pk).update(version=ready.version + 5)
    answer = browser.post(url, stale)
    assert answer.status_code == 409 and "Ce dossier a changé entre-temps." in answer.content.decode()
    assert not Referral.objects.exists()


def test_nobody_chosen(cast, browser, at, ready):
    url = at("ask", ready)
    answer = browser.post(url, {**form(browser.get(url)), "organisation": []})
    assert answer.status_code == 409 and "Choisissez au moins un partenaire" in answer.content.decode()


@pytest.mark.parametrize(
    ("obstacle", "sentence"),
    [
        (lambda row: Qualification.objects.update(partner_summary=" "), "Écrivez d’abord le résumé"),
        (lambda row: MatchRun.objects.filter(irritant=row).update(verdict="hold"), "Une retenue s’applique"),
        (lambda row: MatchRun.objects.filter(irritant=row).delete(), "Le calcul est en cours"),
        (
            lambda row: Irritant.objects.filter(pk=row.pk).update(confidentiality=Confidentiality.NDA),
            "accord de confidentialité",
        ),
    ],
)
def test_what_blocks_is_said_and_holds(cast, browser, at, ready, obstacle, sentence):
    url = at("ask", ready)
    before = form(browser.get(url))
    obstacle(ready)
    page = browser.get(url).content.decode()
    assert sentence in page and "Envoyer à" not in page
    assert sentence in browser.get(at("irritant", ready)).content.decode()
    assert browser.post(url, before).status_code == 409
    assert not Referral.objects.exists()


def test_more_than_three_is_a_warning(cast, browser, at, ready):
    for number in range(2):
        one = casting.offer(casting.laboratory(f"labo-{number}"), f"x-{number}")
        match = Match.objects.create(irritant=ready, offer=one)
        MATCH.perform(match, "keep", actor=coordinator(cast.coordinator))
    url = at("ask", ready)
    page = browser.get(url)
    assert len(form(page)["organisation"]) == 3 and "Plus de trois partenaires" not in page.content.decode()
    everyone = re.findall(r'name="organisation" value="([^"]+)"', page.content.decode())
    page = browser.post(url, {**form(page), "organisation": everyone, "action": "preview"})
    assert "Plus de trois partenaires" in page.content.decode()
    refused = browser.post(url, form(page))
    assert refused.status_code == 409 and "confirmez que vous le voulez" in refused.content.decode()
    assert not Referral.objects.exists()
    browser.post(url, {**form(page), "many": "on"})
    assert Referral.objects.count() == 4


def test_those_who_still_have_to_answer_count(cast, browser, at, ready):
    rows = [casting.offer(casting.laboratory(f"labo-{number}"), f"x-{number}") for number in range(2)]
    for one in rows:
        match = Match.objects.create(irritant=ready, offer=one)
        MATCH.perform(match, "keep", actor=coordinator(cast.coordinator))
    url = at("ask", ready)
    first = form(browser.get(url))
    browser.post(url, first)  # three
    page = browser.get(url)
    assert form(page)["organisation"] == [] and "Aucun partenaire n’est choisi." in page.content.decode()
    left = re.findall(r'name="organisation" value="([^"]+)"', page.content.decode())
    page = browser.post(url, {**form(page), "organisation": left, "action": "preview"}).content.decode()
    assert "3 n’ont pas encore répondu." in page and "Plus de trois partenaires" in page


def test_naming_the_company_is_pointed_out(cast, browser, at, ready):
    url = at("ask", ready)
    data = {**form(browser.get(url)), "note": f"Il s’agit de {casting.SECRET_COMPANY}.", "action": "preview"}
    assert "L’entreprise serait reconnaissable" in browser.post(url, data).content.decode()


def test_a_partner_without_address_is_refused(cast, browser, at, ready):
    cast.other_lab.memberships.all().delete()
    type(cast.other_lab).objects.filter(pk=cast.other_lab.pk).update(contact_email="")
    url = at("ask", ready)
    page = browser.get(url)
    assert "Personne à joindre" in page.content.decode()
    assert browser.post(url, form(page)).status_code == 409
    assert not Referral.objects.exists()


def test_not_before_it_is_taken(cast, browser, at):
    assert "Prenez d’abord l’irritant en charge." in browser.get(at("ask", cast.irritant)).content.decode()
    assert IRRITANT.by_name["orient"].target == "oriented"


def test_not_while_the_company_is_asked(cast, browser, at, ready):
    IRRITANT.perform(ready, "ask_info", actor=coordinator(cast.coordinator), text="Combien de pièces ?")
    page = browser.get(at("ask", ready)).content.decode()
    assert "reprenez d’abord l’étude" in page and "Prenez d’abord l’irritant" not in page


def test_the_seal_is_of_all_that_was_shown(cast, ready):
    known = candidates(ready)
    both = [preview(ready, row, matches, note="") for row, matches in known.items()]
    assert previewing.seal(both) == previewing.seal(both[::-1])
    assert previewing.seal(both) != previewing.seal(both[:1])
    other = [preview(ready, row, matches, note="Un mot.") for row, matches in known.items()]
    assert previewing.seal(both) != previewing.seal(other)
