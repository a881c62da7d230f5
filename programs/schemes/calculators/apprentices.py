"""Apprentices and professional training contracts.

Source of the aid: décret n° 2026-168 du 6 mars 2026; figures in programs/data/schemes.json.
"""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import AMOUNT, CHOICE, DAY, EMPLOYER, HEADCOUNT, SIGNED, WHOLE, YES_NO, Fact
from programs.schemes.scenarios import AID, COST, Line, Scenario, scenario
from programs.schemes.vocabulary import number
from programs.schemes.work import NO, Result, Work, calculator, own_money

LEVELS = {
    "bac": gettext_lazy("jusqu’au bac"),
    "bac2": gettext_lazy("bac + 2"),
    "bac3": gettext_lazy("bac + 3 à bac + 5"),
}
COST_MONTH = Fact(
    "cost_month",
    gettext_lazy("Coût chargé par mois (€)"),
    AMOUNT,
    gettext_lazy("Tel que votre paie le calcule : il dépend de l’âge, de l’année et des exonérations."),
)


@calculator(
    "apprentissage",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact(
            "starts_on",
            gettext_lazy("Début du contrat"),
            DAY,
            gettext_lazy("L’aide suppose aussi un début avant une date limite."),
        ),
        HEADCOUNT,
        Fact("level", gettext_lazy("Diplôme préparé"), CHOICE, choices=LEVELS),
        Fact("disabled", gettext_lazy("Apprenti reconnu travailleur handicapé ?"), YES_NO),
        Fact(
            "quota",
            gettext_lazy("À partir de 250 salariés : le quota d’alternants est-il tenu ?"),
            YES_NO,
            gettext_lazy("Sans réponse, la fourchette compte les deux cas."),
        ),
        COST_MONTH,
        Fact("months", gettext_lazy("Durée du contrat (mois)"), WHOLE, low=1, high=60),
    ),
    rules=(
        "apprentice.aid",
        "apprentice.employer_share",
        "apprentice.threshold",
        "apprentice.quota",
        "apprentice.months",
    ),
)
def apprenticeship(work: Work) -> Result:
    """Payroll's cost + the employer's share − the aid of the first year, by size, level and day of signing."""
    low, high = work.value("apprentice.months", "low"), work.value("apprentice.months", "high")
    months = work.get("months")
    if months is not None and not low <= months <= high:
        words = _("Entre %(low)s et %(high)s mois.")
        raise work.refuse("months", words % {"low": number(low), "high": number(high)})
    starts = work.get("starts_on")
    if starts is not None and starts < work.day:
        raise work.refuse("starts_on", _("Le contrat commence au plus tôt le jour où il est signé."))
    cost = work.get("cost_month")
    if months is None:
        months = 12
        if cost is not None:
            work.assume(_("Coût compté sur douze mois, faute de durée."))
    if not work.certain:
        work.warn(
            _("L’aide à l’embauche n’est sûre, dans nos sources, que pour un employeur privé : à vérifier.")
        )
    work.assume(_("L’aide n’est versée que pour la première année du contrat."))
    own_money(work)
    salary = None
    if cost is not None:
        salary = Line("salary", _("Salaire chargé"), cost * months, COST)
    found: list[Scenario] = []
    for level in [work.get("level")] if work.get("level") else LEVELS:
        share = _employer_share(work, level)
        for amount in _aids(work, level, starts, months):
            aid = Line("aid", _("Aide à l’embauche"), amount, AID, ("apprentice.aid",))
            found.append(scenario(salary, share, aid, priced=cost is not None))
    if work.get("level") is None:
        work.assume(_("Tous les diplômes sont comptés, faute de savoir lequel est préparé."))
    if cost is None:
        return Result(
            found, to_price=_("Le salaire dépend de l’âge et de l’année : à chiffrer avec votre paie.")
        )
    return Result(found)


def _employer_share(work: Work, level: str) -> Line | None:
    if level != "bac3":
        return None
    share = work.value("apprentice.employer_share")
    return Line("share", _("Participation à la formation"), share, COST, ("apprentice.employer_share",))


def _aids(work: Work, level: str, starts: date | None, months: int) -> list[Decimal]:
    """The amounts that the aid may come to, 0 among them where it is not certain."""
    headcount = work.get("headcount")
    threshold = work.value("apprentice.threshold")
    if headcount is None:
        bands = ("lt250", "ge250")
        work.assume(_("Les deux barèmes sont comptés, faute de connaître l’effectif."))
    else:
        bands = ("lt250",) if headcount < threshold else ("ge250",)
    amounts = {amount for band in bands for amount in _of_band(work, band, level, starts)}
    if months < 12:
        work.warn(_("Contrat de moins d’un an : que l’aide soit alors réduite est à vérifier."))
        amounts |= {amount * months / 12 for amount in amounts}
    return sorted(amounts)


def _of_band(work: Work, band: str, level: str, starts: date | None) -> set[Decimal]:
    """The amounts of one size of employer."""
    quota = work.get("quota") if band == "ge250" else True
    if quota is False:
        work.assume(_("Sans le quota d’alternants, pas d’aide à partir de 250 salariés."))
        return {NO}
    brackets = [f"{band}.{level}", *(["disabled"] if work.get("disabled") else [])]
    amounts = set(max((work.sums("apprentice.aid", bracket) for bracket in brackets), key=max))
    if starts and not work.rule("apprentice.aid", brackets[0], starts).holds(starts):
        work.warn(_("Le contrat commence après la date limite de l’aide : la suite n’est pas connue."))
        amounts.add(NO)
    if quota is None:
        words = _("À partir de 250 salariés, l’aide suppose %(share)s %% d’alternants, ou une progression.")
        work.assume(words % {"share": number(work.value("apprentice.quota"))})
        amounts.add(NO)
    return amounts


@calculator(
    "contrat-pro",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("age", gettext_lazy("Âge de la personne"), WHOLE, low=14, high=70),
        Fact("jobseeker", gettext_lazy("Est-elle demandeuse d’emploi ?"), YES_NO),
        COST_MONTH,
        Fact("months", gettext_lazy("Durée du contrat (mois)"), WHOLE, low=1, high=60),
    ),
    rules=("contratpro.months", "contratpro.hours_min", "contratpro.share", "contratpro.age"),
)
def professional(work: Work) -> Result:
    """Payroll's cost; the training is the OPCO's, and there is no general aid any more."""
    young, old = work.value("contratpro.age", "low"), work.value("contratpro.age", "high")
    age = work.get("age")
    if age is not None and age < young:
        raise work.refuse("age", _("À partir de %(age)s ans.") % {"age": number(young)})
    if age is not None and age > old:
        if work.get("jobseeker") is False:
            words = _("Après %(age)s ans, ce contrat est réservé aux demandeurs d’emploi.")
            return Result(refused=words % {"age": number(old)}, instead=("formation-continue",))
        if work.get("jobseeker") is None:
            words = _("Après %(age)s ans, la personne doit être demandeuse d’emploi.")
            work.assume(words % {"age": number(old)})
    low, high = work.value("contratpro.months", "low"), work.value("contratpro.months", "high")
    months = work.get("months")
    if months is not None and not low <= months <= high:
        words = _("Entre %(low)s et %(high)s mois.")
        raise work.refuse("months", words % {"low": number(low), "high": number(high)})
    work.assume(
        _("La formation est financée par l’OPCO, dans la limite de ce que la branche prend en charge.")
    )
    work.assume(_("Il n’y a plus d’aide générale à l’embauche pour ce contrat."))
    own_money(work)
    cost = work.get("cost_month")
    if cost is None:
        return Result(
            to_price=_("Le salaire dépend de l’âge et de la branche : à chiffrer avec votre paie et l’OPCO.")
        )
    lengths = [Decimal(months)] if months is not None else [low, high]
    if months is None:
        work.assume(_("Entre la durée la plus courte et la plus longue, faute de savoir laquelle."))
    return Result(
        [
            scenario(Line("salary", _("Salaire chargé"), cost * length, COST, ("contratpro.months",)))
            for length in lengths
        ]
    )
