"""Doubles joined by a coordinator: everything moves, what was joined stays visible, two SIRENs never become one."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from intake import history, joining
from intake.models import Colleague, Company, Contact, Irritant, JoinedCompany
from journal.actors import PARTNER, Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event
from journal.timeline import tell
from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast):
    """The same foundry typed twice, by two people of one domain."""
    other = casting.irritant(
        email="achats@zirkonia.example", name="Achats", company_name="FONDERIE ZIRKONIA SARL"
    )
    Company.objects.filter(pk=other.company_id).update(siren="732829320", city="Metz")
    other.refresh_from_db()
    return cast.irritant, other


def address(kind, one, other, case=None):
    url = reverse("admin:workbench_join", args=[kind, one.public_id, other.public_id])
    return f"{url}?dossier={case.public_id}" if case else url


def test_every_link_to_a_company_or_a_contact_is_moved():
    """A new foreign key must be thought of here."""
    assert {(row.related_model.__name__, row.field.name) for row in Company._meta.related_objects} == {
        ("Irritant", "company"),
        ("JoinedCompany", "company"),
    }
    assert {(row.related_model.__name__, row.field.name) for row in Contact._meta.related_objects} == {
        ("Irritant", "contact"),
        ("JoinedContact", "contact"),
    }


def test_proposed_where_history_sees_the_same_name_and_joined_in_one_act(cast, two, browser, at):
    mine, other = two
    kept, gone = mine.company, other.company
    url = address("entreprise", kept, gone, mine)
    screen = browser.get(at("irritant", mine)).content.decode()
    assert url.replace("&", "&amp;") in screen
    page = browser.get(url).content.decode()
    assert "FONDERIE ZIRKONIA SARL" in page and "732829320" in page and other.reference in page
    assert Irritant.objects.get(pk=other.pk).company == gone  # looking changes nothing
    assert browser.post(url, {"kept": "x"}).status_code == 422
    answer = browser.post(url, {"kept": str(kept.public_id)})
    assert (answer.status_code, answer["Location"]) == (303, at("irritant", mine))
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (other.company, kept.siren, kept.city) == (kept, "732829320", "Metz")
    assert not Company.objects.filter(pk=gone.pk).exists()
    [trace] = JoinedCompany.objects.all()
    assert (trace.company, trace.public_id, trace.name, trace.numbers, trace.by) == (
        kept,
        gone.public_id,
        "FONDERIE ZIRKONIA SARL",
        "732829320",
        cast.coordinator,
    )
    [event] = Event.objects.filter(name=joining.COMPANY_JOINED)
    assert (event.case, event.payload) == (other.public_id, {"joined": str(gone.public_id)})
    assert [one.why for one in history.of(mine).related] == ["company"]
    screen = browser.get(at("irritant", other)).content.decode()
    assert "FONDERIE ZIRKONIA SARL, 732829320" in screen and "Deux fiches de l’entreprise" in screen
    assert "fiches" not in " ".join(entry.title for entry in tell(other.public_id, "company"))
    assert browser.post(url, {"kept": str(kept.public_id)}).status_code == 404  # the same form again


def test_never_two_sirens(cast, two, browser):
    mine, other = two
    Company.objects.filter(pk=mine.company_id).update(siren="552100554")
    url = address("entreprise", mine.company, other.company)
    page = browser.get(url).content.decode()
    assert "Deux SIREN différents" in page and "Réunir en une seule fiche" not in page
    assert browser.post(url, {"kept": str(mine.company.public_id)}).status_code == 409
    with pytest.raises(Refusal):
        joining.join_contacts(mine.contact, other.contact, actor=coordinator(cast.coordinator))
    assert Company.objects.filter(pk=other.company_id).exists()
    assert Contact.objects.filter(pk=other.contact_id).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "DE"},
        {"foreign_id": "B123", "foreign_id_kind": "rcs"},
    ],
)
def test_other_numbers_and_countries_are_others_too(two, changes):
    mine, other = two
    Company.objects.filter(pk=mine.company_id).update(foreign_id="B999", foreign_id_kind="rcs")
    Company.objects.filter(pk=other.company_id).update(**changes)
    mine.company.refresh_from_db()
    other.company.refresh_from_db()
    assert joining.why_not_companies(mine.company, other.company)


def test_only_a_coordinator(two):
    mine, other = two
    with pytest.raises(Refusal) as caught:
        joining.join_companies(mine.company, other.company, actor=Actor(PARTNER))
    assert (caught.value.code, Company.objects.filter(pk=other.company_id).exists()) == ("role", True)


def test_two_addresses_of_one_person(cast, browser, at, client):
    mine = cast.irritant
    other = casting.irritant(email="perso@zirkonia.example", name=casting.SECRET_PERSON.upper())
    Irritant.objects.filter(pk=other.pk).update(company=mine.company)
    url = address("contact", mine.contact, other.contact, mine)
    assert url in browser.get(at("irritant", mine)).content.decode()
    assert browser.post(url, {"kept": str(mine.contact.public_id)}).status_code == 303
    other.refresh_from_db()
    assert other.contact == mine.contact
    assert [(row.irritant, row.email) for row in Colleague.objects.all()] == [
        (other, "perso@zirkonia.example")
    ]
    assert set(Irritant.objects.of_email(casting.SECRET_EMAIL)) == {mine, other}
    assert list(Irritant.objects.of_email("perso@zirkonia.example")) == [other]
    assert "perso@zirkonia.example" in browser.get(at("irritant", mine)).content.decode()


def test_a_stop_in_the_middle_leaves_everything_as_it_was(cast, two, monkeypatch):
    mine, other = two

    def stop(name):
        if name == "move.before_commit":
            raise IntegrityError(name)

    monkeypatch.setattr(joining, "failpoint", stop)
    with pytest.raises(IntegrityError):
        joining.join_companies(mine.company, other.company, actor=coordinator(cast.coordinator))
    assert Irritant.objects.get(pk=other.pk).company_id == other.company_id
    assert (
        not JoinedCompany.objects.exists() and not Event.objects.filter(name=joining.COMPANY_JOINED).exists()
    )
