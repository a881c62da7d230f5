"""The coordinator's editor (text and path) and the company's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.forms import Line, LongText
from programs.models import OfferKind
from proposals.models import Proposal
from proposals.steps import CLUSTER_LEADS, COMPANY_LEADS, MAX_STEPS, OTHER, STEP_KINDS, STEP_LIMITS

TEXT_FIELDS = ("title", "need", "target", "conditions", "next_steps", "valid_until")


class ProposalForm(forms.ModelForm):
    """The text of a proposal. `seen_version`: what the writer read, checked when saving."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Proposal
        fields = TEXT_FIELDS
        field_classes = {
            "title": Line,
            "need": LongText,
            "target": Line,
            "conditions": LongText,
            "next_steps": LongText,
        }
        widgets = {
            "need": forms.Textarea(attrs={"rows": 8}),
            "conditions": forms.Textarea(attrs={"rows": 6}),
            "next_steps": forms.Textarea(attrs={"rows": 4}),
            "valid_until": forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "title": _("Il paraît sur la couverture."),
            "need": _("Dans les mots de l’entreprise autant que possible : elle doit s’y reconnaître."),
            "target": _("Un chiffre et une date, si l’entreprise les a donnés."),
            "conditions": _("Des principes, pas un contrat."),
            "next_steps": _("Une ligne par étape : qui fait quoi, avant quand."),
        }

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day < clock.today():
            raise forms.ValidationError(_("Cette date est passée."))
        return day


class StepForm(forms.Form):
    """One step of the path. `leads`: a partner that accepted, the company, the cluster, or nobody yet."""

    kind = forms.ChoiceField(label=_("Nature"), choices=STEP_KINDS, initial=OfferKind.TRAINING)
    leads = forms.ChoiceField(label=_("Avec qui"), required=False)
    person = Line(label=_("Interlocuteur"), max_length=STEP_LIMITS["person"], required=False)
    title = Line(label=_("Titre de l’étape"), max_length=STEP_LIMITS["title"])
    summary = LongText(
        label=_("Ce qui s’y fait"),
        max_length=STEP_LIMITS["summary"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    when = Line(
        label=_("Quand"),
        max_length=STEP_LIMITS["when"],
        required=False,
        help_text=_("Par exemple : à partir du 1er mars 2027."),
    )
    offer_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, leaders=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leads"].choices = leaders


class BasePathFormSet(forms.BaseFormSet):
    """The steps in order, and one empty form to add another."""

    def steps(self, partners: dict[str, str], illustrative: set[str], others: dict[str, str]) -> list[dict]:
        """The valid rows as path steps. `partners`: organisation id → name; `others`: leader code → name;
        `illustrative`: ids of offers whose data is an example."""
        return [
            _step(form.cleaned_data, partners, illustrative, others)
            for form in self.forms
            if form not in self.deleted_forms and form.cleaned_data.get("title")
        ]


PathFormSet = forms.formset_factory(
    StepForm,
    formset=BasePathFormSet,
    extra=1,
    max_num=MAX_STEPS,
    validate_max=True,
    absolute_max=MAX_STEPS + 1,
    can_delete=True,
)


def _step(data: dict, partners: dict, illustrative: set, others: dict) -> dict:
    leader = data["leads"]
    return {
        "kind": data["kind"] or OTHER,
        "organisation": partners.get(leader) or str(others.get(leader, "")),
        "organisation_id": leader if leader in partners else "",
        "leads": leader,
        "person": data["person"],
        "title": data["title"],
        "summary": data["summary"],
        "when": data["when"],
        "offer_id": data["offer_id"],
        "illustrative": data["offer_id"] in illustrative,
    }


def initial_of(step: dict) -> dict:
    """A stored step as the initial values of StepForm."""
    return {
        **{name: step.get(name, "") for name in ("kind", "person", "title", "summary", "when", "offer_id")},
        "leads": step.get("organisation_id") or step.get("leads", ""),
    }


def leader_choices(partners: dict[str, str]) -> list[tuple]:
    """Who may lead a step: nobody can be promised who has not accepted."""
    return [
        ("", _("à préciser")),
        (_("Partenaires qui ont accepté"), list(partners.items())),
        (_("Autres"), [(COMPANY_LEADS, _("l’entreprise")), (CLUSTER_LEADS, _("la coordination du cluster"))]),
    ]


class CommentForm(forms.Form):
    """The company's words with its answer."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    comment = LongText(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args, label="", required=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = label
        self.fields["comment"].required = required
        self.fields["comment"].error_messages["required"] = _("Dites-nous ce qu’il faut changer.")

    @property
    def kept(self) -> dict:
        """What goes to Lifecycle.perform beside the version."""
        return {"comment": self.cleaned_data["comment"]}
