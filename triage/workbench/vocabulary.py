"""« Vocabulaire »: search and read the thesaurus, see what a change would do, make it, undo it; words to learn."""

import hashlib
from dataclasses import astuple, dataclass
from itertools import zip_longest

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from foundation import clock
from foundation.forms import Line, LongText
from intake.models import Irritant
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from programs import comparing, thesaurus
from programs.models import (
    Offer,
    Sector,
    ThesaurusAddition,
    ThesaurusLanguage,
    ThesaurusRetirement,
    Topic,
)
from programs.thesaurus import ADD, RETIRE, UNDO, Edit
from triage import vocabulary
from triage.models import UnknownWord
from triage.ranking import latest_needs
from triage.workbench.base import page_context

PER_PAGE = 30
LATEST_CHANGES = 12
COMPARED, TOP = 200, 10
SHOWN_CASES = 15
RECENT_CASES = 5
UNPROCESSABLE = 422
LANGUAGES = ("fr", "de", "en", "xx")


class EditForm(forms.Form):
    """An addition as it is typed. `concept`: an existing identifier, or a new one with `new`."""

    concept = Line(label=gettext_lazy("Concept"), max_length=80)
    fr = LongText(label=gettext_lazy("En français"), required=False, max_length=1000, widget=forms.TextInput)
    de = LongText(label=gettext_lazy("En allemand"), required=False, max_length=1000, widget=forms.TextInput)
    en = LongText(label=gettext_lazy("En anglais"), required=False, max_length=1000, widget=forms.TextInput)
    xx = LongText(
        label=gettext_lazy("Un nom, dans les trois langues"),
        required=False,
        max_length=1000,
        widget=forms.TextInput,
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Thèmes du nouveau concept"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Ce vers quoi il oriente. Sans thème, il relie seulement les langues entre elles."
        ),
    )
    new = forms.BooleanField(required=False, widget=forms.HiddenInput)
    word = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        labels = sorted(
            ((row.code, row.label) for row in Topic.objects.all()), key=lambda pair: pair[1].casefold()
        )
        self.fields["topics"].choices = labels
        for language in LANGUAGES:
            self.fields[language].widget.attrs |= {"autocomplete": "off"}

    def edit(self) -> Edit:
        """What is asked. Only after is_valid()."""
        said = self.cleaned_data
        return Edit(
            ADD,
            concept=said["concept"].strip().lower(),
            expressions=tuple((language, said[language]) for language in LANGUAGES if said[language].strip()),
            topics=tuple(said["topics"]),
        )


@dataclass(frozen=True)
class ConceptLine:
    """A concept in the list."""

    id: str
    name: str
    topics: list[str]
    expressions: int
    recognised: int


def _tabs(current: str) -> list[dict]:
    waiting = UnknownWord.objects.filter(ignored_at=None).count()
    return [
        {
            "label": _("Concepts"),
            "url": reverse("admin:workbench_vocabulary"),
            "count": len(thesaurus.current().entries),
            "current": current == "concepts",
        },
        {
            "label": _("Mots proposés"),
            "url": reverse("admin:workbench_words"),
            "count": waiting,
            "current": current == "words",
        },
    ]


@coordinator
@require_safe
def concepts(request: HttpRequest):
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = thesaurus.search(query)
    seen = vocabulary.recognised(request.user)
    if not query:
        found = sorted(found, key=lambda entry: -seen.counts[entry.id])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    labels = _topic_labels()
    page.object_list = [
        ConceptLine(
            entry.id,
            thesaurus.name_of(entry),
            [labels.get(topic, topic) for topic in entry.topics],
            len(entry.expressions),
            seen.counts[entry.id],
        )
        for entry in page.object_list
    ]
    prefilled = {
        language: request.GET.get("mots", "")[:120]
        for language in LANGUAGES
        if request.GET.get("langue") == language
    }
    context = page_context(
        request,
        _("Vocabulaire"),
        tabs=_tabs("concepts"),
        page_obj=page,
        query=query,
        total=len(found),
        seen_in=seen.total,
        changes=_changes(),
        form=EditForm(initial={"new": True, **prefilled}, auto_id="n_%s"),
        opened=bool(prefilled),
    )
    return render(request, "triage/workbench/vocabulary.html", context)


def _topic_labels() -> dict[str, str]:
    return {topic.code: topic.label for topic in Topic.objects.all()}


@dataclass(frozen=True)
class Change:
    """A row in force, newest first: what was added or retired, by whom, when, and the key that undoes it."""

    added: bool
    concept: str
    language: str
    text: str
    who: str
    at: object
    undo: str


def _change(row: ThesaurusAddition | ThesaurusRetirement) -> Change:
    who = str(row.created_by) if row.created_by else ""
    if isinstance(row, ThesaurusAddition):
        return Change(
            True, row.concept, row.language, row.expression, who, row.created_at, str(row.public_id)
        )
    concept, _slash, rest = row.item.partition("/")
    language, _slash, text = rest.partition("/")
    return Change(False, concept, language, text, who, row.created_at, str(row.public_id))


def _changes(concept: str | None = None) -> list[Change]:
    added = ThesaurusAddition.objects.filter(retired_at=None).select_related("created_by")
    retired = ThesaurusRetirement.objects.filter(undone_at=None).select_related("created_by")
    if concept:
        added = added.filter(concept=concept)
        retired = retired.filter(item__startswith=f"{concept}/") | retired.filter(item=concept)
    rows = [
        *added.order_by("-created_at")[:LATEST_CHANGES],
        *retired.order_by("-created_at")[:LATEST_CHANGES],
    ]
    return sorted((_change(row) for row in rows), key=lambda change: change.at, reverse=True)[:LATEST_CHANGES]


@dataclass(frozen=True)
class Said:
    """An expression of a concept. `undo`: the key of the addition it comes from, "" for the files."""

    text: str
    weak: bool
    exact: bool
    item: str
    undo: str


@coordinator
@require_safe
def concept(request: HttpRequest, concept: str):
    entry = thesaurus.current().entries.get(concept)
    changes = _changes(concept)
    if entry is None and not changes:
        raise Http404
    seen = vocabulary.recognised(request.user)
    labels = _topic_labels()
    sectors = {row.code: row.label for row in Sector.objects.all()}
    context = page_context(
        request,
        thesaurus.name_of(entry) if entry else concept,
        concept=concept,
        entry=entry,
        said=_said(entry) if entry else [],
        topics=[(labels.get(code, code), round(100 * weight)) for code, weight in entry.topics.items()]
        if entry
        else [],
        sectors=[sectors.get(code, code) for code in entry.sectors] if entry else [],
        links=_links(entry) if entry else [],
        seen_in=seen.total,
        seen=seen.counts[concept],
        recent=seen.irritants[concept][:RECENT_CASES] if concept in seen.irritants else [],
        changes=changes,
        form=EditForm(initial={"concept": concept}, auto_id="a_%s"),
    )
    return render(request, "triage/workbench/concept.html", context)


def _said(entry) -> list[tuple[str, str, list[Said]]]:
    """(language, its name, expressions) for each language that has some."""
    rows = ThesaurusAddition.objects.filter(concept=entry.id, retired_at=None)
    added = {}
    for row in rows:
        bare = row.expression.removeprefix("~").strip().strip('"')
        added[(row.language, bare)] = str(row.public_id)
    groups = []
    for language in LANGUAGES:
        said = [
            Said(
                one.text,
                one.weight < 1,
                one.exact,
                f"{entry.id}/{language}/{one.text}",
                added.get((language, one.text), ""),
            )
            for one in entry.expressions
            if one.language == language
        ]
        if said:
            groups.append((language, ThesaurusLanguage(language).label, said))
    return groups


def _links(entry) -> list[tuple[str, list[tuple[str, str]]]]:
    related = list(getattr(entry, "related", ()) or ())
    entries = thesaurus.current().entries
    groups = [
        (_("Plus large"), entry.broader),
        (_("Plus précis"), thesaurus.narrower(entry.id)),
        (_("Voisin"), related),
    ]
    return [(label, vocabulary.concept_names(ids, entries)) for label, ids in groups if ids]


@dataclass(frozen=True)
class Moved:
    """What a change does to one irritant: concepts gained and lost, and both rankings when they differ."""

    irritant: Irritant
    gained: list[str]
    lost: list[str]
    ranking: list[tuple]


@dataclass(frozen=True)
class Effect:
    compared: int
    recognised: int
    ranked: int
    cases: list[Moved]


def _effect(edit: Edit, user) -> Effect:
    """What a checked edit would change for the newest irritants. Writes nothing."""
    rows = latest_needs(user, COMPARED)
    other = thesaurus.tried(edit)
    compared = comparing.compare([need for _row, need in rows], other, limit=TOP)
    changed = [
        (row, one)
        for (row, _need), one in zip(rows, compared, strict=True)
        if one.concepts_before != one.concepts_after or one.before != one.after
    ]
    shown = changed[:SHOWN_CASES]
    wanted = {pk for _row, one in shown for pk in (*one.before, *one.after)}
    offers = Offer.objects.select_related("organisation").in_bulk(wanted)
    names = {**thesaurus.current().entries, **other.entries}
    return Effect(
        len(rows),
        sum(one.concepts_before != one.concepts_after for _row, one in changed),
        sum(one.before != one.after for _row, one in changed),
        [
            Moved(
                row,
                [thesaurus.name_of(names[c]) for c in one.concepts_after if c not in one.concepts_before],
                [thesaurus.name_of(names[c]) for c in one.concepts_before if c not in one.concepts_after],
                _both(one, offers) if one.before != one.after else [],
            )
            for row, one in shown
        ],
    )


def _both(one: comparing.Compared, offers: dict[int, Offer]) -> list[tuple]:
    """(rank, offer before, whether it leaves the list, offer after, rank it had or None) line by line."""
    rank = {pk: place for place, pk in enumerate(one.before, start=1)}
    return [
        (place, offers.get(was), was is not None and was not in one.after, offers.get(now), rank.get(now))
        for place, (was, now) in enumerate(zip_longest(one.before, one.after), start=1)
    ]


def _seal(edit: Edit) -> str:
    """A digest of what a preview showed: what is saved is what was looked at."""
    shown = repr((astuple(edit), thesaurus.current().version))
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


@coordinator
@require_POST
def edit(request: HttpRequest) -> HttpResponse:
    """Show what an edit would do; with action=save, make it, as long as it is the one that was shown.

    A proposed word may be added in one step: it comes from irritants that the page showed, and can be undone.
    """
    form, asked, new = None, None, False
    act = request.POST.get("act", ADD)
    if act == ADD:
        data = request.POST.copy()
        if data.get("other", "").strip():  # typed beside the concepts that were suggested
            data["concept"] = data["other"]
        form = EditForm(data, auto_id="e_%s")
        new = request.POST.get("new", "") in ("True", "on", "1")
        if not form.is_valid():
            return _preview(request, None, form, UNPROCESSABLE)
        asked = form.edit()
    elif act in (RETIRE, UNDO):
        asked = Edit(
            act, item=request.POST.get("item", "")[:300], undone=_uuid(request.POST.get("undone", ""))
        )
    else:
        raise Http404
    try:
        asked = thesaurus.checked(asked, new=new)
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return _to(asked.concept or asked.item.partition("/")[0])
        known = {"concept": "concept", "topics": "topics"}
        said = [language for language in LANGUAGES if form.cleaned_data.get(language)] or ["fr"]
        form.add_error(known.get(refusal.code, said[0]), str(refusal))
        return _preview(request, None, form, UNPROCESSABLE)
    word = UnknownWord.objects.filter(public_id=form.cleaned_data["word"]).first() if form else None
    looked_at = request.POST.get("seal") == _seal(asked) or word is not None
    if request.POST.get("action") != "save" or not looked_at:
        return _preview(request, asked, form)
    return _save(request, asked, word)


def _uuid(text: str) -> str:
    try:
        return str(forms.UUIDField().clean(text))
    except forms.ValidationError:
        return "00000000-0000-0000-0000-000000000000"


def _save(request, asked: Edit, word: UnknownWord | None) -> HttpResponse:
    try:
        made = thesaurus.apply(asked, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _to(asked.concept)
    if asked.act == ADD:
        done = ngettext("L’expression est ajoutée.", "%(count)s expressions sont ajoutées.", len(made)) % {
            "count": len(made)
        }
    else:
        done = _("C’est retiré.") if asked.act == RETIRE else _("C’est annulé.")
    messages.success(request, f"{done} {_('Les prochains calculs en tiennent compte.')}")
    if word:
        word.delete()
        return HttpResponseRedirect(reverse("admin:workbench_words"), status=303)
    return _to(asked.concept)


def _to(concept: str) -> HttpResponseRedirect:
    known = concept in thesaurus.current().entries or (concept and _changes(concept))
    url = (
        reverse("admin:workbench_concept", args=[concept]) if known else reverse("admin:workbench_vocabulary")
    )
    return HttpResponseRedirect(url, status=303)


def _preview(request, asked: Edit | None, form: EditForm | None, status: int = 200) -> HttpResponse:
    concept = asked.concept if asked else ""
    context = page_context(
        request,
        _("Ce que ce changement ferait"),
        edit=asked,
        form=form,
        new=bool(form and form["new"].value() in ("True", "on", "1", True)),
        effect=_effect(asked, request.user) if asked else None,
        seal=_seal(asked) if asked else "",
        concept=concept,
        names=vocabulary.concept_names([concept]) if concept else [],
        change=_undone(asked),
        top=TOP,
    )
    return render(request, "triage/workbench/vocabulary_preview.html", context, status=status)


def _undone(asked: Edit | None) -> Change | None:
    """The row that an undo is about."""
    if asked is None or asked.act != UNDO:
        return None
    row = (
        ThesaurusAddition.objects.filter(public_id=asked.undone).first()
        or ThesaurusRetirement.objects.filter(public_id=asked.undone).first()
    )
    return _change(row)


@coordinator
@require_safe
def words(request: HttpRequest):
    """Words of accepted irritants that no concept knows, each with sentences and concepts to choose from."""
    language = request.GET.get("langue", "")
    rows = UnknownWord.objects.filter(ignored_at=None).order_by("-irritants", "words", "pk")
    if language in ("fr", "de", "en"):
        rows = rows.filter(language=language)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    found = vocabulary.examples(page.object_list, request.user)
    labels, entries = _topic_labels(), thesaurus.current().entries
    for row in page.object_list:
        row.shown = found[row.pk]
        row.suggested = vocabulary.concept_names(row.concepts, entries)
        row.about = [labels[code] for code in row.topics if code in labels]
    last = UnknownWord.objects.order_by("-computed_at").values_list("computed_at", flat=True).first()
    context = page_context(
        request,
        _("Mots proposés"),
        tabs=_tabs("words"),
        page_obj=page,
        language=language,
        languages=[("", _("toutes les langues")), *ThesaurusLanguage.choices[:3]],
        every=sorted(entries),
        computed_at=last,
        collecting=vocabulary.collecting(),
        accepted=vocabulary.accepted().count(),
    )
    return render(request, "triage/workbench/words.html", context)


@coordinator
@require_POST
def collect(request: HttpRequest):
    if vocabulary.collect_now():
        messages.success(request, _("La recherche est lancée : rechargez la page dans un instant."))
    else:
        messages.info(request, _("La recherche est déjà en cours."))
    return HttpResponseRedirect(reverse("admin:workbench_words"), status=303)


@coordinator
@require_POST
def ignore(request: HttpRequest, word_id):
    row = get_object_or_404(UnknownWord, public_id=word_id)
    UnknownWord.objects.filter(pk=row.pk).update(ignored_by=request.user, ignored_at=clock.now())
    messages.success(request, _("« %(words)s » ne sera plus proposé.") % {"words": row.words})
    return HttpResponseRedirect(reverse("admin:workbench_words"), status=303)
