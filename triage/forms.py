"""What partners type on the answer page (every form carries the version of the referral that was shown), and the level
that the company chooses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import Line, LongText
from intake.choices import CONFIDENTIALITY
from intake.forms import hinted
from triage.models import DeclineReason


class _Answer(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def act(self) -> dict:
        """What goes to Lifecycle.perform beside the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AcceptForm(_Answer):
    person_in_charge = Line(
        label=_("Qui suivra ce dossier chez vous ?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    answer = LongText(
        label=_("Un créneau, un mot pour la coordination"),
        max_length=2000,
        required=False,
        help_text=_("Par exemple : « mardi ou jeudi matin, en visio »."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclineForm(_Answer):
    reason = forms.ChoiceField(
        label=_("Pourquoi pas, cette fois ?"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez une raison."),
            "invalid_choice": _("Choisissez une raison."),
        },
    )
    answer = LongText(
        label=_("Une précision"),
        max_length=2000,
        required=False,
        help_text=_("« Pas avant mars », « voyez plutôt telle équipe » : la coordination seule le lira."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class QuestionForm(_Answer):
    text = LongText(
        label=_("Votre question à la coordination"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Écrivez votre question.")},
    )


class VersionForm(_Answer):
    """A confirmation: nothing but what was on the screen."""


class LevelForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Que pouvons-nous montrer aux partenaires ?"),
        choices=[(code, hinted(*words)) for code, words in CONFIDENTIALITY.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’un des trois niveaux."),
            "invalid_choice": _("Choisissez l’un des trois niveaux."),
        },
    )
