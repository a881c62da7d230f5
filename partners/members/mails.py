"""The mails about belonging to an organisation (docs/mails.md says when each leaves, and when not)."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from foundation import clock
from journal import links
from journal.lifecycle import when
from journal.texts import TEMPLATES, Template, Value
from partners.members.roles import MAY
from partners.models import Invitation, InvitationStage, JoinRequest, JoinStage, Membership, Organisation

_ROLES = dict(Membership.ROLES)
ORGANISATION = {
    "organisation": Value(gettext_lazy("le nom de l’organisation"), gettext_lazy("Laboratoire d’exemple"))
}
ROLE = {
    "role": Value(gettext_lazy("le rôle de la personne"), lambda: str(_ROLES[Membership.EDITOR])),
    "may": Value(gettext_lazy("ce que ce rôle permet, en une phrase"), lambda: str(MAY[Membership.EDITOR])),
}
INVITED = {
    **ORGANISATION,
    **ROLE,
    "until": Value(
        gettext_lazy("le jour où l’invitation expire"),
        lambda: when(clock.now() + links.LIFETIME[links.INVITE])["day"],
    ),
}
WHO = {
    **ORGANISATION,
    "who": Value(gettext_lazy("le nom ou l’adresse de la personne"), gettext_lazy("Chargée de partenariats")),
}


def url(name: str, *args) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _layout(organisation: Organisation, action_url: str) -> dict:
    return {
        "organisation": organisation.name,
        "action_url": action_url,
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que cette adresse est connue d’un partenaire d’ENACT."),
    }


def _role(code: str) -> dict:
    return {"role": str(_ROLES[code]), "may": str(MAY[code])}


def _invited(message) -> dict | None:
    """With a link made now; None once it was accepted, withdrawn, or has run out."""
    row = Invitation.objects.select_related("organisation").filter(public_id=message.subject_id).first()
    if row is None or row.stage != InvitationStage.SENT or row.expires_at <= clock.now():
        return None
    link = links.give(links.INVITE, row.public_id, row.email)
    return {
        **_layout(row.organisation, url("members:invitation", link.token)),
        **_role(row.role),
        "until": when(row.expires_at)["day"],
    }


def _request(message, *stages: str) -> JoinRequest | None:
    rows = JoinRequest.objects.select_related("organisation", "user").filter(stage__in=stages)
    return rows.filter(public_id=message.subject_id).first()


def _team_for(organisation: Organisation, email: str, *roles: str) -> str:
    """The team as this address may open it, in its own space or on the coordination's page; "" when neither."""
    mine = organisation.memberships.active().filter(user__email=email)
    if (mine.filter(role__in=roles) if roles else mine).exists():
        return url("members:team", organisation.external_id)
    if User.objects.coordinators().filter(email=email).exists():
        return url("admin:workbench_members", organisation.public_id)
    return ""


def _join_asked(message) -> dict | None:
    """To whoever decides: the team's page, or the coordination's for its people. None once somebody decided."""
    row = _request(message, JoinStage.ASKED)
    if row is None:
        return None
    page = _team_for(row.organisation, message.recipient, Membership.ADMINISTRATOR)
    if not page:
        return None
    name = row.user.full_name
    who = f"{name} ({row.user.email})" if name else row.user.email
    return {**_layout(row.organisation, page), "who": who}


def _join_answered(message) -> dict | None:
    row = _request(message, JoinStage.ACCEPTED, JoinStage.DECLINED, JoinStage.EXPIRED)
    return row and _layout(row.organisation, url("members:join"))


def _mine(message) -> dict | None:
    """About a membership; None when it ended before the mail left, or its reader may not see it any more."""
    rows = Membership.objects.select_related("organisation", "user").filter(public_id=message.subject_id)
    row = rows.first()
    page = row and _team_for(row.organisation, message.recipient)
    if not page:
        return None
    return {**_layout(row.organisation, page), **_role(row.role), "who": str(row.user)}


def _removed(message) -> dict | None:
    organisation = Organisation.objects.filter(public_id=message.case).first()
    return organisation and _layout(organisation, url("space"))


_in_role = {"body": ("role",)}
for _key, _label, _build, _names, _required, _when, _chases in (
    (
        "member_invited",
        gettext_lazy("Invitation dans une équipe"),
        _invited,
        INVITED,
        _in_role,
        gettext_lazy("quand quelqu’un invite une adresse, ou renvoie l’invitation"),
        False,
    ),
    (
        "member_invited_again",
        gettext_lazy("Invitation : rappel"),
        _invited,
        INVITED,
        {},
        gettext_lazy("cinq jours ouvrés après une invitation restée sans suite, une fois"),
        True,
    ),
    (
        "member_joined",
        gettext_lazy("Invitation acceptée"),
        _mine,
        {**WHO, **ROLE},
        {},
        gettext_lazy("à qui a invité, quand la personne rejoint l’équipe"),
        False,
    ),
    (
        "member_join_asked",
        gettext_lazy("Demande d’entrée dans une équipe"),
        _join_asked,
        WHO,
        {"body": ("who",)},
        gettext_lazy("aux administrateurs d’un partenaire, sinon à la coordination"),
        False,
    ),
    (
        "member_join_waiting",
        gettext_lazy("Demande d’entrée : rappel"),
        _join_asked,
        WHO,
        {"body": ("who",)},
        gettext_lazy("cinq jours ouvrés après une demande d’entrée sans réponse, une fois"),
        True,
    ),
    (
        "member_welcomed",
        gettext_lazy("Demande d’entrée acceptée"),
        _mine,
        {**ORGANISATION, **ROLE},
        _in_role,
        gettext_lazy("quand une demande d’entrée est acceptée"),
        False,
    ),
    (
        "member_join_declined",
        gettext_lazy("Demande d’entrée déclinée"),
        _join_answered,
        ORGANISATION,
        {},
        gettext_lazy("quand une demande d’entrée est déclinée"),
        False,
    ),
    (
        "member_join_expired",
        gettext_lazy("Demande d’entrée sans réponse"),
        _join_answered,
        ORGANISATION,
        {},
        gettext_lazy("quand personne n’a répondu à une demande d’entrée en un mois"),
        False,
    ),
    (
        "member_role",
        gettext_lazy("Rôle changé"),
        _mine,
        {**ORGANISATION, **ROLE},
        _in_role,
        gettext_lazy("quand quelqu’un d’autre change le rôle d’un membre"),
        False,
    ),
    (
        "member_removed",
        gettext_lazy("Retrait d’une équipe"),
        _removed,
        ORGANISATION,
        {},
        gettext_lazy("quand quelqu’un d’autre retire un membre"),
        False,
    ),
):
    TEMPLATES.add(_key, Template(_label, _build, _names, required=_required, when=_when, chases=_chases))
