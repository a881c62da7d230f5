"""« Réponses types »: the list in its order with what was used, and one answer in three languages with a preview."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import coordinator
from foundation.forms import LongText
from intake.destinations import is_fresh
from intake.models import Irritant, Outcome
from intake.showing import contact_of
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from journal.letters import fill
from journal.lifecycle import Refusal
from journal.texts import LANGUAGES
from triage import canned
from triage.models import CannedAnswer, CannedText
from triage.workbench.base import page_context
from triage.workbench.letters import NAMES, named_case

UNPROCESSABLE, CONFLICT = 422, 409
HISTORY_SHOWN = 20
CLOSES_NOTHING = gettext_lazy("écrire sans clore")


class AnswerForm(forms.Form):
    """The words of an answer in one language; none is a foundation.forms.Line, which undoes narrow spaces."""

    seen = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    title = LongText(
        widget=forms.TextInput,
        label=gettext_lazy("Nom dans la liste"),
        max_length=120,
        error_messages={"required": gettext_lazy("Donnez-lui un nom.")},
    )
    body = LongText(
        label=gettext_lazy("Texte"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "Le courriel salue déjà : commencez par ce que vous avez à dire. Une ligne vide commence un paragraphe ; "
            "un paragraphe auquel il manque une valeur n’est pas repris."
        ),
        error_messages={"required": gettext_lazy("Écrivez le texte.")},
    )

    def __init__(self, *args, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "body"):
            self.fields[name].widget.attrs["lang"] = language

    def clean_title(self):
        if len(self.cleaned_data["title"].splitlines()) > 1:
            raise forms.ValidationError(_("Ce texte tient sur une seule ligne."))
        return self.cleaned_data["title"]

    def clean_body(self):
        if found := canned.problems(self.cleaned_data["body"]):
            raise forms.ValidationError(found)
        return self.cleaned_data["body"]


class NewAnswerForm(AnswerForm):
    code = forms.SlugField(
        label=gettext_lazy("Nom court"),
        max_length=40,
        help_text=gettext_lazy("Lettres sans accent et tirets, pour l’adresse de cette page."),
        error_messages={
            "required": gettext_lazy("Donnez-lui un nom court."),
            "invalid": gettext_lazy("Lettres sans accent, chiffres et tirets seulement."),
        },
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("À quoi elle sert"),
        required=False,
        choices=[
            ("", CLOSES_NOTHING),
            *[choice for choice in Outcome.choices if choice[0] not in (Outcome.WITHDRAWN, Outcome.SPAM)],
        ],
        help_text=gettext_lazy("L’issue qu’elle propose dans « Clore le dossier »."),
    )
    field_order = ("code", "outcome", "title", "body")


@dataclass(frozen=True)
class Told:
    """An answer in one language. `stale`: another language was changed since."""

    language: str
    name: str
    text: CannedText | None
    stale: bool


def _told(texts: dict[str, CannedText]) -> list[Told]:
    newest = max((text.at for text in texts.values() if not text.original), default=None)
    return [
        Told(
            language,
            NAMES[language],
            texts.get(language),
            language not in texts or (newest is not None and texts[language].at < newest),
        )
        for language in LANGUAGES
    ]


def _latest(answers) -> dict[int, dict[str, CannedText]]:
    """answer → language → the text in force, in one query."""
    found: dict[int, dict[str, CannedText]] = {}
    for text in CannedText.objects.filter(answer__in=answers).select_related("by").order_by("number"):
        found.setdefault(text.answer_id, {})[text.language] = text
    return found


def _dressed(rows: list[CannedAnswer]) -> list[CannedAnswer]:
    texts = _latest([row.pk for row in rows])
    for row in rows:
        row.told = _told(texts.get(row.pk, {}))
        row.label = row.title or row.fallback or row.code
        row.closes = row.get_outcome_display() if row.outcome else CLOSES_NOTHING
        row.to_check = bool(row.source) and not is_fresh(row.verified_on)
    return rows


@coordinator
@require_safe
def every(request: HttpRequest):
    rows = _dressed(list(canned.titled(CannedAnswer.objects.all())))
    context = page_context(
        request,
        _("Réponses types"),
        answers=[row for row in rows if row.retired_at is None],
        retired=[row for row in rows if row.retired_at is not None],
        languages=[(code, NAMES[code]) for code in LANGUAGES],
    )
    return render(request, "triage/workbench/answers.html", context)


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest):
    """A new answer begins in the coordinator's own language; the others follow on its page."""
    language = request.LANGUAGE_CODE[:2] if request.LANGUAGE_CODE[:2] in LANGUAGES else "fr"
    form = NewAnswerForm(request.POST or None, language=language)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            data = form.cleaned_data
            try:
                canned.make(
                    data["code"],
                    outcome=data["outcome"],
                    language=language,
                    title=data["title"],
                    body=data["body"],
                    actor=as_coordinator(request.user),
                )
            except Refusal as refusal:
                form.add_error(refusal.code, str(refusal))
            else:
                messages.success(
                    request, _("La réponse est enregistrée. Il reste à la dire dans les autres langues.")
                )
                return _to(data["code"], language)
    return _page(request, None, language, form, status)


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str, language: str):
    """One answer in one language: its words, what they give for an irritant, the other languages, its versions."""
    if language not in LANGUAGES:
        raise Http404
    row = get_object_or_404(canned.titled(CannedAnswer.objects.all()), code=code)
    if request.method != "POST":
        return _page(request, row, language, _form(row, language, request.GET.get("version", "")))
    form = AnswerForm(request.POST, language=language)
    if not form.is_valid():
        return _page(request, row, language, form, UNPROCESSABLE)
    if request.POST.get("act") != "save":
        return _page(request, row, language, form)
    data, actor = form.cleaned_data, as_coordinator(request.user)
    try:
        canned.save(row, language, title=data["title"], body=data["body"], actor=actor, seen=data["seen"])
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, row, language, form, CONFLICT, theirs=canned.latest(row, language))
    messages.success(request, _("Le texte est enregistré."))
    return _to(code, language, named_case(request)[1])


@coordinator
@require_POST
def order(request: HttpRequest, code: str):
    row = get_object_or_404(CannedAnswer, code=code)
    canned.shift(row, -1 if request.POST.get("step") == "up" else 1)
    return HttpResponseRedirect(f"{reverse('admin:workbench_answers')}#{row.code}", status=303)


@coordinator
@require_POST
def retire(request: HttpRequest, code: str):
    """Offered no more, or again."""
    row = get_object_or_404(CannedAnswer, code=code)
    back = request.POST.get("act") == "back"
    canned.retire(row, back=back)
    messages.success(
        request, _("La réponse est de nouveau proposée.") if back else _("La réponse n’est plus proposée.")
    )
    return HttpResponseRedirect(f"{reverse('admin:workbench_answers')}#{row.code}", status=303)


def _to(code: str, language: str, asked: str = "") -> HttpResponseRedirect:
    where = reverse("admin:workbench_answer", args=[code, language])
    return HttpResponseRedirect(f"{where}?irritant={asked}" if asked else where, status=303)


def _form(row: CannedAnswer, language: str, version: str) -> AnswerForm:
    """The words in force, or those of an older version to take up again; French ones to translate where none are."""
    text = canned.latest(row, language)
    older = (
        row.texts.filter(language=language, number=version).first()
        if version.isdecimal() and len(version) < 7
        else None
    )
    shown = older or text
    initial = {"seen": text.number if text else 0}
    if shown:
        initial |= {"title": shown.title, "body": shown.body}
    return AnswerForm(initial=initial, language=language)


def _shown(request, form: AnswerForm, language: str, irritant: Irritant | None) -> str | None:
    """What the form's text gives, for an irritant or with examples; None while it cannot be."""
    if form.is_bound and not form.is_valid():
        return None
    body = form.cleaned_data["body"] if form.is_bound else form.initial.get("body", "")
    with translation.override(language):
        values = canned.values_of(irritant, request.user) if irritant else canned.examples()
        return fill(body, values)


def _page(request, row, language, form, status: int = 200, theirs: CannedText | None = None):
    irritant, asked = named_case(request)
    if irritant:
        showing(request, contact_of(irritant))
    texts = _latest([row.pk]).get(row.pk, {}) if row else {}
    if theirs:  # what they wrote was read: saving again is a choice
        form.data = {**form.data.dict(), "seen": theirs.number}
    context = page_context(
        request,
        (row.title or row.fallback or row.code) if row else _("Nouvelle réponse type"),
        answer=row,
        closes=(row.get_outcome_display() if row.outcome else CLOSES_NOTHING) if row else "",
        to_check=bool(row and row.source and not is_fresh(row.verified_on)),
        language=language,
        language_name=NAMES[language],
        form=form,
        told=_told(texts) if row else [],
        others=[one for one in _told(texts) if one.language != language and one.text] if row else [],
        shown=_shown(request, form, language, irritant),
        irritant=irritant,
        asked=asked,
        placeholders=[(f"${name}", value.what) for name, value in canned.VALUES.items()],
        changes=list(row.texts.filter(language=language).select_related("by")[:HISTORY_SHOWN]) if row else [],
        theirs=theirs,
        recent=Irritant.objects.visible_to(request.user).order_by("-created_at")[:12],
    )
    return render(request, "triage/workbench/answer.html", context, status=status)
