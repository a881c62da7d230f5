"""Doctorates: Cifre, Cofra, private doctoral contract, co-financed thesis.

Sources of the formulas: ANRT, « Le dispositif Cifre » and « Cofra » (2026); code de la recherche L. 412-3; figures in
programs/data/schemes.json.
"""

from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import AMOUNT, CIR, EMPLOYER, SIGNED, WHOLE, Fact
from programs.schemes.scenarios import AID, COST, TAX, Line, scenario
from programs.schemes.taxing import CIR_RULES, cir
from programs.schemes.vocabulary import euros, number
from programs.schemes.work import NO, PERCENT, Result, Work, calculator, own_money, possibilities

YEAR = Decimal(12)
GROSS = Fact(
    "gross_year",
    gettext_lazy("Salaire brut par an (€)"),
    AMOUNT,
    gettext_lazy("Sans montant : le minimum de l’année de signature, s’il y en a un."),
)


def _loaded(work: Work, gross: Decimal) -> Decimal:
    charges = work.value("payroll.charges")
    work.assume(
        _("Charges patronales : %(share)s %% du brut, salaire constant pendant tout le contrat.")
        % {"share": number(charges)}
    )
    return gross * (1 + charges / PERCENT)


def _credits(work: Work, staff: Decimal, aid: Decimal) -> tuple[Decimal, ...]:
    """The possible amounts of a year's CIR on this employee."""
    if not work.taxed:
        work.assume(_("Sans crédit d’impôt : il suppose une entreprise imposée en France."))
        return (NO,)
    known = work.get("cir")
    if known is None:
        work.assume(_("Avec ou sans crédit d’impôt recherche, selon que l’entreprise l’utilise."))
    return tuple(cir(work, staff=staff, aid=aid) if used else NO for used in possibilities(known))


def _salary(years: Decimal, loaded: Decimal, rule: str) -> Line:
    return Line("salary", _("Salaire chargé"), loaded * years, COST, (rule, "payroll.charges"))


def _credit(years: Decimal, amount: Decimal) -> Line:
    return Line("cir", _("Crédit d’impôt recherche"), amount * years, TAX, CIR_RULES)


@calculator(
    "cifre",
    facts=(
        EMPLOYER,
        SIGNED,
        GROSS,
        Fact(
            "lab_fee_year",
            gettext_lazy("Frais d’accompagnement du laboratoire, par an (€)"),
            AMOUNT,
            gettext_lazy("Ils se négocient. Sans montant : la fourchette habituelle."),
        ),
        CIR,
    ),
    rules=(
        "cifre.grant_year",
        "cifre.gross_min_year",
        "cifre.months",
        "cifre.lab_fee_year",
        "cifre.contract_within",
        "payroll.charges",
        *CIR_RULES,
    ),
)
def cifre(work: Work) -> Result:
    """Loaded salary + laboratory's fee − grant − CIR on (salary × (1 + overhead) − grant), over the whole contract."""
    years = work.value("cifre.months") / YEAR
    least = work.value("cifre.gross_min_year")
    gross = work.get("gross_year", least)
    if gross < least:
        words = _("Au moins %(amount)s bruts par an pour une Cifre signée en %(year)s.")
        raise work.refuse("gross_year", words % {"amount": euros(least), "year": work.day.year})
    loaded = _loaded(work, gross)
    fee = work.get("lab_fee_year")
    if fee is None:
        fees = [work.value("cifre.lab_fee_year", bound) for bound in ("low", "high")]
        work.assume(_("Frais du laboratoire : fourchette habituelle, à négocier."))
    else:
        fees = [fee]
    grants = work.sums("cifre.grant_year")
    work.assume(_("Le crédit d’impôt porte sur le salarié seul, pas sur les frais du laboratoire."))
    own_money(work)
    found = []
    for fee, grant in product(fees, grants):
        for credit in _credits(work, loaded, grant):
            found.append(
                scenario(
                    _salary(years, loaded, "cifre.gross_min_year"),
                    Line("lab_fee", _("Frais du laboratoire"), fee * years, COST, ("cifre.lab_fee_year",)),
                    Line("grant", _("Subvention Cifre"), grant * years, AID, ("cifre.grant_year",)),
                    _credit(years, credit),
                )
            )
    return Result(found)


@calculator(
    "cofra",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("gross_month", gettext_lazy("Rémunération brute par mois (€)"), AMOUNT),
    ),
    rules=(
        "cofra.gross_min_month",
        "cofra.grant_year",
        "cofra.months",
        "thesis.loaded_total",
        "thesis.gross_min_month",
    ),
)
def cofra(work: Work) -> Result:
    """No grant: the loaded cost of a public doctoral contract, in proportion to the pay."""
    least = work.value("cofra.gross_min_month")
    gross = work.get("gross_month", least)
    if gross < least:
        raise work.refuse("gross_month", _("Au moins %(amount)s bruts par mois.") % {"amount": euros(least)})
    more = gross / work.value("thesis.gross_min_month")
    months = work.value("cofra.months")
    work.assume(
        _("Coût chargé indicatif d’un contrat doctoral de %(months)s mois, en proportion de la rémunération.")
        % {"months": number(months)}
    )
    work.assume(_("Une Cofra n’apporte aucune subvention : tout reste à la charge de l’administration."))
    work.value("cofra.grant_year")
    own_money(work)
    rules = ("thesis.loaded_total", "cofra.gross_min_month")
    return Result(
        [
            scenario(
                Line(
                    "salary",
                    _("Salaire chargé"),
                    work.value("thesis.loaded_total", bound) * more,
                    COST,
                    rules,
                )
            )
            for bound in ("low", "high")
        ]
    )


@calculator(
    "contrat-doctoral-prive",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("gross_year", gettext_lazy("Salaire brut par an (€)"), AMOUNT, low=1),
        Fact("months", gettext_lazy("Durée du contrat (mois)"), WHOLE, low=1, high=60),
        CIR,
    ),
    rules=("private_doctoral.months", "payroll.charges", *CIR_RULES),
)
def private_doctoral(work: Work) -> Result:
    """No aid of its own; CIR on the loaded salary. The pay is agreed upon: without it nothing can be counted."""
    longest = work.value("private_doctoral.months", "all")
    months = Decimal(work.get("months", work.value("private_doctoral.months", "first")))
    if months > longest:
        words = _("Au plus %(months)s mois, prolongations comprises.")
        raise work.refuse("months", words % {"months": number(longest)})
    gross = work.get("gross_year")
    if gross is None:
        return Result(
            to_price=_("Indiquez le salaire prévu : nos sources ne donnent pas de minimum pour ce contrat.")
        )
    loaded, years = _loaded(work, gross), months / YEAR
    work.assume(_("Contrat de %(months)s mois.") % {"months": number(months)})
    work.assume(_("Aucune aide propre à ce contrat ; une Cifre peut s’y ajouter, et se calcule à part."))
    own_money(work)
    return Result(
        [
            scenario(_salary(years, loaded, "payroll.charges"), _credit(years, credit))
            for credit in _credits(work, loaded, NO)
        ]
    )


@calculator(
    "these-cofinancee",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact(
            "share",
            gettext_lazy("Part payée par vous (%)"),
            AMOUNT,
            gettext_lazy("Elle se négocie avec l’établissement, la Région ou l’organisme qui paie le reste."),
            high=100,
        ),
    ),
    rules=("thesis.loaded_total", "thesis.gross_min_month", "thesis.months"),
)
def cofinanced(work: Work) -> Result:
    """The whole thesis before, the share that the others take off after; unknown, nothing is taken off."""
    share = work.get("share")
    work.value("thesis.gross_min_month"), work.value("thesis.months")
    if share is None:
        work.warn(
            _(
                "La part des autres financeurs n’est pas connue, et pas déduite. À chiffrer avec l’établissement."
            )
        )
    work.assume(_("Coût chargé indicatif de toute la thèse, au minimum réglementaire de rémunération."))
    own_money(work)
    found = []
    for bound in ("low", "high"):
        total = work.value("thesis.loaded_total", bound)
        cost = Line("thesis", _("Thèse, coût total"), total, COST, ("thesis.loaded_total",))
        others = NO if share is None else total * (PERCENT - share) / PERCENT
        found.append(
            scenario(cost, (others and Line("others", _("Part des autres financeurs"), others, AID)) or None)
        )
    return Result(found)
