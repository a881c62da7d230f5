"""The four steps of the form. What was typed is kept as typed (intake.drafts); these forms judge it."""

import re
import secrets
from functools import partial

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from files.signatures import EXTENSIONS
from foundation.communes import Commune, communes_of, meant
from foundation.forms import Line
from foundation.forms import LongText as PlainText
from foundation.identifiers import (
    LONGEST,
    WrongIdentifier,
    association_number,
    clean_siren_or_siret,
    compact,
    foreign_identifier,
)
from intake.choices import CONFIDENTIALITY, COUNTRIES, DATA_MATURITY, DEADLINE, KINDS
from intake.models import TEXT_MAX, TEXT_MIN, Confidentiality, OrganisationType
from programs.models import Sector, Topic
from programs.terms import labelled

_PHONE = re.compile(r"\+?[0-9 ().\-/\u00a0\u202f]{6,29}")
hinted = lazy(
    lambda label, hint: format_html('{}<span class="choice-hint">{}</span>', label, hint), SafeString
)


def wrong_key() -> str:
    return gettext(
        "Ce numéro n’existe pas : une faute de frappe s’y est sans doute glissée. Vérifiez-le, ou laissez vide."
    )


# How a register abroad writes, for who wrote something else.
FOREIGN_SHAPES = {
    "DE": _(
        "En Allemagne, c’est une USt-IdNr (DE et neuf chiffres) ou un numéro de registre avec son tribunal, "
        "par exemple HRB 12345 Saarbrücken. Vous n’en avez pas : laissez vide."
    ),
    "LU": _(
        "Au Luxembourg, c’est un numéro de TVA (LU et huit chiffres) ou un numéro RCS, par exemple B 123456. "
        "Vous n’en avez pas : laissez vide."
    ),
    "BE": _(
        "En Belgique, c’est un numéro d’entreprise : dix chiffres, dont le premier est 0 ou 1, "
        "par exemple 0123.456.749. Vous n’en avez pas : laissez vide."
    ),
    "CH": _(
        "En Suisse, c’est l’IDE : CHE et neuf chiffres, par exemple CHE-123.456.788. "
        "Vous n’en avez pas : laissez vide."
    ),
}


def terms(vocabulary: type[Sector | Topic], none: str | Promise = "") -> list[tuple[str, str]]:
    """The choices of a vocabulary in the reader's language, after the words for « none of them ».

    Given to a field as a function: asked for only where they are shown, or an answer is judged by them.
    """
    return [*([("", none)] if none else []), *labelled(vocabulary)]


class LongText(PlainText):
    """Several lines, where the page looks at what is typed for what should rather be said aloud
    (static/js/sensitive.js)."""

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "data-sensitive": True}


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files, as a list: each is judged by files.store, in plain words."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        return [one for one in data or () if one]


UNKNOWN = ("", _("Je ne sais pas"))  # the way back from a choice, and ticked from the start


class IrritantForm(forms.Form):
    text = LongText(
        label=_("Votre irritant, avec vos mots"),
        help_text=_(
            "Ce qui se passe, depuis quand, à quelle fréquence, ce que cela vous coûte. "
            "N’écrivez ni secret de fabrication, ni nom de personne, ni donnée de santé."
        ),
        min_length=TEXT_MIN,
        max_length=TEXT_MAX,
        error_messages={
            "required": _("Écrivez quelques phrases sur ce qui vous bloque."),
            "min_length": _(
                "Dites-en un peu plus : au moins 50 caractères, pour que nous comprenions la situation."
            ),
            "max_length": _(
                "Votre texte est trop long : 4 000 caractères au plus. Gardez "
                "l’essentiel, le reste se dira de vive voix."
            ),
        },
        widget=forms.Textarea(
            attrs={
                "rows": 9,
                "data-counter": TEXT_MAX,
                "data-counter-left": _("encore {n} caractères"),
                "data-counter-over": _("{n} caractères de trop"),
            }
        ),
    )
    tried = LongText(
        label=_("Qu’avez-vous déjà essayé ?"),
        required=False,
        max_length=1000,
        help_text=_("Cela nous évite de vous proposer ce que vous avez déjà tenté."),
        error_messages={"max_length": _("1 000 caractères au plus pour cette réponse.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class YouForm(forms.Form):
    """Who asks, and what of « ce que nous avons compris » is right."""

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Nous y envoyons vos liens et les nouvelles de cette demande. Rien d’autre."),
        max_length=254,
        error_messages={
            "required": _("Indiquez une adresse où vous répondre."),
            "invalid": _("Cette adresse semble incomplète. Exemple : prenom.nom@entreprise.fr"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "class": "w-medium"}),
    )
    name = Line(
        label=_("Votre nom"),
        max_length=120,
        error_messages={"required": _("Indiquez votre nom.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "w-medium"}),
    )
    phone = Line(
        label=_("Votre téléphone"),
        required=False,
        help_text=_("Pour vous appeler plutôt que vous écrire."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "class": "w-short"}),
    )
    position = Line(
        label=_("Votre fonction"),
        required=False,
        max_length=120,
        help_text=_(
            "Pour vous parler dans vos termes : on n’explique pas la même chose au directeur et à l’atelier."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title", "class": "w-medium"}),
    )
    company_name = Line(
        label=_("Le nom de votre organisation"),
        max_length=200,
        error_messages={
            "required": _("Indiquez le nom de votre entreprise, hôpital, collectivité ou association.")
        },
        help_text=_("Écrivez son nom, puis choisissez-la dans la liste. Elle n’y est pas ? Son nom suffit."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    organisation_type = forms.ChoiceField(
        label=_("De quel type d’organisation s’agit‑il ?"),
        required=False,
        choices=[("", _("Choisissez dans la liste")), *OrganisationType.choices],
        help_text=_(
            "Comptez le groupe entier : une filiale de 40 personnes d’un groupe de 8 000 est une "
            "grande entreprise. Certaines aides en dépendent."
        ),
    )
    siren_or_siret = Line(
        label=_("SIREN ou SIRET"),
        required=False,
        help_text=_(
            "9 ou 14 chiffres. Évite de confondre deux organisations du même nom. "
            "Pas de numéro (association, projet) ? Laissez vide."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-short"}),
    )
    country = forms.ChoiceField(label=_("Pays"), choices=COUNTRIES, required=False, initial="FR")
    foreign_id = Line(
        label=_("Identifiant de l’organisation dans ce pays"),
        required=False,
        max_length=LONGEST,
        help_text=_(
            "Allemagne : USt-IdNr ou numéro de registre (HRB…). Luxembourg : TVA ou RCS. Belgique : BCE. Suisse : IDE. "
            "Ailleurs : le numéro que vous utilisez."
        ),
        widget=forms.TextInput(attrs={"class": "w-medium"}),
    )
    topics = forms.MultipleChoiceField(
        required=False, choices=partial(terms, Topic), widget=forms.CheckboxSelectMultiple
    )
    topics_shown = forms.MultipleChoiceField(
        required=False, choices=partial(terms, Topic), widget=forms.MultipleHiddenInput
    )
    topic_added = forms.ChoiceField(
        label=_("Ajouter un sujet"),
        required=False,
        choices=partial(terms, Topic, _("Choisissez dans la liste")),
        error_messages={"invalid_choice": _("Choisissez un sujet de la liste.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean_email(self):
        return self.cleaned_data["email"].casefold()

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("Ce numéro semble incomplet. Exemple : 03 83 00 00 00"))
        return phone

    def clean(self):
        data = super().clean()
        data["country"] = data.get("country") or "FR"
        if data["country"] == "FR":
            data["foreign_id"] = ""
            if data.get("siren_or_siret") and not association_number(data["siren_or_siret"]):
                self._check_number(data["siren_or_siret"])
        else:
            data["siren_or_siret"] = ""  # a French number says nothing about an organisation elsewhere
            if data.get("foreign_id"):
                self._check_foreign(data)
        return data

    def _check_foreign(self, data: dict) -> None:
        try:
            data["foreign_id"] = foreign_identifier(data["country"], data["foreign_id"]).value
        except WrongIdentifier as wrong:
            words = FOREIGN_SHAPES[data["country"]] if wrong.kind == "shape" else wrong_key()
            self.add_error("foreign_id", words)

    def _check_number(self, number: str) -> None:
        try:
            clean_siren_or_siret(number)
        except ValueError:
            signs = compact(number)
            if not signs.isascii() or not signs.isdigit():
                sentence = gettext("Un SIREN ou un SIRET ne contient que des chiffres.")
            elif len(signs) not in (9, 14):
                sentence = gettext("Un SIREN a 9 chiffres, un SIRET 14. Vous en avez écrit %(count)s.") % {
                    "count": len(signs)
                }
            else:
                sentence = wrong_key()
            self.add_error("siren_or_siret", sentence)


class ContextForm(forms.Form):
    site_postcode = Line(
        label=_("Le code postal du site concerné"),
        required=False,
        max_length=10,
        help_text=_(
            "Là où se trouve le problème, qui n’est pas toujours votre siège. Sert à trouver des partenaires "
            "proches et à compter les jours ouvrés : l’Alsace et la Moselle ont deux jours fériés de plus."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-xs"}),
    )
    site_commune = forms.CharField(label=_("Sa commune"), required=False, max_length=5, widget=forms.Select)
    site_city = Line(
        label=_("La ville du site concerné"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-medium"}),
    )
    sector = forms.ChoiceField(
        label=_("Votre secteur"),
        required=False,
        choices=partial(terms, Sector, _("Je ne sais pas, ou aucun de ceux-ci")),
        help_text=_("Un même problème se résout autrement dans une fonderie et dans un hôpital."),
    )
    data_maturity = forms.TypedChoiceField(
        label=_("De quelles données disposez-vous ?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[*((code, hinted(*words)) for code, words in DATA_MATURITY.items()), UNKNOWN],
        widget=forms.RadioSelect,
        help_text=_("« Rien » est une bonne réponse : il existe des pistes pour chaque situation."),
    )
    # Asked here only when the answer would change the result (intake.questions).
    organisation_type = forms.ChoiceField(
        label=_("De quel type d’organisation s’agit‑il ?"),
        required=False,
        choices=[("", _("Je préfère ne pas le dire")), *OrganisationType.choices],
        help_text=_(
            "Comptez le groupe entier : une filiale de 40 personnes d’un groupe de 8 000 est une "
            "grande entreprise. Certaines aides en dépendent."
        ),
    )
    kinds_wished = forms.MultipleChoiceField(
        label=_("Quelle forme d’aide vous conviendrait ?"),
        required=False,
        choices=[(code, hinted(*words)) for code, words in KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Plusieurs réponses possibles. Rien de coché : tout nous intéresse."),
    )
    deadline = forms.ChoiceField(
        label=_("Pour quand ?"),
        required=False,
        choices=[*DEADLINE, UNKNOWN],
        widget=forms.RadioSelect,
        help_text=_(
            "Un stage commence en mars, une thèse demande six mois de "
            "préparation : la date change les pistes."
        ),
    )
    confidentiality = forms.ChoiceField(
        label=_("Que pouvons-nous montrer aux partenaires ?"),
        choices=[(code, hinted(*words)) for code, words in CONFIDENTIALITY.items()],
        initial=Confidentiality.SUMMARY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez l’un des trois niveaux.")},
    )
    attachments = Files(
        label=_("Joindre des documents"),
        required=False,
        help_text=_(
            "Photos, relevés, schémas : PDF, PNG, JPEG, documents "
            "bureautiques, CSV ou texte. Cinq fichiers de 10 Mo au plus. "
            "Nous effaçons le lieu, la date et l’appareil inscrits dans les photos."
        ),
        widget=ManyFiles(attrs={"accept": ",".join(f".{extension}" for extension in EXTENSIONS)}),
    )

    def __init__(self, *args, country: str = "FR", **kwargs):
        super().__init__(*args, **kwargs)
        self.country = country

    def served(self, postcode: str) -> list[Commune]:
        """The communes to choose from; none abroad, where five digits mean another place."""
        return communes_of(compact(postcode)) if self.country == "FR" else []

    def clean(self):
        data = super().clean()
        served = self.served(data.get("site_postcode") or "")
        city = data.get("site_city", "")
        commune = meant(served, data.get("site_commune", ""), city)
        data["site_commune"], data["site_city"] = (commune.code, commune.name) if commune else ("", city)
        return data

    def clean_site_postcode(self):
        postcode = self.cleaned_data["site_postcode"].replace(" ", "")
        if postcode and not re.fullmatch(r"[A-Za-z]{0,2}-?[0-9]{4,5}", postcode):
            raise forms.ValidationError(
                _("Un code postal a cinq chiffres en France, quatre ou cinq chez nos voisins.")
            )
        return postcode


class ConsentForm(forms.Form):
    consent = forms.BooleanField(
        label=_(
            "J’accepte que la coordination du cluster lise ma demande et me réponde, "
            "et qu’elle en parle à des partenaires dans la limite que j’ai choisie."
        ),
        error_messages={
            "required": _(
                "Cochez la case pour donner votre accord : sans lui, nous n’avons pas le droit de lire votre demande."
            )
        },
    )


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=_("J’ai compris : c’est définitif."),
        error_messages={"required": _("Cochez la case pour effacer vos données.")},
    )


def _attachments(label, hint):
    return Files(
        label=label,
        required=False,
        help_text=hint,
        widget=ManyFiles(attrs={"accept": ",".join(f".{extension}" for extension in EXTENSIONS)}),
    )


class Words(LongText):
    """A word that may be left out when a file says it: MessageForm judges both together."""

    def validate(self, value):
        pass


class MessageForm(forms.Form):
    """A word of one side to the other, with files. `jeton` makes a double click one word."""

    empty = _("Écrivez votre message avant de l’envoyer.")
    text = Words(
        label=_("Votre message"),
        max_length=4000,
        error_messages={
            "max_length": _("4 000 caractères au plus. Envoyez l’essentiel, le reste se dira de vive voix."),
        },
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "data-counter": 4000,
                "data-counter-left": _("encore {n} caractères"),
                "data-counter-over": _("{n} caractères de trop"),
            }
        ),
    )
    attachments = _attachments(
        _("Joindre des documents"),
        _("PDF, PNG, JPEG, documents bureautiques, CSV ou texte. Cinq fichiers de 10 Mo au plus."),
    )
    jeton = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, needed: bool = True, **kwargs):
        kwargs["initial"] = {"jeton": secrets.token_urlsafe(18), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.needed = self.fields["text"].required = needed
        self.use_required_attribute = False

    def clean_jeton(self):
        return re.sub(r"[^A-Za-z0-9_-]", "", self.cleaned_data["jeton"])

    @property
    def uploads(self) -> list:
        return self.cleaned_data.get("attachments") or []

    def clean(self):
        data = super().clean()
        if self.needed and not self.uploads and "text" in data and not data["text"]:
            self.add_error("text", self.empty)
        return data


class AnswerForm(MessageForm):
    """The company's answer to a question; `needed` is False beside questions that have fields of their own."""

    empty = _("Écrivez votre réponse avant de l’envoyer.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Votre réponse") if self.needed else _("Autre chose à nous dire ?")


class FreeAnswer(forms.Form):
    """The answer to one question in the coordinator's own words, which are its label."""

    answer = LongText(
        required=False,
        max_length=2000,
        error_messages={"max_length": _("2 000 caractères au plus pour cette réponse.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ColleagueForm(forms.Form):
    """Somebody else of the company who is to follow the irritant."""

    name = Line(
        label=_("Son nom"),
        max_length=120,
        error_messages={"required": _("Dites-nous comment appeler cette personne.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-medium"}),
    )
    email = forms.EmailField(
        label=_("Son adresse électronique"),
        max_length=254,
        error_messages={
            "required": _("Indiquez l’adresse de cette personne."),
            "invalid": _("Cette adresse semble incomplète. Exemple : prenom.nom@entreprise.fr"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-medium"}),
    )
