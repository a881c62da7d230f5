"""A warning about us: whoever follows the case belongs to somebody who could be asked."""

from django.utils.translation import gettext as _

from foundation.names import own_domain
from partners.models import Membership, Organisation
from triage.warnings.base import WARNINGS, Case, Link, Warning


@WARNINGS.register("conflict-of-interest")
def conflict_of_interest(case: Case) -> Warning | None:
    """A membership, or an address of the same domain: a coordinator of the candidate laboratory steps back."""
    who = case.irritant.coordinator or case.reader
    if not case.candidates:
        return None
    ours = set(
        Membership.objects.filter(user=who, organisation__in=[row.pk for row in case.candidates]).values_list(
            "organisation", flat=True
        )
    )
    domain = own_domain(who.email)
    found = [row for row in case.candidates if row.pk in ours or (domain and domain in _domains(row))]
    if not found:
        return None
    names = ", ".join(dict.fromkeys(row.name for row in found))
    return Warning(
        _("%(who)s appartient à un partenaire possible : %(names)s") % {"who": who, "names": names},
        _("On ne départage pas des partenaires quand on est de l’un d’eux, même de bonne foi."),
        _("Passer le dossier à un collègue avant de retenir, d’écarter ou de solliciter."),
        [Link(_("Passer à un collègue"), "#suivi")],
        grave=True,
    )


def _domains(organisation: Organisation) -> set[str]:
    return {
        own_domain(organisation.contact_email),
        organisation.web_domain.casefold().removeprefix("www."),
    } - {""}
