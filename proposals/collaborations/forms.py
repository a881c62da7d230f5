"""What is filled in on the page of a collaboration."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.signatures import EXTENSIONS
from foundation import clock
from foundation.forms import Line, LongText
from intake.calls import MINUTES
from proposals.models import AbandonReason, Alone, FigureKind, FileKind, Satisfaction

_DAY = {"type": "date", "class": "w-medium"}


def _day(label, **more):
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"invalid": _("Indiquez un jour."), "required": _("Indiquez un jour.")},
        **more,
    )


def _past(day):
    if day and day > clock.today():
        raise forms.ValidationError(_("Cette date est encore à venir."))
    return day


class FileForm(forms.Form):
    """A file; of a contract, one box for each party that signed it, and the day."""

    kind = forms.ChoiceField(label=_("Nature"), choices=FileKind.choices, initial=FileKind.DOCUMENT)
    file = forms.FileField(
        label=_("Fichier"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{one}" for one in EXTENSIONS)}),
        error_messages={"required": _("Choisissez un fichier.")},
    )
    signed_by = forms.MultipleChoiceField(
        label=_("Pour un contrat : qui l’a signé"), required=False, widget=forms.CheckboxSelectMultiple
    )
    signed_on = _day(_("Signé le"), required=False)

    def __init__(self, *args, parties: dict, **kwargs):
        super().__init__(*args, auto_id="file_%s", **kwargs)
        self.fields["signed_by"].choices = [(str(key or "company"), name) for key, name in parties.items()]

    def clean_signed_on(self):
        return _past(self.cleaned_data["signed_on"])

    @property
    def signed(self) -> dict:
        """Party key (None: the company) → day, for a contract."""
        data = self.cleaned_data
        if data["kind"] != FileKind.CONTRACT:
            return {}
        day = data["signed_on"] or clock.today()
        return {None if key == "company" else int(key): day for key in data["signed_by"]}


class MeetingForm(forms.Form):
    title = Line(label=_("Objet"), max_length=120, initial=_("Point d’étape"))
    moment = forms.DateTimeField(
        label=_("Jour et heure, à l’heure de Paris"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "w-medium"}, format="%Y-%m-%dT%H:%M"
        ),
        error_messages={
            "required": _("Indiquez le jour et l’heure."),
            "invalid": _("Indiquez le jour et l’heure."),
        },
    )
    minutes = forms.TypedChoiceField(
        label=_("Durée en minutes"),
        choices=[(length, str(length)) for length in MINUTES],
        coerce=int,
        initial=MINUTES[1],
        widget=forms.Select(attrs={"class": "w-short"}),
    )
    how = Line(label=_("Où, ou par quel moyen"), max_length=200, required=False)

    def clean_moment(self):
        moment = self.cleaned_data["moment"]
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class Euros(forms.DecimalField):
    """An amount as people type it: spaces between thousands, a comma or a point."""

    def to_python(self, value):
        return super().to_python(re.sub(r"[\s€]", "", str(value or "")).replace(",", "."))


class FigureForm(forms.Form):
    kind = forms.ChoiceField(label=_("Quoi"), choices=FigureKind.choices)
    number = forms.IntegerField(
        label=_("Combien"),
        min_value=1,
        max_value=10_000,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "w-short"}),
    )
    amount = Euros(
        label=_("Montant en euros, pour un contrat"),
        max_digits=11,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-short", "inputmode": "decimal"}),
    )
    on = _day(_("Quand"))
    source = Line(
        label=_("Source"),
        max_length=300,
        help_text=_("Le papier ou la personne qui le dit : convention, attestation, acte, date."),
        error_messages={"required": _("Dites d’où vient ce chiffre.")},
    )

    def clean_on(self):
        return _past(self.cleaned_data["on"])

    def clean(self):
        data = super().clean()
        if (
            data.get("kind") == FigureKind.CONTRACTS
            and not data.get("amount")
            and "amount" not in self.errors
        ):
            self.add_error("amount", _("Indiquez le montant du contrat en euros."))
        return data


class AbandonForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Pourquoi s’arrête-t-elle ?"), choices=[("", _("Choisissez")), *AbandonReason.choices]
    )


class ReviewForm(forms.Form):
    satisfaction = forms.ChoiceField(
        label=_("Êtes-vous satisfait de cette collaboration ?"),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une réponse.")},
    )
    alone = forms.ChoiceField(
        label=_("Sans le cluster, l’auriez-vous fait ?"),
        choices=Alone.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une réponse.")},
    )
    comment = LongText(
        label=_("Un mot, si vous voulez"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
