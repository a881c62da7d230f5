"""The concepts: the list, and one with what it says, where it leads and where it was recognised."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import coordinator
from programs import thesaurus
from programs.models import Sector, ThesaurusAddition, ThesaurusLanguage
from triage import vocabulary
from triage.workbench.base import page_context
from triage.workbench.vocabulary.changes import changes_in_force
from triage.workbench.vocabulary.common import PER_PAGE, tabs, topic_labels
from triage.workbench.vocabulary.forms import LANGUAGES, EditForm

RECENT_CASES = 5


@dataclass(frozen=True)
class ConceptLine:
    """A concept in the list."""

    id: str
    name: str
    topics: list[str]
    expressions: int
    recognised: int


@coordinator
@require_safe
def concepts(request: HttpRequest):
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = thesaurus.search(query)
    seen = vocabulary.recognised(request.user)
    if not query:
        found = sorted(found, key=lambda entry: -seen.counts[entry.id])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    labels = topic_labels()
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
        tabs=tabs("concepts"),
        page_obj=page,
        query=query,
        total=len(found),
        seen_in=seen.total,
        changes=changes_in_force(),
        form=EditForm(initial={"new": True, **prefilled}, auto_id="n_%s"),
        opened=bool(prefilled),
    )
    return render(request, "triage/workbench/vocabulary.html", context)


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
    changes = changes_in_force(concept)
    if entry is None and not changes:
        raise Http404
    seen = vocabulary.recognised(request.user)
    labels = topic_labels()
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
