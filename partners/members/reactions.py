"""Whom what is told: each mail owed in the transaction of what it tells."""

from accounts.models import User
from journal import messages
from journal.events import reacts_to
from partners.members.acts import REMOVED, code_of
from partners.members.joining import who_decides
from partners.models import Invitation, JoinRequest, Membership


def language_for(email: str, otherwise: str) -> str:
    """The language of whoever has this address, known here or not; only the mailbox's owner ever reads it."""
    return User.objects.filter(email=email).values_list("language", flat=True).first() or otherwise


def owe_invitation(template: str, invitation: Invitation, cause: str) -> None:
    messages.owe(
        template,
        to=invitation.email,
        language=language_for(invitation.email, invitation.language),
        cause=cause,
        case=invitation.organisation.public_id,
        subject_id=invitation.public_id,
    )


def owe_to(template: str, user: User, row: Membership | JoinRequest, cause: str) -> None:
    messages.owe(
        template,
        to=user.email,
        language=user.language,
        cause=cause,
        case=row.organisation.public_id,
        subject_id=row.public_id,
    )


@reacts_to("invitation.send", "invitation.resend")
def send_the_invitation(event, invitation):
    owe_invitation("member_invited", invitation, f"event:{event.pk}")


@reacts_to("membership.begin")
def tell_who_let_them_in(event, membership):
    """Whoever asked is welcomed; of an invitation, the person who made it is told."""
    invitation = Invitation.objects.filter(public_id=event.payload["by"]).select_related("invited_by").first()
    if invitation is None:
        owe_to("member_welcomed", membership.user, membership, f"event:{event.pk}")
    elif invitation.invited_by is not None and invitation.invited_by.is_active:
        owe_to("member_joined", invitation.invited_by, membership, f"event:{event.pk}")


@reacts_to("membership.role")
def tell_the_new_role(event, membership):
    if event.actor != code_of(membership.user):
        owe_to("member_role", membership.user, membership, f"event:{event.pk}")


@reacts_to("membership.end")
def tell_who_was_removed(event, membership):
    if event.payload["reason"] == REMOVED:
        owe_to("member_removed", membership.user, membership, f"event:{event.pk}")


@reacts_to("join_request.ask")
def tell_who_decides(event, request):
    for user in who_decides(request.organisation):
        owe_to("member_join_asked", user, request, f"event:{event.pk}")


@reacts_to("join_request.decline")
def tell_it_was_declined(event, request):
    owe_to("member_join_declined", request.user, request, f"event:{event.pk}")


@reacts_to("join_request.expire")
def tell_that_nobody_answered(event, request):
    owe_to("member_join_expired", request.user, request, f"event:{event.pk}")
