"""What happens to the members of an organisation. Each act is one transaction under the lock of its chain of events:
an organisation that has members is never left without an administrator who can sign in, whoever acts at once.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from foundation import clock
from foundation.failpoints import failpoint
from foundation.registry import Registry
from foundation.rows import added
from journal import links
from journal.actors import SYSTEM_ACTOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import Event
from partners.members.domains import verified_addresses
from partners.members.lifecycle import INVITATION, JOIN_REQUEST
from partners.models import Invitation, InvitationStage, JoinRequest, Membership, Organisation

A_DAY = 30  # invitations that leave for one organisation in a day: more is a mistake, or an abuse of our mail server
LEFT, REMOVED, DEACTIVATED = "left", "removed", "deactivated"

# name → function(membership) giving how many things a member has in hand that go to somebody else when they leave.
HELD: Registry[Callable[[Membership], int]] = Registry("what a member has in hand")


def code_of(user: User) -> str:
    """As events name a person (journal.actors.Actor.code)."""
    return f"user:{user.pk}"


@transaction.atomic
def invite(organisation: Organisation, email: str, *, role: str, language: str, actor: Actor) -> Invitation:
    """Owe an invitation to this address. Raises Refusal; says nothing about who has an account."""
    lock_case(organisation.public_id)
    email = email.casefold()
    if organisation.memberships.filter(user__email=email).exists():
        raise Refusal(_("Cette personne fait déjà partie de l’équipe."), "member")
    since = clock.now() - timedelta(days=1)
    if organisation.invitations.filter(sent_at__gt=since).count() >= A_DAY:
        raise Refusal(_("Trente invitations sont parties en un jour : continuez demain."), "limit")
    for old in organisation.invitations.filter(email=email, stage=InvitationStage.EXPIRED):
        withdraw(old, actor=actor)  # this one takes its place
    row = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        language=language,
        invited_by=actor.user,
        sent_at=clock.now(),
        expires_at=clock.now() + links.LIFETIME[links.INVITE],
    )
    if not added(row):
        raise Refusal(_("Cette adresse est déjà invitée : renvoyez-lui l’invitation."), "waiting")
    record(
        "invitation.send",
        case=organisation.public_id,
        subject=row,
        actor=actor,
        organisation=str(organisation.public_id),
        role=role,
    )
    failpoint("members.before_commit")
    return row


def withdraw(invitation: Invitation, *, actor: Actor) -> None:
    """Its link says so, and opens nothing any more."""
    INVITATION.perform(invitation, "withdraw", actor=actor)


def meant_for(invitation: Invitation, user: User) -> bool:
    """Whether this person has shown to read the mailbox that was invited."""
    return user.is_active and invitation.email in verified_addresses(user)


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Raises Refusal: not meant for this person, run out, withdrawn, or accepted before."""
    lock_case(invitation.organisation.public_id)
    if not meant_for(invitation, user):
        raise Refusal(_("Cette invitation est adressée à quelqu’un d’autre."), "stranger")
    actor = Actor("partner", user=user)
    INVITATION.perform(invitation, "accept", actor=actor)
    return _enter(invitation.organisation, user, role=invitation.role, actor=actor, by=invitation)


def _enter(organisation: Organisation, user: User, *, role: str, actor: Actor, by) -> Membership:
    """Whoever is in already stays as they are; other ways in that wait for the same person are closed."""
    membership, new = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role, "since": clock.now()}
    )
    for request in organisation.join_requests.waiting().filter(user=user).exclude(public_id=by.public_id):
        JOIN_REQUEST.perform(request, "withdraw", actor=SYSTEM_ACTOR)
    for invitation in organisation.invitations.waiting().filter(email__in=verified_addresses(user)):
        withdraw(invitation, actor=SYSTEM_ACTOR)
    if new:
        _tell("membership.begin", membership, actor, role=role, by=str(by.public_id))
    return membership


def _tell(name: str, membership: Membership, actor: Actor, **payload) -> Event:
    event = record(
        name,
        case=membership.organisation.public_id,
        subject=membership,
        actor=actor,
        organisation=str(membership.organisation.public_id),
        member=code_of(membership.user),
        **payload,
    )
    failpoint("members.before_commit")
    return event


@transaction.atomic
def enter_on_request(request: JoinRequest, *, role: str, actor: Actor) -> Membership:
    """Somebody who asked to join is let in. Raises Refusal."""
    lock_case(request.organisation.public_id)
    if not request.user.is_active:
        raise Refusal(_("Le compte de cette personne est désactivé."), "inactive")
    JOIN_REQUEST.perform(request, "accept", actor=actor, role=role)
    return _enter(request.organisation, request.user, role=role, actor=actor, by=request)


@transaction.atomic
def set_role(membership: Membership, role: str, *, actor: Actor) -> None:
    """Raises Refusal for the last administrator. The same role again is no event."""
    lock_case(membership.organisation.public_id)
    fresh = _still_there(membership)
    if fresh.role == role:
        return
    if fresh.role == Membership.ADMINISTRATOR:
        _leaves_an_administrator([fresh])
    before, fresh.role = fresh.role, role
    Membership.objects.filter(pk=fresh.pk).update(role=role)
    membership.role = role
    _tell("membership.role", fresh, actor, role=role, before=before)


@transaction.atomic
def end(membership: Membership, *, actor: Actor, reason: str, to: Membership | None = None) -> None:
    """A member leaves or is removed; what they have in hand goes to `to`, or to the administrators (reactions of
    "membership.end"). Raises Refusal for the last administrator."""
    lock_case(membership.organisation.public_id)
    fresh = _still_there(membership)
    _leaves_an_administrator([fresh])
    _end(fresh, actor=actor, reason=reason, to=to)


def _end(membership: Membership, *, actor: Actor, reason: str, to: Membership | None) -> None:
    named = ""
    if to is not None and to.pk != membership.pk:
        named = code_of(_still_there(to).user)
    event_row = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    Membership.objects.filter(pk=membership.pk).delete()
    _tell("membership.end", event_row, actor, reason=reason, to=named)


def _still_there(membership: Membership) -> Membership:
    """As it is under the lock. Raises Refusal."""
    rows = Membership.objects.select_related("organisation", "user")
    fresh = rows.filter(pk=membership.pk).first()
    if fresh is None:
        raise Refusal(_("Cette personne ne fait plus partie de l’équipe."), "gone")
    return fresh


def _leaves_an_administrator(leaving: Iterable[Membership]) -> None:
    """Called under the lock of the organisation's chain. Raises Refusal."""
    for one in leaving:
        if one.role != Membership.ADMINISTRATOR:
            continue
        others = one.organisation.memberships.administrators().exclude(pk=one.pk)
        if not others.exists():
            raise Refusal(
                _("%(name)s n’aurait plus d’administrateur : nommez-en d’abord un autre.")
                % {"name": one.organisation},
                "last",
            )


def _in_order(user: User) -> list[Membership]:
    rows = Membership.objects.filter(user=user).select_related("organisation", "user")
    return list(rows.order_by("organisation__public_id"))


@transaction.atomic
def end_all(user: User, *, actor: Actor) -> None:
    """The account is being deactivated: it leaves every organisation, in one transaction. Raises Refusal."""
    for membership in _in_order(
        user
    ):  # always in this order: two of these at once wait, and do not block each other
        lock_case(membership.organisation.public_id)
    rows = _in_order(user)
    _leaves_an_administrator(rows)
    for membership in rows:
        _end(membership, actor=actor, reason=DEACTIVATED, to=None)


def refused_to_deactivate(user: User) -> str:
    """Why this account cannot be deactivated now, as a sentence; ""."""
    try:
        _leaves_an_administrator(_in_order(user))
    except Refusal as refusal:
        return str(refusal)
    return ""


def in_hand(membership: Membership) -> int:
    return sum(held(membership) for held in HELD.values())
