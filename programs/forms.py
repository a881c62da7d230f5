"""What a visitor asks of the public catalogue. A value that makes no sense is left out, never an error."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programs.models import OfferKind, Sector, Topic


class CatalogueFilter(forms.Form):
    """`asked()` gives the filters that are set and valid: {"q": str, "kind": str, "topic": code, …}."""

    q = forms.CharField(label=_("Chercher dans le catalogue"), max_length=300, required=False)
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("toutes")), *OfferKind.choices], required=False
    )
    topic = forms.ChoiceField(label=_("Thème"), required=False)
    sector = forms.ChoiceField(label=_("Secteur"), required=False)
    language = forms.ChoiceField(
        label=_("Langue"), choices=[("", _("toutes")), *settings.LANGUAGES], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, model in (("topic", Topic), ("sector", Sector)):
            rows = sorted(
                ((row.code, row.label) for row in model.objects.all()), key=lambda row: row[1].casefold()
            )
            self.fields[name].choices = [("", _("tous")), *rows]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
