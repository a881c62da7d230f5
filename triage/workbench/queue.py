"""The queue: who waits for whom, oldest first, in a constant number of queries."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.absences import standing_in, stood_in_for_by
from accounts.access import coordinator
from foundation import clock
from foundation.working_days import working_days_between
from intake.models import Irritant, Stage, Turn, asleep_on
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from journal.panels import render_panels
from triage import holding
from triage.models import MatchRun, Qualification
from triage.reasons import VERDICTS, territory_name
from triage.workbench.base import page_context
from triage.workbench.trouble import trouble

PER_PAGE = 30
OURS = Q(turn=Turn.COORDINATOR) & ~Q(stage=Stage.CLOSED)
# Short words, so that the ten stand on one line of a laptop; what is waited for has an hourglass before it.
_TABS = {
    "ours": (_("À nous"), OURS),
    "to_take": (_("À prendre"), Q(stage=Stage.SUBMITTED)),
    "to_qualify": (_("À qualifier"), Q(stage=Stage.IN_TRIAGE, turn=Turn.COORDINATOR)),
    "answered": (_("Réponses"), Q(stage=Stage.ORIENTED, turn=Turn.COORDINATOR)),
    "unread": (_("Non lus"), Q(unread_since__isnull=False)),
    "company": (_("Entreprise"), Q(turn=Turn.COMPANY)),
    "partner": (_("Partenaire"), Q(turn=Turn.PARTNER)),
    "late": (_("En retard"), None),
    "closed": (_("Clos"), Q(stage=Stage.CLOSED)),
    "asleep": (_("En sommeil"), None),
    "all": (_("Tout"), Q()),
}
_OF_OURS = ("ours", "to_take", "to_qualify", "answered", "late")  # what sleeps is not to be done today
_AWAITED = ("company", "partner")
WHOSE = {"all": _("Tout le monde"), "mine": _("Moi"), "nobody": _("Personne")}


@dataclass(frozen=True)
class Choice:
    """What the reader asked to see."""

    tab: str
    whose: str
    query: str

    @classmethod
    def read(cls, params) -> "Choice":
        """From the query string; an unknown value falls back. A search without tab looks everywhere."""
        query = params.get("q", "").replace("\0", "").strip()[:100]  # PostgreSQL has no place for NUL
        tab = params.get("file", "")
        whose = params.get("suivi", "")
        return cls(
            tab if tab in _TABS else ("all" if query else "ours"), whose if whose in WHOSE else "all", query
        )

    def url(self, **changes) -> str:
        values = {"file": self.tab, "suivi": self.whose, "q": self.query, **changes}
        return "?" + urlencode({key: value for key, value in values.items() if value and value != ""})


def _condition(tab: str) -> Q:
    asleep = asleep_on(clock.today())
    if tab == "asleep":
        return asleep
    wanted = ~Q(stage=Stage.CLOSED) & Q(due_at__lt=clock.now()) if tab == "late" else _TABS[tab][1]
    return wanted & ~asleep if tab in _OF_OURS else wanted


def _searched(rows, query: str):
    """Every word must stand in the reference, the company, its numbers, the text, the place or the contact."""
    for word in query.split()[:8]:
        condition = Q()
        for field in (
            "reference",
            "company__name",
            "company__foreign_id",
            "text",
            "tried",
            "site_city",
            "contact__name",
            "contact__email",
        ):
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows


def _of_siren(rows, query: str):
    digits = "".join(sign for sign in query if sign.isdigit())
    letters = any(sign.isalpha() for sign in query)
    if letters or len(digits) not in (9, 14):
        return None
    return rows.filter(company__siren=digits[:9])


def chosen(choice: Choice, user):
    """The irritants behind a choice, without the tab."""
    rows = Irritant.objects.visible_to(user)
    if choice.whose == "mine":
        rows = rows.filter(coordinator__in=[user.pk, *stood_in_for_by(user)])
    elif choice.whose == "nobody":
        rows = rows.filter(coordinator=None)
    if choice.query:
        by_number = _of_siren(rows, choice.query)
        rows = _searched(rows, choice.query) if by_number is None else by_number
    return rows


def counts(rows) -> dict[str, int]:
    """How many rows each tab holds, in one query."""
    return rows.aggregate(**{tab: Count("pk", filter=_condition(tab)) for tab in _TABS})


def lines(rows):
    """What a line of the queue shows, without a query per line."""
    latest = MatchRun.objects.filter(irritant=OuterRef("pk")).order_by("-pk")
    lifted = Qualification.objects.filter(irritant=OuterRef("pk")).exclude(hold_lifted_reason="")
    return (
        rows.select_related("company", "sector", "coordinator")
        .annotate(
            verdict=Subquery(latest.values("verdict")[:1]),
            verdict_reasons=Subquery(latest.values("verdict_reasons")[:1]),
            hold_lifted=Exists(lifted),
        )
        .oldest_first()
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


@coordinator
@require_safe
def queue(request: HttpRequest):
    choice = Choice.read(request.GET)
    rows = chosen(choice, request.user)
    numbers = counts(rows)
    paginator = Paginator(lines(rows.filter(_condition(choice.tab))), PER_PAGE)
    paginator.count = numbers[choice.tab]  # already counted with the others
    page = paginator.get_page(request.GET.get("page"))
    modes = holding.modes()
    page.object_list = [dress(row, _verdict(row, modes)) for row in page.object_list]
    tabs = [
        {
            "label": label,
            "url": choice.url(file=tab),
            "count": numbers[tab],
            "current": tab == choice.tab,
            "late": tab == "late",
            "awaited": tab in _AWAITED,
        }
        for tab, (label, _rows) in _TABS.items()
    ]
    troubled = trouble(request.user)
    showing(request, *troubled.shown)
    context = page_context(
        request,
        _("Les irritants qui attendent"),
        tabs=tabs,
        page_obj=page,
        choice=choice,
        whose=WHOSE.items(),
        absences=standing_in(request.user) if choice.whose == "mine" else (),
        total=numbers[choice.tab],
        trouble=troubled,
        panels=render_panels("workbench.queue", {"actor": as_coordinator(request.user)}, request),
    )
    return render(request, "triage/workbench/queue.html", context)
