"""What administrators of an organisation type and choose."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partners.members.roles import MAY
from partners.models import Membership


def _role_field(initial: str = Membership.EDITOR) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Rôle"), choices=Membership.ROLES, initial=initial, help_text="", widget=forms.Select
    )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=_("Celle que la personne lit au travail. Elle y reçoit le lien, puis un code."),
        error_messages={"required": _("Indiquez l’adresse à inviter.")},
        widget=forms.EmailInput(attrs={"class": "w-medium", "autocomplete": "off"}),
    )
    role = _role_field()
    language = forms.ChoiceField(label=_("Langue du courriel"), choices=settings.LANGUAGES)

    def clean_email(self):
        return self.cleaned_data["email"].casefold()


class RoleForm(forms.Form):
    """The three roles, each with what it may."""

    role = forms.ChoiceField(label=_("Rôle"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            (code, _("%(role)s : %(may)s") % {"role": str(label).capitalize(), "may": MAY[code]})
            for code, label in Membership.ROLES
        ]


class LetInForm(forms.Form):
    role = _role_field()


class HandOverForm(forms.Form):
    """Who takes over what the person has in hand."""

    to = forms.ModelChoiceField(
        label=_("À qui passe ce que la personne a en main ?"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Aux administrateurs de l’organisation"),
        to_field_name="public_id",
    )

    def __init__(self, *args, leaving: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        rows = leaving.organisation.memberships.active().exclude(pk=leaving.pk).select_related("user")
        rows = rows.exclude(role=Membership.READER).order_by("user__full_name", "user__email")
        self.fields["to"].queryset = rows
        self.fields["to"].label_from_instance = lambda row: row.user.get_full_name()
