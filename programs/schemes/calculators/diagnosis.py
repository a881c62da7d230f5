"""First looks: Diag Data IA, the European digital innovation hub. Figures in programs/data/schemes.json."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import AMOUNT, AMOUNT_HT, EMPLOYER, HEADCOUNT, SIGNED, SIZE, Fact
from programs.schemes.scenarios import AID, COST, Line, scenario
from programs.schemes.vocabulary import number
from programs.schemes.work import NO, PERCENT, Result, Work, calculator, own_money


@calculator(
    "diag-data-ia",
    facts=(EMPLOYER, SIGNED, HEADCOUNT),
    rules=("diag.share", "diag.rest", "diag.headcount", "diag.days"),
)
def diagnosis(work: Work) -> Result:
    """What is left to pay is known, with the share that is taken over: the price follows from both."""
    low, high = work.value("diag.headcount", "low"), work.value("diag.headcount", "high")
    headcount = work.get("headcount")
    if headcount is not None and not low <= headcount <= high:
        words = _("Ce diagnostic s’adresse aux entreprises de %(low)s à %(high)s personnes.")
        return Result(
            refused=words % {"low": number(low), "high": number(high)}, instead=("edih", "prestation")
        )
    rest = work.value("diag.rest")
    price = (rest * PERCENT / (PERCENT - work.value("diag.share"))).quantize(Decimal(1), ROUND_HALF_UP)
    work.assume(
        _("Prix reconstitué à partir du reste à charge et de la part prise en charge, tous deux indicatifs.")
    )
    work.assume(_("Environ %(days)s jours d’expert.") % {"days": number(work.value("diag.days"))})
    rules = ("diag.rest", "diag.share")
    cost = Line("diagnosis", _("Diagnostic"), price, COST, rules)
    aids = [price - rest] if work.certain else [NO, price - rest]
    return Result([scenario(cost, Line("aid", _("Prise en charge"), one, AID, rules)) for one in aids])


@calculator(
    "edih",
    facts=(
        EMPLOYER,
        SIZE,
        Fact("amount", AMOUNT_HT, AMOUNT, gettext_lazy("Le prix avant remise, si vous l’avez.")),
    ),
)
def innovation_hub(work: Work) -> Result:
    """The reduction is State aid whose rate our sources do not give: nothing is taken off."""
    work.assume(_("Le prix est remisé au titre d’une aide d’État (de minimis ou RGEC), selon l’entreprise."))
    amount = work.get("amount")
    if amount is None:
        return Result(to_price=_("Le tarif dépend de l’aide d’État disponible : à chiffrer avec le pôle."))
    work.warn(_("Le taux de l’aide n’est pas dans nos sources : elle n’est pas déduite."))
    own_money(work)
    return Result([scenario(Line("service", _("Prestation"), amount, COST))])
