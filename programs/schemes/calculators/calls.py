"""Calls for projects: ANR, i-Démo, Horizon Europe, Interreg; and where a supplier is the better answer.

Figures in programs/data/schemes.json. A call is never won beforehand: a range begins with no aid at all.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import AMOUNT, AMOUNT_HT, CHOICE, EMPLOYER, SIGNED, WHOLE, Fact
from programs.schemes.scenarios import AID, COST, Line, scenario
from programs.schemes.vocabulary import euros, number, span
from programs.schemes.work import NO, Result, Work, calculator, own_money

YOUR_SHARE = Fact("amount", AMOUNT_HT, AMOUNT, gettext_lazy("Vos propres dépenses dans le projet."))
PARTIES = Fact("parties", gettext_lazy("Combien de partenaires"), WHOLE, low=1, high=100)
MONTHS = Fact("months", gettext_lazy("Durée du projet (mois)"), WHOLE, low=1, high=120)


def _not_deducted(work: Work, to_price: str) -> Result:
    work.assume(_("Un appel se gagne : tant que le projet n’est pas retenu, tout reste à votre charge."))
    amount = work.get("amount")
    if amount is None:
        return Result(to_price=to_price)
    work.warn(_("Le taux de l’aide n’est pas dans nos sources : elle n’est pas déduite."))
    own_money(work)
    return Result([scenario(Line("expenses", _("Dépenses du projet"), amount, COST))])


@calculator("anr-prce", facts=(EMPLOYER, YOUR_SHARE))
def anr(work: Work) -> Result:
    return _not_deducted(
        work, _("Le budget se monte avec le laboratoire qui porte le projet : à chiffrer avec lui.")
    )


@calculator(
    "idemo",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("programme", gettext_lazy("Coût de tout le projet, hors TVA (€)"), AMOUNT),
        YOUR_SHARE,
        PARTIES,
        MONTHS,
    ),
    rules=("idemo.programme", "idemo.parties", "idemo.months"),
)
def idemo(work: Work) -> Result:
    """National above a first amount, regional in a band below it; no rate in our sources."""
    programme = work.get("programme")
    least, most = (
        work.value("idemo.programme", "regional_low"),
        work.value("idemo.programme", "regional_high"),
    )
    national = work.value("idemo.programme", "national")
    if programme is not None and programme < least:
        words = _("Le projet doit coûter au moins %(amount)s.") % {"amount": euros(least)}
        return Result(refused=words, instead=("ge-rdi", "collaboration"))
    if programme is None:
        work.assume(
            _("Volet national au-dessus de %(national)s, volet régionalisé %(range)s.")
            % {"national": euros(national), "range": span(least, most)}
        )
    else:
        volet = "national" if programme > national else "regional"
        parties = work.value("idemo.parties", volet)
        if work.get("parties", 0) > parties:
            raise work.refuse("parties", _("Au plus %(limit)s.") % {"limit": number(parties)})
        low = work.value("idemo.months", f"{volet}_low")
        high = work.value("idemo.months", f"{volet}_high")
        if work.get("months") is not None and not low <= work.get("months") <= high:
            words = _("Entre %(low)s et %(high)s mois.")
            raise work.refuse("months", words % {"low": number(low), "high": number(high)})
        work.assume(_("Volet national.") if volet == "national" else _("Volet régionalisé."))
    work.warn(_("Les appels ferment par saisons : la date de la prochaine relève est à vérifier."))
    return _not_deducted(work, _("Le taux n’est pas dans nos sources : à chiffrer avec Bpifrance."))


@calculator(
    "horizon",
    facts=(
        EMPLOYER,
        PARTIES,
        Fact("countries", gettext_lazy("De combien de pays"), WHOLE, low=1, high=60),
        YOUR_SHARE,
    ),
    rules=("horizon.entities_min", "horizon.countries_min"),
)
def horizon(work: Work) -> Result:
    least, countries = work.value("horizon.entities_min"), work.value("horizon.countries_min")
    short = work.get("parties", least) < least or work.get("countries", countries) < countries
    if short:
        words = _("Il faut au moins %(parties)s entités de %(countries)s pays.")
        return Result(
            refused=words % {"parties": number(least), "countries": number(countries)},
            instead=("interreg", "anr-prce"),
        )
    return _not_deducted(
        work,
        _("Le taux dépend de l’appel : à chiffrer avec le point de contact national ou le coordinateur."),
    )


PROGRAMMES = {
    "upper_rhine": gettext_lazy("Rhin supérieur"),
    "greater_region": gettext_lazy("Grande Région"),
}
RATES = {"low": gettext_lazy("le taux bas"), "high": gettext_lazy("le taux haut")}


@calculator(
    "interreg",
    facts=(
        EMPLOYER,
        Fact("programme", gettext_lazy("Programme"), CHOICE, choices=PROGRAMMES, default="upper_rhine"),
        Fact(
            "axis",
            gettext_lazy("Taux de l’axe"),
            CHOICE,
            gettext_lazy("Le taux dépend de l’axe du programme."),
            choices=RATES,
        ),
        YOUR_SHARE,
    ),
    rules=("interreg.rate", "interreg.budget"),
)
def interreg(work: Work) -> Result:
    """Upper Rhine: one of two rates of ERDF where the project is chosen; Greater Region: no rate in our sources."""
    work.assume(_("L’aide est payée après coup, sur justificatifs : la trésorerie est à votre charge."))
    to_price = _(
        "Le budget se monte avec les partenaires de part et d’autre de la frontière : à chiffrer avec eux."
    )
    if work.get("programme") == "greater_region":
        return _not_deducted(work, to_price)
    work.assume(_("Si le projet n’est pas retenu, il n’y a pas d’aide : la fourchette commence là."))
    work.assume(_("Les partenaires suisses sont financés à part."))
    amount = work.get("amount")
    if amount is None:
        return Result(to_price=to_price)
    own_money(work)
    axes = [work.get("axis")] if work.get("axis") else ["low", "high"]
    rates = [work.share("interreg.rate", axis) for axis in axes]
    cost = Line("expenses", _("Dépenses du projet"), amount, COST)
    return Result(
        [
            scenario(
                cost,
                Line("erdf", _("FEDER, si le projet est retenu"), amount * rate, AID, ("interreg.rate",)),
            )
            for rate in [NO, *rates]
        ]
    )


@calculator("offreur", facts=(EMPLOYER, Fact("amount", AMOUNT_HT, AMOUNT, gettext_lazy("Celui du devis."))))
def supplier(work: Work) -> Result:
    """The market's price: nothing of ours comes off it."""
    amount = work.get("amount", Decimal(0))
    if not amount:
        return Result(to_price=_("Le prix est celui du marché : à chiffrer par plusieurs devis."))
    own_money(work)
    return Result([scenario(Line("service", _("Prestation"), amount, COST))])
