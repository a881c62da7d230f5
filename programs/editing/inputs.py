"""The fields that forms of offers are made of, and what they share: pairs in order, what publication requires."""

import re
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.forms import Line, LongText
from programs.editing import completeness
from programs.models import Offer

WIDE = 80  # signs that stand in one field of the form, on a wide page
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
# Registers of France compétences (Code du travail L6113-1 and L6113-6): RNCP for diplomas and titles, RS for the rest.
_CODE = re.compile(r"(RNCP|RS)\d{1,6}")


class Growing(forms.Textarea):
    """For one line that is shown whole; line ends become spaces (foundation.forms.Line)."""

    def __init__(self):
        super().__init__(attrs={"rows": 2, "class": "one-line"})


class Words(Line):
    """Several expressions in one line, as a list: by commas or semicolons, each once."""

    widget = Growing

    def __init__(self, *, most: int, longest: int = 120, **kwargs):
        super().__init__(**kwargs)
        self.most, self.longest = most, longest

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        parts = (" ".join(part.split()) for part in re.split(r"[,;]", super().to_python(value)))
        return list(dict.fromkeys(filter(None, parts)))

    def validate(self, value):
        super().validate(value)
        if len(value) > self.most or any(len(one) > self.longest for one in value):
            raise forms.ValidationError(
                _("Au plus %(most)s expressions, de %(longest)s signes chacune.")
                % {"most": self.most, "longest": self.longest}
            )

    def run_validators(self, value):
        return None  # those of the text were said above

    def has_changed(self, initial, data):
        return self.to_python(data) != (initial or [])


class Day(forms.DateField):
    """A day that somebody can mean."""

    widget = forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d")

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Cette date n’est pas vraisemblable."))
        return day


class Euros(forms.DecimalField):
    """An amount as people of the three languages write it: « 1 890,50 », "1.890,50", "1890.50"."""

    def prepare_value(self, value):
        return number_format(value, 2, force_grouping=False) if isinstance(value, Decimal) else value

    def to_python(self, value):
        text = re.sub(r"[\s€]", "", str(value or ""))
        whole, comma, cents = text.rpartition(",")
        return super().to_python(f"{whole.replace('.', '')}.{cents}" if comma else text)


def number(label, most: int, *, least: int = 0, **options) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=False,
        widget=forms.NumberInput(attrs={"class": "w-xs", "inputmode": "numeric"}),
        **options,
    )


def line(label, most: int, **options) -> Line:
    """One line; where it may be longer than a field is wide, the field grows with it."""
    if most > WIDE:
        options.setdefault("widget", Growing())
    return Line(label=label, max_length=most, required=False, **options)


def paragraphs(label, most: int, rows: int, **options) -> LongText:
    counted = {
        "rows": rows,
        "data-counter": most,
        "data-counter-left": gettext_lazy("encore {n} caractères"),
        "data-counter-over": gettext_lazy("{n} caractères de trop"),
    }
    return LongText(
        label=label, max_length=most, required=False, widget=forms.Textarea(attrs=counted), **options
    )


def chosen(label, choices, **options) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", gettext_lazy("à préciser")), *choices],
        required=False,
        widget=forms.Select(attrs={"class": "w-medium"}),
        **options,
    )


def several(label, choices, **options) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


def code(label, **options) -> Line:
    return line(
        label, 20, widget=forms.TextInput(attrs={"class": "w-short", "spellcheck": "false"}), **options
    )


def clean_code(text: str) -> str:
    """« rncp 35 541 » as RNCP35541; ValidationError for what is no code of these registers."""
    compact = re.sub(r"[\s.\-]", "", text).upper()
    if compact and not _CODE.fullmatch(compact):
        raise forms.ValidationError(_("Un code s’écrit RNCP ou RS, puis des chiffres : RNCP35541, RS5199."))
    return compact


class Checked(forms.ModelForm):
    """What both forms share: which fields there are, which publication requires, and pairs in order."""

    # (first, second, what is wrong): the second may not come before, or be less than, the first.
    ORDERED: tuple[tuple[str, str, object], ...] = ()

    def __init__(self, *args, offer: Offer, names: tuple[str, ...], strict: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer = offer
        for name in set(self.fields) - set(names):
            del self.fields[name]
        required = completeness.required_fields(offer)
        for name, field in self.fields.items():
            field.unmarked = name in required  # not « facultatif »: publication asks for it
            field.required = strict and name in required
            field.error_messages["required"] = gettext_lazy(
                "Une offre publiée le dit : complétez cette ligne."
            )

    def clean(self):
        super().clean()
        for first, second, wrong in self.ORDERED:
            low, high = self.cleaned_data.get(first), self.cleaned_data.get(second)
            if low is not None and high is not None and low > high:
                self.add_error(second, wrong)
        return self.cleaned_data
