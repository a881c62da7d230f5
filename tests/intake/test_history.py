"""One answer to « déjà venus ? »: by number and by e-mail, never merged, and the reason is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake import history
from intake.models import Company
from tests import cast as casting

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def bring(email: str, name: str, **changes):
    return casting.irritant(email=email, company_name=name, **changes)


def told(irritant) -> dict:
    return {related.irritant.company.name: related.why for related in history.of(irritant).related}


def test_the_same_siren_is_the_same_company_whoever_writes():
    first = bring("a@dupont.example", "Dupont SARL", siren_or_siret="732 829 320")
    second = bring("b@ailleurs.example", "Établissements Dupont", siren_or_siret="73282932000074")
    assert first.company_id == second.company_id
    assert [(r.irritant.pk, r.why, r.sure) for r in history.of(first).related] == [
        (second.pk, "company", True)
    ]


def test_a_person_who_comes_for_two_companies_is_told_as_that():
    first = bring("conseil@exemple.example", "Fonderie A", siren_or_siret="732829320")
    bring("Conseil@Exemple.example", "Brasserie B", siren_or_siret="552081317")
    assert told(first) == {"Brasserie B": "person"}
    assert not history.of(first).related[0].sure


def test_a_name_typed_by_hand_twice_from_one_domain_is_proposed_not_merged():
    first = bring("a@dupont.example", "SARL Dupont & Fils")
    bring("b@dupont.example", "DUPONT ET FILS")
    bring("c@dupont.example", "Dupont Logistique")
    bring("d@ailleurs.example", "Dupont et fils")
    assert told(first) == {"DUPONT ET FILS": "name"}
    assert Company.objects.count() == 4


def test_a_public_mailbox_makes_nobody_the_same():
    first = bring("a@gmail.com", "Garage Martin")
    bring("b@gmail.com", "Garage Martin")
    assert told(first) == {}


def test_one_typed_by_hand_meets_its_listed_namesake_two_sirens_never_do():
    listed = bring("a@dupont.example", "Dupont", siren_or_siret="732829320")
    by_hand = bring("b@dupont.example", "dupont")
    other = bring("c@dupont.example", "DUPONT", siren_or_siret="552081317")
    assert told(listed) == {"dupont": "name"}
    assert told(by_hand) == {"Dupont": "name", "DUPONT": "name"}
    assert told(other) == {"dupont": "name"}


def test_a_foreign_number_is_as_good_as_a_siren_an_unchecked_one_says_nothing():
    first = bring("a@maschinen.example", "Maschinen GmbH", country="DE", foreign_id="DE136695976")
    again = bring("b@anders.example", "Sondermaschinen", country="DE", foreign_id="DE 136 695 976")
    assert first.company_id == again.company_id
    Company.objects.create(name="Doppelt", country="DE", foreign_id="DE136695976", foreign_id_kind="vat")
    bring("c@x.example", "Eins", country="DE", foreign_id="HRB 12345")
    lonely = bring("d@y.example", "Zwei", country="DE", foreign_id="HRB 12345")
    assert told(lonely) == {}


def test_what_was_entered_twice_under_one_number_is_found():
    first = bring("a@maschinen.example", "Maschinen GmbH", country="DE", foreign_id="DE136695976")
    second = bring("b@anders.example", "Anders")
    Company.objects.filter(pk=second.company_id).update(
        foreign_id="DE136695976", foreign_id_kind="vat", country="DE"
    )
    assert told(first) == {"Anders": "number"}


def test_the_newest_first_and_how_many_there_are_in_a_constant_number_of_queries():
    rows = [bring("a@dupont.example", "Dupont", siren_or_siret="732829320") for _time in range(8)]
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = history.of(rows[0], limit=5)
    assert ([r.irritant.pk for r in found.related], found.total) == ([row.pk for row in rows[:2:-1]], 7)
    assert len(seen) <= 3
