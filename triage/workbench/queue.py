"""The queue: who waits for whom, oldest first, in a constant number of queries (triage.workbench.finding)."""

from dataclasses import replace

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.absences import known_to, standing_in, stood_in_for_by
from accounts.access import coordinator
from accounts.models import User
from foundation import clock
from foundation.working_days import working_days_between
from intake.models import Irritant, Stage
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from journal.panels import render_panels
from triage import holding, mentions, presence
from triage.models import MatchRun, Qualification
from triage.reasons import VERDICTS, territory_name
from triage.workbench.base import page_context
from triage.workbench.bulk import ACTS, undoable
from triage.workbench.choice import AWAITED, TABS, Choice, selects, whose_options
from triage.workbench.finding import MOST, Found, find
from triage.workbench.saved import saved_query, saved_views
from triage.workbench.trouble import trouble

# Of the irritant, what a line of the queue is sorted by (triage.workbench.choice.Tab.order).
_COLUMNS = {"at": "created_at", "due_at": "due_at", "awake_on": "asleep_until"}


def lines(rows):
    """What a line of the queue shows, without a query per line."""
    latest = MatchRun.objects.filter(irritant=OuterRef("pk")).order_by("-pk")
    lifted = Qualification.objects.filter(irritant=OuterRef("pk")).exclude(hold_lifted_reason="")
    return rows.select_related("company", "sector", "coordinator").annotate(
        verdict=Subquery(latest.values("verdict")[:1]),
        verdict_reasons=Subquery(latest.values("verdict_reasons")[:1]),
        hold_lifted=Exists(lifted),
    )


def dress(irritant: Irritant, verdict: str | None) -> Irritant:
    """Add what is computed from the row: age in working days, lateness, place, and what holds it in words.

    verdict: as triage.holding derives it; None while no ranking was computed.
    """
    today = clock.today()
    irritant.age = working_days_between(timezone.localdate(irritant.created_at), today, irritant.department)
    irritant.is_late = bool(
        irritant.stage != Stage.CLOSED and irritant.due_at and irritant.due_at < clock.now()
    )
    department = territory_name(irritant.department) or irritant.department
    irritant.place = " · ".join(part for part in (irritant.site_city, department) if part)
    irritant.verdict = verdict
    irritant.verdict_label = VERDICTS.get(verdict, "") if verdict else ""
    return irritant


def _verdict(row: Irritant, modes: dict[str, str]) -> str | None:
    """The effective verdict of a row of `lines`."""
    return row.verdict and holding.effective(row.verdict, row.verdict_reasons, modes).verdict


def _dressed(found: Found, user: User, tab: str) -> list[Irritant]:
    """The rows of the page, in its order."""
    modes = holding.modes()
    rows = lines(Irritant.objects.visible_to(user).filter(pk__in=list(found.page.object_list)))
    rows = rows.annotate(open_by=presence.open_by(user), cited=mentions.of(user))
    rows = sorted(rows, key=lambda row: (getattr(row, _COLUMNS[TABS[tab].order]), row.pk))
    return [dress(row, _verdict(row, modes)) for row in rows]


def shown(count: int) -> str:
    """A number as a tab says it: no count goes beyond MOST."""
    return str(count) if count < MOST else f"{MOST - 1}+"


def _tabs(choice: Choice, found: Found) -> list[dict]:
    return [
        {
            "label": tab.label,
            "url": choice.url(file=name),
            "count": shown(found.counts[name]) if found.counts[name] else 0,
            "current": name == choice.tab,
            "late": name == "late",
            "awaited": name in AWAITED,
        }
        for name, tab in TABS.items()
    ]


@coordinator
@require_safe
def queue(request: HttpRequest):
    choice = replace(Choice.read(request.GET), reader=request.user)
    away = known_to(request.user) if choice.whose == "mine" else []
    me = [request.user.pk, *stood_in_for_by(request.user, away)]
    found = find(choice, me, request.GET.get("page"))
    found.page.object_list = _dressed(found, request.user, choice.tab)
    coordinators = list(User.objects.coordinators())
    total = found.counts[choice.tab]
    troubled = trouble(request.user)
    showing(request, *troubled.shown)
    context = page_context(
        request,
        _("Les irritants qui attendent"),
        tabs=_tabs(choice, found),
        page_obj=found.page,
        choice=choice,
        selects=selects(choice),
        whose=whose_options(coordinators, request.user),
        total=total,
        many=total >= MOST,
        cut=found.cut,
        cited=found.cited,
        cited_shown=shown(found.cited),
        cited_url=Choice(tab="all", filters={"signal": "cited"}).url(),
        most=MOST,
        acts=ACTS.values(),
        undoable=undoable(request),
        views=saved_views(request.user),
        savable=saved_query(choice),
        this_list=choice.url(page=found.page.number) if found.page.number > 1 else choice.url(),
        absences=standing_in(request.user, away),
        trouble=troubled,
        panels=render_panels("workbench.queue", {"actor": as_coordinator(request.user)}, request),
    )
    return render(request, "triage/workbench/queue.html", context)
