"""The form of an offer itself, and of its sessions. A draft may lack, it may not hold nonsense."""

import re
from itertools import product

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.forms import Line, LongText
from programs.editing import fields as asked
from programs.editing.inputs import Checked, Day, Words, line, number, paragraphs, several
from programs.models import Offer, Sector, Topic
from programs.places import place_label
from programs.terms import labelled

MOST_KEYWORDS, MOST_SESSIONS = 12, 24
_LANGUAGES = dict(settings.LANGUAGES)
COUNTRIES = ("FR", "DE", "LU", "BE", "CH", "FI")
READINESS = (
    (0, gettext_lazy("aucune donnée n’est nécessaire")),
    (1, gettext_lazy("des fichiers isolés suffisent")),
    (2, gettext_lazy("des historiques, même inégaux")),
    (3, gettext_lazy("des données reliées et fiables")),
    (4, gettext_lazy("un flux en temps réel")),
)
_POSTCODE = {
    "FR": r"\d{5}",
    "DE": r"\d{5}",
    "LU": r"(L-)?\d{4}",
    "BE": r"\d{4}",
    "CH": r"\d{4}",
    "FI": r"\d{5}",
}


class OfferForm(Checked):
    topics = several(gettext_lazy("Thèmes"), lambda: labelled(Topic))
    sectors = several(
        gettext_lazy("Secteurs"), lambda: labelled(Sector), help_text=gettext_lazy("Aucun de coché : tous.")
    )
    keywords = Words(
        label=gettext_lazy("Mots-clés"),
        required=False,
        most=MOST_KEYWORDS,
        longest=60,
        help_text=gettext_lazy("Séparés par des virgules : une norme, un logiciel, un procédé, un matériau."),
    )
    city = line(gettext_lazy("Ville"), 80, widget=forms.TextInput(attrs={"class": "w-medium"}))
    postcode = line(gettext_lazy("Code postal"), 10, widget=forms.TextInput(attrs={"class": "w-xs"}))
    country = forms.ChoiceField(
        label=gettext_lazy("Pays"), required=False, widget=forms.Select(attrs={"class": "w-short"})
    )
    remote_possible = forms.BooleanField(label=gettext_lazy("Possible à distance"), required=False)
    valid_until = Day(
        label=gettext_lazy("Valable jusqu’au"),
        required=False,
        help_text=gettext_lazy("Après ce jour, l’offre n’est plus proposée."),
    )
    company_sizes = several(
        gettext_lazy("Tailles d’entreprise"),
        [
            ("TPE", gettext_lazy("très petite entreprise (moins de 10 personnes)")),
            ("PME", gettext_lazy("petite ou moyenne entreprise (moins de 250)")),
            ("ETI", gettext_lazy("entreprise de taille intermédiaire (moins de 5 000)")),
            ("GE", gettext_lazy("grande entreprise")),
        ],
        help_text=gettext_lazy("Aucune de cochée : toutes. Les autres ne verront pas cette piste."),
    )
    eligible_countries = several(
        gettext_lazy("Pays des entreprises"),
        [],
        help_text=gettext_lazy("Aucun de coché : tous."),
    )
    data_readiness_min = forms.TypedChoiceField(
        label=gettext_lazy("Quelles données l’entreprise doit-elle déjà avoir ?"),
        choices=READINESS,
        coerce=int,
        required=False,
        empty_value=0,
        widget=forms.Select(attrs={"class": "w-medium"}),
    )

    class Meta:
        model = Offer
        fields = [
            *(f"{name}_{language}" for language in asked.LANGUAGES for name in asked.TEXTS),
            *("topics", "sectors", "keywords", "city", "postcode", "country", "remote_possible"),
            *("valid_until", "company_sizes", "eligible_countries", "data_readiness_min"),
        ]
        field_classes = {
            f"{name}_{language}": Line if name == "title" else LongText
            for name, language in product(("title", "summary", "description"), ("fr", "de", "en"))
        }

    def __init__(self, *args, offer: Offer, **kwargs):
        super().__init__(*args, offer=offer, names=asked.of_offer(offer.kind), **kwargs)
        for name in ("topics", "sectors") if offer.pk else ():
            self.initial[name] = [term.pk for term in getattr(offer, name).all()]
        countries = [(one, _("France") if one == "FR" else place_label(one)) for one in COUNTRIES]
        self.fields["country"].choices = countries
        if "eligible_countries" in self.fields:
            self.fields["eligible_countries"].choices = countries
        for language in asked.LANGUAGES:
            self._word_texts(language, own=language == offer.language)

    def _word_texts(self, language: str, *, own: bool) -> None:
        say = "{label}" if own else "{label} ({language})"
        made = {
            "title": line(_("Titre"), 110, help_text=_("110 signes au plus.") if own else ""),
            "summary": paragraphs(
                _("Résumé"),
                300,
                3,
                help_text=_("Deux phrases : pour qui, et ce que cela change.") if own else "",
            ),
            "description": paragraphs(
                _("Description"),
                4000,
                9 if own else 5,
                help_text=_(
                    "Comment cela se passe, avec qui, quel résultat. Ni nom de personne, ni téléphone."
                )
                if own
                else "",
            ),
        }
        for name, field in made.items():
            known = self.fields[f"{name}_{language}"]
            field.required, field.unmarked = known.required, known.unmarked
            field.error_messages["required"] = known.error_messages["required"]
            field.label = say.format(label=field.label, language=_LANGUAGES[language])
            field.widget.attrs["lang"] = language
            self.fields[f"{name}_{language}"] = field

    def clean_country(self):
        return self.cleaned_data["country"] or "FR"

    def clean(self):
        super().clean()
        country, postcode = self.cleaned_data.get("country"), self.cleaned_data.get("postcode")
        if postcode and country in _POSTCODE and not re.fullmatch(_POSTCODE[country], postcode):
            self.add_error("postcode", _("Ce code postal n’existe pas dans ce pays."))
        return self.cleaned_data


class SessionForm(forms.Form):
    start = Day(label=gettext_lazy("Du"))
    end = Day(label=gettext_lazy("au"), required=False)
    city = line(gettext_lazy("Ville"), 80)
    seats = number(gettext_lazy("Places"), 10_000, least=1)
    seats_left = number(gettext_lazy("Places libres"), 10_000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seats"].required = True
        for field in self.fields.values():
            field.unmarked = True

    def clean(self):
        data = super().clean()
        if "start" in data and data.get("end") is None and "end" not in self.errors:
            data["end"] = data["start"]
        if data.get("start") and data.get("end") and data["end"] < data["start"]:
            self.add_error("end", _("La session finit avant de commencer."))
        if data.get("seats") and data.get("seats_left") is None and "seats_left" not in self.errors:
            data["seats_left"] = data["seats"]
        if data.get("seats") and data.get("seats_left") is not None and data["seats_left"] > data["seats"]:
            self.add_error("seats_left", _("Il reste plus de places qu’il n’y en a."))
        return data


class SessionsBase(forms.BaseFormSet):
    def rows(self) -> list[dict]:
        """The valid lines that are not to be removed, by date."""
        lines = [
            {name: form.cleaned_data[name] for name in ("start", "end", "city", "seats", "seats_left")}
            for form in self.forms
            if form.is_valid() and form.cleaned_data.get("start") and not form.cleaned_data.get("DELETE")
        ]
        return sorted(lines, key=lambda row: (row["start"], row["end"], row["city"]))


SessionFormSet = forms.formset_factory(
    SessionForm,
    formset=SessionsBase,
    extra=1,
    max_num=MOST_SESSIONS,
    validate_max=True,
    absolute_max=MOST_SESSIONS + 1,
    can_delete=True,
)
