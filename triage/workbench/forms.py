"""Forms of the workbench."""

from django import forms
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.forms import Line, LongText
from intake import destinations
from intake.models import Destination, Irritant, Outcome, Reopened
from intake.reopening import FREE_AT_MOST, asked_as
from partners.models import Organisation
from programs.models import OfferKind
from triage import reasons
from triage.models import NonDisclosure, Qualification
from triage.qualifying import FIELDS

_TRL = [("", _("non précisé")), *[(level, str(level)) for level in range(1, 10)]]


class QualificationForm(forms.ModelForm):
    """Fields of triage.qualifying.FIELDS, each saying why it matters, and the version that was read."""

    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    trl_now = forms.TypedChoiceField(
        label=_("TRL aujourd’hui"),
        choices=_TRL,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("1 : idée ; 9 : en service. Situe la marche à franchir."),
    )
    trl_target = forms.TypedChoiceField(
        label=_("TRL visé"),
        choices=_TRL,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Au-delà de 3 niveaux, prévoyez plusieurs étapes."),
    )

    kinds = forms.MultipleChoiceField(
        label=_("Formes d’aide"),
        choices=OfferKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ce que l’entreprise accepterait : celles-ci passent devant, sans cacher les autres."),
        error_messages={"invalid_choice": _("Choisissez parmi les formes d’aide proposées.")},
    )

    class Meta:
        model = Qualification
        fields = FIELDS
        field_classes = {
            "reformulated": LongText,
            "partner_summary": LongText,
            "baseline": Line,
            "target": Line,
        }
        widgets = {
            "reformulated": forms.Textarea(
                attrs={"rows": 4, "data-counter": 4000, "data-counter-left": _("{n} caractères restants")}
            ),
            "partner_summary": forms.Textarea(
                attrs={"rows": 5, "data-counter": 2000, "data-counter-left": _("{n} caractères restants")}
            ),
            "baseline": forms.Textarea(attrs={"rows": 2}),
            "target": forms.Textarea(attrs={"rows": 2}),
            "topics": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "reformulated": _("Le besoin dit simplement : il affine les pistes et ouvre la proposition."),
            "partner_summary": _(
                "Tout ce qu’un partenaire lit avant d’accepter. Rien qui désigne l’entreprise."
            ),
            "target": _("À quoi saura-t-on que c’est réglé ? Exemple : rebuts sous 3 %."),
            "baseline": _(
                "Le chiffre de départ, et d’où il vient : sans lui, personne ne saura si c’est réglé."
            ),
            "urgency": _(
                "Une thèse se prépare en un an, un stage en trois mois : l’urgence choisit la voie."
            ),
            "budget": _(
                "Tout compris, aides à part. Écarte les voies que l’entreprise ne pourrait pas payer."
            ),
            "ai_act": _(
                "Pour l’usage visé. Une pratique interdite se réoriente, un haut risque se prépare tôt."
            ),
            "topics": _("Corrigent ce que le moteur a compris : les pistes sont recalculées."),
            "pillar": _("Situe le dossier dans le programme du cluster."),
            "data_maturity": _("Sans données, une formation ou un stage aide plus qu’un laboratoire."),
            "personal_data": _("Base légale et information des personnes à prévoir."),
            "health_data": _("Hébergement certifié et avis à prévoir."),
            "employee_data": _("Information du comité social et économique à prévoir."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pillar"].empty_label = _("non précisé")
        for name in ("data_maturity", "urgency", "budget", "ai_act"):
            self.fields[name].choices = [("", _("non précisé")), *self.fields[name].choices[1:]]

    @property
    def values(self) -> dict:
        """What triage.qualifying.save takes. Only after is_valid()."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class CloseForm(forms.Form):
    """How a case ends, and what the company is told."""

    outcome = forms.ChoiceField(
        label=_("Issue"),
        choices=[("", _("Choisissez")), *[c for c in Outcome.choices if c[0] != Outcome.WITHDRAWN]],
        error_messages={"required": _("Choisissez une issue.")},
    )
    duplicate_of = Line(
        label=_("Référence du dossier d’origine"),
        max_length=20,
        required=False,
        help_text=_("Seulement pour un doublon. Exemple : ENACT-7F3K-92."),
    )
    text = LongText(
        label=_("Message à l’entreprise"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Joint au courriel de clôture. Dites ce qui a été cherché et ce qu’elle peut faire maintenant."
        ),
    )

    destinations = forms.MultipleChoiceField(
        label=_("Vers qui"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Avec l’issue « réorienté » : nommés dans le courriel et sur la page de suivi."),
        error_messages={"invalid_choice": _("Choisissez parmi les relais proposés.")},
    )

    def __init__(self, *args, irritant: Irritant, **kwargs):
        super().__init__(*args, **kwargs)
        self.irritant = irritant
        self.relays = {row.code: row for row in destinations.for_irritant(irritant)}
        self.fields["destinations"].choices = [(code, _as_relay(row)) for code, row in self.relays.items()]

    def clean_destinations(self) -> list[Destination]:
        return [self.relays[code] for code in self.cleaned_data["destinations"]]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("destinations") and cleaned.get("outcome") not in (None, Outcome.REDIRECTED):
            self.add_error("destinations", _("Un relais ne se choisit qu’avec l’issue « réorienté »."))
        reference = (cleaned.get("duplicate_of") or "").strip().upper()
        cleaned["duplicate_of"] = None
        if cleaned.get("outcome") != Outcome.DUPLICATE:
            return cleaned
        original = Irritant.objects.filter(reference=reference).exclude(pk=self.irritant.pk).first()
        if original is None:
            self.add_error("duplicate_of", _("Aucun autre dossier ne porte cette référence."))
        cleaned["duplicate_of"] = original
        return cleaned


def _as_relay(row: Destination) -> SafeString:
    """What a coordinator must know before sending somebody there: what for, where, and whether it was checked."""
    where = ", ".join(reasons.territory_name(code) or code for code in row.territories)
    checked = (
        _("vérifié le %(day)s") % {"day": date_format(row.verified_on, "DATE_FORMAT")}
        if row.verified_on
        else _("à vérifier : personne ne l’a encore lu à la source")
    )
    if row.verified_on and not destinations.is_fresh(row.verified_on):
        checked = _("%(checked)s, à relire") % {"checked": checked}
    facts = " · ".join(filter(None, [where, row.host, str(checked)]))
    return format_html('{}<span class="choice-hint">{}<br>{}</span>', row.name, row.purpose, facts)


def _as_read(code: str, language: str) -> SafeString:
    """The name of a field, and the question as the company will read it, in its own language."""
    with translation.override(language):
        words = str(asked_as(code))
    return format_html(
        '{}<span class="choice-hint" lang="{}">{}</span>', capfirst(Reopened(code).label), language, words
    )


class AskForm(forms.Form):
    """A word to the company, answers of its form to open again, and questions of one's own."""

    text = LongText(
        label=_("Votre question"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Elle part par courriel ; le dossier attend ensuite la réponse de l’entreprise."),
        error_messages={"max_length": _("Écrivez votre question, en 4 000 caractères au plus.")},
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("Réponses du formulaire à rouvrir"),
        choices=Reopened.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("L’entreprise ne peut changer que celles-ci, déjà remplies de ce que nous savons."),
    )

    def __init__(self, *args, irritant: Irritant, **kwargs):
        super().__init__(*args, **kwargs)
        language = irritant.language
        read = lazy(_as_read, SafeString)
        self.fields["fields_asked"].choices = [(code, read(code, language)) for code in Reopened.values]
        for number in range(1, FREE_AT_MOST + 1):
            self.fields[f"free_{number}"] = Line(
                label=_("Question libre %(number)s") % {"number": number},
                max_length=400,
                required=False,
                error_messages={"max_length": _("400 caractères au plus pour une question.")},
                widget=forms.TextInput(attrs={"lang": language}),
            )

    @property
    def free_fields(self) -> list:
        return [self[f"free_{number}"] for number in range(1, FREE_AT_MOST + 1)]

    @property
    def has_free(self) -> bool:
        return any(field.value() for field in self.free_fields)

    def clean(self):
        cleaned = super().clean()
        free = [cleaned.get(f"free_{number}", "") for number in range(1, FREE_AT_MOST + 1)]
        cleaned["free"] = list(dict.fromkeys(filter(None, free)))
        if not self.errors and not (cleaned.get("text") or cleaned.get("fields_asked") or cleaned["free"]):
            self.add_error("text", _("Écrivez votre question, ou cochez ce que l’entreprise doit préciser."))
        return cleaned

    @property
    def act(self) -> dict:
        """What the move « demander une précision » takes. Only after is_valid()."""
        cleaned = self.cleaned_data
        return {"text": cleaned["text"], "fields": cleaned["fields_asked"], "free": cleaned["free"]}


class AgreementForm(forms.Form):
    """A confidentiality agreement, once the company and the partner have signed it."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Avec quel partenaire ?"),
        to_field_name="public_id",
        empty_label=_("Choisissez"),
        error_messages={
            "required": _("Choisissez un partenaire."),
            "invalid_choice": _("Choisissez un partenaire des pistes retenues."),
        },
        help_text=_("Les partenaires des pistes retenues qui n’ont pas d’accord en vigueur."),
    )
    signed_on = forms.DateField(
        label=_("Signé le"),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Dites quel jour il a été signé."),
            "invalid": _("Ce n’est pas une date."),
        },
    )
    document = forms.FileField(
        label=_("L’accord signé"),
        required=False,
        allow_empty_file=True,  # judged by files.store, in plain words
        help_text=_("PDF de préférence. Lu par la seule coordination et par l’entreprise."),
    )
    note = Line(
        label=_("Remarque"), required=False, max_length=NonDisclosure._meta.get_field("note").max_length
    )

    def __init__(self, *args, irritant: Irritant, **kwargs):
        super().__init__(*args, **kwargs)
        signed = irritant.non_disclosures.in_force().values("organisation")
        kept = irritant.matches.kept().values("offer__organisation")
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=kept).exclude(pk__in=signed)
        self.fields["organisation"].label_from_instance = lambda row: row.name

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Cette date est à venir : enregistrez l’accord une fois signé."))
        return day
