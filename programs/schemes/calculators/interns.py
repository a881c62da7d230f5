"""Interns.

Source of the rules: code de l’éducation L. 124-1 and following; figures in programs/data/schemes.json.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.facts import AMOUNT, DAY, EMPLOYER, HEADCOUNT, WHOLE, Fact
from programs.schemes.scenarios import COST, Line, scenario
from programs.schemes.vocabulary import euros, number
from programs.schemes.work import NO, Result, Work, calculator, own_money

WEEK_DAYS = Decimal(5)


@calculator(
    "stage",
    facts=(
        EMPLOYER,
        Fact(
            "signed_on",
            gettext_lazy("Début du stage"),
            DAY,
            gettext_lazy("Le taux appliqué est celui de ce jour. Sans date : aujourd’hui."),
        ),
        Fact("hours", gettext_lazy("Heures de présence, en tout"), WHOLE, low=1),
        Fact(
            "months",
            gettext_lazy("Ou durée en mois, à plein temps"),
            AMOUNT,
            gettext_lazy("Sert quand les heures ne sont pas connues."),
        ),
        Fact("hourly", gettext_lazy("Gratification par heure (€)"), AMOUNT),
        Fact("interns", gettext_lazy("Combien de stagiaires pour ce sujet"), WHOLE, low=1, high=100),
        HEADCOUNT,
        Fact("others", gettext_lazy("Autres stagiaires présents en même temps"), WHOLE, high=100_000),
    ),
    rules=(
        "internship.hourly_min",
        "internship.due_after",
        "internship.hours_max",
        "internship.month_hours",
        "internship.weeks",
        "internship.day_hours",
        "internship.share_max",
        "internship.small",
        "internship.small_max",
    ),
)
def internship(work: Work) -> Result:
    """Hours × the hourly allowance, owed in whole as soon as the presence exceeds two months (44 days of 7 hours)."""
    if work.get("employer") == "foreign":
        return Result(
            to_price=_(
                "Hors de France, la gratification suit le droit du pays d’accueil : à chiffrer avec l’école."
            )
        )
    interns = work.get("interns", 1)
    if refused := _too_many(work, interns + work.get("others", 0)):
        return Result(refused=refused)
    least, due_after = work.value("internship.hourly_min"), work.value("internship.due_after")
    hourly = work.get("hourly")
    work.assume(
        _("Jusqu’au minimum de %(amount)s par heure, la gratification est exonérée de cotisations.")
        % {"amount": euros(least)}
    )
    if hourly is not None and hourly > least:
        work.warn(
            _("Au-delà du minimum, des cotisations sont dues sur la différence : elles ne sont pas comptées.")
        )
    own_money(work)
    found = []
    for hours in _hours(work):
        due = hours > due_after
        if due and hourly is not None and hourly < least:
            raise work.refuse("hourly", _("Au moins %(amount)s par heure.") % {"amount": euros(least)})
        rates = [hourly] if hourly is not None else [least] if due else [NO, least]
        if not due:
            work.assume(
                _("Jusqu’à %(hours)s heures de présence, la gratification n’est pas obligatoire.")
                % {"hours": number(due_after)}
            )
        for rate in rates:
            rules = ("internship.hourly_min", "internship.due_after")
            found.append(scenario(Line("allowance", _("Gratification"), hours * rate * interns, COST, rules)))
    return Result(found)


def _hours(work: Work) -> list[Decimal]:
    """Of presence, for one intern: as told, or between the usual lengths of a last-year internship."""
    most = work.value("internship.hours_max")
    words = _("Au plus %(hours)s heures de présence dans une année d’enseignement (six mois).")
    if (hours := work.get("hours")) is not None:
        if hours > most:
            raise work.refuse("hours", words % {"hours": number(most)})
        return [Decimal(hours)]
    if (months := work.get("months")) is not None:
        hours = months * work.value("internship.month_hours")
        if hours > most:
            raise work.refuse("months", words % {"hours": number(most)})
        work.assume(
            _("Un mois à plein temps : %(hours)s heures.")
            % {"hours": number(work.value("internship.month_hours"))}
        )
        return [hours]
    low, high = work.value("internship.weeks", "low"), work.value("internship.weeks", "high")
    work.assume(
        _("Durée habituelle d’un stage de fin d’études : %(low)s à %(high)s semaines à plein temps.")
        % {"low": number(low), "high": number(high)}
    )
    day = work.value("internship.day_hours")
    return [min(weeks * WEEK_DAYS * day, most) for weeks in (low, high)]


def _too_many(work: Work, present: int) -> str:
    """Why so many interns cannot be there at once, "" when they can. How a part of a person is rounded our sources do
    not say: refused above the next whole number, doubtful between the two."""
    headcount = work.get("headcount")
    if headcount is None:
        return ""
    small = work.value("internship.small")
    if headcount < small:
        most = work.value("internship.small_max")
        at_most = most
    else:
        part = headcount * work.share("internship.share_max")
        most, at_most = part.to_integral_value(ROUND_FLOOR), part.to_integral_value(ROUND_CEILING)
    if present > at_most:
        return _(
            "Avec %(headcount)s personnes, au plus %(most)s stagiaires peuvent être présents en même temps."
        ) % {
            "headcount": number(Decimal(headcount)),
            "most": number(at_most),
        }
    if present > most:
        work.warn(_("Le nombre de stagiaires est à la limite : l’arrondi est à vérifier avec l’école."))
    return ""
