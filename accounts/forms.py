"""allauth's forms with our words: one label, no placeholder that looks like an answer."""

from allauth.account import forms as allauth_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import Line

# What AUTH_PASSWORD_VALIDATORS judge (settings), in one sentence.
PASSWORD_RULES = _("Douze caractères au moins : ni un mot de passe courant, ni votre nom, ni votre adresse.")


class LoginForm(allauth_forms.LoginForm):
    """The library asks for a password only where accounts are made with one: here staff choose theirs later."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _worded(self, {"login": _("Votre adresse électronique"), "password": _("Mot de passe")})
        self.fields["password"].help_text = ""

    def _setup_password_field(self):
        """It stays."""


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


def _worded(form: forms.Form, labels: dict) -> None:
    """Give fields these labels, and take the placeholders away."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)


class SetPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _worded(self, {"password1": _("Mot de passe"), "password2": _("Le même, encore une fois")})
        self.fields["password1"].help_text = PASSWORD_RULES


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Mot de passe actuel"),
            "password1": _("Nouveau mot de passe"),
            "password2": _("Le même, encore une fois"),
        }
        _worded(self, labels)
        self.fields["password1"].help_text = PASSWORD_RULES


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    code = Line(
        label=_("Code à six chiffres que montre l’application"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
