"""The head of the coordinator's editor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.forms import Line
from proposals.models import Proposal

TEXT_FIELDS = ("title", "target", "valid_until")


class ProposalForm(forms.ModelForm):
    """What stands above the options. `seen_version`: what the writer read, checked when saving."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Proposal
        fields = TEXT_FIELDS
        field_classes = {"title": Line, "target": Line}
        widgets = {
            "valid_until": forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "title": _("Il paraît sur la couverture."),
            "target": _("Un chiffre et une date, si l’entreprise les a donnés."),
        }

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day < clock.today():
            raise forms.ValidationError(_("Cette date est passée."))
        return day
