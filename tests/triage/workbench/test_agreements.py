"""Confidentiality agreements on the workbench: recorded, shown where they decide, revoked."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant
from journal import jobs
from journal.actors import Actor, coordinator
from journal.models import Event
from partners.models import Membership
from tests import cast as casting
from tests.triage.partner.helpers import follow_token, sign, token_of
from triage.audience import people_of
from triage.disclosure import grant, open_it
from triage.lifecycle import REFERRAL
from triage.models import NonDisclosure, Referral


@pytest.fixture
def walled(cast):
    irritant = casting.qualified(cast)
    Irritant.objects.filter(pk=irritant.pk).update(confidentiality=Confidentiality.NDA)
    irritant.refresh_from_db()
    return irritant


def values(cast, **changes) -> dict:
    return {
        "organisation": str(cast.lab.public_id),
        "signed_on": clock.today().isoformat(),
        "note": "",
        **changes,
    }


def test_an_agreement_is_recorded_with_its_document(cast, browser, at, walled):
    url = at("agreements", walled)
    data = values(cast, note="Signé  à\u202e Metz", document=SimpleUploadedFile("accord.csv", b"a;b\n1;2\n"))
    page = browser.post(url, data, follow=True).content.decode()

    row = NonDisclosure.objects.get()
    assert (row.organisation, row.note, row.state, row.recorded_by) == (
        cast.lab,
        "Signé à Metz",
        "in_force",
        cast.coordinator,
    )
    assert "L’accord est enregistré" in page and "accord.csv" in page and cast.lab.name in page
    event = Event.objects.get(name="non_disclosure.recorded")
    assert (event.subject_id, event.payload) == (
        row.public_id,
        {"organisation": str(cast.lab.public_id)},
    )
    document = browser.get(reverse("admin:workbench_file", args=[walled.public_id, row.file.pk]))
    assert b"".join(document.streaming_content) == b"a;b\n1;2\n"
    assert "accord.csv" not in browser.get(at("irritant", walled)).content.decode()  # not the company's files


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"organisation": ""}, "Choisissez un partenaire."),
        ({"signed_on": ""}, "Dites quel jour il a été signé."),
        ({"signed_on": "demain"}, "Ce n’est pas une date."),
        ({"signed_on": "2999-01-01"}, "Cette date est à venir"),
        ({"document": SimpleUploadedFile("accord.xyz", b"MZ")}, "n’est pas accepté"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(cast, browser, at, walled, changes, said):
    answer = browser.post(at("agreements", walled), values(cast, **changes))
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not NonDisclosure.objects.exists()


def test_recorded_twice_is_refused(cast, browser, at, walled):
    url = at("agreements", walled)
    browser.post(url, values(cast))
    assert browser.post(url, values(cast)).status_code == 422
    assert NonDisclosure.objects.count() == 1


def test_only_partners_with_an_agreement_can_be_asked(cast, browser, at, walled):
    ask = at("ask", walled)
    assert at("agreements", walled) in browser.get(ask).content.decode()
    sign(walled, cast.lab, cast.coordinator)
    page = browser.get(ask).content.decode()
    field = 'name="organisation" value="{}"'
    assert f"{field.format(cast.lab.public_id)} checked>" in page
    assert f"{field.format(cast.other_lab.public_id)} disabled>" in page
    assert "Pas d’accord de confidentialité enregistré avec l’entreprise" in page
    forced = browser.post(
        ask, {"organisation": [str(cast.other_lab.public_id)], "action": "send", "seal": ""}
    )
    assert forced.status_code == 409 and not Referral.objects.exists()


def test_revoking_is_said_to_both_sides(client, cast, browser, at, walled):
    row = sign(walled, cast.lab, cast.coordinator, note="")
    page = browser.get(at("ask", walled))
    from tests.triage.workbench.test_asking import form

    browser.post(at("ask", walled), form(page))
    referral = Referral.objects.get()
    follow = reverse("intake:follow", args=[follow_token(walled)])
    assert (
        f"Votre accord de confidentialité avec {cast.lab.name} est enregistré"
        in client.get(follow).content.decode()
    )

    url = reverse("admin:workbench_revoke_agreement", args=[walled.public_id, row.public_id])
    assert "ne voit plus rien" in browser.post(url, {"version": row.version}, follow=True).content.decode()
    referral.refresh_from_db()
    assert referral.stage == "cancelled"
    theirs = client.get(reverse("triage:answer", args=[token_of(referral)])).content.decode()
    assert referral.summary not in theirs and "accord de confidentialité" in theirs
    assert "n’est plus en vigueur" in client.get(follow).content.decode()
    again = browser.post(url, {"version": row.version}, follow=True).content.decode()
    assert "déjà fait" in again


def test_the_company_changes_its_level_from_its_page(client, cast):
    token = follow_token(cast.irritant)
    url = reverse("triage:level", args=[token])
    assert 'value="summary"' in client.get(url).content.decode()
    assert client.post(url, {"level": "secret"}).status_code == 422
    assert "Rien ne change" in client.post(url, {"level": "summary"}, follow=True).content.decode()
    page = client.post(url, {"level": "nda"}, follow=True).content.decode()
    cast.irritant.refresh_from_db()
    assert cast.irritant.confidentiality == "nda"
    assert "C’est noté." in page and "Rien, avant un accord de confidentialité" in page
    event = Event.objects.get(name="confidentiality.nda")
    assert (event.actor_role, event.payload) == ("company", {})
    with clock.at(clock.now() + timedelta(days=1000)):
        assert client.get(url).status_code == 410


def test_a_closed_case_says_that_its_level_still_counts_and_takes_another(client, cast):
    token = follow_token(cast.irritant)
    url, follow = reverse("triage:level", args=[token]), reverse("intake:follow", args=[token])
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    page = client.get(follow).content.decode()
    assert url in page and "Ce choix compte encore" in page
    client.post(url, {"level": "nda"})
    cast.irritant.refresh_from_db()
    assert cast.irritant.confidentiality == "nda"


@pytest.mark.parametrize("level", Confidentiality)
def test_a_level_has_one_name_for_the_company_and_for_the_coordination(client, cast, browser, at, level):
    others = [one for one in Confidentiality if one != level]
    Irritant.objects.filter(pk=cast.irritant.pk).update(confidentiality=others[0])
    token = follow_token(cast.irritant)
    client.post(reverse("triage:level", args=[token]), {"level": level.value})
    jobs.run_owed()
    for page in (
        client.get(reverse("intake:follow", args=[token])).content.decode(),
        browser.get(at("irritant", cast.irritant)).content.decode(),
    ):
        assert f"«\u202f{level.label}\u202f»" in page and f"<strong>{level.label}</strong>" in page
        assert [one.label for one in others if str(one.label) in page] == []


def panel_of(browser, at, irritant) -> str:
    """The words of « Qui lit quoi » on the case, spaces as one."""
    page = browser.get(at("irritant", irritant)).content.decode()
    panel = page[page.index('id="confidentialite"') :].partition("</section>")[0]
    return " ".join(re.sub("<[^>]+>", " ", panel).replace("\u202f", " ").split())


def test_who_reads_what_is_listed_for_the_coordination(cast, browser, at, walled):
    """Organisations, their people, what each sees, and what an agreement changes; never « vous »."""
    before = panel_of(browser, at, walled)
    for name in (cast.lab.name, cast.other_lab.name):
        assert name in before
    assert "(Éditrice A)" in before and "(Éditeur B)" in before
    assert before.count("Rien, et rien ne peut lui être envoyé") == 2
    assert "Une fois l’accord signé et enregistré ici, il peut être sollicité" in before
    sign(walled, cast.lab, cast.coordinator)
    signed = panel_of(browser, at, walled)
    assert signed.count("Rien, et rien ne peut lui être envoyé") == 1
    assert "Rien : pas encore sollicité. Accord signé le" in signed
    from tests.triage.workbench.test_asking import form

    browser.post(at("ask", walled), form(browser.get(at("ask", walled))))
    assert "Le résumé sans le nom de l’entreprise, depuis le" in panel_of(browser, at, walled)
    for text in (before, signed, panel_of(browser, at, walled)):
        assert not re.search(r"\b(vous|votre|vos)\b", text, re.I)
    agreements = browser.get(at("agreements", walled)).content.decode()
    assert "Le résumé sans le nom de l’entreprise, depuis le" in agreements
    assert "Votre" not in agreements and "votre nom" not in agreements


def test_what_each_sees_follows_what_the_company_gives(cast, browser, at):
    """At the default level: the summary, then what was given and not read, then what was read, then no more of it."""
    first, _second = casting.accepted(cast)
    case = cast.irritant
    assert panel_of(browser, at, case).count("Le résumé sans le nom de l’entreprise, depuis le") == 2
    grant(first, actor=Actor("company"))
    assert "Tout, donné par l’entreprise le" in panel_of(browser, at, case)
    open_it(first, actor=Actor("partner"))
    assert "Tout : nom, coordonnées, texte et fichiers de l’entreprise, lus le" in panel_of(browser, at, case)
    REFERRAL.perform(first, "withdraw", actor=Actor("partner"))
    assert "A tout lu le" in panel_of(browser, at, case)


def test_people_of_a_partner_are_those_who_can_read(cast):
    reader = casting.person("lectrice@recherche.example", full_name="Lectrice A")
    Membership.objects.create(organisation=cast.lab, user=reader, role=Membership.READER)
    assert people_of(cast.lab) == ["Lectrice A", "Éditrice A"]
    User.objects.filter(pk=cast.editor.pk).update(is_active=False)
    assert people_of(cast.lab) == ["Lectrice A", "contact@labo-a.example"]


def test_the_agreement_comes_first_on_the_case(cast, browser, at, walled):
    """Said before anything else, with the next step; gone with the first agreement, never said at another level."""
    said = "Aucun partenaire ne peut rien lire avant un accord de confidentialité"

    def head() -> str:
        return browser.get(at("irritant", walled)).content.decode().partition('class="wb-now"')[0]

    assert said in head() and at("agreements", walled) in head()
    walled.matches.update(state="suggested")
    assert said in head() and 'href="#pistes"' in head() and at("agreements", walled) not in head()
    sign(walled, cast.lab, cast.coordinator)
    assert said not in head()
    walled.non_disclosures.all().delete()
    Irritant.objects.filter(pk=walled.pk).update(confidentiality=Confidentiality.SUMMARY)
    assert said not in head()
