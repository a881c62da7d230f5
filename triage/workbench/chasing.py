"""« À relancer »: per irritant or per partner, with « fait » ticks."""

from collections import defaultdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import chasing
from triage.workbench.base import page_context

BY_PARTNER, MINE = "partenaires", "moi"


def _groups(lines: list[chasing.Line], by_partner: bool) -> list[tuple[object, list[chasing.Line]]]:
    """(irritant or organisation, its lines), the oldest first."""
    found: dict = defaultdict(list)
    for line in lines:
        if not by_partner or line.organisation:
            found[line.organisation if by_partner else line.irritant].append(line)
    return list(found.items())


@coordinator
@require_safe
def baskets(request):
    by_partner, mine = request.GET.get("vue") == BY_PARTNER, request.GET.get("suivi") == MINE
    lines = [
        one for one in chasing.lines(request.user) if not mine or one.irritant.coordinator == request.user
    ]
    waiting = [one for one in lines if not one.tick]
    counts = {BY_PARTNER: sum(bool(one.organisation) for one in waiting), "": len(waiting)}
    whose = f"&suivi={MINE}" if mine else ""
    context = page_context(
        request,
        _("À relancer"),
        by_partner=by_partner,
        mine=mine,
        groups=_groups(waiting, by_partner),
        done=[one for one in lines if one.tick],
        tabs=[
            {
                "label": label,
                "url": f"?vue={view}{whose}" if view else f"?{whose.removeprefix('&')}",
                "count": counts[view],
                "current": by_partner == bool(view),
            }
            for view, label in (("", _("Par dossier")), (BY_PARTNER, _("Par partenaire")))
        ],
    )
    return render(request, "triage/workbench/chasing.html", context)


@coordinator
@require_POST
def tick(request):
    done = request.POST.get("done") == "1"
    try:
        subject = UUID(request.POST.get("subject", ""))
        changed = chasing.tick(subject, done=done, actor=as_coordinator(request.user))
    except ValueError:
        messages.error(request, _("Rechargez la page, puis réessayez."))
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        if changed and done:
            messages.success(request, _("C’est noté. Sans réponse, la ligne revient dans une semaine."))
        elif changed:
            messages.success(request, _("La ligne est de nouveau à faire."))
        else:
            messages.info(request, _("C’était déjà noté."))
    query = "&".join(
        part
        for part in (
            f"vue={BY_PARTNER}" if request.POST.get("vue") == BY_PARTNER else "",
            f"suivi={MINE}" if request.POST.get("suivi") == MINE else "",
        )
        if part
    )
    return HttpResponseRedirect(
        f"{reverse('admin:workbench_chasing')}{'?' if query else ''}{query}", status=303
    )
