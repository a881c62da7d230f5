"""Every rule that a calculator can ask for: what it is called, its unit, and the brackets under which it has values.

The values, with dates and sources, are rows (programs.models.SchemeRule, loaded from programs/data/schemes.json): a new
value is a new row, a new kind of rule is a new line here and a calculator that reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LOW, HIGH = pgettext_lazy("borne", "minimum"), pgettext_lazy("borne", "maximum")
RANGE = {"low": LOW, "high": HIGH}
PLAIN: Mapping[str, str] = {"": ""}


@dataclass(frozen=True)
class Definition:
    """`brackets`: code → words; {"": ""} for a rule with one value."""

    label: str
    unit: str
    brackets: Mapping[str, str] = field(default_factory=lambda: PLAIN)


_APPRENTICES = {
    "lt250.bac": _("moins de 250 salariés, jusqu’au bac"),
    "lt250.bac2": _("moins de 250 salariés, bac + 2"),
    "lt250.bac3": _("moins de 250 salariés, bac + 3 à bac + 5"),
    "ge250.bac": _("250 salariés et plus, jusqu’au bac"),
    "ge250.bac2": _("250 salariés et plus, bac + 2"),
    "ge250.bac3": _("250 salariés et plus, bac + 3 à bac + 5"),
    "disabled": _("apprenti reconnu travailleur handicapé"),
}

DEFINITIONS: dict[str, Definition] = {
    # theses
    "payroll.charges": Definition(_("charges patronales supposées"), "percent"),
    "cifre.grant_year": Definition(_("subvention Cifre à l’employeur"), "eur_year"),
    "cifre.gross_min_year": Definition(_("salaire brut minimal d’une Cifre"), "eur_year"),
    "cifre.months": Definition(_("durée d’une Cifre"), "months"),
    "cifre.lab_fee_year": Definition(_("frais d’accompagnement habituels du laboratoire"), "eur_year", RANGE),
    "cifre.contract_within": Definition(_("délai pour signer le contrat de collaboration"), "months"),
    "cofra.gross_min_month": Definition(_("rémunération brute minimale d’une Cofra"), "eur_month"),
    "cofra.grant_year": Definition(_("subvention d’une Cofra"), "eur_year"),
    "cofra.months": Definition(_("durée d’une Cofra"), "months"),
    "private_doctoral.months": Definition(
        _("durée d’un contrat doctoral de droit privé"),
        "months",
        {"first": _("contrat initial"), "all": _("prolongations comprises")},
    ),
    "thesis.gross_min_month": Definition(_("rémunération brute minimale d’un contrat doctoral"), "eur_month"),
    "thesis.loaded_total": Definition(_("coût chargé d’une thèse, au total"), "eur", RANGE),
    "thesis.months": Definition(_("durée d’une thèse cofinancée"), "months"),
    # interns, apprentices
    "internship.hourly_min": Definition(_("gratification minimale d’un stage"), "eur_hour"),
    "internship.due_after": Definition(_("présence au-delà de laquelle elle est due"), "hours"),
    "internship.hours_max": Definition(_("durée maximale d’un stage"), "hours"),
    "internship.month_hours": Definition(_("présence d’un mois de stage"), "hours"),
    "internship.day_hours": Definition(_("présence d’un jour de stage"), "hours"),
    "internship.weeks": Definition(_("durée habituelle d’un stage de fin d’études"), "weeks", RANGE),
    "internship.share_max": Definition(_("part maximale de stagiaires dans l’effectif"), "percent"),
    "internship.small": Definition(_("effectif à partir duquel la part s’applique"), "people"),
    "internship.small_max": Definition(_("stagiaires au plus, au-dessous de cet effectif"), "people"),
    "apprentice.aid": Definition(_("aide à l’embauche d’un apprenti, première année"), "eur", _APPRENTICES),
    "apprentice.employer_share": Definition(
        _("participation de l’employeur, diplôme de niveau 6 ou 7"), "eur"
    ),
    "apprentice.threshold": Definition(_("effectif qui sépare les deux barèmes"), "people"),
    "apprentice.quota": Definition(_("part d’alternants exigée au-dessus de ce seuil"), "percent"),
    "apprentice.months": Definition(_("durée d’un contrat d’apprentissage"), "months", RANGE),
    "contratpro.months": Definition(_("durée d’un contrat de professionnalisation"), "months", RANGE),
    "contratpro.hours_min": Definition(_("formation minimale"), "hours"),
    "contratpro.share": Definition(_("part de la formation dans le contrat"), "percent", RANGE),
    "contratpro.age": Definition(_("âge, hors demandeurs d’emploi"), "years", RANGE),
    # training
    "training.small": Definition(_("effectif au-dessous duquel les fonds mutualisés sont ouverts"), "people"),
    "training.fse_share": Definition(_("part des coûts pédagogiques prise en charge par le FSE+"), "percent"),
    "training.fne": Definition(_("FNE-Formation ouvert"), "yes_no"),
    "training.cpf_rest": Definition(_("reste à la charge du salarié qui utilise son CPF"), "eur"),
    "training.qualiopi": Definition(_("Qualiopi exigé pour un financement public ou mutualisé"), "yes_no"),
    # working with a laboratory
    "services.vat": Definition(_("TVA d’une prestation"), "percent"),
    "labcom.grant": Definition(_("subvention d’un LabCom, versée au laboratoire"), "eur"),
    "labcom.months": Definition(_("durée d’un LabCom"), "months"),
    "chair.reduction": Definition(
        _("réduction d’impôt sur les sociétés pour mécénat"),
        "percent",
        {"first": _("jusqu’au seuil"), "beyond": _("au-delà du seuil")},
    ),
    "chair.threshold": Definition(_("seuil annuel des dons"), "eur_year"),
    "chair.years": Definition(_("durée d’une chaire"), "years", RANGE),
    "chair.example_total": Definition(_("exemple : chaire SD&IA, total"), "eur"),
    "chair.example_patrons": Definition(_("exemple : chaire SD&IA, mécènes"), "parties"),
    "chair.example_years": Definition(_("exemple : chaire SD&IA, durée"), "years"),
    # diagnosis, aid of the Region
    "diag.share": Definition(_("part du diagnostic prise en charge"), "percent"),
    "diag.rest": Definition(_("reste à charge indicatif du diagnostic"), "eur"),
    "diag.headcount": Definition(_("effectif admis"), "people", RANGE),
    "diag.days": Definition(_("intervention de l’expert"), "days"),
    "primo.headcount_below": Definition(_("effectif, strictement inférieur à"), "people"),
    "rdi.headcount_below": Definition(_("effectif d’une ETI, strictement inférieur à"), "people"),
    "f2030.aid": Definition(_("aide de France 2030 régionalisé"), "eur", RANGE),
    "f2030.programme": Definition(_("coût du programme"), "eur", RANGE),
    "f2030.rate_max": Definition(_("taux d’aide, au plus"), "percent"),
    "f2030.grant_part": Definition(_("part de subvention dans l’aide"), "percent"),
    # calls
    "idemo.programme": Definition(
        _("assiette d’i-Démo"),
        "eur",
        {
            "national": _("national, plus de"),
            "regional_low": _("régionalisé, au moins"),
            "regional_high": _("régionalisé, au plus"),
        },
    ),
    "idemo.parties": Definition(
        _("partenaires d’i-Démo, au plus"),
        "parties",
        {"national": _("national"), "regional": _("régionalisé")},
    ),
    "idemo.months": Definition(
        _("durée d’un projet i-Démo"),
        "months",
        {
            "national_low": _("national, au moins"),
            "national_high": _("national, au plus"),
            "regional_low": _("régionalisé, au moins"),
            "regional_high": _("régionalisé, au plus"),
        },
    ),
    "interreg.rate": Definition(_("part du FEDER, Rhin supérieur, selon l’axe"), "percent", RANGE),
    "interreg.budget": Definition(_("budget d’Interreg Rhin supérieur 2021-2027"), "eur"),
    "horizon.entities_min": Definition(_("entités d’un consortium, au moins"), "parties"),
    "horizon.countries_min": Definition(_("pays d’un consortium, au moins"), "countries"),
    # tax
    "tax.cir_rate": Definition(
        _("taux du crédit d’impôt recherche"),
        "percent",
        {"first": _("jusqu’au seuil"), "beyond": _("au-delà du seuil")},
    ),
    "tax.cir_threshold": Definition(_("seuil annuel des dépenses de recherche"), "eur_year"),
    "tax.cir_overhead": Definition(_("frais de fonctionnement ajoutés au personnel"), "percent"),
    "tax.cii_rate": Definition(_("taux du crédit d’impôt innovation"), "percent"),
    "tax.cii_base_max": Definition(_("dépenses retenues pour le crédit d’impôt innovation"), "eur_year"),
    "tax.cico_rate": Definition(
        _("taux du crédit d’impôt collaboration de recherche"),
        "percent",
        {"standard": _("ETI et grandes entreprises"), "sme": _("PME")},
    ),
    "tax.cico_invoice_max": Definition(_("factures retenues pour ce crédit"), "eur_year"),
    "tax.cico_lab_share": Definition(_("part que l’organisme de recherche supporte, au moins"), "percent"),
}


def label_of(code: str, bracket: str = "") -> str:
    """« Gratification minimale… » with its bracket, in the language that is active; the code of a rule unknown here."""
    if code not in DEFINITIONS:
        return code
    one = DEFINITIONS[code]
    within = one.brackets.get(bracket, bracket)
    return f"{one.label} ({within})" if within else str(one.label)
