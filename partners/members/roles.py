"""What each role may do, in the words of pages and mails."""

from django.utils.translation import gettext_lazy as _

from partners.models import Membership

MAY = {
    Membership.ADMINISTRATOR: _(
        "Tout ce que peut un rédacteur ; en plus, invite, change les rôles, retire et décide de qui entre."
    ),
    Membership.EDITOR: _("Reçoit les sollicitations, y répond, et tient les offres à jour."),
    Membership.READER: _("Lit tout l’espace, sans rien changer, et ne reçoit pas les sollicitations."),
}


def described() -> list[tuple[str, str, str]]:
    """(code, name, what it may) of each role, the one that may most first."""
    return [(code, str(label), str(MAY[code])) for code, label in Membership.ROLES]
