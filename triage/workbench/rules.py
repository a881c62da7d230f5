"""« Règles de retenue »: what each rule does, how often it fired, how often people agreed."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from foundation import clock
from intake.models import Irritant
from journal.actors import coordinator as as_coordinator
from triage import holding
from triage.models import HoldMode, HoldRule
from triage.reasons import RULE_NAMES, VERDICT_REASONS
from triage.workbench.base import attempt, page_context

PER_PAGE = 30
WHICH = {
    "toutes": gettext_lazy("depuis toujours"),
    "recentes": gettext_lazy("depuis 90 jours"),
    "justifiees": gettext_lazy("retenue justifiée"),
    "tort": gettext_lazy("retenue à tort"),
    "indecises": gettext_lazy("sans avis"),
}
_EMPTY = holding.Tally()


@dataclass(frozen=True)
class Shown:
    """A rule as the page shows it."""

    code: str
    name: str
    sentence: str
    redirects: bool
    rule: HoldRule
    tally: holding.Tally


def _shown() -> list[Shown]:
    rows = {row.code: row for row in HoldRule.objects.select_related("changed_by")}
    tallies = holding.tallies()
    return [
        Shown(
            code,
            RULE_NAMES.get(code, code),
            sentence,
            code in holding.REDIRECTING,
            rows.get(code) or HoldRule(code=code),
            tallies.get(code, _EMPTY),
        )
        for code, sentence in VERDICT_REASONS.items()
    ]


@coordinator
@require_safe
def rules(request: HttpRequest):
    every = _shown()
    context = page_context(
        request,
        _("Règles de retenue"),
        groups=[
            (_("Une personne regarde d’abord"), [row for row in every if not row.redirects]),
            (_("Personne ici n’y répondrait"), [row for row in every if row.redirects]),
        ],
        modes=HoldMode.choices,
        enough=holding.ENOUGH_CASES,
    )
    return render(request, "triage/workbench/rules.html", context)


@coordinator
@require_safe
def rule(request: HttpRequest, code: str):
    """The irritants behind the numbers of one rule."""
    if code not in VERDICT_REASONS:
        raise Http404
    which = request.GET.get("quoi", "")
    which = which if which in WHICH else "toutes"
    visible = Irritant.objects.visible_to(request.user)
    every = holding.counted().filter(code=code, irritant__in=visible)
    narrowed = {
        "toutes": every,
        "recentes": every.filter(at__gte=clock.now() - holding.RECENT),
        "justifiees": every.filter(holding.CONFIRMED),
        "tort": every.filter(holding.REJECTED),
        # by key: NOT over a joined column that may be missing is never what one means
        "indecises": every.exclude(pk__in=every.filter(holding.CONFIRMED | holding.REJECTED).values("pk")),
    }
    rows = narrowed[which].select_related("irritant__company", "judged_by").order_by("-at", "-pk")
    context = page_context(
        request,
        RULE_NAMES.get(code, code),
        code=code,
        sentence=VERDICT_REASONS[code],
        page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        tabs=[
            {
                "label": label,
                "url": f"?quoi={name}",
                "count": narrowed[name].count(),
                "current": name == which,
            }
            for name, label in WHICH.items()
        ],
    )
    return render(request, "triage/workbench/rule.html", context)


@coordinator
@require_POST
def switch(request: HttpRequest, code: str):
    mode = request.POST.get("mode", "")
    attempt(
        request,
        lambda: holding.switch(code, mode, actor=as_coordinator(request.user)),
        _("« %(rule)s » : règle %(mode)s.")
        % {"rule": RULE_NAMES.get(code, code), "mode": dict(HoldMode.choices).get(mode, "")},
    )
    anchor = f"#regle-{code}" if code in VERDICT_REASONS else ""
    return HttpResponseRedirect(f"{reverse('admin:workbench_rules')}{anchor}", status=303)
