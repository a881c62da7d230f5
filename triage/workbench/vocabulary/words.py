"""« Mots proposés »: words of accepted irritants that no concept knows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from foundation import clock
from programs import thesaurus
from programs.models import ThesaurusLanguage
from triage import vocabulary
from triage.models import UnknownWord
from triage.workbench.base import page_context
from triage.workbench.vocabulary.common import PER_PAGE, tabs, topic_labels


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
    labels, entries = topic_labels(), thesaurus.current().entries
    for row in page.object_list:
        row.shown = found[row.pk]
        row.suggested = vocabulary.concept_names(row.concepts, entries)
        row.about = [labels[code] for code in row.topics if code in labels]
    last = UnknownWord.objects.order_by("-computed_at").values_list("computed_at", flat=True).first()
    context = page_context(
        request,
        _("Mots proposés"),
        tabs=tabs("words"),
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
