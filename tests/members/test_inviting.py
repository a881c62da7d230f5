"""An invitation from the form to the team: mails, links, codes, strangers, and what nobody may learn."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from foundation import clock
from journal import links
from journal.lifecycle import Refusal
from journal.models import AccessLink, Event, Message
from partners.members import acts
from partners.members.lifecycle import INVITATION
from partners.models import Invitation, Membership
from tests import cast as casting
from tests.journal import smtp
from tests.members.helpers import NEWCOMER, address, as_, by, invite, sent, sign_in_by_code, team

pytestmark = pytest.mark.django_db
TYPED = {"email": "Nouvelle@Recherche.example", "role": "editor", "language": "de"}


@pytest.fixture(autouse=True)
def _no_older_mail(cast):
    mail.outbox.clear()


def test_from_the_form_to_the_team_without_a_password(cast):
    administrator, newcomer = as_(cast.editor), Client()
    assert administrator.post(team(cast.lab), TYPED).status_code == 303
    invitation = Invitation.objects.get()
    assert sent() == [(NEWCOMER, "Laboratoire labo-a lädt Sie in sein Team auf dem ENACT-Portal ein")]
    mail.outbox.clear()

    page = newcomer.get(address(invitation))
    assert page.status_code == 200 and NEWCOMER in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer" and User.objects.filter(email=NEWCOMER).count() == 0
    assert sign_in_by_code(newcomer, invitation) == address(invitation)
    assert not Membership.objects.filter(user__email=NEWCOMER).exists()  # being signed in is not accepting
    assert newcomer.post(address(invitation, "accept"))["Location"] == team(cast.lab)

    user = User.objects.get(email=NEWCOMER)
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert list(user.memberships.values_list("organisation__external_id", "role")) == [("labo-a", "editor")]
    assert newcomer.get(team(cast.lab)).status_code == 200
    mail.outbox.clear()
    assert sent() == [(cast.editor.email, f"{NEWCOMER} a rejoint l’équipe « Laboratoire labo-a »")]
    told = Event.objects.filter(case=cast.lab.public_id).order_by("seq").values_list("name", "payload")
    lab = str(cast.lab.public_id)
    assert list(told) == [
        ("invitation.send", {"organisation": lab, "role": "editor"}),
        ("invitation.accept", {"organisation": lab}),
        (
            "membership.begin",
            {
                "organisation": lab,
                "member": f"user:{user.pk}",
                "role": "editor",
                "by": str(invitation.public_id),
            },
        ),
    ]


def test_the_mail_as_a_server_receives_it(cast, settings):
    """Text and HTML, the link in both, in the language of the invitation, or of the person where there is one."""
    casting.person("connue@recherche.example", language="en")
    with smtp.serving(settings) as server:
        invite(cast, language="de")
        invite(cast, "connue@recherche.example", language="de")
        sent()
    german, english = sorted(server.mails, key=lambda one: one["To"], reverse=True)
    assert (german["To"], english["To"]) == (NEWCOMER, "connue@recherche.example")
    assert english["Subject"] == "Laboratoire labo-a invites you to its team on the ENACT portal"
    for one in (german, english):
        text = one.get_body(("plain",)).get_content()
        html = one.get_body(("html",)).get_content()
        assert "/invitation/" in text and "/invitation/" in html and "Laboratoire labo-a" in text


def test_the_mail_is_owed_in_the_transaction_of_the_invitation(cast):
    row = invite(cast)
    owed = Message.objects.get(template="member_invited")
    assert (owed.recipient, owed.subject_id, owed.case) == (NEWCOMER, row.public_id, cast.lab.public_id)
    assert AccessLink.objects.filter(purpose=links.INVITE).count() == 0  # made when it leaves


def test_a_stranger_who_is_signed_in_reads_whom_it_is_for(cast):
    invitation = invite(cast)
    stranger = as_(cast.other_editor)
    page = stranger.get(address(invitation)).content.decode()
    assert f"Vous êtes connecté avec {cast.other_editor.email}" in page and NEWCOMER in page
    assert address(invitation, "accept") not in page and address(invitation, "code") not in page
    refused = stranger.post(address(invitation, "accept"))
    assert (
        refused.status_code == 409
        and not cast.other_editor.memberships.filter(organisation=cast.lab).exists()
    )
    stranger.post(address(invitation, "code"))
    assert mail.outbox == []


def test_an_address_that_was_not_verified_is_nobodys_proof(cast):
    invitation = invite(cast)
    user = User.objects.create_user(NEWCOMER)
    EmailAddress.objects.create(user=user, email=NEWCOMER, verified=False, primary=True)
    with pytest.raises(Refusal) as refused:
        acts.accept(invitation, user)
    assert refused.value.code == "stranger"


def test_a_second_verified_address_will_do(cast):
    invitation = invite(cast)
    EmailAddress.objects.create(user=cast.other_editor, email=NEWCOMER, verified=True)
    assert acts.accept(invitation, cast.other_editor).organisation == cast.lab
    assert cast.other_editor.memberships.count() == 2  # several organisations for one person


def test_known_unknown_and_deactivated_addresses_look_the_same(cast):
    """The administrator's page and the pages of the link: nothing tells who has an account."""
    casting.person("connue@recherche.example")
    casting.person("partie@recherche.example", is_active=False)
    addresses = [NEWCOMER, "connue@recherche.example", "partie@recherche.example"]
    seen = []
    for email in addresses:
        administrator, visitor = as_(cast.editor), Client()
        answer = administrator.post(team(cast.lab), {**TYPED, "email": email}, follow=True)
        said = [str(one).replace(email, "X") for one in answer.context["messages"]]
        invitation = Invitation.objects.get(email=email)
        page = visitor.get(address(invitation))
        asked = visitor.post(address(invitation, "code"))
        confirm = visitor.get(asked["Location"])
        seen.append((answer.status_code, said, page.status_code, asked.status_code, confirm.status_code))
    assert seen == [seen[0]] * 3 and seen[0][2:] == (200, 303, 200)
    assert [one.to[0] for one in mail.outbox if one.to[0] in addresses][-1] == addresses[-1]


def test_who_is_in_already_is_not_invited(cast):
    page = as_(cast.editor).post(team(cast.lab), {**TYPED, "email": cast.editor.email})
    assert page.status_code == 422 and "fait déjà partie de l’équipe" in page.content.decode()


def test_one_invitation_per_address_waits(cast):
    invite(cast)
    page = as_(cast.editor).post(team(cast.lab), TYPED)
    assert page.status_code == 422 and "Cette adresse est déjà invitée" in page.content.decode()
    assert Invitation.objects.count() == 1


def test_withdrawn_its_link_opens_nothing(cast):
    invitation = invite(cast)
    sent()
    where = address(invitation)
    url = reverse("members:withdraw", args=[cast.lab.external_id, invitation.public_id])
    assert as_(cast.editor).post(url).status_code == 303
    page = Client().get(where)
    assert page.status_code == 410 and "n’est plus valable" in page.content.decode()
    user = casting.person(NEWCOMER)
    assert as_(user).post(where + "accepter/").status_code == 409
    assert not user.memberships.exists()


def test_a_mail_that_waited_does_not_invite_once_withdrawn(cast):
    acts.withdraw(invite(cast), actor=by(cast.editor))
    assert sent() == []
    assert Message.objects.get(template="member_invited").status == Message.OBSOLETE


def test_resent_at_most_once_a_day(cast):
    invitation = invite(cast)
    url = reverse("members:resend", args=[cast.lab.external_id, invitation.public_id])
    administrator = as_(cast.editor)
    administrator.post(url)
    assert len(sent()) == 1
    with clock.at(clock.now() + timedelta(days=2)):
        administrator.post(url)
        administrator.post(url)
        assert len(sent()) == 2


def test_run_out_the_link_offers_a_new_one_to_the_same_mailbox(cast):
    invitation = invite(cast)
    sent()
    where, again = address(invitation), address(invitation, "renew")
    mail.outbox.clear()
    with clock.at(clock.now() + timedelta(days=31)):
        INVITATION.perform(invitation, "expire", actor=_clock())
        page = Client().get(where)
        assert page.status_code == 410 and again in page.content.decode()
        answers = [Client().post(again).content for _twice in range(2)]
        assert answers[0] == answers[1]
        assert [to for to, _subject in sent()] == [NEWCOMER]
        assert Client().get(where).status_code == 200


def _clock():
    from journal.actors import CLOCK_ACTOR

    return CLOCK_ACTOR


def test_a_forged_link_is_nothing(cast):
    invite(cast)
    forged = reverse("members:invitation", args=["A" * 43])
    assert Client().get(forged).status_code == 404
    other = links.give(
        links.ANSWER, Invitation.objects.get().public_id, NEWCOMER
    )  # genuine, of another purpose
    assert Client().get(reverse("members:invitation", args=[other.token])).status_code == 404


def test_thirty_a_day_and_no_more(cast):
    for number in range(acts.A_DAY):
        invite(cast, f"x{number}@recherche.example")
    with pytest.raises(Refusal) as refused:
        invite(cast)
    assert refused.value.code == "limit"
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        invite(cast)


def test_codes_are_limited_as_for_any_sign_in(cast):
    invitation = invite(cast)
    statuses = [Client().post(address(invitation, "code")).status_code for _often in range(6)]
    assert statuses[0] == 303 and statuses[-1] == 429


def test_whoever_enters_otherwise_ends_what_waits(cast):
    """An invitation and a request of the same person: one is used, the other is closed."""
    cast.lab.web_domain = "recherche.example"
    cast.lab.save(update_fields=["web_domain"])
    from partners.members import joining

    request = joining.ask(cast.lab, cast.other_editor)
    invitation = invite(cast, cast.other_editor.email)
    acts.enter_on_request(request, role=Membership.READER, actor=by(cast.editor))
    invitation.refresh_from_db()
    assert invitation.stage == "withdrawn"
    assert cast.other_editor.memberships.get(organisation=cast.lab).role == Membership.READER
