"""The head of the coordinator's editor, and the company's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.forms import Line, LongText
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


class CommentForm(forms.Form):
    """The company's words with its answer, and the option that it accepts where there are several."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    option = forms.ChoiceField(
        label=_("L’option que vous choisissez"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites quelle option vous choisissez.")},
    )
    comment = LongText(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args, label="", required=False, options=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = label
        self.fields["comment"].required = required
        self.fields["comment"].error_messages["required"] = _("Dites-nous ce qu’il faut changer.")
        if options:
            self.fields["option"].choices = options
        else:
            del self.fields["option"]
