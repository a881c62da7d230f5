"""Invitations and requests to join as time passes: one reminder, an end, and addresses that are not kept."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal import links
from journal.actors import CLOCK_ACTOR
from journal.clockwork import After, rule
from journal.messages import chased_lately
from journal.models import AccessLink
from partners.members.joining import who_decides
from partners.members.lifecycle import INVITATION, JOIN_REQUEST
from partners.members.reactions import owe_invitation, owe_to
from partners.models import Invitation, InvitationStage, JoinRequest

REMIND_AFTER = 5  # working days
NOBODY_AFTER = 20  # working days: a month
# How long an address that never became a member stays: four months, as long as an answer may still be hoped for.
KEPT = timedelta(days=120)


def _waiting():
    rows = Invitation.objects.waiting().filter(expires_at__gt=clock.now())
    return rows.select_related("organisation").order_by("sent_at", "pk")


@rule(
    "invitation.remind",
    title=_("Invitation dans une équipe : la rappeler, une fois"),
    who=_waiting,
    when=After("sent_at", days=REMIND_AFTER),
    once=lambda row: "once",
    of="organisation",
    to_people=True,
    stops=_("acceptée, retirée, expirée"),
)
def remind(row: Invitation) -> bool:
    if chased_lately(row.organisation.public_id, [row.email]):
        return False
    owe_invitation("member_invited_again", row, f"clock:invitation.remind:{row.public_id}")
    return True


@rule(
    "invitation.expire",
    title=_("Invitation dans une équipe : la dire expirée après trente jours"),
    who=lambda: Invitation.objects.run_out().select_related("organisation").order_by("expires_at", "pk"),
    of="organisation",
    stops=_("acceptée, retirée, renvoyée"),
)
def expire(row: Invitation) -> None:
    INVITATION.perform(row, "expire", actor=CLOCK_ACTOR)


def _asking():
    rows = JoinRequest.objects.waiting().select_related("organisation", "user")
    return rows.order_by("asked_at", "pk")


@rule(
    "join_request.remind",
    title=_("Demande d’entrée : la rappeler à qui décide, une fois"),
    who=_asking,
    when=After("asked_at", days=REMIND_AFTER),
    once=lambda row: "once",
    of="organisation",
    to_people=True,
    stops=_("acceptée, déclinée, retirée"),
)
def remind_who_decides(row: JoinRequest) -> bool:
    people = who_decides(row.organisation)
    if chased_lately(row.organisation.public_id, [user.email for user in people]):
        return False
    for user in people:
        owe_to("member_join_waiting", user, row, f"clock:join_request.remind:{row.public_id}")
    return True


@rule(
    "join_request.expire",
    title=_("Demande d’entrée : dire à la personne que nul n’a répondu"),
    who=_asking,
    when=After("asked_at", days=NOBODY_AFTER),
    of="organisation",
    to_people=True,
    stops=_("acceptée, déclinée, retirée"),
)
def give_up(row: JoinRequest) -> None:
    JOIN_REQUEST.perform(row, "expire", actor=CLOCK_ACTOR)


def _over():
    """Accepted ones leave too: the membership says what they led to."""
    return Invitation.objects.exclude(stage=InvitationStage.SENT).filter(sent_at__lt=clock.now() - KEPT)


@rule(
    "invitation.forget",
    title=_("Invitations terminées : effacer leurs adresses après quatre mois"),
    who=_over,
    in_bulk=True,
)
def forget(rows) -> int:
    with transaction.atomic():
        ids = list(rows.values_list("public_id", flat=True)[:500])
        AccessLink.objects.filter(purpose=links.INVITE, subject_id__in=ids).delete()
        Invitation.objects.filter(public_id__in=ids).delete()
    return len(ids)
