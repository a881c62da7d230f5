"""Asking to enter: by the domain of a verified address, never of a public mailbox; who decides, and what they hear."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from foundation import clock
from journal.lifecycle import Refusal
from partners.members import joining
from partners.members.domains import bare, covers
from partners.models import JoinRequest, Membership
from tests import cast as casting
from tests.members.helpers import as_, by, sent, team

JOIN = "members:join"


@pytest.mark.parametrize(
    ("site", "email", "right"),
    [
        ("univ.example", "a@univ.example", True),
        ("https://www.univ.example/ia?x=1", "a@univ.example", True),
        ("univ.example", "a@labo.univ.example", True),
        ("UNIV.example", "A@Univ.Example", True),
        ("univ.example", "a@autre-univ.example", False),
        ("univ.example", "a@univ.example.net", False),
        ("labo.univ.example", "a@univ.example", False),
        ("", "a@univ.example", False),
        ("example", "a@univ.example", False),
        ("gmail.com", "a@gmail.com", False),
        ("gmail.com", "a@x.gmail.com", False),
        ("orange.fr", "a@orange.fr", False),
    ],
)
def test_what_a_domain_covers(site, email, right):
    assert covers(site, email) is right


def test_a_site_as_people_write_it():
    sites = [
        "loria.example",
        "http://loria.example",
        "https://www.loria.example:443/x",
        " www.loria.example. ",
    ]
    assert {bare(site) for site in sites} == {"loria.example"}


@pytest.fixture
def labs(cast):
    """The first laboratory is of the domain of everybody at recherche.example."""
    cast.lab.web_domain = "recherche.example"
    cast.lab.save(update_fields=["web_domain"])
    mail.outbox.clear()
    return cast


@pytest.mark.django_db
def test_asked_decided_told(labs):
    """From the page of the person to the team, both ways of deciding."""
    asker = as_(labs.other_editor)
    page = asker.get(reverse(JOIN)).content.decode()
    assert "Laboratoire labo-a" in page and "Laboratoire labo-b" not in page
    assert asker.post(reverse(JOIN), {"organisation": str(labs.lab.public_id)}).status_code == 303
    assert sent() == [(labs.editor.email, "Quelqu’un demande à entrer dans l’équipe « Laboratoire labo-a »")]
    assert f"Éditeur B ({labs.other_editor.email})" in mail.outbox[0].body
    assert team(labs.lab) in mail.outbox[0].body

    request = JoinRequest.objects.get()
    administrator = as_(labs.editor)
    assert "Éditeur B" in administrator.get(team(labs.lab)).content.decode()
    mail.outbox.clear()
    where = reverse("members:let_in", args=[labs.lab.external_id, request.public_id])
    administrator.post(where, {"role": "owner"})
    assert not labs.other_editor.memberships.filter(organisation=labs.lab).exists()
    administrator.post(where, {"role": "reader"})
    assert labs.other_editor.memberships.get(organisation=labs.lab).role == Membership.READER
    assert sent() == [(labs.other_editor.email, "Vous faites partie de l’équipe « Laboratoire labo-a »")]
    assert asker.get(team(labs.lab)).status_code == 200


@pytest.mark.django_db
def test_declined_once_is_quiet_for_a_month(labs):
    request = joining.ask(labs.lab, labs.other_editor)
    sent()
    mail.outbox.clear()
    where = reverse("members:decline", args=[labs.lab.external_id, request.public_id])
    as_(labs.editor).post(where)
    assert sent() == [(labs.other_editor.email, "Votre demande d’entrer chez Laboratoire labo-a")]
    with pytest.raises(Refusal) as refused:
        joining.ask(labs.lab, labs.other_editor)
    assert refused.value.code == "declined"
    with clock.at(clock.now() + timedelta(days=31)):
        joining.ask(labs.lab, labs.other_editor)


@pytest.mark.django_db
def test_only_a_verified_address_of_the_domain(labs):
    stranger = casting.person("x@ailleurs.example")
    EmailAddress.objects.create(user=stranger, email="x@recherche.example", verified=False)
    assert as_(stranger).post(reverse(JOIN), {"organisation": str(labs.lab.public_id)}).status_code == 404
    with pytest.raises(Refusal) as refused:
        joining.ask(labs.lab, stranger)
    assert refused.value.code == "domain"
    EmailAddress.objects.filter(user=stranger).update(verified=True)
    joining.ask(labs.lab, stranger)


@pytest.mark.django_db
def test_a_public_mailbox_joins_nothing(labs):
    labs.lab.web_domain = "gmail.com"
    labs.lab.save(update_fields=["web_domain"])
    page = as_(casting.person("quelquun@gmail.com")).get(reverse(JOIN)).content.decode()
    assert "Laboratoire labo-a" not in page and "messageries publiques" in page


@pytest.mark.django_db
def test_once_and_taken_back(labs):
    asker = as_(labs.other_editor)
    joining.ask(labs.lab, labs.other_editor)
    with pytest.raises(Refusal) as refused:
        joining.ask(labs.lab, labs.other_editor)
    assert refused.value.code == "waiting"
    request = JoinRequest.objects.get()
    assert as_(labs.editor).post(reverse("members:take_back", args=[request.public_id])).status_code == 404
    assert asker.post(reverse("members:take_back", args=[request.public_id])).status_code == 303
    request.refresh_from_db()
    assert request.stage == "withdrawn"
    joining.ask(labs.lab, labs.other_editor)


@pytest.mark.django_db
def test_five_at_once_and_no_more(labs):
    for number in range(6):
        casting.laboratory(f"autre-{number}", web_domain="recherche.example")
    from partners.models import Organisation

    others = list(Organisation.objects.filter(external_id__startswith="autre-"))
    for lab in others[:5]:
        joining.ask(lab, labs.other_editor)
    with pytest.raises(Refusal) as refused:
        joining.ask(others[5], labs.other_editor)
    assert refused.value.code == "limit"


@pytest.mark.django_db
def test_a_mail_that_waited_does_not_ask_about_what_was_decided(labs):
    request = joining.ask(labs.lab, labs.other_editor)
    joining.decline(request, actor=by(labs.editor))
    assert [subject for _to, subject in sent()] == ["Votre demande d’entrer chez Laboratoire labo-a"]


@pytest.mark.django_db
def test_the_page_costs_the_same_however_many_organisations(labs, django_assert_max_num_queries):
    asker = as_(labs.other_editor)
    for number in range(8):
        casting.laboratory(f"autre-{number}", web_domain="recherche.example")
    with django_assert_max_num_queries(8):
        page = asker.get(reverse(JOIN)).content.decode()
    assert page.count("Demander à entrer<") == 9
