"""What every page of the workbench shares."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from intake.models import Irritant
from journal.lifecycle import Refusal
from triage import mentions
from triage.asking import named_in


def page_context(request: HttpRequest, title, **more) -> dict:
    """The context of the admin's own pages, so that header and navigation are the same."""
    return {**admin.site.each_context(request), "title": title, **more}


def irritant_or_404(request: HttpRequest, public_id: UUID) -> Irritant:
    rows = Irritant.objects.visible_to(request.user).annotate(cited=mentions.of(request.user))
    return get_object_or_404(
        rows.select_related("company", "contact", "sector", "coordinator", "duplicate_of"),
        public_id=public_id,
    )


def back_to(irritant: Irritant, anchor: str = "", query: str = "") -> HttpResponseRedirect:
    """To the irritant's screen, at the place where the person was."""
    url = reverse("admin:workbench_irritant", args=[irritant.public_id])
    return HttpResponseRedirect(f"{url}{query}{'#' if anchor else ''}{anchor}", status=303)


def query_back(request: HttpRequest) -> str:
    """The query string of the queue that one came from; an address of anywhere else cannot be in it."""
    value = (request.POST if request.method == "POST" else request.GET).get("retour", "")[:600]
    return value if value.startswith("?") else ""


def back_to_queue(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:index") + query_back(request), status=303)


def attempt(request: HttpRequest, act, done: str) -> bool:
    """Do it and say so; a refusal becomes a sentence on the next page. Returns whether it was done."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def version_in(request: HttpRequest) -> int | None:
    """The version that the page showed, None when it was not sent or is no number."""
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def warn_of_names(request: HttpRequest, irritant: Irritant, summary: str) -> None:
    """Say on the next page which words of a summary would name a company that asked not to be named."""
    words = named_in(irritant, summary)
    if words:
        messages.warning(
            request,
            _("Le résumé contient « %(words)s » : l’entreprise a demandé à ne pas être nommée.")
            % {"words": " », « ".join(words)},
        )
