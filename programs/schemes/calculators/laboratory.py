"""Working with a laboratory: services, joint research, joint laboratory, chair, non-disclosure.

The figures and the sources of the rules (CIR, CICo, patronage, ANR LabCom) are in programs/data/schemes.json.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import (
    AMOUNT,
    AMOUNT_HT,
    CHOICE,
    CIR,
    EMPLOYER,
    SIGNED,
    SIZE,
    WHOLE,
    YES_NO,
    Fact,
)
from programs.schemes.scenarios import COST, TAX, Line, scenario
from programs.schemes.taxing import CIR_RULES, cir
from programs.schemes.vocabulary import euros, number
from programs.schemes.work import NO, Result, Work, calculator, own_money, possibilities

YEAR = Decimal(12)


@calculator(
    "prestation",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("amount", AMOUNT_HT, AMOUNT, gettext_lazy("Celui du devis.")),
        Fact("agreed", gettext_lazy("Le prestataire est-il agréé au titre du CIR ?"), YES_NO),
        CIR,
    ),
    rules=("services.vat", *CIR_RULES),
)
def services(work: Work) -> Result:
    """The quote; CIR on it where the provider is agreed and the company uses the CIR."""
    amount = work.get("amount")
    if amount is None:
        return Result(to_price=_("Le prix est celui du marché : à chiffrer par un devis."))
    vat = number(work.value("services.vat"))
    work.assume(_("La TVA de %(share)s %% s’ajoute au montant.") % {"share": vat})
    cost = Line("service", _("Prestation"), amount, COST)
    if not work.taxed:
        work.assume(_("Sans crédit d’impôt : il suppose une entreprise imposée en France."))
        return Result([scenario(cost)])
    work.assume(_("Le CIR suppose des travaux de recherche et un prestataire de la liste des agréés."))
    used = {
        agreed and claimed
        for agreed in possibilities(work.get("agreed"))
        for claimed in possibilities(work.get("cir"))
    }
    credit = cir(work, external=amount)
    return Result(
        [
            scenario(cost, Line("cir", _("Crédit d’impôt recherche"), credit if one else NO, TAX, CIR_RULES))
            for one in sorted(used)
        ]
    )


CREDITS = {
    "none": gettext_lazy("aucun"),
    "cir": gettext_lazy("crédit d’impôt recherche (CIR)"),
    "cico": gettext_lazy("crédit d’impôt collaboration de recherche (CICo)"),
}


@calculator(
    "collaboration",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact(
            "amount",
            AMOUNT_HT,
            AMOUNT,
            gettext_lazy("Ce que l’organisme de recherche vous facture, au coût de revient."),
        ),
        Fact("months", gettext_lazy("Durée du projet (mois)"), WHOLE, low=1, high=120),
        SIZE,
        Fact(
            "credit",
            gettext_lazy("Crédit d’impôt utilisé"),
            CHOICE,
            gettext_lazy("L’un ou l’autre pour une même dépense, jamais les deux."),
            choices=CREDITS,
        ),
        Fact("signed_before", gettext_lazy("Le contrat est-il signé avant le début des travaux ?"), YES_NO),
        Fact("all_ip", gettext_lazy("Toute la propriété des résultats irait-elle à l’entreprise ?"), YES_NO),
        Fact("lab_share", gettext_lazy("Part des dépenses que l’organisme supporte (%)"), AMOUNT, high=100),
    ),
    rules=("tax.cico_rate", "tax.cico_invoice_max", "tax.cico_lab_share", *CIR_RULES),
)
def collaboration(work: Work) -> Result:
    """What is invoiced; CICo *or* CIR on it. Conditions that are not met close the CICo, unknown ones leave it open."""
    amount = work.get("amount")
    if amount is None:
        return Result(to_price=_("La contribution se négocie : à chiffrer dans l’annexe financière."))
    own_money(work)
    cost = Line("invoice", _("Contribution facturée par l’organisme"), amount, COST)
    if not work.taxed:
        work.assume(_("Sans crédit d’impôt : il suppose une entreprise imposée en France."))
        return Result([scenario(cost)])
    chosen = work.get("credit")
    wanted = {chosen} if chosen else set(CREDITS)
    if chosen is None:
        work.assume(_("CIR, CICo ou aucun des deux : la fourchette compte les trois, jamais ensemble."))
    closed = _cico_closed(work)
    if closed and "cico" in wanted:
        work.assume(closed)
        wanted = wanted - {"cico"} or {"none"}
    elif "cico" in wanted:
        work.assume(
            _(
                "CICo : contrat signé avant les travaux, organisme agréé, résultats partagés, publication libre."
            )
        )
    found = [scenario(cost)] if "none" in wanted else []
    years = max(Decimal(work.get("months", YEAR)) / YEAR, Decimal(1))
    if "cir" in wanted:
        credit = cir(work, external=amount / years) * years
        work.assume(_("Le CIR suppose un organisme de la liste des agréés."))
        line = Line("cir", _("Crédit d’impôt recherche"), credit, TAX, CIR_RULES)
        found += [scenario(cost, line)] if chosen else [scenario(cost), scenario(cost, line)]
    if "cico" in wanted:
        rules = ("tax.cico_rate", "tax.cico_invoice_max", "tax.cico_lab_share")
        for credit in _cico(work, amount, years):
            found.append(scenario(cost, Line("cico", _("Crédit d’impôt collaboration"), credit, TAX, rules)))
    return Result(found)


def _cico_closed(work: Work) -> str:
    """Which condition of the CICo is known not to be met, "" when none is."""
    least = work.value("tax.cico_lab_share")
    if work.get("signed_before") is False:
        return _("Pas de CICo : le contrat doit être signé avant le début des travaux.")
    if work.get("all_ip") is True:
        return _("Pas de CICo : l’entreprise ne peut pas avoir toute la propriété des résultats.")
    share = work.get("lab_share")
    if share is not None and share < least:
        words = _("Pas de CICo : l’organisme doit supporter au moins %(share)s %% des dépenses.")
        return words % {"share": number(least)}
    return ""


def _cico(work: Work, amount: Decimal, years: Decimal) -> list[Decimal]:
    """The possible amounts: by size where it is known; nothing too once the rule has ended."""
    size = work.get("size")
    brackets = {"sme": ["sme"], None: ["standard", "sme"]}.get(size, ["standard"])
    if size is None:
        work.assume(_("Les deux taux du CICo sont comptés, faute de connaître la taille."))
    retained = min(amount, work.value("tax.cico_invoice_max") * years)
    return sorted({retained * rate / 100 for one in brackets for rate in work.sums("tax.cico_rate", one)})


@calculator(
    "nda",
    facts=(EMPLOYER,),
)
def non_disclosure(work: Work) -> Result:
    own_money(work)
    return Result(
        to_price=_(
            "Nos sources ne donnent aucun montant : comptez le temps de votre juriste, à voir avec l’établissement."
        )
    )


@calculator(
    "labcom",
    facts=(
        EMPLOYER,
        SIZE,
        Fact("amount", gettext_lazy("Votre contribution, en tout (€)"), AMOUNT),
    ),
    rules=("labcom.grant", "labcom.months"),
)
def labcom(work: Work) -> Result:
    """The grant goes to the laboratory: it takes nothing off what the company brings."""
    work.assume(
        _("L’ANR verse %(amount)s au laboratoire, pour %(months)s mois : l’entreprise ne reçoit rien.")
        % {
            "amount": euros(work.value("labcom.grant")),
            "months": number(work.value("labcom.months")),
        }
    )
    own_money(work)
    amount = work.get("amount")
    if amount is None:
        return Result(
            to_price=_("La contribution de l’entreprise se fixe au montage : à chiffrer avec le laboratoire.")
        )
    return Result([scenario(Line("share", _("Contribution de l’entreprise"), amount, COST))])


@calculator(
    "chaire",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("amount_year", gettext_lazy("Don par an (€)"), AMOUNT),
        Fact("years", gettext_lazy("Durée (ans)"), WHOLE, low=1, high=10),
        Fact(
            "return",
            gettext_lazy("Attendez-vous des résultats ou des droits en échange ?"),
            YES_NO,
            gettext_lazy("Alors ce n’est plus un mécénat : l’avantage fiscal disparaît."),
        ),
    ),
    rules=(
        "chair.reduction",
        "chair.threshold",
        "chair.years",
        "chair.example_total",
        "chair.example_patrons",
        "chair.example_years",
    ),
)
def chair(work: Work) -> Result:
    """Donations over the years; a reduction of tax at one rate up to the yearly threshold, another beyond."""
    each = work.value("chair.example_total") / work.value("chair.example_patrons")
    each /= work.value("chair.example_years")
    work.assume(
        _("Exemple connu : la chaire SD&IA de Strasbourg, soit %(amount)s par an et par mécène en moyenne.")
        % {"amount": euros(each)}
    )
    amount = work.get("amount_year")
    if amount is None:
        return Result(
            to_price=_("Le montant d’une chaire se décide avec la fondation : à chiffrer avec elle.")
        )
    spans = [work.value("chair.years", bound) for bound in ("low", "high")]
    years = [Decimal(work.get("years"))] if work.get("years") else spans
    threshold = work.value("chair.threshold")
    reduction = min(amount, threshold) * work.share("chair.reduction", "first")
    if amount > threshold:
        reduction += (amount - threshold) * work.share("chair.reduction", "beyond")
    work.assume(_("La réduction d’impôt suppose un vrai mécénat et une entreprise imposée en France."))
    possible = possibilities(None if work.get("return") is None else not work.get("return"))
    if not work.taxed:
        possible = (False,)
    return Result(
        [
            scenario(
                Line("gift", _("Dons"), amount * one, COST),
                Line(
                    "gift_tax",
                    _("Réduction d’impôt pour mécénat"),
                    reduction * one if used else NO,
                    TAX,
                    ("chair.reduction", "chair.threshold"),
                ),
            )
            for one in years
            for used in possible
        ]
    )
