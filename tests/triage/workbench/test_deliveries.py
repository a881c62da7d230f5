"""The mails of a case on its screen: what became of them, and the way out when one did not arrive."""

import pytest
from django.urls import reverse

from journal import delivery, jobs
from journal.models import BlockedAddress, Message
from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture
def bounced(cast):
    row = Message.objects.get(case=cast.irritant.public_id)
    delivery.settle(row.pk, Message.BOUNCED, "550 5.1.1")
    return row


def test_every_mail_with_its_state(cast, browser, at):
    page = browser.get(at("irritant", cast.irritant)).content.decode()
    assert "Courriels du dossier" in page and "Accusé de réception" in page and "envoyé" in page
    assert "Corriger l’adresse" not in page


def test_an_address_that_refuses_is_seen_on_the_queue_and_on_the_case(cast, browser, at, bounced):
    queue = browser.get(reverse("admin:index")).content.decode()
    assert "refuse nos courriels" in queue and casting.SECRET_EMAIL in queue
    assert f"{at('irritant', cast.irritant)}#courriels" in queue
    page = browser.get(at("irritant", cast.irritant)).content.decode()
    assert "550 5.1.1" in page and "Corriger l’adresse" in page and "Renvoyer" in page


def test_the_case_begins_with_an_address_that_takes_nothing(cast, browser, at, bounced):
    """Above everything else, with what to do; not for somebody else's address, nor once the case is closed."""
    said = "L’entreprise ne reçoit plus nos courriels"

    def head(irritant) -> str:
        return browser.get(at("irritant", irritant)).content.decode().partition('class="wb-now"')[0]

    above = head(cast.irritant)
    assert said in above and casting.SECRET_EMAIL in above and 'href="#courriels"' in above
    assert said not in head(cast.strangers_irritant)
    browser.post(at("send_again", cast.irritant, bounced.pk))
    assert said not in head(cast.irritant)


def test_send_again(cast, browser, at, bounced):
    answer = browser.post(at("send_again", cast.irritant, bounced.pk), follow=True)
    assert "Le courriel repart." in answer.content.decode()
    jobs.run_owed()
    bounced.refresh_from_db()
    assert (bounced.status, BlockedAddress.objects.count()) == (Message.SENT, 0)
    again = browser.post(at("send_again", cast.irritant, bounced.pk), follow=True).content.decode()
    assert "n’attend aucun nouvel envoi" in again
    assert "refuse nos courriels" not in browser.get(reverse("admin:index")).content.decode()


def test_a_mail_is_sent_again_from_its_own_case_alone(cast, browser, at, bounced):
    assert browser.post(at("send_again", cast.strangers_irritant, bounced.pk)).status_code == 404


def test_correct_the_address(cast, browser, at, bounced):
    answer = browser.post(at("address", cast.irritant), {"email": "juste@zirkonia.example"}, follow=True)
    page = answer.content.decode()
    assert "L’adresse est corrigée. Un courriel repart." in page
    assert "Adresse de l’entreprise corrigée par un coordinateur" in page
    jobs.run_owed()
    assert Message.objects.filter(recipient="juste@zirkonia.example", status=Message.SENT).count() == 1
    assert "Renvoyer" not in page  # the old address may be a stranger's
    wrong = browser.post(at("address", cast.irritant), {"email": "faux"}, follow=True).content.decode()
    assert "n’est pas valable" in wrong
