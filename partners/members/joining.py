"""Asking to be let in, because one's verified address is of the organisation's domain."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from foundation import clock
from foundation.failpoints import failpoint
from foundation.rows import added
from journal.actors import PARTNER, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from partners.members.domains import may_join
from partners.members.lifecycle import JOIN_REQUEST
from partners.models import JoinRequest, JoinStage, Organisation

AT_ONCE = 5  # requests of one person that wait
QUIET = timedelta(days=30)  # before asking an organisation again that declined


@transaction.atomic
def ask(organisation: Organisation, user: User) -> JoinRequest:
    """Raises Refusal: another domain, a member already, asked before, or too many."""
    lock_case(organisation.public_id)
    if organisation not in may_join(user):
        raise Refusal(_("Votre adresse ne permet pas de demander à rejoindre cette organisation."), "domain")
    mine = JoinRequest.objects.filter(user=user)
    declined = mine.filter(organisation=organisation, stage=JoinStage.DECLINED)
    if declined.filter(asked_at__gt=clock.now() - QUIET).exists():
        raise Refusal(_("Cette organisation a décliné votre demande il y a peu."), "declined")
    if mine.waiting().count() >= AT_ONCE:
        raise Refusal(_("Cinq de vos demandes attendent déjà une réponse."), "limit")
    row = JoinRequest(organisation=organisation, user=user, asked_at=clock.now())
    if not added(row):
        raise Refusal(_("Votre demande attend déjà une réponse."), "waiting")
    record(
        "join_request.ask",
        case=organisation.public_id,
        subject=row,
        actor=Actor(PARTNER, user=user),
        organisation=str(organisation.public_id),
    )
    failpoint("members.before_commit")
    return row


def decline(request: JoinRequest, *, actor: Actor) -> None:
    JOIN_REQUEST.perform(request, "decline", actor=actor)


def take_back(request: JoinRequest) -> None:
    JOIN_REQUEST.perform(request, "withdraw", actor=Actor(PARTNER, user=request.user))


def who_decides(organisation: Organisation) -> list[User]:
    """The organisation's administrators; the coordination where there is none."""
    rows = organisation.memberships.administrators().select_related("user").order_by("pk")
    return [row.user for row in rows] or list(User.objects.coordinators())
