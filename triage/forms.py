"""What partners type on the answer page (every form carries the version of the referral that was shown), and the level
that the company chooses."""

from datetime import datetime

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.forms import Line, LongText
from foundation.working_days import add_months, is_working_day
from intake.calls import DIGITS_APART, MINUTES, checked
from intake.choices import CONFIDENTIALITY
from intake.forms import hinted
from journal.lifecycle import Refusal
from triage.models import DeclineReason
from triage.suggesting import meant

SLOT_NAMES = ("slot_1", "slot_2", "slot_3")
MOST_MONTHS_AWAY = 24  # « pas avant le… »
IN_WORDS = "words"  # « aucun : gardez mes mots »


def _length(minutes: int) -> str:
    return gettext("%(minutes)s minutes") % {"minutes": minutes}


length_label = lazy(_length, str)


def _moment(number: int) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=lazy(lambda: gettext("Moment %(number)s") % {"number": number}, str)(),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "900", "class": "w-medium"}, format="%Y-%m-%dT%H:%M"
        ),
        error_messages={"invalid": _("Indiquez le jour et l’heure.")},
    )


class _Answer(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def act(self) -> dict:
        """What goes to Lifecycle.perform beside the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class MomentsForm(_Answer):
    """One to three moments for a first exchange, or none; each in Paris time, checked like those of a call."""

    slot_1, slot_2, slot_3 = (_moment(number) for number in (1, 2, 3))
    minutes = forms.TypedChoiceField(
        label=_("Durée"),
        choices=[(length, length_label(length)) for length in MINUTES],
        coerce=int,
        initial=MINUTES[1],
        empty_value=MINUTES[1],
        required=False,
        widget=forms.Select(attrs={"class": "w-short"}),
    )
    how = Line(
        label=_("Comment se parler"),
        max_length=200,
        required=False,
        help_text=_(
            "Qui appelle quel numéro, ou l’adresse d’une visioconférence. L’entreprise le lit tel quel."
        ),
    )

    def __init__(self, *args, department: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.department = department

    @property
    def moment_fields(self):
        return [self[name] for name in SLOT_NAMES]

    @property
    def moments(self) -> list[datetime]:
        return [self.cleaned_data[name] for name in SLOT_NAMES if self.cleaned_data.get(name)]

    @property
    def touches_moments(self) -> bool:
        """Whether the part that is folded away holds something to look at."""
        return self.is_bound and any(
            self.data.get(name) or self.errors.get(name) for name in (*SLOT_NAMES, "how")
        )

    def clean(self):
        data = super().clean()
        for name in SLOT_NAMES:
            if data.get(name):
                try:
                    data[name] = checked(data[name], data.get("minutes") or MINUTES[1], self.department)
                except Refusal as refusal:
                    self.add_error(name, str(refusal))
                except OverflowError:  # the year 1, or 9999
                    self.add_error(name, _("Indiquez le jour et l’heure."))
        return data


class ProposeForm(MomentsForm):
    """Moments after the yes: at least one."""

    def clean(self):
        data = super().clean()
        if not self.errors and not self.moments:
            self.add_error(SLOT_NAMES[0], _("Indiquez le jour et l’heure."))
        return data


class AcceptForm(MomentsForm):
    """A yes; everything else may be left as it stands. `members`: those who may follow it, as memberships."""

    speaks = forms.ChoiceField(label=_("Qui suivra ce dossier chez vous ?"), required=False)
    person_in_charge = Line(
        label=_("Son nom"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    person_contact = Line(
        label=_("Son adresse électronique ou son téléphone"),
        max_length=160,
        required=False,
        help_text=_("L’entreprise le verra, avec son nom."),
    )
    answer = LongText(
        label=_("Un mot pour la coordination"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("version", "speaks", "person_in_charge", "person_contact", "answer")

    def __init__(self, *args, members=(), me: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(row.pk): row.user for row in members if row.user.full_name}
        if not self.members:
            del self.fields["speaks"]
            self.fields["person_in_charge"].label = _("Qui suivra ce dossier chez vous ?")
            return
        self.fields["speaks"].choices = [
            *((key, f"{user.full_name} · {user.email}") for key, user in self.members.items()),
            ("", _("Quelqu’un d’autre, ou pas encore décidé")),
        ]
        self.fields["speaks"].help_text = _("L’entreprise verra ce nom et cette adresse.")
        mine = (key for key, user in self.members.items() if user.email == me.casefold())
        self.initial.setdefault("speaks", next(mine, ""))

    def clean(self):
        data = super().clean()
        member = self.members.get(data.get("speaks", ""))
        if member and not data.get("person_in_charge") and not data.get("person_contact"):
            data["person_in_charge"], data["person_contact"] = member.full_name[:120], member.email[:160]
        data["person_contact"] = DIGITS_APART.sub("\xa0", data.get("person_contact", ""))
        return data

    @property
    def act(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("person_in_charge", "person_contact", "answer")}


class DeclineForm(_Answer):
    """A no with its reason; from which day on to ask again; whom to ask instead, by name or in free words."""

    reason = forms.ChoiceField(
        label=_("Pourquoi pas, cette fois ?"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez une raison."),
            "invalid_choice": _("Choisissez une raison."),
        },
    )
    available_from = forms.DateField(
        label=_("Pas avant le"),
        required=False,
        help_text=_("Un jour ouvré à venir : la coordination pourra vous redemander à partir de là."),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-medium"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Indiquez un jour.")},
    )
    suggestion = Line(
        label=_("Voyez plutôt"),
        max_length=200,
        required=False,
        help_text=_("Un laboratoire, une école, une équipe : par son nom, ou avec vos mots."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    which = forms.ChoiceField(
        label=_("Lequel vouliez-vous dire ?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez l’un d’eux, ou gardez vos mots.")},
    )
    answer = LongText(
        label=_("Une précision"),
        max_length=2000,
        required=False,
        help_text=_("La coordination seule la lira."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Dites-la en un mot.")},
    )

    def __init__(self, *args, organisation, list_url: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.found = meant(self.data.get("suggestion", ""), but=organisation) if self.is_bound else []
        if len(self.found) > 1:
            named = [
                (row.external_id, f"{row.name}{f' · {row.city}' if row.city else ''}") for row in self.found
            ]
            self.fields["which"].choices = [*named, (IN_WORDS, _("Aucun : gardez mes mots"))]
        else:
            del self.fields["which"]
        # What another reason is can only be read in these words: from then on they are no longer optional.
        self.fields["answer"].required = self.data.get("reason") == DeclineReason.OTHER
        if list_url:  # proposals while one types; without them the words are looked up when they are sent
            self.fields["suggestion"].widget.attrs |= {
                "list": "decline-partners",
                "hx-get": list_url,
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#decline-partners",
            }

    def clean_available_from(self):
        day = self.cleaned_data["available_from"]
        if day is None:
            return None
        if not clock.today() < day <= add_months(clock.today(), MOST_MONTHS_AWAY):
            raise forms.ValidationError(
                gettext("Choisissez un jour à venir, dans les %(n)s mois.") % {"n": MOST_MONTHS_AWAY}
            )
        if not is_working_day(day, self.organisation.postcode[:2]):
            raise forms.ValidationError(
                gettext("Ce jour n’est pas ouvré chez vous : choisissez-en un autre.")
            )
        return day

    def clean(self):
        data = super().clean()
        words, reason, which = data.get("suggestion", ""), data.get("reason"), data.get("which", "")
        if reason == DeclineReason.REDIRECT and not words:
            self.add_error("suggestion", _("Dites à qui vous pensez."))
        chosen = (
            self.found if len(self.found) == 1 else [one for one in self.found if one.external_id == which]
        )
        data["suggested"] = chosen[0] if chosen else None
        data["suggested_words"] = "" if chosen else words
        return data

    @property
    def act(self) -> dict:
        names = ("reason", "answer", "available_from", "suggested", "suggested_words")
        return {name: self.cleaned_data[name] for name in names}


class QuestionForm(_Answer):
    text = LongText(
        label=_("Votre question à la coordination"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Écrivez votre question.")},
    )


class VersionForm(_Answer):
    """A confirmation: nothing but what was on the screen."""


class LevelForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Que pouvons-nous montrer aux partenaires ?"),
        choices=[(code, hinted(*words)) for code, words in CONFIDENTIALITY.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’un des trois niveaux."),
            "invalid_choice": _("Choisissez l’un des trois niveaux."),
        },
    )
