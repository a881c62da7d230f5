"""What a calculator asks: one declaration gives the field of the page and the check of what other apps pass on.

Nothing is required: what is not known widens the range. A value that makes no sense is refused beside its field, in the
reader's language.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.schemes.vocabulary import EMPLOYERS, SIZES, number

CHOICE, YES_NO, AMOUNT, WHOLE, DAY = "choice", "yes_no", "amount", "whole", "day"
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2045, 12, 31)
MOST = Decimal(1_000_000_000)
UNSURE = ("", gettext_lazy("je ne sais pas"))


class FactErrors(ValueError):
    """Facts that make no sense: `errors` is fact → sentences in the language that was active."""

    def __init__(self, errors: Mapping[str, list[str]]):
        super().__init__(dict(errors))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Fact:
    """`low`, `high`: limits of a number, both allowed. `choices`: code → words, or a function that gives them."""

    name: str
    label: str
    kind: str
    help: str = ""
    choices: Mapping[str, str] | Callable[[], Mapping[str, str]] = field(default_factory=dict)
    low: int = 0
    high: Decimal | int = MOST
    default: str = ""

    def _options(self) -> list[tuple[str, str]]:
        known = self.choices() if callable(self.choices) else self.choices
        return [*([] if self.default else [UNSURE]), *known.items()]

    def field(self) -> forms.Field:
        said: dict[str, Any] = {"label": self.label, "help_text": self.help, "required": False}
        if self.kind == CHOICE:
            made: forms.Field = forms.ChoiceField(choices=self._options, initial=self.default, **said)
        elif self.kind == YES_NO:
            options = [("yes", gettext_lazy("oui")), ("no", gettext_lazy("non"))]
            made = YesNo(choices=[UNSURE, *options], **said)
        elif self.kind == DAY:
            made = Day(
                widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"), **said
            )
        else:
            made = Number(low=self.low, high=self.high, whole=self.kind == WHOLE, **said)
        made.unmarked = True  # type: ignore[attr-defined]  # the form says once that all of it may be left out
        return made


class Number(forms.CharField):
    """A number as people write it: « 27 600,50 € », "27,600.50", 27600. None when nothing is written."""

    def __init__(self, *, low: int, high: Decimal | int, whole: bool, **kwargs):
        mode = "numeric" if whole else "decimal"
        super().__init__(widget=forms.TextInput(attrs={"inputmode": mode, "class": "w-short"}), **kwargs)
        self.low, self.high, self.whole = Decimal(low), Decimal(high), whole

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        found = read_number(typed)
        if found is None or (self.whole and found != found.to_integral_value()):
            raise forms.ValidationError(
                _("Écrivez un nombre entier, en chiffres.")
                if self.whole
                else _("Écrivez un nombre, en chiffres.")
            )
        if found < self.low:
            raise forms.ValidationError(_("Au moins %(limit)s.") % {"limit": number(self.low)})
        if found > self.high:
            raise forms.ValidationError(_("Au plus %(limit)s.") % {"limit": number(self.high)})
        return int(found) if self.whole else found


def read_number(typed: str) -> Decimal | None:
    """None for what is no number. One sign alone with three digits behind it parts thousands where the active language
    writes thousands so; in every other case the last sign is the decimal one."""
    text = re.sub(r"[\s\u00a0\u202f’'€%]", "", typed)
    if not re.fullmatch(r"-?[0-9][0-9.,]*", text):
        return None
    signs = re.findall(r"[.,]", text)
    if len(set(signs)) == 2:
        last = signs[-1]
        if signs.count(last) > 1:
            return None
        text = text.replace("," if last == "." else ".", "").replace(last, ".")
    elif len(signs) > 1:
        if not re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{3})+", text):
            return None
        text = text.replace(signs[0], "")
    elif (
        signs
        and re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", text)
        and signs[0] == get_format("THOUSAND_SEPARATOR")
    ):
        text = text.replace(signs[0], "")
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    whole = found.quantize(Decimal("0.01"))  # two places: written out and read again, it stays what it is
    return whole if whole == found else None


class YesNo(forms.ChoiceField):
    def clean(self, value):
        return {"yes": True, "no": False}.get(super().clean(value))


class Day(forms.DateField):
    def clean(self, value):
        day = super().clean(value)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Cette date est trop lointaine pour être celle d’un contrat."))
        return day


class FactsForm(forms.Form):
    """A form over the facts of one calculator; `values()` once it is valid."""

    facts: tuple[Fact, ...] = ()

    @classmethod
    def over(cls, facts: Iterable[Fact]) -> type["FactsForm"]:
        facts = tuple(facts)
        return type("FactsForm", (cls,), {"facts": facts, **{fact.name: fact.field() for fact in facts}})

    def values(self) -> dict[str, Any]:
        """Fact → bool, int, Decimal, date or code; what is not known is None, a choice left open its default."""
        found = {fact.name: self.cleaned_data[fact.name] for fact in self.facts}
        return {
            fact.name: (fact.default or None) if found[fact.name] in ("", None) else found[fact.name]
            for fact in self.facts
        }


def as_typed(facts: Mapping[str, Any]) -> dict[str, str]:
    """JSON values as a form receives them."""
    words = {True: "yes", False: "no", None: ""}
    return {
        name: words[value] if isinstance(value, bool) or value is None else str(value)
        for name, value in facts.items()
    }


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as JSON without a float: what is unknown is left out, amounts are strings."""
    return {
        name: value if isinstance(value, bool | int) else str(value)
        for name, value in values.items()
        if value is not None
    }


EMPLOYER = Fact(
    "employer", gettext_lazy("Qui embauche, ou qui paie"), CHOICE, choices=EMPLOYERS, default="company"
)
SIZE = Fact(
    "size",
    gettext_lazy("Taille de l’entreprise"),
    CHOICE,
    gettext_lazy("Celle du groupe : une filiale de quarante personnes d’un grand groupe n’est pas une PME."),
    choices=SIZES,
)
HEADCOUNT = Fact("headcount", gettext_lazy("Effectif (personnes)"), WHOLE, high=2_000_000)
SIGNED = Fact(
    "signed_on",
    gettext_lazy("Signature du contrat"),
    DAY,
    gettext_lazy("Les règles appliquées sont celles de ce jour. Sans date : aujourd’hui."),
)
CIR = Fact(
    "cir",
    gettext_lazy("Utilisez-vous le crédit d’impôt recherche (CIR) ?"),
    YES_NO,
    gettext_lazy("Sans réponse, la fourchette compte les deux cas."),
)
AMOUNT_HT = gettext_lazy("Montant en euros, hors TVA")
REGION = Fact("in_region", gettext_lazy("Un établissement dans le Grand Est ?"), YES_NO)
STARTUP = Fact("startup", gettext_lazy("Est-ce une start-up ?"), YES_NO)
