"""The partner's space shows one's own organisations and nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation import clock
from partners.models import Membership
from programs.models import OfferStatus
from tests import cast as casting
from tests.triage.partner.helpers import leaks

pytestmark = pytest.mark.django_db


def _space(client, user) -> str:
    client.force_login(user)
    response = client.get(reverse("partner_space"))
    assert response.status_code == 200
    return response.content.decode()


def test_it_asks_to_sign_in(client):
    assert client.get(reverse("partner_space")).status_code == 302


def test_each_partner_sees_its_own(client, cast):
    mine, other = casting.asked(cast)
    page = _space(client, cast.editor)
    assert "Détection de dérives de procédé (a-1)" in page and "(b-1)" not in page
    assert reverse("triage:open_referral", args=[mine.public_id]) in page
    assert reverse("triage:open_referral", args=[other.public_id]) not in page
    assert cast.other_lab.name not in page
    assert leaks(page) == []


def test_it_counts_what_the_offers_brought(client, cast):
    casting.accepted(cast)
    page = " ".join(_space(client, cast.editor).split())
    tallies = [part.split("</dd>")[0] for part in page.split('class="tallies"')[1].split("<dd>")[1:4]]
    assert tallies == ["2", "1", "1"]  # two matches kept, asked once, said yes once
    assert "Acceptée" in page


def test_a_reader_reads_without_a_button(client, cast):
    mine = casting.asked(cast)[0]
    Membership.objects.filter(user=cast.editor).update(role=Membership.READER)
    page = _space(client, cast.editor)
    assert (
        cast.irritant.reference in page and reverse("triage:open_referral", args=[mine.public_id]) not in page
    )


def test_offers_say_their_state_and_their_age(client, cast):
    old = casting.offer(
        cast.lab, "vieille", title_fr="Vieille offre", content_updated_on=clock.today() - timedelta(days=600)
    )
    casting.offer(cast.lab, "cachee", title_fr="Offre cachée", status=OfferStatus.HIDDEN)
    page = _space(client, cast.editor)
    assert page.count("à vérifier") == 1 and "il y a 1" in page and "aujourd’hui" in page
    assert reverse("offer", args=[old.public_id]) in page and "masquée" in page and "Offre cachée" in page


def test_whoever_speaks_for_nobody_is_told_what_to_do(client, cast):
    page = _space(client, cast.stranger)
    assert "Votre adresse n’est rattachée à aucun partenaire." in page
    assert cast.lab.name not in page and cast.irritant.reference not in page


def test_the_space_is_flat_in_queries(client, cast, django_assert_max_num_queries):
    casting.asked(cast)
    for number in range(15):
        casting.offer(cast.lab, f"n-{number}")
    client.force_login(cast.editor)
    with django_assert_max_num_queries(13):
        client.get(reverse("partner_space"))
