"""Nobody reads the company's name before the moment it chose: pages and mails, at each level."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from files.models import StoredFile
from files.store import receive
from intake.models import Irritant
from journal import jobs
from journal.models import Event
from tests import cast as casting
from tests.triage.partner.helpers import follow_token, leaks, sign, token_of, url
from triage.models import Disclosure

pytestmark = pytest.mark.django_db


def _accept(client, cast, level: str):
    """The first laboratory accepts an irritant of this level; a document lies in the case."""
    referrals = casting.asked(cast)
    Irritant.objects.filter(pk=cast.irritant.pk).update(confidentiality=level)
    receive(SimpleUploadedFile("releve.csv", b"four;rebut\n7;11\n"), cast.irritant.public_id)
    referral = referrals[0]
    client.post(url("accept", token_of(referral)), {"version": referral.version})
    for one in referrals:
        one.refresh_from_db()
    return referrals


def _open(client, referral) -> str:
    return client.post(url("open_company", token_of(referral)), follow=True).content.decode()


def _file_url(token: str, cast) -> str:
    return url("answer_file", token, StoredFile.objects.get(case=cast.irritant.public_id).pk)


def _partner_mails() -> str:
    """All that was written to partners: subjects, texts, HTML."""
    jobs.run_owed()
    partners = [
        sent for sent in mail.outbox if "zirkonia" not in sent.to[0] and "recherche.example" in sent.to[0]
    ]
    assert partners
    return "\n".join(f"{sent.subject}\n{sent.body}\n{sent.alternatives[0][0]}" for sent in partners)


@pytest.mark.parametrize("level", ["summary", "nda"])
def test_accepting_alone_discloses_nothing(client, cast, level):
    referral = _accept(client, cast, level)[0]
    token = token_of(referral)

    assert leaks(client.get(url("answer", token)).content.decode()) == []
    assert client.get(_file_url(token, cast)).status_code == 404
    assert leaks(_partner_mails()) == []
    assert not Disclosure.objects.exists()


def test_open_irritants_are_disclosed_to_whoever_accepts_and_to_nobody_else(client, cast):
    accepted, other = _accept(client, cast, "open")
    page = client.get(url("answer", token_of(accepted))).content.decode()

    assert [
        secret in page for secret in (casting.SECRET_COMPANY, casting.SECRET_EMAIL, casting.SECRET_WORDS)
    ] == [True] * 3
    assert b"four;rebut" in b"".join(client.get(_file_url(token_of(accepted), cast)).streaming_content)
    assert leaks(client.get(url("answer", token_of(other))).content.decode()) == []
    assert client.get(_file_url(token_of(other), cast)).status_code == 404
    assert casting.SECRET_COMPANY in _partner_mails()


def test_subjects_never_name_the_company(client, cast):
    _accept(client, cast, "open")
    jobs.run_owed()
    assert [sent.subject for sent in mail.outbox if leaks(sent.subject)] == []


@pytest.mark.parametrize(("level", "mine"), [("open", False), ("summary", True), ("nda", False)])
def test_a_partner_that_waits_for_a_name_makes_it_the_companys_turn(client, cast, level, mine):
    """Not at « open », where nothing is left to choose, nor before an agreement that others must sign first."""
    _accept(client, cast, level)
    page = reverse("intake:follow", args=[follow_token(cast.irritant)])
    appeal = "Choisissez ci‑dessous si vous lui donnez votre nom"
    assert (appeal in client.get(page).content.decode()) is mine
    client.force_login(cast.company)
    assert ("Votre choix est attendu" in client.get(reverse("intake:mine")).content.decode()) is mine
    if mine:
        referral = cast.irritant.referrals.get(stage="accepted")
        client.post(reverse("triage:disclose", args=[follow_token(cast.irritant), referral.public_id]))
        assert appeal not in client.get(page).content.decode()


def test_the_company_shares_its_name_by_one_button(client, cast):
    accepted, other = _accept(client, cast, "summary")
    assert leaks(_partner_mails()) == []
    mail.outbox.clear()
    token = follow_token(cast.irritant)
    page = client.get(reverse("intake:follow", args=[token])).content.decode()
    share = reverse("triage:disclose", args=[token, accepted.public_id])
    assert share in page and "Partager mon nom et mes coordonnées avec" in page
    assert accepted.organisation.name in page and other.organisation.name not in page

    assert (client.get(share).status_code, Disclosure.objects.count()) == (405, 0)
    for _click in range(2):
        client.post(share)

    event = Event.objects.get(name="referral.disclosed")
    assert (event.actor_role, event.subject_id) == ("company", accepted.public_id)
    assert Disclosure.objects.get().organisation == accepted.organisation
    theirs = url("answer", token_of(accepted))
    assert leaks(client.get(theirs).content.decode()) == []  # reading is a click of theirs, which is noted
    assert casting.SECRET_COMPANY in _open(client, accepted)
    assert casting.SECRET_COMPANY in client.get(theirs).content.decode()
    assert share not in client.get(reverse("intake:follow", args=[token])).content.decode()
    mails = _partner_mails()
    assert "L’entreprise partage ses coordonnées avec vous" in mails
    assert leaks(mails) == []  # the name is on the page behind the link, not in the mail that announces it


def test_stepping_back_closes_what_was_disclosed(client, cast):
    accepted = _accept(client, cast, "open")[0]
    token = token_of(accepted)
    client.post(url("withdraw", token), {"version": accepted.version})
    assert leaks(client.get(url("answer", token)).content.decode()) == []
    assert client.get(_file_url(token, cast)).status_code == 404


def test_an_agreement_comes_first_when_the_company_asked_for_one(client, cast):
    accepted = _accept(client, cast, "nda")[0]
    token = follow_token(cast.irritant)
    share = reverse("triage:disclose", args=[token, accepted.public_id])

    page = client.get(reverse("intake:follow", args=[token])).content.decode()
    assert share not in page and "accord de confidentialité" in page
    assert (client.post(share).status_code, Disclosure.objects.count()) == (303, 0)

    sign(cast.irritant, cast.lab, cast.coordinator)
    assert share in client.get(reverse("intake:follow", args=[token])).content.decode()
    client.post(share)
    assert casting.SECRET_COMPANY in _open(client, accepted)


def test_what_was_not_read_can_be_taken_back_and_what_was_cannot(client, cast):
    accepted = _accept(client, cast, "summary")[0]
    token = follow_token(cast.irritant)
    share = reverse("triage:disclose", args=[token, accepted.public_id])
    back = reverse("triage:take_back", args=[token, accepted.public_id])
    client.post(share)
    assert back in client.get(reverse("intake:follow", args=[token])).content.decode()

    client.post(back)
    assert not Disclosure.objects.exists()
    assert leaks(_open(client, accepted)) == []  # a page opened before, its button pressed after
    assert leaks(_partner_mails()) == []
    assert [sent.subject for sent in mail.outbox if "partage ses coordonnées" in sent.subject] == []

    client.post(share)
    assert casting.SECRET_COMPANY in _open(client, accepted)
    assert "déjà lu" in client.post(back, follow=True).content.decode()
    assert Disclosure.objects.get().opened_at is not None
    told = ["disclosed", "taken_back", "disclosed", "opened"]
    names = [f"referral.{name}" for name in told]
    assert list(Event.objects.filter(name__in=names).order_by("seq").values_list("name", flat=True)) == names


def test_nothing_is_shared_with_whoever_has_not_accepted_or_of_another_case(client, cast):
    _accepted, waiting = _accept(client, cast, "summary")
    client.post(reverse("triage:disclose", args=[follow_token(cast.irritant), waiting.public_id]))
    stranger = client.post(
        reverse("triage:disclose", args=[follow_token(cast.strangers_irritant), _accepted.public_id])
    )
    assert (stranger.status_code, Disclosure.objects.count()) == (404, 0)


def test_a_partner_cannot_share_with_its_own_link(client, cast):
    accepted = _accept(client, cast, "summary")[0]
    response = client.post(reverse("triage:disclose", args=[token_of(accepted), accepted.public_id]))
    assert (response.status_code, Disclosure.objects.count()) == (404, 0)


def test_the_company_reads_no_name_of_those_who_declined_or_are_awaited(client, cast):
    first, second = casting.asked(cast)
    client.post(url("decline", token_of(first)), {"version": first.version, "reason": "budget_or_calendar"})
    page = client.get(reverse("intake:follow", args=[follow_token(cast.irritant)])).content.decode()
    assert "Nous avons sollicité 2 partenaires." in page and "Un partenaire ne peut pas, cette fois." in page
    assert [row.organisation.name for row in (first, second) if row.organisation.name in page] == []
