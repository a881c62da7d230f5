"""Two rows of one company, or two addresses of one person, side by side: the coordinator says which stays."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import coordinator
from intake import joining
from intake.models import Company, Contact, Irritant
from intake.showing import of_contact
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage.workbench.base import page_context

CONFLICT = 409
SHOWN_CASES = 10
KINDS = {
    "entreprise": (
        Company,
        ("name", *joining.COMPANY_FACTS, "country"),
        joining.why_not_companies,
        joining.join_companies,
    ),
    "contact": (
        Contact,
        ("name", "email", *joining.CONTACT_FACTS),
        joining.why_not_contacts,
        joining.join_contacts,
    ),
}


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, kind: str, one, other):
    if kind not in KINDS:
        raise Http404
    model, facts, why_not, act = KINDS[kind]
    seen = model.objects.visible_to(request.user)
    rows = [get_object_or_404(seen, public_id=public_id) for public_id in (one, other)]
    if model is Contact:
        showing(request, *map(of_contact, rows))
    status = 200
    if request.method == "POST":
        kept = next((row for row in rows if str(row.public_id) == request.POST.get("kept")), None)
        if kept is None:
            messages.error(request, _("Choisissez la fiche qui reste."))
            status = 422
        else:
            [gone] = [row for row in rows if row is not kept]
            try:
                moved = act(kept, gone, actor=as_coordinator(request.user))
            except Refusal as refusal:
                messages.error(request, str(refusal))
                status = CONFLICT
            else:
                messages.success(
                    request,
                    ngettext(
                        "C’est réuni : %(count)s dossier rejoint la fiche gardée.",
                        "C’est réuni : %(count)s dossiers rejoignent la fiche gardée.",
                        moved,
                    )
                    % {"count": moved},
                )
                return HttpResponseRedirect(_back(request), status=303)
    context = page_context(
        request,
        _("Réunir deux fiches"),
        kind=kind,
        rows=[(row, _cases(row, request.user)) for row in rows],
        facts=[_line(model, name, rows) for name in facts if any(getattr(row, name) for row in rows)],
        refused=why_not(*rows),
        back=_back(request),
    )
    return render(request, "triage/workbench/join.html", context, status=status)


def _line(model, name: str, rows) -> dict:
    values = [
        str(getattr(row, f"get_{name}_display", lambda row=row: getattr(row, name))() or "") for row in rows
    ]
    return {
        "label": model._meta.get_field(name).verbose_name,
        "values": values,
        "differs": len(set(filter(None, values))) > 1,
    }


def _cases(row, user) -> list[Irritant]:
    return list(row.irritants.visible_to(user).order_by("-created_at")[:SHOWN_CASES])


def _back(request: HttpRequest) -> str:
    """The irritant's screen that led here, where it is one; else the queue."""
    asked = request.GET.get("dossier", "")[:36]
    try:
        irritant = (
            Irritant.objects.visible_to(request.user).filter(public_id=asked).first() if asked else None
        )
    except (ValueError, ValidationError):
        irritant = None
    return (
        reverse("admin:workbench_irritant", args=[irritant.public_id]) if irritant else reverse("admin:index")
    )
