"""CIR and CII as schemes of their own: the credit on a year's expenses."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import AMOUNT, CHOICE, DAY, EMPLOYER, SIZE, Fact
from programs.schemes.scenarios import COST, TAX, Line, scenario
from programs.schemes.taxing import CIR_RULES, cir
from programs.schemes.vocabulary import euros
from programs.schemes.work import NO, Result, Work, calculator

CREDITS = {
    "cir": gettext_lazy("recherche (CIR)"),
    "cii": gettext_lazy("innovation (CII)"),
}


@calculator(
    "cir-cii",
    facts=(
        EMPLOYER,
        Fact(
            "signed_on",
            gettext_lazy("Jour des dépenses"),
            DAY,
            gettext_lazy("Les règles appliquées sont celles de ce jour. Sans date : aujourd’hui."),
        ),
        Fact("credit", gettext_lazy("Crédit d’impôt"), CHOICE, choices=CREDITS, default="cir"),
        SIZE,
        Fact("staff", gettext_lazy("Salaires chargés de l’année, part consacrée au projet (€)"), AMOUNT),
        Fact("external", gettext_lazy("Sous-traitance à des prestataires agréés, dans l’année (€)"), AMOUNT),
        Fact("aid", gettext_lazy("Subventions publiques reçues pour ce projet (€)"), AMOUNT),
    ),
    rules=(*CIR_RULES, "tax.cii_rate", "tax.cii_base_max"),
)
def credits(work: Work) -> Result:
    """A year's expenses before; the credit comes off. The overhead of the CIR is a flat sum, not an expense."""
    staff, external = work.get("staff", NO), work.get("external", NO)
    innovation = work.get("credit") == "cii"
    if innovation and work.get("size") in ("mid", "large"):
        return Result(
            refused=_("Le crédit d’impôt innovation est réservé aux PME."), instead=("collaboration",)
        )
    if not staff and not external:
        return Result(to_price=_("Indiquez les dépenses de l’année : le crédit en dépend."))
    work.assume(
        _("Dépenses d’une seule année ; le caractère de recherche ou d’innovation reste à démontrer.")
    )
    work.assume(_("Un rescrit permet d’interroger l’administration avant de commencer."))
    costs = [
        (staff and Line("staff", _("Salaires chargés"), staff, COST)) or None,
        (external and Line("external", _("Sous-traitance agréée"), external, COST)) or None,
    ]
    aid = work.get("aid", NO)
    if innovation:
        most = work.value("tax.cii_base_max")
        base = min(max(staff + external - aid, NO), most)
        work.assume(_("Assiette du CII plafonnée à %(amount)s par an.") % {"amount": euros(most)})
        if work.get("size") is None:
            work.assume(_("Le crédit d’impôt innovation est réservé aux PME."))
        rules = ("tax.cii_rate", "tax.cii_base_max")
        amounts = [base * rate / 100 for rate in work.sums("tax.cii_rate")]
        label = _("Crédit d’impôt innovation")
    else:
        rules, label = CIR_RULES, _("Crédit d’impôt recherche")
        amounts = [cir(work, staff=staff, external=external, aid=aid)]
    return Result(
        [scenario(*costs, Line(work.get("credit", "cir"), label, one, TAX, rules)) for one in amounts]
    )
