"""What can be exported: each app registers its tables here, with the columns that may be chosen."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.registry import Registry
from journal.actors import COORDINATOR


@dataclass(frozen=True)
class Column:
    """`value(row)`: what foundation.spreadsheets.cell takes. `ticked`: chosen unless somebody says otherwise;
    words, names and addresses are not, so that nobody carries them away without meaning to."""

    label: str | Promise
    value: Callable[[Any], object]
    ticked: bool = True


def _day(label) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(date(2000, 1, 1), _("Choisissez une date de ce siècle.")),
            MaxValueValidator(date(2099, 12, 31), _("Choisissez une date de ce siècle.")),
        ],
    )


class Between(forms.Form):
    """From and until which day, included; either may be left open. `about`: what the days are those of."""

    about: str | Promise = ""
    since = _day(_("Du"))
    until = _day(_("Au"))

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("La fin précède le début."))
        return self.cleaned_data


@dataclass(frozen=True)
class Exporter:
    """`read(user, choices)`: how many rows at most, and the rows, only those that this person may see.

    `form`: what may be chosen (Between or more; a text field says its value in words, `said`); `choices` are its values
    as `kept` keeps them. `personal`: whether it may hold what an erasure must reach. `role`: who may ask for it; `may`:
    whether its owner still may, asked once more when it is made.
    """

    title: str | Promise
    columns: Mapping[str, Column]
    read: Callable[[Any, dict], tuple[int, Iterable]]
    form: type[forms.Form] = Between
    personal: bool = True
    role: str = COORDINATOR
    may: Callable[[Any], bool] = lambda user: user.is_coordinator

    def chosen(self, columns: Iterable[str]) -> list[str]:
        """Of these codes, those that exist, in their order."""
        wanted = set(columns)
        return [code for code in self.columns if code in wanted]


EXPORTERS: Registry[Exporter] = Registry("exporter")


def of_role(role: str) -> dict[str, Exporter]:
    """What whoever acts as this may ask for."""
    return {name: one for name, one in EXPORTERS.items() if one.role == role}


def kept(cleaned: Mapping[str, Any]) -> dict[str, str]:
    """The answers to the form of an exporter as JSON can hold them; those left open are left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in cleaned.items()
        if value not in (None, "")
    }


def day(choices: Mapping[str, str], name: str) -> date | None:
    return date.fromisoformat(choices[name]) if name in choices else None


def in_words(exporter: Exporter, choices: Mapping[str, str]) -> Iterator[str]:
    """What was chosen, in the reader's language: « Du 1er juin 2026 »."""
    for name, field in exporter.form().fields.items():
        if name not in choices:
            continue
        if isinstance(field, forms.DateField):
            yield f"{field.label} {date_format(day(choices, name), 'DATE_FORMAT')}"
        elif isinstance(field, forms.CharField):
            yield field.said(choices[name])
        else:
            yield str(dict(field.choices).get(choices[name], choices[name]))
