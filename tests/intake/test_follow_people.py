"""Colleagues follow with a link of their own, receive the same mails once, and leave when the contact says so."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from intake import people
from intake.lifecycle import IRRITANT
from intake.models import Colleague, Irritant
from journal import jobs, links
from journal.actors import coordinator
from journal.lifecycle import Refusal
from journal.models import AccessLink, Event, Message
from tests import cast as casting
from tests.intake.following import address, give, holder

pytestmark = pytest.mark.django_db
COLLEAGUE = "maintenance@zirkonia.example"


@pytest.fixture
def case(db):
    return casting.irritant()


def letters(to: str = COLLEAGUE):
    mail.outbox.clear()
    jobs.run_owed()
    return [letter for letter in mail.outbox if letter.to == [to]]


def add(client, case, email: str = COLLEAGUE, name: str = "Chef de maintenance"):
    return client.post(address(case, "add_colleague"), {"email": email, "name": name}, follow=True)


def test_a_colleague_gets_a_link_of_their_own_and_the_same_page(client, case):
    letters()
    assert "reçoit à l’instant" in add(client, case, COLLEAGUE.upper()).content.decode()
    [letter] = letters()
    assert case.reference in letter.subject and casting.SECRET_PERSON not in letter.body
    theirs = give(case, COLLEAGUE)
    assert theirs.token in letter.body and theirs.pk != give(case).pk
    html = client.get(address(case, email=COLLEAGUE)).content.decode()
    for shown in (case.reference, "la recette Quetzalcoatl", "Chef de maintenance"):
        assert shown in html
    for not_theirs in ("Ajouter un collègue", "Effacer mes données", COLLEAGUE, casting.SECRET_EMAIL):
        assert not_theirs not in html
    assert client.post(address(case, "message", email=COLLEAGUE), {"text": "Bonjour"}).status_code == 303


def test_everybody_receives_each_mail_once_in_their_language(client, case):
    add(client, case)
    Colleague.objects.update(language="de")
    jobs.run_owed()
    mail.outbox.clear()
    staff = coordinator(casting.person("coordination@enact.example", "coordinator", full_name="C"))
    IRRITANT.perform(case, "take", actor=staff)
    jobs.run_owed()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([COLLEAGUE, casting.SECRET_EMAIL])
    [german] = [letter for letter in mail.outbox if letter.to == [COLLEAGUE]]
    assert "Guten Tag" in german.body and give(case, COLLEAGUE).token in german.body
    [french] = [letter for letter in mail.outbox if letter.to != [COLLEAGUE]]
    assert give(case).token in french.body


def test_twice_is_once_and_ones_own_address_is_nobody_else(client, case):
    for _twice in range(2):
        add(client, case)
    add(client, case, casting.SECRET_EMAIL.upper())
    assert Colleague.objects.count() == 1
    assert Message.objects.filter(template="company_colleague").count() == 1
    assert len({row.email for row in people.people_of(case)}) == 2


def test_nothing_tells_whether_an_address_is_known(client, case):
    casting.irritant(email="connu@ailleurs.example", name="Nom Secret", company_name="Ailleurs")
    answers = [
        add(client, case, email, "Quelqu’un").content.decode()
        for email in ("connu@ailleurs.example", "inconnu@ailleurs.example")
    ]
    assert all("reçoit à l’instant" in html and "Nom Secret" not in html for html in answers)


def test_there_are_limits(client, case):
    for number in range(people.MOST):
        add(client, case, f"c{number}@zirkonia.example")
    html = add(client, case, "de-trop@zirkonia.example").content.decode()
    assert "5 collègues au plus" in html and "Cinq collègues suivent déjà" in html
    for number in range(people.MOST_EVER):
        row = case.colleagues.first()
        people.remove_colleague(row, actor=holder(case))
        add(client, case, f"d{number}@zirkonia.example")
    assert Event.objects.filter(name=people.ADDED).count() == people.MOST_EVER
    assert Message.objects.filter(template="company_colleague").count() == people.MOST_EVER


def test_a_removed_colleague_learns_nothing_more(client, case):
    add(client, case)
    row, old = case.colleagues.get(), address(case, email=COLLEAGUE)
    page = client.get(address(case, "remove_colleague", row.public_id))
    assert "Oui, retirer cette personne" in page.content.decode() and Colleague.objects.exists()
    client.post(address(case, "remove_colleague", row.public_id))
    assert letters() == [], "mails still owed to them lost their sense"
    gone = client.get(old)
    assert gone.status_code == 404
    for secret in (case.reference, casting.SECRET_COMPANY, COLLEAGUE):
        assert secret not in gone.content.decode()
    link = AccessLink.objects.get(email=COLLEAGUE)
    assert client.get(reverse("intake:follow", args=[link.token])).status_code == 410
    assert client.post(reverse("intake:new_link", args=[link.token])).status_code == 200
    assert letters() == [] and AccessLink.objects.get(pk=link.pk).revoked_at
    assert client.post(address(case, "remove_colleague", row.public_id)).status_code == 404


def test_a_colleague_who_comes_back_has_a_link_that_opens(client, case):
    add(client, case)
    people.remove_colleague(case.colleagues.get(), actor=holder(case))
    add(client, case)
    assert client.get(address(case, email=COLLEAGUE)).status_code == 200


@pytest.mark.parametrize("name", ["add_colleague", "erase"])
def test_only_the_first_contact_may(client, case, name):
    add(client, case)
    path = address(case, name, email=COLLEAGUE)
    client.post(path, {"email": "x@y.example", "name": "X", "sure": "oui"})
    case.refresh_from_db()
    assert [row.email for row in case.colleagues.all()] == [COLLEAGUE] and case.erased_at is None
    with pytest.raises(Refusal):
        people.remove_colleague(case.colleagues.get(), actor=holder(case, COLLEAGUE))


def test_signing_in_gathers_what_one_follows(case):
    colleague = casting.person(COLLEAGUE)
    other = casting.irritant(email="autre@ailleurs.example", company_name="Autre")
    browser = Client()
    browser.force_login(colleague)
    mine = reverse("intake:mine")
    assert case.reference not in browser.get(mine).content.decode()
    people.add_colleague(case, email=COLLEAGUE, name="Moi", actor=holder(case))
    html = browser.get(mine).content.decode()
    assert case.reference in html and other.reference not in html
    opened = browser.post(reverse("intake:open_mine", args=[case.public_id]), follow=True)
    assert case.reference in opened.content.decode()
    people.remove_colleague(case.colleagues.get(), actor=holder(case))
    assert browser.post(reverse("intake:open_mine", args=[case.public_id])).status_code == 404
    assert not Irritant.objects.of_email(COLLEAGUE).exists()


def test_what_is_typed_wrong_stays(client, case):
    response = client.post(address(case, "add_colleague"), {"email": "sans-arobase", "name": "Quelqu’un"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Cette adresse semble incomplète" in html and 'value="sans-arobase"' in html
    assert not AccessLink.objects.filter(purpose=links.FOLLOW).exclude(email=casting.SECRET_EMAIL).exists()
