"""« Textes des courriels »: the words of each mail in three languages, with a preview on a real irritant."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import coordinator
from accounts.models import User
from foundation.forms import LongText
from intake.models import Irritant
from intake.showing import contact_of
from journal import texts
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from journal.letters import BLOCKS, Letter, as_document
from journal.lifecycle import Refusal
from journal.models import MessageText
from journal.texts import LANGUAGES, TEMPLATES
from triage.workbench.base import page_context

UNPROCESSABLE, CONFLICT = 422, 409
HISTORY_SHOWN = 20
NAMES = {"fr": gettext_lazy("Français"), "de": gettext_lazy("Allemand"), "en": gettext_lazy("Anglais")}


class TextForm(forms.Form):
    """The blocks of one mail in one language. What a text may hold is journal.texts.problems.

    None is a foundation.forms.Line, which would undo the narrow spaces of French.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    subject = LongText(widget=forms.TextInput, label=gettext_lazy("Objet"), max_length=200, required=False)
    preheader = LongText(
        widget=forms.TextInput,
        label=gettext_lazy("Aperçu"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("La ligne que les messageries montrent à côté de l’objet."),
    )
    body = LongText(
        label=gettext_lazy("Texte"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "Une ligne vide commence un paragraphe ; une ligne qui commence par « - » est un point de liste."
        ),
    )
    button = LongText(
        widget=forms.TextInput,
        label=gettext_lazy("Bouton"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Il mène à la page de la personne : le lien est toujours là."),
    )

    def __init__(self, *args, key: str, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.key = key
        for block in BLOCKS:
            self.fields[block].widget.attrs["lang"] = language
            self.fields[
                block
            ].unmarked = True  # an empty box is the original: said once, above all (bootstrap5/field.html)

    def clean(self):
        cleaned = super().clean()
        for block in BLOCKS:
            for sentence in texts.problems(self.key, block, cleaned.get(block) or ""):
                self.add_error(block, sentence)
        return cleaned

    @property
    def blocks(self) -> dict[str, str]:
        """What was typed; the original where nothing was."""
        first = texts.original(self.key, self.fields["body"].widget.attrs["lang"])
        return {block: self.cleaned_data.get(block) or first[block] for block in BLOCKS}


@dataclass(frozen=True)
class State:
    """How a mail stands in one language. `row`: None for the original; `stale`: another language was changed since."""

    language: str
    name: str | Promise
    row: MessageText | None
    stale: bool

    @property
    def changed(self) -> bool:
        return self.row is not None and any(getattr(self.row, block) for block in BLOCKS)


def _states(rows: dict[str, MessageText]) -> list[State]:
    newest = max((row.at for row in rows.values()), default=None)
    return [
        State(
            language,
            NAMES[language],
            rows.get(language),
            newest is not None and (language not in rows or rows[language].at < newest),
        )
        for language in LANGUAGES
    ]


def _latest() -> dict[str, dict[str, MessageText]]:
    """key → language → the row in force, in one query."""
    found: dict[str, dict[str, MessageText]] = {}
    for row in MessageText.objects.select_related("by").order_by("number"):
        found.setdefault(row.key, {})[row.language] = row
    return found


@coordinator
@require_safe
def every(request: HttpRequest):
    rows = _latest()
    lines = [(key, TEMPLATES[key], _states(rows.get(key, {}))) for key in TEMPLATES]
    context = page_context(
        request,
        _("Textes des courriels"),
        groups=[
            (_("À l’entreprise"), [line for line in lines if line[0].startswith("company_")]),
            (_("Au partenaire"), [line for line in lines if line[0].startswith("partner_")]),
            (_("À la coordination"), [line for line in lines if line[0].startswith("coordinator_")]),
        ],
        languages=[(code, NAMES[code]) for code in LANGUAGES],
    )
    return render(request, "triage/workbench/letters.html", context)


def _known(key: str, language: str) -> None:
    if key not in TEMPLATES or language not in LANGUAGES:
        raise Http404


def named_case(request: HttpRequest) -> tuple[Irritant | None, str]:
    """(the irritant named by its reference, what was typed); None for none, or one that does not exist."""
    data = request.POST or request.GET
    asked = data.get("irritant", "").replace("\0", "").strip().upper()[:20]
    return (
        Irritant.objects.visible_to(request.user).filter(reference=asked).first() if asked else None
    ), asked


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, key: str, language: str):
    """One mail in one language: its words, what they give, what the other languages say, who changed what."""
    _known(key, language)
    if request.method != "POST":
        return _page(request, key, language, _form(key, language, request.GET.get("version", "")))
    form = TextForm(request.POST, key=key, language=language)
    if not form.is_valid():
        return _page(request, key, language, form, UNPROCESSABLE)
    act = request.POST.get("act", "preview")
    if act not in ("save", "original"):
        return _page(request, key, language, form)
    blocks = dict.fromkeys(BLOCKS, "") if act == "original" else {b: form.cleaned_data[b] for b in BLOCKS}
    actor, seen = as_coordinator(request.user), form.cleaned_data["seen"]
    try:
        texts.save(key, language, blocks, actor=actor, seen=seen)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, key, language, form, CONFLICT, theirs=texts.latest(key, language))
    done = _("Le texte d’origine est rétabli.") if act == "original" else _("Le texte est enregistré.")
    messages.success(request, f"{done} {_('Les prochains courriels partent ainsi.')}")
    where = reverse("admin:workbench_letter", args=[key, language])
    _irritant, asked = named_case(request)
    return HttpResponseRedirect(f"{where}?irritant={asked}" if asked else where, status=303)


@coordinator
@require_POST
def as_html(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """What was typed, laid out as a mail program shows it; nothing is kept."""
    _known(key, language)
    form = TextForm(request.POST, key=key, language=language)
    if not form.is_valid():
        return _page(request, key, language, form, UNPROCESSABLE)
    irritant, _asked = named_case(request)
    shown, _examples = texts.preview(key, language, form.blocks, irritant and irritant.public_id)
    return as_document(shown.html)


def _form(key: str, language: str, version: str = "") -> TextForm:
    """The words in force, or those of an older version to take up again."""
    row = texts.latest(key, language)
    older = (
        version.isdecimal() and len(version) < 7 and _history(key, language).filter(number=version).first()
    )
    said = texts.laid_over(texts.original(key, language), older or row)
    initial = {**said, "seen": row.number if row else 0}
    return TextForm(initial=initial, key=key, language=language)


def _history(key: str, language: str):
    return MessageText.objects.filter(key=key, language=language).select_related("by")


@dataclass(frozen=True)
class Change:
    """A version, and the blocks in which it says something else than the one before."""

    row: MessageText
    who: User | None
    blocks: list[str]


def _changes(key: str, language: str) -> list[Change]:
    rows = list(_history(key, language)[: HISTORY_SHOWN + 1])
    labels = {block: TextForm.base_fields[block].label for block in BLOCKS}
    return [
        Change(
            row,
            row.by,
            [
                str(labels[block])
                for block in BLOCKS
                if getattr(row, block) != (getattr(before, block) if before else "")
            ],
        )
        for row, before in zip(rows, [*rows[1:], None], strict=False)
    ][:HISTORY_SHOWN]


def _shown(request, key, language, form: TextForm) -> tuple[Letter, list[str]] | None:
    """The preview of what the form holds; None while it cannot be sent."""
    if form.is_bound and not form.is_valid():
        return None
    blocks = form.blocks if form.is_bound else {block: form.initial[block] for block in BLOCKS}
    irritant, _asked = named_case(request)
    return texts.preview(key, language, blocks, irritant and irritant.public_id)


def _page(request, key, language, form: TextForm, status: int = 200, theirs: MessageText | None = None):
    irritant, asked = named_case(request)
    if irritant:
        showing(request, contact_of(irritant))
    rows = _latest().get(key, {})
    if theirs:  # what they wrote was read: saving again is a choice
        form.data = {**form.data.dict(), "seen": theirs.number}
    shown = _shown(request, key, language, form)
    template = TEMPLATES[key]
    context = page_context(
        request,
        template.label,
        key=key,
        language=language,
        language_name=NAMES[language],
        template=template,
        form=form,
        letter=shown and shown[0],
        examples=[f"${name}" for name in shown[1]] if shown else [],
        irritant=irritant,
        asked=asked,
        states=_states(rows),
        others=[
            (state, texts.laid_over(texts.original(key, state.language), state.row))
            for state in _states(rows)
            if state.language != language
        ],
        placeholders=[
            (f"${name}", value.what, name in template.required.get("body", ()))
            for name, value in template.placeholders.items()
        ],
        original=texts.original(key, language),
        is_changed=any(state.changed for state in _states(rows) if state.language == language),
        changes=_changes(key, language),
        theirs=theirs,
        recent=Irritant.objects.visible_to(request.user).order_by("-created_at")[:12],
    )
    return render(request, "triage/workbench/letter.html", context, status=status)
