"""A warning about the need itself: a competitor has the same one, and neither may learn of the other."""

from django.db.models import Q
from django.utils.translation import gettext as _

from intake.models import Company, Irritant
from triage.warnings.base import WARNINGS, Case, Link, Warning, links_to

LOOKED_AT = 60  # the newest of the same trade
SIMILAR = 0.5  # of the smaller of the two lists of topics


@WARNINGS.register("competitor")
def competitor(case: Case) -> Warning | None:
    """Another open irritant of the same NAF class about the same topics. No code, or no topic: nothing is said."""
    same_trade = _same_class(case.irritant.company)
    if same_trade is None or not case.topics:
        return None
    rows = (
        Irritant.objects.open()
        .filter(same_trade, erased_at=None)
        .exclude(company=case.irritant.company)
        .openable_by(case.reader)
        .select_related("company", "qualification")
        .prefetch_related("qualification__topics")
        .order_by("-pk")[:LOOKED_AT]
    )
    copies = {one.irritant.pk for one in case.near_copies}
    found = [row for row in rows if row.pk not in copies and _similar(case.topics, topics_of(row))]
    if not found:
        return None
    return Warning(
        _("Un concurrent possible a le même besoin"),
        _(
            "Même classe d’activité, thèmes semblables, dossier ouvert : aucun des deux ne doit apprendre l’autre."
        ),
        _(
            "Ne citer l’autre nulle part, et éviter de solliciter la même équipe pour les deux sans le lui avoir "
            "demandé."
        ),
        [*links_to(found), Link(_("Qui lit quoi"), "#confidentialite")],
        grave=True,
    )


def _same_class(company: Company) -> Q | None:
    """Companies of the same class in the same nomenclature; None without a code."""
    found = None
    for name, code in (("naf_rev2", company.naf_rev2), ("naf_2025", company.naf_2025)):
        if len(code) >= 5:
            one = Q(**{f"company__{name}__gte": f"{code[:5]}A", f"company__{name}__lte": f"{code[:5]}Z"})
            found = one if found is None else found | one
    return found


def topics_of(irritant: Irritant) -> frozenset[str]:
    """What a coordinator chose, else what the company confirmed."""
    qualification = getattr(irritant, "qualification", None)
    chosen = [topic.code for topic in qualification.topics.all()] if qualification else []
    return frozenset(chosen or irritant.topics_confirmed)


def _similar(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(other) and len(one & other) >= SIMILAR * min(len(one), len(other))
