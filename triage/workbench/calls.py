"""The qualification call on the irritant's screen: proposing slots, changing the date, saying what came of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from foundation.plain import line, paragraphs
from intake import calls
from intake.calls import CALL, MINUTES, SLOTS_AT_MOST
from intake.views.calls import as_download, slot_in, typed_moment
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage.workbench.base import attempt, back_to, irritant_or_404, version_in

ANCHOR = "appel"
DONE = {
    "choose": gettext_lazy("Le rendez-vous est pris. L’entreprise en est informée."),
    "move": gettext_lazy("Le rendez-vous est déplacé. L’entreprise en est informée."),
    "cancel": gettext_lazy("L’appel est annulé."),
    "hold": gettext_lazy("C’est noté."),
    "miss": gettext_lazy("C’est noté."),
}


@coordinator
@require_POST
def propose(request: HttpRequest, public_id):
    row = irritant_or_404(request, public_id)
    slots = [typed_moment(request.POST.get(f"slot_{number}", "")) for number in range(1, SLOTS_AT_MOST + 1)]
    minutes = request.POST.get("minutes", "")
    attempt(
        request,
        lambda: calls.propose(
            row,
            [slot for slot in slots if slot],
            minutes=int(minutes) if minutes in map(str, MINUTES) else MINUTES[1],
            how=line(request.POST.get("how", ""))[:200],
            actor=as_coordinator(request.user),
        ),
        _("Les créneaux partent à l’entreprise. Elle choisit sur sa page de suivi."),
    )
    return back_to(row, ANCHOR)


@coordinator
@require_POST
def move(request: HttpRequest, public_id, call_id, move):
    """Whatever the table of moves allows to a coordinator, with a date or a note."""
    row = irritant_or_404(request, public_id)
    call = get_object_or_404(row.calls.select_related("irritant"), public_id=call_id)
    if move not in DONE:
        raise Http404
    data = {"note": paragraphs(request.POST.get("note", "").replace("\0", ""))[:4000]}
    if move in ("choose", "move"):
        moment = slot_in(request) or typed_moment(request.POST.get("slot", ""))
        if moment is None:
            messages.error(request, _("Indiquez le jour et l’heure."))
            return back_to(row, ANCHOR)
        data = {"slot": moment}
    try:
        CALL.perform(call, move, actor=as_coordinator(request.user), version=version_in(request), **data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(DONE[move]))
    return back_to(row, ANCHOR)


@coordinator
@require_safe
def calendar(request: HttpRequest, public_id, call_id):
    row = irritant_or_404(request, public_id)
    return as_download(get_object_or_404(row.calls.exclude(starts_at=None), public_id=call_id))
