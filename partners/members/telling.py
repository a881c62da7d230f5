"""How what happens to members is told in the organisation's history: names are read when it is shown."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal.timeline import PARTNER, READERS, SENTENCES
from partners.models import Membership


@READERS.register("member")
def member_names(codes: set[str]) -> dict[str, str]:
    keys = {code: code.partition(":")[2] for code in codes}
    rows = User.objects.filter(pk__in=[key for key in keys.values() if key.isdecimal()])
    names = {str(user.pk): user.get_full_name() for user in rows}
    return {code: names.get(key, "—") for code, key in keys.items()}


@READERS.register("role")
def role_names(codes: set[str]) -> dict[str, str]:
    return {code: str(label) for code, label in Membership.ROLES if code in codes}


for _name, _said in (
    ("invitation.send", _("Invitation envoyée, comme %(role)s")),
    ("invitation.resend", _("Invitation renvoyée")),
    ("invitation.withdraw", _("Invitation retirée")),
    ("invitation.expire", _("Invitation expirée")),
    ("join_request.ask", _("Quelqu’un demande à entrer")),
    ("join_request.decline", _("Demande d’entrée déclinée")),
    ("join_request.withdraw", _("Demande d’entrée retirée")),
    ("join_request.expire", _("Demande d’entrée restée sans réponse")),
    ("membership.begin", _("%(member)s rejoint l’équipe, comme %(role)s")),
    ("membership.role", _("%(member)s devient %(role)s")),
    ("membership.end", _("%(member)s ne fait plus partie de l’équipe")),
):
    SENTENCES.add(_name, {PARTNER: _said})
