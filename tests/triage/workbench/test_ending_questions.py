"""After the question: asking elsewhere, calling back with a reason, going on with some and thanking the others."""

import re

import pytest
from django.core import mail
from django.utils import translation

from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import SYSTEM_ACTOR, Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Message
from tests import cast as casting
from tests.triage.partner.helpers import token_of, url
from triage.asking import ask, candidates
from triage.choosing import go_on_with
from triage.lifecycle import MATCH, REFERRAL
from triage.models import CancelReason, Match, Referral

PARTNER = Actor("partner")


@pytest.fixture
def third(cast):
    """A third laboratory, with an offer that the engine proposes."""
    lab = casting.laboratory("labo-c")
    return Match.objects.create(irritant=cast.irritant, offer=casting.offer(lab, "c-1"), score=0.1, rank=9)


def stages() -> list[tuple[str, str]]:
    return sorted(Referral.objects.values_list("organisation__external_id", "stage"))


def owed(template: str) -> list[str]:
    return sorted(Message.objects.filter(template=template).values_list("recipient", flat=True))


def test_from_the_refusal_to_the_next_best_in_two_clicks(cast, browser, at, third):
    first, _second = casting.asked(cast)
    screen = at("irritant", cast.irritant)
    assert "à la place" not in browser.get(screen).content.decode()
    REFERRAL.perform(first, "decline", actor=PARTNER, reason="no_capacity_now")
    address = re.search(r'href="([^"]+\?piste=[^"]+)"', browser.get(screen).content.decode()).group(1)
    page = browser.get(address)  # one
    text = page.content.decode()
    assert text.count('" checked') == 1 and "Laboratoire labo-c" in text and third.state == "suggested"
    data = dict(re.findall(r'<input type="hidden" name="(version|seal|piste)" value="([^"]*)"', text))
    ticked = re.findall(r'name="organisation" value="([^"]+)" checked', text)
    assert ticked == [str(third.offer.organisation.public_id)]
    browser.post(at("ask", cast.irritant), {**data, "organisation": ticked, "action": "send"})  # two
    third.refresh_from_db()
    assert (third.state, stages()) == (
        "kept",
        [("labo-a", "declined"), ("labo-b", "asked"), ("labo-c", "asked")],
    )
    assert "à la place" not in browser.get(screen).content.decode()  # nobody else is left


def test_the_next_best_is_one_that_can_be_asked(cast, browser, at, third):
    first, _second = casting.asked(cast)
    REFERRAL.perform(first, "decline", actor=PARTNER, reason="no_capacity_now")
    type(cast.lab).objects.filter(external_id="labo-c").update(contact_email="")
    assert "à la place" not in browser.get(at("irritant", cast.irritant)).content.decode()
    free = casting.offer(casting.laboratory("labo-d"), "d-1")
    kept = Match.objects.create(irritant=cast.irritant, offer=free)
    MATCH.perform(kept, "keep", actor=coordinator(cast.coordinator))
    page = browser.get(at("irritant", cast.irritant)).content.decode()
    assert "à la place : Laboratoire labo-d" in page and page.count("à la place") == 1


def test_a_suggested_match_is_asked_about_only_when_it_was_chosen(cast, third):
    casting.qualified(cast)
    assert third.offer.organisation not in candidates(cast.irritant)
    assert third.offer.organisation in candidates(cast.irritant, third)
    MATCH.perform(third, "set_aside", actor=coordinator(cast.coordinator), reason="off_topic")
    assert third.offer.organisation not in candidates(cast.irritant, third)


def test_calling_back_says_why_in_the_language_of_the_partner(cast, browser, at, client):
    _first, second = casting.asked(cast)
    type(cast.other_editor).objects.filter(pk=cast.other_editor.pk).update(language="de")
    jobs.run_owed()
    mail.outbox.clear()
    address = at("cancel_referral", cast.irritant, second.public_id)
    page = browser.post(address, {"version": second.version}, follow=True).content.decode()
    assert "Dites au partenaire pourquoi" in page
    page = browser.post(address, {"version": second.version, "reason": "company_withdrew"}, follow=True)
    assert (
        "Dites au partenaire pourquoi" in page.content.decode()
    )  # the portal's own reason, not ours to give
    page = browser.post(address, {"version": second.version, "reason": "postponed"}, follow=True)
    assert "l’entreprise remet son projet à plus tard" in page.content.decode()
    jobs.run_owed()
    [sent] = [message for message in mail.outbox if message.to == [cast.other_editor.email]]
    with translation.override("de"):
        told = str(CancelReason.POSTPONED.label)
    assert told in sent.body and "remet son projet" not in sent.body
    assert told in client.get(url("answer", token_of(second))).content.decode()


def test_what_the_company_withdraws_says_so(cast):
    casting.asked(cast)
    jobs.run_owed()
    IRRITANT.perform(cast.irritant, "withdraw", actor=Actor("company"))
    assert set(Referral.objects.values_list("stage", "cancel_reason")) == {("cancelled", "company_withdrew")}


@pytest.fixture
def three(cast, third):
    """The first accepted, the second and the third have not answered."""
    referrals = casting.accepted(cast)
    MATCH.perform(third, "keep", actor=coordinator(cast.coordinator))
    referrals += ask(cast.irritant, [third.offer.organisation], note="", actor=coordinator(cast.coordinator))
    jobs.run_owed()
    cast.irritant.refresh_from_db()
    mail.outbox.clear()
    return referrals


def test_going_on_with_one_thanks_everyone_else_once(cast, browser, at, three):
    address = at("choose", cast.irritant)
    assert (
        f"{address}?avec={three[0].public_id}" in browser.get(at("irritant", cast.irritant)).content.decode()
    )
    page = browser.get(f"{address}?avec={three[0].public_id}").content.decode()
    assert page.count("poursuit avec un autre partenaire – ") == 2 and page.count('" checked') == 1
    data = {"version": cast.irritant.version, "referral": [str(three[0].public_id)]}
    first = browser.post(address, data, follow=True).content.decode()
    again = browser.post(address, data, follow=True).content.decode()
    assert "Les 2 autres partenaires sont remerciés" in first and "C’était déjà fait" in again
    jobs.run_owed()
    jobs.run_owed()
    assert stages() == [("labo-a", "accepted"), ("labo-b", "released"), ("labo-c", "released")]
    assert owed("partner_released") == ["contact@labo-c.example", "labo-b@recherche.example"]
    assert sorted(message.to[0] for message in mail.outbox) == owed("partner_released")


def test_only_who_accepted_can_be_chosen(cast, browser, at, three):
    actor = coordinator(cast.coordinator)
    for chosen in ([], [three[1].public_id], [three[0].public_id, three[1].public_id]):
        with pytest.raises(Refusal):
            go_on_with(cast.irritant, chosen, actor=actor)
    refused = browser.post(at("choose", cast.irritant), {"version": cast.irritant.version, "referral": ["x"]})
    assert refused.status_code == 409
    assert [stage for _lab, stage in stages()] == ["accepted", "asked", "asked"]


def test_closing_with_the_help_of_one_thanks_the_others(cast, three):
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="talent")
    assert stages() == [("labo-a", "accepted"), ("labo-b", "released"), ("labo-c", "released")]
    assert owed("partner_cancelled") == []


def test_closing_without_help_calls_everybody_back(cast, three):
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    assert {stage for _lab, stage in stages()} == {"cancelled"}
    assert owed("partner_released") == []


def test_the_portal_may_call_back_without_a_reason(cast):
    first, _second = casting.asked(cast)
    REFERRAL.perform(first, "cancel", actor=SYSTEM_ACTOR)
    assert (first.stage, first.cancel_reason) == ("cancelled", "")
