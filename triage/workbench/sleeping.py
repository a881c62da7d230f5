"""« Mettre en sommeil » and « Réveiller »."""

from django.contrib import messages
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from intake import sleeping
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage.workbench.base import back_to, irritant_or_404
from triage.workbench.screen import Bench, context_of


@coordinator
@require_POST
def put_to_sleep(request, public_id):
    row = irritant_or_404(request, public_id)
    until, reason = request.POST.get("until", "")[:10], request.POST.get("reason", "")
    try:
        sleeping.put_to_sleep(row, until=_day(until), reason=reason, actor=as_coordinator(request.user))
    except Refusal as refusal:
        words = {"sleep": str(refusal), "sleep_until": until, "sleep_reason": reason}
        if row.erased_at:
            messages.error(request, str(refusal))
            return back_to(row)
        context = context_of(request, row, Bench(words=words))
        return render(request, "triage/workbench/irritant.html", context, status=422)
    messages.success(request, _("Le dossier dort jusqu’à ce jour. Rien ne part à son sujet d’ici là."))
    return back_to(row)


def _day(text: str):
    try:
        return parse_date(text)
    except ValueError:  # the 31st of a month that has none
        return None


@coordinator
@require_POST
def wake(request, public_id):
    row = irritant_or_404(request, public_id)
    if sleeping.wake(row, actor=as_coordinator(request.user)):
        messages.success(request, _("Le dossier est de nouveau avec les autres."))
    else:
        messages.info(request, _("Ce dossier ne dormait pas."))
    return back_to(row)
