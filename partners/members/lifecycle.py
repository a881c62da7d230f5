"""The states of an invitation and of a request to join (docs/lifecycles.md is generated from these tables)."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal import links
from journal.actors import CLOCK, COORDINATOR, PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move, Refusal
from partners.models import Invitation, JoinRequest
from partners.models import InvitationStage as S
from partners.models import JoinStage as J


def _organisation(row, data):
    return {"organisation": str(row.organisation.public_id)}


def _not_run_out(invitation, actor):
    if invitation.expires_at and invitation.expires_at <= clock.now():
        raise Refusal(gettext("Cette invitation a expiré : demandez un nouveau lien."), "expired")


def _once_a_day(invitation, actor):
    if timezone.localdate(invitation.sent_at) == clock.today():
        raise Refusal(gettext("Elle est partie aujourd’hui : renvoyez-la demain."), "today")


def _resend(invitation, actor, data):
    invitation.sent_at = clock.now()
    invitation.expires_at = clock.now() + links.LIFETIME[links.INVITE]
    return ("sent_at", "expires_at")


INVITATION = Lifecycle(
    name="invitation",
    model=Invitation,
    case_of=lambda invitation: invitation.organisation.public_id,
    moves=(
        Move(
            "accept",
            (S.SENT,),
            S.ACCEPTED,
            (PARTNER,),
            _("Rejoindre"),
            guard=_not_run_out,
            payload=_organisation,
        ),
        Move(
            "resend",
            (S.SENT, S.EXPIRED),
            S.SENT,
            (PARTNER, COORDINATOR),
            _("Renvoyer"),
            guard=_once_a_day,
            apply=_resend,
            payload=_organisation,
        ),
        Move(
            "withdraw",
            (S.SENT, S.EXPIRED),
            S.WITHDRAWN,
            (PARTNER, COORDINATOR, SYSTEM),
            _("Retirer"),
            payload=_organisation,
        ),
        Move("expire", (S.SENT,), S.EXPIRED, (CLOCK,), _("Expirer"), payload=_organisation),
    ),
)

JOIN_REQUEST = Lifecycle(
    name="join_request",
    model=JoinRequest,
    case_of=lambda request: request.organisation.public_id,
    moves=(
        Move(
            "accept",
            (J.ASKED,),
            J.ACCEPTED,
            (PARTNER, COORDINATOR),
            _("Accepter"),
            payload=lambda request, data: {**_organisation(request, data), "role": data["role"]},
        ),
        Move("decline", (J.ASKED,), J.DECLINED, (PARTNER, COORDINATOR), _("Décliner"), payload=_organisation),
        Move("withdraw", (J.ASKED,), J.WITHDRAWN, (PARTNER, SYSTEM), _("Retirer"), payload=_organisation),
        Move("expire", (J.ASKED,), J.EXPIRED, (CLOCK,), _("Expirer"), payload=_organisation),
    ),
)
