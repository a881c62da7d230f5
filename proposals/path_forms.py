"""Options, steps and paragraphs as rows of forms. Rows carry ids: their order in the page is not what names them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import Line, LongText
from proposals import paths, sections
from proposals.path_fields import LevelsField, WaitsField
from proposals.steps import (
    CLUSTER_LEADS,
    COMPANY_LEADS,
    MAX_OPTIONS,
    MAX_STEPS,
    OPTION_LIMITS,
    OTHER,
    STEP_KINDS,
    STEP_LIMITS,
)

_TEXTS = ("kind", "person", "title", "summary", "offer_id", "deliverables", "decision", "scheme")
_ID = r"^[a-z0-9][a-z0-9_-]{0,39}$"


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _date() -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d")
    return forms.DateField(required=False, widget=widget)


def _spoken(form: forms.Form, language: str) -> None:
    """What is written is in the company's language. Nearly all may be left out: marking each field is only noise."""
    for name, field in form.fields.items():
        field.unmarked = True
        if language and (isinstance(field, Line | LongText) or name == "option"):
            field.widget.attrs["lang"] = language


class OptionForm(forms.Form):
    """What a board reads first of an option."""

    id = forms.RegexField(_ID, widget=forms.HiddenInput)
    title = Line(label=_("Titre de l’option"), max_length=OPTION_LIMITS["title"])
    why = LongText(
        label=_("Ce qu’elle apporte"), max_length=OPTION_LIMITS["why"], required=False, widget=_area(3)
    )
    limits = LongText(
        label=_("Ce qu’elle ne fait pas"), max_length=OPTION_LIMITS["limits"], required=False, widget=_area(3)
    )

    def __init__(self, *args, language="", **kwargs):
        super().__init__(*args, **kwargs)
        _spoken(self, language)


class StepForm(forms.Form):
    """One step. `leads`: a partner that accepted, the company, the cluster, or nobody yet; `position`: its place in
    its option."""

    id = forms.RegexField(_ID, widget=forms.HiddenInput)
    position = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    offer_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    option = forms.ChoiceField(label=_("Dans l’option"))
    title = Line(label=_("Titre de l’étape"), max_length=STEP_LIMITS["title"])
    kind = forms.ChoiceField(label=_("Nature"), choices=STEP_KINDS)
    leads = forms.ChoiceField(label=_("Avec qui"), required=False)
    person = Line(label=_("Interlocuteur"), max_length=STEP_LIMITS["person"], required=False)
    start = _date()
    end = _date()
    when = Line(
        label=_("Quand, en mots"),
        max_length=STEP_LIMITS["when"],
        required=False,
        help_text=_("Vide : les dates, en toutes lettres."),
    )
    summary = LongText(
        label=_("Ce qui s’y fait"), max_length=STEP_LIMITS["summary"], required=False, widget=_area(3)
    )
    after = forms.MultipleChoiceField(
        label=_("Elle vient après"), required=False, widget=forms.CheckboxSelectMultiple
    )
    waits = WaitsField(label=_("Ce qui doit passer avant, en semaines (« 2–8 »)"), required=False)
    deliverables = LongText(
        label=_("Ce qui en sort"), max_length=STEP_LIMITS["deliverables"], required=False, widget=_area(2)
    )
    decision = LongText(
        label=_("La question à trancher à la fin"),
        max_length=STEP_LIMITS["decision"],
        required=False,
        widget=_area(2),
        help_text=_("On continue, ou on s’arrête là ?"),
    )
    trl = LevelsField(1, 9, label=_("TRL"))
    maturity = LevelsField(0, 4, label=_("Maturité des données"))
    scheme = forms.ChoiceField(label=_("Dispositif qui le chiffre"), required=False)

    def __init__(self, *args, language="", leaders=(), options=(), steps=(), schemes=(), **kwargs):
        """`options`: (id, title); `steps`: (id, option id, label) of every step that it could wait for; `schemes`:
        (code, name) of those that are counted. `facts`: what the scheme's calculator asks, set by the editor."""
        super().__init__(*args, **kwargs)
        self.facts: forms.Form | None = None
        known = self["scheme"].value() or ""
        unknown = [(known, known)] if known and known not in dict(schemes) else []
        self.fields["scheme"].choices = [("", _("aucun")), *schemes, *unknown]
        self.fields["start"].label, self.fields["end"].label = _("Début"), _("Fin")
        self.fields["leads"].choices, self.fields["option"].choices = leaders, options
        self.fields["after"].choices = [(one, label) for one, _option, label in steps]
        self._steps = steps
        _spoken(self, language)

    @property
    def siblings(self) -> list[dict]:
        """The steps of its option that it may come after, and whether it does."""
        mine, ticked = self["id"].value(), self["after"].value() or ()
        return [
            {"id": one, "label": label, "ticked": one in ticked}
            for one, option, label in self._steps
            if option == self["option"].value() and one != mine
        ]

    @property
    def may_cost(self) -> bool:
        return len(self.fields["scheme"].choices) > 1

    @property
    def is_open(self) -> bool:
        wrong = self.is_bound and (self.errors or (self.facts is not None and self.facts.errors))
        return bool(wrong) or not self["title"].value()


class ParagraphForm(forms.Form):
    """One paragraph of one section; emptied, it goes."""

    id = forms.RegexField(_ID, widget=forms.HiddenInput)
    section = forms.ChoiceField(choices=sections.SECTIONS, widget=forms.HiddenInput)
    text = LongText(
        max_length=sections.PARAGRAPH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )

    def __init__(self, *args, language="", **kwargs):
        super().__init__(*args, **kwargs)
        _spoken(self, language)


def _rows(form, most: int):
    return forms.formset_factory(
        form, extra=0, max_num=most, validate_max=True, absolute_max=most, can_delete=True
    )


OptionRows = _rows(OptionForm, MAX_OPTIONS)
StepRows = _rows(StepForm, MAX_OPTIONS * MAX_STEPS)
ParagraphRows = _rows(ParagraphForm, len(sections.SECTIONS) * sections.MOST_PARAGRAPHS)


def kept(rows) -> list[dict]:
    """Cleaned data of the rows that stay."""
    return [form.cleaned_data for form in rows.forms if form not in rows.deleted_forms]


def initial_of(step: paths.Step, option_id: str, position: int) -> dict:
    """A stored step as the initial values of StepForm; words that only repeat the dates are left empty."""
    words = paths.when_words(paths.day(step["start"]), paths.day(step["end"]))
    return {
        **{name: step[name] for name in (*_TEXTS, "id", "start", "end", "after", "waits", "trl", "maturity")},
        "when": "" if step["when"] == words else step["when"],
        "leads": step["organisation_id"] or step["leads"],
        "option": option_id,
        "position": position,
    }


def step_of(
    data: dict,
    stored: paths.Step,
    facts: dict | None,
    partners: dict,
    examples: set[str],
    others: dict,
) -> paths.Step:
    """A row as a step. `partners`: organisation id → name; `others`: leader code → name; `examples`: ids of offers
    whose data is illustrative. `facts`: what was answered, None where nothing was asked: `stored` keeps its own."""
    leader, start, end = data["leads"], data["start"], data["end"]
    return paths.blank_step(
        data["id"],
        **{name: data[name] for name in _TEXTS},
        organisation=partners.get(leader) or str(others.get(leader, "")),
        organisation_id=leader if leader in partners else "",
        leads=leader,
        start=paths.iso(start),
        end=paths.iso(end),
        when=data["when"] or paths.when_words(start, end),
        after=data["after"],
        waits=data["waits"],
        trl=data["trl"],
        maturity=data["maturity"],
        illustrative=data["offer_id"] in examples,
        facts=stored.get("facts", {}) if facts is None else facts,
    ) | {"kind": data["kind"] or OTHER}


def leader_choices(partners: dict[str, str]) -> list[tuple]:
    """Who may lead a step: nobody can be promised who has not accepted."""
    return [
        ("", _("à préciser")),
        (_("Partenaires qui ont accepté"), list(partners.items())),
        (_("Autres"), [(COMPANY_LEADS, _("l’entreprise")), (CLUSTER_LEADS, _("la coordination du cluster"))]),
    ]
