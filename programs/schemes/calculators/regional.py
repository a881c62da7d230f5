"""Aid of the Région Grand Est. Figures in programs/data/schemes.json; rates that no source gives are not guessed."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import (
    AMOUNT,
    AMOUNT_HT,
    EMPLOYER,
    HEADCOUNT,
    REGION,
    SIGNED,
    SIZE,
    STARTUP,
    YES_NO,
    Fact,
)
from programs.schemes.scenarios import AID, COST, Line, scenario
from programs.schemes.vocabulary import euros, number, span
from programs.schemes.work import NO, PERCENT, Result, Work, calculator, own_money

EXPENSES = Fact("amount", AMOUNT_HT, AMOUNT, gettext_lazy("Les dépenses que l’aide concernerait."))


def _too_large(work: Work, rule: str) -> str:
    """Why the headcount closes the scheme, "" when it does not."""
    limit, headcount = work.value(rule), work.get("headcount")
    if headcount is None or headcount < limit:
        return ""
    return _("Réservé aux entreprises de moins de %(limit)s personnes.") % {"limit": number(limit)}


def _not_deducted(work: Work, to_price: str) -> Result:
    """The expenses, whole: the aid exists, its rate is not known here."""
    amount = work.get("amount")
    if amount is None:
        return Result(to_price=to_price)
    work.warn(_("Le taux de l’aide n’est pas dans nos sources : elle n’est pas déduite."))
    own_money(work)
    return Result([scenario(Line("expenses", _("Dépenses du projet"), amount, COST))])


@calculator(
    "ge-primo-ia",
    facts=(
        EMPLOYER,
        HEADCOUNT,
        REGION,
        STARTUP,
        Fact("consulting", gettext_lazy("L’activité est-elle le conseil ?"), YES_NO),
        Fact("first_project", gettext_lazy("Est-ce votre tout premier projet d’IA, jamais aidé ?"), YES_NO),
        EXPENSES,
    ),
    rules=("primo.headcount_below",),
)
def first_users(work: Work) -> Result:
    if refused := _too_large(work, "primo.headcount_below"):
        return Result(refused=refused, instead=("ge-rdi", "prestation"))
    if work.get("consulting") is True:
        return Result(refused=_("Le conseil est exclu de cette aide."), instead=("edih", "prestation"))
    if work.get("first_project") is False:
        return Result(
            refused=_("L’aide est réservée au tout premier projet d’IA, jamais aidé."), instead=("ge-rdi",)
        )
    work.assume(_("Prestation externe ou recrutement, de préférence après un diagnostic IA."))
    return _not_deducted(
        work, _("Le taux n’est pas dans nos sources : à chiffrer avec la Région Grand Est, sur devis.")
    )


@calculator(
    "ge-rdi",
    facts=(
        EMPLOYER,
        SIZE,
        HEADCOUNT,
        REGION,
        Fact(
            "partner",
            gettext_lazy("Une start-up ou un acteur académique du Grand Est est-il du projet ?"),
            YES_NO,
        ),
        EXPENSES,
    ),
    rules=("rdi.headcount_below",),
)
def joint_projects(work: Work) -> Result:
    if refused := _too_large(work, "rdi.headcount_below"):
        return Result(refused=refused, instead=("collaboration", "cir-cii"))
    if work.get("partner") is False:
        words = _("Il faut au moins une entreprise et une start-up ou un acteur académique du Grand Est.")
        return Result(refused=words, instead=("collaboration",))
    work.assume(_("L’aide mêle subvention et avance remboursable : l’avance se rend."))
    return _not_deducted(
        work, _("Les montants ne sont pas dans nos sources : à chiffrer avec la Région Grand Est.")
    )


@calculator(
    "france2030-reg",
    facts=(
        EMPLOYER,
        REGION,
        SIGNED,
        Fact("amount", gettext_lazy("Coût du programme, hors TVA (€)"), AMOUNT),
    ),
    rules=("f2030.aid", "f2030.programme", "f2030.rate_max", "f2030.grant_part"),
)
def france_2030(work: Work) -> Result:
    """Nothing where the project is not chosen; at best the highest rate, of which the subsidy alone is kept."""
    low, high = work.value("f2030.programme", "low"), work.value("f2030.programme", "high")
    amount = work.get("amount")
    if amount is not None and not low <= amount <= high:
        words = _("Le programme doit coûter %(range)s.") % {"range": span(low, high)}
        return Result(refused=words, instead=("ge-rdi", "idemo") if amount < low else ("idemo",))
    work.assume(_("Si le projet n’est pas retenu, il n’y a pas d’aide : la fourchette commence là."))
    if amount is None:
        return Result(to_price=_("Indiquez le coût du programme : l’aide en dépend."))
    own_money(work)
    rate = work.value("f2030.rate_max")
    granted = min(amount * rate / PERCENT, work.value("f2030.aid", "high"))
    if granted < work.value("f2030.aid", "low"):
        granted = NO
    part = work.value("f2030.grant_part")
    advance = granted * (PERCENT - part) / PERCENT
    work.assume(
        _(
            "Au plus %(rate)s %% d’aide ; l’avance remboursable (%(advance)s au plus) se rend, elle n’est pas déduite."
        )
        % {"rate": number(rate), "advance": euros(advance.to_integral_value())}
    )
    cost = Line("programme", _("Coût du programme"), amount, COST, ("f2030.programme",))
    rules = ("f2030.aid", "f2030.rate_max", "f2030.grant_part")
    subsidy = granted * part / PERCENT
    return Result(
        [
            scenario(cost, Line("subsidy", _("Subvention, si le projet est retenu"), one, AID, rules))
            for one in (Decimal(0), subsidy)
        ]
    )
