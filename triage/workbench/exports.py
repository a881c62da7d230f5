"""« Exports »: choose a table, see how far it is, fetch it. Nobody sees another person's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import coordinator
from files.store import as_download
from foundation.spreadsheets import CONTENT_TYPES
from journal.actors import COORDINATOR
from journal.actors import coordinator as as_coordinator
from journal.exports import keeping
from journal.exports.kinds import EXPORTERS, in_words, kept, of_role
from journal.lifecycle import Refusal
from journal.models import Export
from triage.workbench.base import attempt, page_context

UNPROCESSABLE = 422
REASONS = {
    "role": gettext_lazy("Vous ne faites plus partie de la coordination."),
    "too_long": gettext_lazy(
        "Une feuille XLSX ne prend pas tant de lignes : choisissez le CSV, ou une période plus courte."
    ),
    "error": gettext_lazy("Le fichier n’a pas pu être écrit, même en recommençant."),
}


def _dressed(export: Export) -> Export:
    """With the words of the list."""
    exporter = EXPORTERS[export.what]
    export.title = exporter.title
    export.chosen = list(in_words(exporter, export.choices))
    export.why = REASONS.get(export.reason, "")
    return export


def _narrowed(form) -> str:
    """The queue from which somebody came, in words."""
    value = getattr(form, "cleaned_data", {}).get("queue", "") if form.is_bound and form.is_valid() else ""
    return form.fields["queue"].said(value) if value else ""


def _mine(request: HttpRequest, public_id: UUID) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), public_id=public_id)


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:workbench_exports"), status=303)


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest):
    asked = request.POST if request.method == "POST" else request.GET
    what = asked.get("quoi", "")
    offered = of_role(COORDINATOR)
    what = what if what in offered else next(iter(offered))
    exporter = EXPORTERS[what]
    form = exporter.form(asked) if asked else exporter.form()
    form.use_required_attribute = False
    if request.method == "POST" and form.is_valid():
        try:
            keeping.ask(
                what,
                actor=as_coordinator(request.user),
                format=request.POST.get("format", ""),
                columns=request.POST.getlist("colonnes"),
                choices=kept(form.cleaned_data),
                language=get_language()[:2],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("L’export est demandé. Vous pouvez quitter cette page et revenir."))
            return _back()
    chosen = request.POST.getlist("colonnes") if request.method == "POST" else None
    context = page_context(
        request,
        _("Exports"),
        what=what,
        form=form,
        columns=[
            {
                "code": code,
                "label": column.label,
                "ticked": column.ticked if chosen is None else code in chosen,
                "personal": not column.ticked,
            }
            for code, column in exporter.columns.items()
        ],
        narrowed=_narrowed(form),
        formats=Export.FORMATS,
        format=asked.get("format", "xlsx"),
        exports=[
            _dressed(export) for export in Export.objects.visible_to(request.user).filter(what__in=offered)
        ],
        days=Export.KEPT.days,
        tabs=[
            {"label": one.title, "url": f"?quoi={name}", "count": None, "current": name == what}
            for name, one in offered.items()
        ],
    )
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "triage/workbench/exports.html", context, status=status)


@coordinator
@require_safe
def state(request: HttpRequest, export_id: UUID):
    """One line of the list, asked for again and again while it is being made."""
    return render(request, "triage/workbench/_export.html", {"export": _dressed(_mine(request, export_id))})


@coordinator
@require_POST
def fetch(request: HttpRequest, export_id: UUID):
    """By POST: that somebody took it goes on record."""
    export = _mine(request, export_id)
    try:
        path = keeping.fetch(export, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back()
    name = f"{export.what}-{timezone.localtime(export.created_at):%Y-%m-%d-%H%M}.{export.format}"
    return as_download(path, name, CONTENT_TYPES[export.format])


@coordinator
@require_POST
def cancel(request: HttpRequest, export_id: UUID):
    export = _mine(request, export_id)
    attempt(
        request,
        lambda: keeping.cancel(export, actor=as_coordinator(request.user)),
        _("L’export est annulé."),
    )
    return _back()


@coordinator
@require_POST
def again(request: HttpRequest, export_id: UUID):
    """The same choices once more, with the rows as they are now."""
    export = _mine(request, export_id)
    attempt(
        request,
        lambda: keeping.ask(
            export.what,
            actor=as_coordinator(request.user),
            format=export.format,
            columns=export.columns,
            choices=export.choices,
            language=export.language,
        ),
        _("L’export est demandé. Vous pouvez quitter cette page et revenir."),
    )
    return _back()
