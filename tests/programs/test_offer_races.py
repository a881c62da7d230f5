"""Two people save or hide one offer at the same moment: one does, the other is told, the chain verifies."""

import pytest
from django.test import Client

from journal.events import broken_links
from partners.models import Membership
from programs.models import Offer, OfferStatus
from tests import cast as casting
from tests.programs.test_offers import TRAINING, lab, trusted, url, written  # noqa: F401
from tests.racing import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-10"),
]


def browsers(lab) -> list[Client]:  # noqa: F811
    second = casting.person("autre@neuf.example", full_name="Second")
    Membership.objects.create(organisation=lab, user=second, role=Membership.EDITOR)
    made = []
    for membership in lab.memberships.order_by("pk"):
        made.append(Client())
        made[-1].force_login(membership.user)
    return made


def test_two_saves_at_once_are_one_save_and_one_question(lab):  # noqa: F811
    first, second = browsers(lab)
    offer = written(first, lab)

    def saving(browser, title):
        data = {**TRAINING, "title_fr": title, "seen": offer.version}
        return lambda: browser.post(url("partner_offer", lab, offer), data).status_code

    assert sorted(at_once(saving(first, "Le premier titre"), saving(second, "Le second titre"))) == [303, 409]
    stored = Offer.objects.get(pk=offer.pk)
    assert stored.version == offer.version + 1 and stored.drafts.count() == 1  # the other words are kept
    assert list(broken_links()) == []


def test_hidden_once_by_two(lab):  # noqa: F811
    first, second = browsers(lab)
    trusted(lab)
    offer = written(first, lab, action="publish_own")

    def hiding(browser):
        return lambda: browser.post(url("partner_offer_move", lab, offer, "hide"), {"version": offer.version})

    at_once(hiding(first), hiding(second))
    stored = Offer.objects.get(pk=offer.pk)
    assert (stored.status, stored.version) == (OfferStatus.HIDDEN, offer.version + 1)
    assert list(broken_links()) == []
