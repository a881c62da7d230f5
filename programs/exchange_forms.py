"""The two forms of « Import et API »."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foundation.forms import Line
from programs.api.keys import DAYS
from programs.models import ApiScope


class ImportForm(forms.Form):
    use_required_attribute = False

    fichier = forms.FileField(
        label=_("Votre fichier"),
        help_text=_("XLSX, CSV ou texte, 10 Mo au plus. Rien ne change avant que vous ayez vu le résultat."),
        error_messages={"required": _("Choisissez un fichier."), "empty": _("Ce fichier est vide.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


def _spans() -> list[tuple[int, str]]:
    """In the language of the page: words put together when the module is read stay in that moment's language."""
    return [(days, ngettext("%(days)s jour", "%(days)s jours", days) % {"days": days}) for days in DAYS]


class KeyForm(forms.Form):
    use_required_attribute = False

    nom = Line(
        label=_("À quoi servira cette clé"),
        max_length=60,
        help_text=_("Le nom du logiciel qui l’utilisera, par exemple « site du laboratoire »."),
        error_messages={"required": _("Donnez un nom à la clé : celui du logiciel qui s’en servira.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    droits = forms.ChoiceField(label=_("Ce qu’elle permet"), choices=ApiScope.choices, initial=ApiScope.READ)
    duree = forms.TypedChoiceField(
        label=_("Pendant"),
        coerce=int,
        choices=_spans,
        initial=180,
    )
