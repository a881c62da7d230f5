"""Continuing training.

Sources of the rules: code du travail L. 6316-1 (Qualiopi), and what programs/data/schemes.json names. What a branch
pays is its OPCO’s to say: no table of it is carried here.
"""

import json
from functools import cache
from pathlib import Path

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from programs.schemes.facts import AMOUNT, CHOICE, EMPLOYER, HEADCOUNT, SIGNED, WHOLE, YES_NO, Fact
from programs.schemes.scenarios import AID, COST, Line, scenario
from programs.schemes.vocabulary import euros, number
from programs.schemes.work import NO, Result, Work, calculator

DATA = Path(__file__).resolve().parents[2] / "data" / "schemes.json"


@cache
def _branches() -> dict[str, dict]:
    return {row["code"]: row for row in json.loads(DATA.read_text("utf-8"))["opcos"]}


def branches() -> dict[str, str]:
    """Code → name of each branch in the reader's language."""
    language = (get_language() or "fr")[:2]
    return {code: row["label"].get(language, row["label"]["fr"]) for code, row in _branches().items()}


@calculator(
    "formation-continue",
    facts=(
        EMPLOYER,
        SIGNED,
        Fact("price", gettext_lazy("Prix par personne, hors TVA (€)"), AMOUNT),
        Fact("people", gettext_lazy("Combien de personnes"), WHOLE, low=1, high=100_000),
        HEADCOUNT,
        Fact(
            "branch",
            gettext_lazy("Branche"),
            CHOICE,
            gettext_lazy("Votre convention collective (IDCC) décide de l’OPCO, pas votre code NAF."),
            choices=branches,
        ),
        Fact("qualiopi", gettext_lazy("L’organisme est-il certifié Qualiopi ?"), YES_NO),
    ),
    rules=("training.small", "training.fse_share", "training.fne", "training.cpf_rest", "training.qualiopi"),
)
def training(work: Work) -> Result:
    """Price × people; what an OPCO or the ESF+ takes over is asked for before the start and never certain: from 0."""
    price, people = work.get("price"), work.get("people", 1)
    funder = _funder(work)
    if price is None:
        return Result(to_price=_("Indiquez le prix du catalogue, ou demandez un devis à l’organisme."))
    if work.get("people") is None:
        work.assume(_("Une seule personne, faute de nombre."))
    work.assume(_("Le salaire des personnes formées et leurs déplacements ne sont pas comptés."))
    cost = Line("training", _("Coûts pédagogiques"), price * people, COST)
    if work.value("training.qualiopi") and work.get("qualiopi") is False:
        work.assume(_("Sans certification Qualiopi, aucun financement public ou mutualisé n’est possible."))
        return Result([scenario(cost)])
    share = work.share("training.fse_share")
    work.assume(_("La demande part avant le début de la formation ; rien n’est acquis avant la réponse."))
    work.assume(
        _(
            "Au plus %(share)s %% des coûts pédagogiques sont comptés : au-delà, c’est à %(funder)s de le dire."
        )
        % {"share": number(work.value("training.fse_share")), "funder": funder}
    )
    small = work.value("training.small")
    if work.get("headcount") is not None and work.get("headcount") >= small:
        words = _("À partir de %(headcount)s salariés, les fonds mutualisés du plan ne sont plus ouverts.")
        work.assume(words % {"headcount": number(small)})
    if not work.value("training.fne"):
        work.assume(_("Le FNE-Formation n’est pas compté : il n’a pas été reconduit."))
    rest = euros(work.value("training.cpf_rest"))
    work.assume(_("Avec son CPF, une personne garde environ %(amount)s à sa charge.") % {"amount": rest})
    rules = ("training.fse_share", "training.qualiopi", "training.small")
    return Result(
        [
            scenario(cost, Line("funds", _("OPCO ou FSE+, si la demande est acceptée"), amount, AID, rules))
            for amount in (NO, price * people * share)
        ]
    )


def _funder(work: Work) -> str:
    """Who is asked, by name where the branch is known; what that one is when it is no OPCO."""
    branch = _branches().get(work.get("branch", ""))
    if branch is None:
        work.assume(_("L’OPCO dépend de la convention collective : choisissez la branche pour le connaître."))
        return _("l’OPCO")
    if not branch["is_opco"]:
        work.assume(
            _("%(name)s finance la formation de ces agents, sans être un OPCO.") % {"name": branch["name"]}
        )
    return branch["name"]
