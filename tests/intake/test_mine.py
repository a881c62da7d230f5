"""« Mes demandes »: those of one's verified address, opened through a link made by a POST."""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from journal import links
from journal.models import AccessLink
from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    """A company and a stranger, each with an irritant; nothing ranked."""
    company, stranger = casting.person(casting.SECRET_EMAIL), casting.person("etranger@ailleurs.example")
    return SimpleNamespace(
        company=company,
        stranger=stranger,
        irritant=casting.irritant(),
        strangers_irritant=casting.irritant(email=stranger.email, company_name="Autre entreprise"),
    )


def test_only_ones_own(client, cast):
    client.force_login(cast.company)
    html = client.get(reverse("intake:mine")).content.decode()
    assert cast.irritant.reference in html
    assert cast.strangers_irritant.reference not in html
    before = AccessLink.objects.count()
    response = client.post(reverse("intake:open_mine", args=[cast.irritant.public_id]))
    assert response.status_code == 303
    assert cast.irritant.reference in client.get(response["Location"]).content.decode()
    assert AccessLink.objects.count() - before <= 1
    assert (
        client.post(reverse("intake:open_mine", args=[cast.strangers_irritant.public_id])).status_code == 404
    )


def test_opening_is_a_post(client, cast):
    client.force_login(cast.company)
    assert client.get(reverse("intake:open_mine", args=[cast.irritant.public_id])).status_code == 405


def test_a_revoked_link_is_renewed_for_its_owner(client, cast):
    link = links.give(links.FOLLOW, cast.irritant.public_id, cast.company.email)
    links.revoke(link)
    client.force_login(cast.company)
    response = client.post(reverse("intake:open_mine", args=[cast.irritant.public_id]), follow=True)
    assert response.status_code == 200
    assert cast.irritant.reference in response.content.decode()


def test_an_unproven_address_opens_nothing(client, cast):
    EmailAddress.objects.filter(user=cast.company).update(verified=False)
    client.force_login(cast.company)
    html = client.get(reverse("intake:mine")).content.decode()
    assert cast.irritant.reference not in html
    assert "Aucune demande" in html
    assert client.post(reverse("intake:open_mine", args=[cast.irritant.public_id])).status_code == 404


def test_anonymous_visitors_sign_in_first(client, cast):
    assert client.get(reverse("intake:mine")).status_code == 302
    assert client.post(reverse("intake:open_mine", args=[cast.irritant.public_id])).status_code == 302


def test_the_list_costs_the_same_for_one_or_many(client, cast, django_assert_num_queries):
    for number in range(6):
        casting.irritant(company_name=f"Site {number}")
    client.force_login(cast.company)
    client.get(reverse("intake:mine"))
    # session · user · proven address · count · irritants · calls to fix · forms begun
    with django_assert_num_queries(7):
        client.get(reverse("intake:mine"))
