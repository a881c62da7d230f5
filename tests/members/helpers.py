"""Steps that several tests of the members share: as people do them, in a browser of their own."""

from django.core import mail
from django.test import Client
from django.urls import reverse

from journal import jobs, links
from journal.actors import PARTNER, Actor
from partners.members import acts
from partners.models import Invitation, Membership
from tests.accounts.codes import code_in_mail

NEWCOMER = "nouvelle@recherche.example"


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def by(user) -> Actor:
    return Actor(PARTNER, user=user)


def team(organisation) -> str:
    return reverse("members:team", args=[organisation.external_id])


def invite(cast, email: str = NEWCOMER, role: str = Membership.EDITOR, language: str = "fr") -> Invitation:
    return acts.invite(cast.lab, email, role=role, language=language, actor=by(cast.editor))


def address(invitation, name: str = "invitation") -> str:
    link = links.give(links.INVITE, invitation.public_id, invitation.email)
    return reverse(f"members:{name}", args=[link.token])


def sent() -> list[tuple[str, str]]:
    """(recipient, subject) of every mail that has left since the outbox was emptied."""
    jobs.run_owed()
    return [(one.to[0], one.subject) for one in mail.outbox]


def sign_in_by_code(client: Client, invitation) -> str:
    """From the invitation's page through the code; returns where it ends."""
    asked = client.post(address(invitation, "code"))
    typed = client.post(asked["Location"], {"code": code_in_mail(), "next": address(invitation)})
    return typed["Location"]
