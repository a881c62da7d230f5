"""allauth's sign-in forms with our words: one label, no placeholder that looks like an answer."""

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import Line


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("Votre adresse électronique")
        email.error_messages["required"] = _("Indiquez l’adresse qui recevra le code.")
        email.widget.attrs.pop("placeholder", None)
        email.widget.attrs["class"] = "w-medium"


class ConfirmLoginCodeForm(allauth_forms.ConfirmLoginCodeForm):
    code = Line(label=_("Code"), widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))
