"""What is typed to change the vocabulary."""

from django import forms
from django.utils.translation import gettext_lazy

from foundation.forms import Line, LongText
from programs.models import Topic
from programs.thesaurus import ADD, Edit

LANGUAGES = ("fr", "de", "en", "xx")


class EditForm(forms.Form):
    """An addition as it is typed. `concept`: an existing identifier, or a new one with `new`."""

    concept = Line(label=gettext_lazy("Concept"), max_length=80)
    fr = LongText(label=gettext_lazy("En français"), required=False, max_length=1000, widget=forms.TextInput)
    de = LongText(label=gettext_lazy("En allemand"), required=False, max_length=1000, widget=forms.TextInput)
    en = LongText(label=gettext_lazy("En anglais"), required=False, max_length=1000, widget=forms.TextInput)
    xx = LongText(
        label=gettext_lazy("Un nom, dans les trois langues"),
        required=False,
        max_length=1000,
        widget=forms.TextInput,
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Thèmes du nouveau concept"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Ce vers quoi il oriente. Sans thème, il relie seulement les langues entre elles."
        ),
    )
    new = forms.BooleanField(required=False, widget=forms.HiddenInput)
    word = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        labels = sorted(
            ((row.code, row.label) for row in Topic.objects.all()), key=lambda pair: pair[1].casefold()
        )
        self.fields["topics"].choices = labels
        for language in LANGUAGES:
            self.fields[language].widget.attrs |= {"autocomplete": "off"}

    def edit(self) -> Edit:
        """What is asked. Only after is_valid()."""
        said = self.cleaned_data
        return Edit(
            ADD,
            concept=said["concept"].strip().lower(),
            expressions=tuple((language, said[language]) for language in LANGUAGES if said[language].strip()),
            topics=tuple(said["topics"]),
        )
