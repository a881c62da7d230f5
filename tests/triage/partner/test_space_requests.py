"""« Demandes » in the partner's space: all that one organisation was asked, for its own people alone."""

import pytest
from django.urls import reverse

from journal.actors import PARTNER, Actor
from partners.models import Membership
from tests import cast as casting
from tests.triage.partner.helpers import leaks
from triage.lifecycle import REFERRAL
from triage.models import Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast):
    return casting.asked(cast)[0]


def address(lab) -> str:
    return reverse("triage:space_requests", args=[lab.external_id])


def read(client, user, lab, **query) -> str:
    client.force_login(user)
    return client.get(address(lab), query).content.decode()


def test_an_editor_reads_and_answers_from_there(client, cast, asked):
    page = read(client, cast.editor, cast.lab)
    assert asked.irritant.reference in page and "Une fonderie cherche" in page
    assert reverse("triage:open_referral", args=[asked.public_id]) in page
    assert leaks(page) == []


def test_a_reader_has_no_button(client, cast, asked):
    reader = casting.person("lecture@recherche.example")
    Membership.objects.create(organisation=cast.lab, user=reader, role=Membership.READER)
    page = read(client, reader, cast.lab)
    assert asked.irritant.reference in page
    assert "Lire et répondre" not in page and "open_referral" not in page and "/repondre/" not in page


def test_it_does_not_exist_for_another_house(client, cast, asked):
    client.force_login(cast.other_editor)
    assert client.get(address(cast.lab)).status_code == 404
    client.force_login(cast.stranger)
    assert client.get(address(cast.lab)).status_code == 404


def test_filtered_by_state_and_found_by_reference(client, cast, asked):
    reference = asked.irritant.reference
    assert reference in read(client, cast.editor, cast.lab, etat="attente")
    assert reference not in read(client, cast.editor, cast.lab, etat="acceptees")
    REFERRAL.perform(asked, "accept", actor=Actor(PARTNER), person_in_charge="Équipe signal")
    accepted = read(client, cast.editor, cast.lab, etat="acceptees")
    assert reference in accepted and "Équipe signal" in accepted
    assert reference in read(client, cast.editor, cast.lab, q=reference[6:10].lower())
    assert "Aucune demande ne correspond." in read(client, cast.editor, cast.lab, q="zzz")
    assert reference in read(client, cast.editor, cast.lab, etat="inconnu")


def test_what_was_only_prepared_is_not_there(client, cast):
    Referral.objects.create(irritant=cast.irritant, organisation=cast.lab)
    assert "Aucune demande pour le moment." in read(client, cast.editor, cast.lab)


def many(cast, count: int) -> None:
    """So many more questions to the first laboratory, expired since."""
    first = Referral.objects.filter(organisation=cast.lab).earliest("pk")
    Referral.objects.bulk_create(
        Referral(
            irritant=cast.irritant,
            organisation=cast.lab,
            stage="expired",
            summary=f"Besoin {number}",
            asked_at=first.asked_at,
            due_at=first.due_at,
        )
        for number in range(count)
    )


def test_pages_and_a_number_of_queries_that_does_not_grow(client, cast, asked, django_assert_max_num_queries):
    client.force_login(cast.editor)
    many(cast, 4)
    with django_assert_max_num_queries(12):
        client.get(address(cast.lab))
    many(cast, 40)
    with django_assert_max_num_queries(12):
        page = client.get(address(cast.lab)).content.decode()
    assert page.count('<th scope="row"') == 20 and "page=3" in page
    last = client.get(address(cast.lab), {"page": "3", "etat": ""}).content.decode()
    assert last.count('<th scope="row"') == 5


def test_the_tab_is_in_the_space(client, cast, asked):
    client.force_login(cast.editor)
    assert address(cast.lab) in client.get(reverse("partner_space")).content.decode()
