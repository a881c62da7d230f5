"""The people of the demonstration: roles, not persons."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role


@dataclass(frozen=True)
class Member:
    code: str
    email: str
    full_name: str
    role: str
    label: str | Promise
    what: str | Promise


MEMBERS = (
    Member(
        "entreprise",
        "entreprise@demo.example",
        "Responsable méthodes",
        Role.NONE,
        _("Une entreprise"),
        _("Lire ses demandes, répondre, accepter une proposition."),
    ),
    Member(
        "coordination",
        "coordination@demo.example",
        "Coordination ENACT",
        Role.COORDINATOR,
        _("Une coordinatrice"),
        _("Prendre un irritant, le qualifier, solliciter, proposer."),
    ),
    Member(
        "partenaire",
        "partenaire@demo.example",
        "Chargée de partenariats",
        Role.NONE,
        _("Un partenaire"),
        _("Lire une sollicitation et y répondre en une minute."),
    ),
    Member(
        "financeur",
        "financeur@demo.example",
        "Financeur",
        Role.FUNDER,
        _("Un financeur"),
        _("Voir les chiffres, et rien d’autre."),
    ),
    Member(
        "administration",
        "administration@demo.example",
        "Administration",
        Role.ADMINISTRATOR,
        _("L’administration"),
        _("Voir les comptes, les travaux et le journal."),
    ),
)
BY_CODE = {member.code: member for member in MEMBERS}


def accounts() -> list[tuple[str, str, str]]:
    """(role, e-mail, how to sign in) for the line printed at start."""
    return [(str(member.label), member.email, "one click on /demo/") for member in MEMBERS]
