"""« Équipe »: who may see and change what, roles, leaving, what is handed over, and how much the page asks."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.actors import PARTNER, Actor
from journal.lifecycle import Refusal
from journal.models import Event
from partners.members import acts, joining
from partners.models import Membership
from tests import cast as casting
from tests.members.helpers import as_, by, invite, sent, team
from tests.triage.partner.helpers import token_of, url
from triage.lifecycle import REFERRAL

pytestmark = pytest.mark.django_db


def member(cast, name: str, role: str = Membership.EDITOR, **fields) -> Membership:
    user = casting.person(f"{name}@recherche.example", full_name=fields.pop("full_name", ""), **fields)
    return Membership.objects.create(organisation=cast.lab, user=user, role=role)


def pages(cast, row: Membership) -> list[tuple[str, str]]:
    """(method, address) of everything that administrators may do."""
    code, uuid = cast.lab.external_id, "00000000-0000-4000-8000-000000000000"
    return [
        ("post", team(cast.lab)),
        ("get", reverse("members:role", args=[code, row.public_id])),
        ("post", reverse("members:role", args=[code, row.public_id])),
        ("get", reverse("members:leave", args=[code, row.public_id])),
        ("post", reverse("members:leave", args=[code, row.public_id])),
        *(("post", reverse(f"members:{name}", args=[code, uuid])) for name in _BUTTONS),
    ]


_BUTTONS = ("resend", "withdraw", "let_in", "decline")


@pytest.mark.parametrize("role", [Membership.READER, Membership.EDITOR])
def test_readers_and_editors_see_and_do_not_manage(cast, role):
    client = as_(member(cast, "simple", role).user)
    page = client.get(team(cast.lab))
    text = page.content.decode()
    assert page.status_code == 200 and cast.editor.email in text
    assert "Inviter quelqu’un" not in text and "Changer le rôle" not in text
    administrator = cast.lab.memberships.get(user=cast.editor)
    answers = {getattr(client, method)(where).status_code for method, where in pages(cast, administrator)}
    assert answers == {403}
    assert cast.lab.memberships.administrators().count() == 1


def test_another_organisation_does_not_exist(cast):
    administrator = cast.lab.memberships.get(user=cast.editor)
    foreign = as_(cast.other_editor)
    walked = [*pages(cast, administrator), ("get", team(cast.lab))]
    assert {getattr(foreign, method)(where).status_code for method, where in walked} == {404}
    assert Client().get(team(cast.lab)).status_code == 302
    # nor do its rows, from one's own pages
    invitation = invite(cast)
    own = cast.other_lab.external_id
    for name, key in (("role", administrator.public_id), ("leave", administrator.public_id)):
        assert foreign.get(reverse(f"members:{name}", args=[own, key])).status_code == 404
    assert foreign.post(reverse("members:withdraw", args=[own, invitation.public_id])).status_code == 404
    invitation.refresh_from_db()
    assert invitation.stage == "sent"


def test_a_role_is_changed_with_what_it_may_beside_it(cast):
    row = member(cast, "simple")
    client, where = as_(cast.editor), reverse("members:role", args=[cast.lab.external_id, row.public_id])
    assert "ne reçoit pas les sollicitations" in client.get(where).content.decode()
    assert client.post(where, {"role": "reader"}).status_code == 303
    row.refresh_from_db()
    assert row.role == Membership.READER
    event = Event.objects.get(name="membership.role")
    assert event.payload == {
        "organisation": str(cast.lab.public_id),
        "member": f"user:{row.user.pk}",
        "role": "reader",
        "before": "editor",
    }
    mail.outbox.clear()
    assert (row.user.email, "Votre rôle chez Laboratoire labo-a a changé") in sent()
    client.post(where, {"role": "reader"})
    assert Event.objects.filter(name="membership.role").count() == 1


def test_the_last_administrator_stays(cast):
    """Alone, with a colleague, and with an administrator whose account is off: refused each time, in a sentence."""
    row = cast.lab.memberships.get(user=cast.editor)
    client, where = as_(cast.editor), reverse("members:leave", args=[cast.lab.external_id, row.public_id])
    for _step in (
        lambda: None,
        lambda: member(cast, "simple"),
        lambda: member(cast, "absente", Membership.ADMINISTRATOR, is_active=False),
    ):
        _step()
        page = client.post(where)
        assert page.status_code == 422 and "plus d’administrateur" in page.content.decode()
    role = client.post(
        reverse("members:role", args=[cast.lab.external_id, row.public_id]), {"role": "reader"}
    )
    assert role.status_code == 422 and "plus d’administrateur" in role.content.decode()
    assert cast.lab.memberships.administrators().get() == row


def test_whoever_leaves_is_out_at_once_and_keeps_the_rest(cast):
    row = member(cast, "simple")
    Membership.objects.create(organisation=cast.other_lab, user=row.user, role=Membership.READER)
    client = as_(row.user)
    where = reverse("members:leave", args=[cast.lab.external_id, row.public_id])
    assert "Quitter cette équipe" in client.get(where).content.decode()
    assert client.post(where)["Location"] == reverse("space")
    assert client.get(team(cast.lab)).status_code == 404
    assert client.get(team(cast.other_lab)).status_code == 200
    mail.outbox.clear()
    assert [to for to, subject in sent() if "fait plus partie" in subject] == []  # its own act


def test_whoever_is_removed_is_told(cast):
    row = member(cast, "simple", language="en")
    mail.outbox.clear()
    client = as_(cast.editor)
    where = reverse("members:leave", args=[cast.lab.external_id, row.public_id])
    assert client.post(where).status_code == 303
    assert sent() == [(row.user.email, "You are no longer in the team of Laboratoire labo-a")]
    assert client.post(where).status_code == 404


def _accepted_by(cast, row: Membership):
    """Asked, and this member has accepted in their own name, through their own link."""
    from journal import links

    referral = casting.asked(cast)[0]
    link = links.give(links.ANSWER, referral.public_id, row.user.email)
    REFERRAL.perform(
        referral, "accept", actor=Actor(PARTNER, link=link), person_in_charge=row.user.get_full_name()
    )
    return referral


def test_what_they_had_in_hand_goes_to_a_named_colleague(cast):
    leaving = member(cast, "partante", full_name="Partante")
    heir = member(cast, "reprise", full_name="Repreneuse")
    referral = _accepted_by(cast, leaving)
    sent()
    old = url("answer", token_of(referral, leaving.user.email))
    assert Client().get(old).status_code == 200
    client = as_(cast.editor)
    where = reverse("members:leave", args=[cast.lab.external_id, leaving.public_id])
    page = client.get(where).content.decode()
    assert "Une sollicitation en cours passe à quelqu’un d’autre" in page and "Repreneuse" in page
    mail.outbox.clear()
    assert client.post(where, {"to": str(heir.public_id)}).status_code == 303
    referral.refresh_from_db()
    assert (referral.stage, referral.person_in_charge) == ("accepted", "Repreneuse")
    assert Client().get(old).status_code == 410  # their link opens nothing any more
    assert sorted(sent()) == [
        (leaving.user.email, "Vous ne faites plus partie de l’équipe « Laboratoire labo-a »"),
        (heir.user.email, "Des demandes en cours passent dans vos mains"),
    ]
    assert cast.irritant.reference in mail.outbox[-1].body + mail.outbox[-2].body
    told = Event.objects.filter(case=cast.irritant.public_id, name="referral.hand_over").get()
    assert told.payload == {"organisation": str(cast.lab.public_id)}


def test_or_to_the_administrators(cast):
    cast.lab.memberships.filter(user=cast.editor).update(role=Membership.ADMINISTRATOR)
    leaving = member(cast, "partante", full_name="Partante")
    referral = _accepted_by(cast, leaving)
    sent()
    mail.outbox.clear()
    acts.end(leaving, actor=by(leaving.user), reason=acts.LEFT)
    referral.refresh_from_db()
    assert referral.person_in_charge == "Éditrice A"
    assert sent() == [(cast.editor.email, "Des demandes en cours passent dans vos mains")]


def test_what_a_colleague_has_in_hand_stays_with_them(cast):
    """The negative of the two before: another person's yes is not touched, nor another partner's."""
    leaving, staying = (
        member(cast, "partante", full_name="Partante"),
        member(cast, "reste", full_name="Restante"),
    )
    referral = _accepted_by(cast, staying)
    assert acts.in_hand(leaving) == 0
    acts.end(leaving, actor=by(leaving.user), reason=acts.LEFT)
    referral.refresh_from_db()
    assert referral.person_in_charge == "Restante"
    assert not Event.objects.filter(name="referral.hand_over").exists()


def test_a_question_that_only_they_had_in_their_mailbox_is_handed_over_too(cast):
    referral = casting.asked(cast)[0]  # mailed to the one who was there
    sent()
    heir = member(cast, "reprise", Membership.ADMINISTRATOR)
    first = cast.lab.memberships.get(user=cast.editor)
    assert acts.in_hand(first) == 1 and acts.in_hand(heir) == 0
    mail.outbox.clear()
    acts.end(first, actor=by(cast.editor), reason=acts.LEFT)
    assert sent() == [(heir.user.email, "Des demandes en cours passent dans vos mains")]
    referral.refresh_from_db()
    assert referral.stage == "asked"


def _deactivate(cast, user: User):
    form = {"full_name": user.full_name, "role": user.role, "language": user.language}
    return as_(cast.administrator).post(reverse("admin:accounts_user_change", args=[user.pk]), form)


def test_a_deactivated_account_leaves_its_teams_and_hands_over(cast):
    leaving = member(cast, "partante", full_name="Partante")
    referral = _accepted_by(cast, leaving)
    assert _deactivate(cast, leaving.user).status_code == 302
    leaving.user.refresh_from_db()
    assert not leaving.user.is_active and not leaving.user.memberships.exists()
    referral.refresh_from_db()
    assert referral.person_in_charge == "Éditrice A"
    assert Event.objects.get(name="membership.end").payload["reason"] == "deactivated"


def test_the_account_of_the_last_administrator_is_not_deactivated(cast):
    page = _deactivate(cast, cast.editor)
    assert page.status_code == 200 and "plus d’administrateur" in page.content.decode()
    cast.editor.refresh_from_db()
    assert cast.editor.is_active and cast.editor.memberships.count() == 1


def test_quicker_than_the_forms_own_check(cast, monkeypatch):
    """Between the check of the form and the lock somebody else left: the act refuses, and nothing is saved."""
    monkeypatch.setattr("accounts.deactivating.refusals", lambda user: [])
    answer = _deactivate(cast, cast.editor)
    assert answer.status_code == 303
    cast.editor.refresh_from_db()
    assert cast.editor.is_active and cast.editor.memberships.count() == 1


def test_the_history_tells_it_without_a_name_in_the_events(cast):
    row = member(cast, "simple", full_name="Personne Nommée")
    acts.set_role(row, Membership.READER, actor=by(cast.editor))
    page = as_(cast.editor).get(team(cast.lab)).content.decode()
    assert "Personne Nommée devient lecteur" in page
    events = Event.objects.filter(case=cast.lab.public_id)
    assert not any("Nommée" in str(event.payload) or "@" in str(event.payload) for event in events)


def test_the_page_costs_the_same_however_many_people(cast, django_assert_max_num_queries):
    cast.lab.web_domain = "recherche.example"
    cast.lab.save(update_fields=["web_domain"])
    client = as_(cast.editor)
    client.get(team(cast.lab))
    for number in range(6):
        member(cast, f"m{number}")
        invite(cast, f"i{number}@recherche.example")
        joining.ask(cast.lab, casting.person(f"j{number}@recherche.example"))
    with django_assert_max_num_queries(10):
        page = client.get(team(cast.lab)).content.decode()
    assert page.count("Faire entrer") == 6 and page.count("en attente") >= 6


def test_the_coordination_invites_the_first_administrator_and_decides_where_nobody_does(cast):
    cast.other_lab.memberships.all().delete()
    cast.other_lab.web_domain = "recherche.example"
    cast.other_lab.save(update_fields=["web_domain"])
    client, where = as_(cast.coordinator), reverse("admin:workbench_members", args=[cast.other_lab.public_id])
    change = reverse("admin:partners_organisation_change", args=[cast.other_lab.pk])
    assert where in client.get(change).content.decode()
    page = client.get(where).content.decode()
    assert "invitez un premier administrateur" in page
    assert client.post(where, {"act": "invite", "email": "x", "role": "administrator"}).status_code == 422
    typed = {"act": "invite", "email": "tete@labo.example", "role": "administrator", "language": "fr"}
    assert client.post(where, typed).status_code == 303
    invitation = cast.other_lab.invitations.get()
    assert invitation.role == Membership.ADMINISTRATOR
    head = casting.person("tete@labo.example")
    acts.accept(invitation, head)
    mail.outbox.clear()
    assert (cast.coordinator.email, f"{head} a rejoint l’équipe « {cast.other_lab.name} »") in sent()
    assert where in mail.outbox[-1].body  # a page that whoever invited may open
    cast.other_lab.memberships.all().delete()

    mail.outbox.clear()
    asking = joining.ask(cast.other_lab, cast.other_editor)
    subjects = {to for to, subject in sent() if "demande à entrer" in subject}
    assert subjects == set(User.objects.coordinators().values_list("email", flat=True))
    assert where in next(one.body for one in mail.outbox if one.to == [cast.coordinator.email])
    client.post(where, {"act": "let_in", "row": str(asking.public_id), "role": "administrator"})
    row = cast.other_lab.memberships.get()
    assert (row.user, row.role) == (cast.other_editor, Membership.ADMINISTRATOR)

    client.post(where, {"act": "remove", "row": str(row.public_id)})
    client.post(where, {"act": "role:reader", "row": str(row.public_id)})
    row.refresh_from_db()
    assert row.role == Membership.ADMINISTRATOR  # the last one: for the coordination too
    foreign = cast.lab.memberships.get()
    client.post(where, {"act": "remove", "row": str(foreign.public_id)})
    assert cast.lab.memberships.count() == 1  # a row of elsewhere


def test_somebody_removed_twice_is_said(cast):
    row = member(cast, "simple")
    acts.end(row, actor=by(cast.editor), reason=acts.REMOVED)
    with pytest.raises(Refusal) as refused:
        acts.end(row, actor=by(cast.editor), reason=acts.REMOVED)
    assert refused.value.code == "gone"
