"""The forms of an organisation: what its administrators keep right, and what the cluster decides as well."""

import re
from collections.abc import Callable

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import research_identifiers as identifiers
from foundation.forms import Line, LongText
from foundation.identifiers import WrongIdentifier, association_number
from partners.identity.periods import ancestors
from partners.members.domains import bare
from partners.models import Affiliation, Organisation, SignsBecause

COUNTRIES = [
    ("FR", gettext_lazy("France")),
    ("DE", gettext_lazy("Allemagne")),
    ("LU", gettext_lazy("Luxembourg")),
    ("BE", gettext_lazy("Belgique")),
    ("CH", gettext_lazy("Suisse")),
    ("FI", gettext_lazy("Finlande")),
]
MOST_UNITS = 6
_DOMAIN = re.compile(r"(?!-)[\w-]+(\.(?!-)[\w-]+)+")
# By the kind of a WrongIdentifier: what to look at, in the reader's language.
_WRONG = {
    "rnsr": gettext_lazy("La lettre finale ne correspond pas aux neuf chiffres : un chiffre est à revoir."),
    "ror": gettext_lazy("Les deux derniers chiffres ne correspondent pas : un signe est à revoir."),
    "siret": gettext_lazy("Ce n’est pas un SIRET : quatorze chiffres, dont un est à revoir."),
    "vat": gettext_lazy("Ce n’est pas un numéro de TVA de ce pays : un signe est à revoir."),
    "hr": gettext_lazy("Ce n’est pas un numéro du registre de commerce."),
    "rcs": gettext_lazy("Ce n’est pas un numéro du registre de commerce."),
    "bce": gettext_lazy("Ce n’est pas un numéro de la Banque-Carrefour : un chiffre est à revoir."),
    "uid": gettext_lazy("Ce n’est pas un IDE suisse : un chiffre est à revoir."),
}
_SHAPES = {
    "rnsr_id": gettext_lazy("Un numéro du RNSR a neuf chiffres et une lettre, comme 199712570F."),
    "ror_id": gettext_lazy("Un identifiant ROR a neuf signes et commence par zéro, comme 04vfs2w97."),
    "unit_numbers": gettext_lazy("« %(typed)s » n’est pas un numéro d’unité, comme UMR 7503 ou UR 2364."),
    "vat_number": gettext_lazy(
        "Un numéro de TVA commence par les deux lettres d’un pays de l’Union, ou CHE."
    ),
}
_LEGAL_SHAPES = {
    "FR": gettext_lazy("Un SIRET a quatorze chiffres."),
    "DE": gettext_lazy("Écrivez le tribunal et le numéro HRB, ou le numéro de TVA (DE et neuf chiffres)."),
    "LU": gettext_lazy("Écrivez le numéro RCS, comme B123456, ou le numéro de TVA."),
    "BE": gettext_lazy("Écrivez les dix chiffres du numéro d’entreprise."),
    "CH": gettext_lazy("Écrivez l’IDE, comme CHE-116.281.710."),
}


class UnitNumbers(Line):
    """A list, typed with commas between."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        typed = super().to_python(value).replace(";", ",")
        return list(dict.fromkeys(one.strip() for one in typed.split(",") if one.strip()))

    def has_changed(self, initial, data):
        return self.to_python(self.prepare_value(initial) or "") != self.to_python(data or "")


class OwnForm(forms.ModelForm):
    """What an organisation's administrators keep right by themselves. Its country is decided elsewhere."""

    unit_numbers = UnitNumbers(
        label=gettext_lazy("Numéros d’unité"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("UMR, UR, U…, une virgule entre deux."),
    )

    class Meta:
        model = Organisation
        fields = (
            "expertise",
            "city",
            "postcode",
            "web_domain",
            "contact_email",
            "language",
            "rnsr_id",
            "ror_id",
            "unit_numbers",
            "legal_id",
            "vat_number",
        )
        field_classes = {
            **dict.fromkeys(
                ("name", "acronym", "city", "postcode", "web_domain", "rnsr_id", "legal_id", "vat_number"),
                Line,
            ),
            "ror_id": Line,
            "expertise": LongText,
        }
        widgets = {"expertise": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "expertise": gettext_lazy(
                "Ce que vous savez faire, en deux ou trois phrases : le moteur les lit."
            ),
            "web_domain": gettext_lazy(
                "Sans https://. Toute personne ayant une adresse de ce domaine peut demander à entrer dans l’équipe."
            ),
            "contact_email": gettext_lazy(
                "Nous y écrivons quand personne de l’équipe ne répond aux demandes ; elle n’est jamais publiée."
            ),
            "rnsr_id": gettext_lazy("Répertoire national des structures de recherche."),
            "ror_id": gettext_lazy("Les neuf signes, ou l’adresse entière https://ror.org/…"),
            "legal_id": gettext_lazy(
                "Celui de votre structure. Un laboratoire n’en a pas : l’établissement qui signe pour lui en a un."
            ),
        }

    # The version that whoever writes has read, so that nobody overwrites somebody silently.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.initial["seen"] = self.instance.version
        self._seen = self.data.get("seen")
        if self._seen:  # what is refused once is read then
            self.data = self.data.copy()
            self.data["seen"] = str(self.instance.version)
        if "ror_id" in self.fields:  # an address of ror.org is longer than what is kept of it
            self.fields["ror_id"] = Line(
                label=self.fields["ror_id"].label,
                help_text=self.fields["ror_id"].help_text,
                required=False,
                max_length=60,
                widget=self.fields["ror_id"].widget,
            )
            self.fields["ror_id"].widget.attrs.pop("maxlength", None)

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "seen"]

    def clean(self):
        if self._seen and str(self._seen) != str(self.instance.version):
            said = _("Quelqu’un a changé cette fiche entre-temps : relisez-la, puis enregistrez.")
            raise forms.ValidationError(said, "version")
        return super().clean()

    @property
    def country(self) -> str:
        return self.cleaned_data.get("country") or self.instance.country or "FR"

    def _identifier(self, name: str, read: Callable[[str], str], shape=None) -> str:
        typed = self.cleaned_data[name]
        if not typed:
            return ""
        try:
            return read(typed)
        except WrongIdentifier as wrong:
            said = _WRONG.get(wrong.kind) or shape or _SHAPES[name]
            raise forms.ValidationError(str(said)) from wrong

    def clean_rnsr_id(self):
        found = self._identifier("rnsr_id", identifiers.clean_rnsr)
        if found and self.country != "FR":
            raise forms.ValidationError(_("Le RNSR est un répertoire français : laissez ce champ vide."))
        return found

    def clean_ror_id(self):
        return self._identifier("ror_id", identifiers.clean_ror)

    def clean_unit_numbers(self):
        found = []
        for typed in self.cleaned_data["unit_numbers"]:
            try:
                found.append(identifiers.clean_unit_number(typed))
            except WrongIdentifier as wrong:
                raise forms.ValidationError(_SHAPES["unit_numbers"] % {"typed": typed}) from wrong
        if len(found) > MOST_UNITS:
            raise forms.ValidationError(_("Six numéros d’unité suffisent."))
        return list(dict.fromkeys(found))

    def clean_legal_id(self):
        if number := association_number(self.cleaned_data["legal_id"]):
            return number  # an association without a SIRET
        read = identifiers.clean_legal_id
        shape = _LEGAL_SHAPES.get(self.country, _("Ce numéro n’a pas la forme attendue."))
        return self._identifier("legal_id", lambda typed: read(self.country, typed), shape)

    def clean_vat_number(self):
        return self._identifier("vat_number", lambda typed: identifiers.clean_vat(self.country, typed))

    def clean_postcode(self):
        code = self.cleaned_data["postcode"]
        if code and self.country == "FR" and not (code.isascii() and code.isdigit() and len(code) == 5):
            raise forms.ValidationError(_("Un code postal français a cinq chiffres."))
        return code

    def clean_web_domain(self):
        domain = bare(self.cleaned_data["web_domain"])
        if domain and not _DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_("Écrivez un nom de domaine, comme exemple.fr."))
        return domain


class StaffForm(OwnForm):
    """All of it, for the coordination."""

    country = forms.ChoiceField(label=gettext_lazy("Pays"), choices=COUNTRIES, initial="FR")
    # Fields are cleaned in this order: the country is the rule of those after it.
    field_order = ("name", "acronym", "kind", "external_id", "country")

    class Meta(OwnForm.Meta):
        fields = (
            "name",
            "acronym",
            "kind",
            "external_id",
            "country",
            *OwnForm.Meta.fields,
            "monthly_capacity",
            "restricted_access",
            "signed_by",
            "signed_by_because",
        )
        help_texts = {
            **OwnForm.Meta.help_texts,
            "restricted_access": gettext_lazy(
                "Y accéder demande une autorisation préalable : comptez deux mois, que le portail ajoute aux "
                "calendriers (article 413-7 du code pénal, décret n° 2011-1425)."
            ),
            "signed_by": gettext_lazy(
                "Qui signe les contrats à sa place : une de ses tutelles, ou leur filiale. Vide : elle signe elle-même."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # those that the admin does not make itself
            if name in ("country", "unit_numbers"):
                field.widget.attrs["class"] = "form-select" if name == "country" else "form-control"
        known = {code for code, _label in COUNTRIES}
        if "country" in self.fields and self.instance.country not in known:
            self.fields["country"].choices = [*COUNTRIES, (self.instance.country,) * 2]

    def clean(self):
        super().clean()
        signatory, why = self.cleaned_data.get("signed_by"), self.cleaned_data.get("signed_by_because")
        if signatory and not why and "signed_by_because" not in self.errors:
            self.add_error("signed_by_because", _("Dites à quel titre elle signe."))
        if why and not signatory and "signed_by" not in self.errors:
            self.add_error("signed_by", _("Dites qui signe, ou videz « à quel titre »."))
        if signatory and why and (said := self._may_not_sign(signatory, why)):
            self.add_error("signed_by", said)

    def _may_not_sign(self, signatory: Organisation, why: str) -> str:
        """Why it cannot sign in this capacity, "" when it can. A mandate is a contract: whoever has it may."""
        if signatory == self.instance:
            return _("Elle-même : laissez ce champ vide.")
        above = ancestors(self.instance) if self.instance.pk else set()
        if why == SignsBecause.MANAGING and signatory.pk not in above:
            return _("Ce n’est pas une de ses tutelles d’aujourd’hui : enregistrez d’abord le rattachement.")
        subsidiaries = Affiliation.objects.present().filter(
            nature=Affiliation.Nature.SUBSIDIARY, child=signatory, parent__in=above
        )
        if why == SignsBecause.SUBSIDIARY and not subsidiaries.exists():
            return _(
                "Elle n’est filiale d’aucune de ses tutelles : enregistrez ce lien dans la fiche de la filiale."
            )
        return ""


class AskForm(forms.Form):
    text = LongText(
        label=gettext_lazy("Ce qui est à changer, et depuis quand"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def field_label(name: str) -> str:
    """A column of the organisation, in words."""
    return capfirst(str(Organisation._meta.get_field(name).verbose_name))
