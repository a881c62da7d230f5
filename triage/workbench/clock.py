"""« L’horloge »: every rule, how it fares, and what it would do now. Reads only: nothing is sent from here."""

from dataclasses import dataclass
from datetime import timedelta

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import coordinator
from accounts.models import User
from foundation import clock
from journal import clockwork
from journal.models import ClockRun
from triage.workbench.base import page_context

NAMED = 20


@dataclass(frozen=True)
class Shown:
    """`run`: None for a rule that never ran. `due`: how many it has to do; `names`: the first of them, by
    reference."""

    name: str
    title: str
    stops: str
    to_people: bool
    run: ClockRun | None
    late: bool
    due: int
    names: list[str]

    @property
    def held_back(self) -> bool:
        return bool(self.run and self.run.held_back)

    @property
    def just_now(self) -> bool:
        """Whether it last succeeded within these two minutes: it runs every minute."""
        return clock.now() - self.run.succeeded_at < timedelta(minutes=2)


def _shown(rule: clockwork.Rule, run: ClockRun | None, late: bool, user: User) -> Shown:
    """Who is limited to some cases reads how much there is to do, and no reference; what the portal does for itself
    has none."""
    due = rule.due(waiting=True)
    named = rule.to_people and not user.is_limited
    names = [rule.named(row) for row in due[:NAMED]] if named else []
    return Shown(rule.name, str(rule.title), str(rule.stops), rule.to_people, run, late, len(due), names)


@coordinator
@require_safe
def page(request):
    runs = {run.rule: run for run in ClockRun.objects.all()}
    trouble = clockwork.trouble()
    late = {run.rule for run in trouble.late}
    rows = [
        _shown(rule, runs.get(name), name in late, request.user) for name, rule in clockwork.RULES.items()
    ]
    context = page_context(
        request,
        _("L’horloge"),
        groups=[
            (
                _("Ce qui part vers des personnes, aux heures ouvrées"),
                [one for one in rows if one.to_people],
            ),
            (
                _("Ce que le portail fait pour lui-même, à toute heure"),
                [one for one in rows if not one.to_people],
            ),
        ],
        silent_since=trouble.silent_since,
        never=not runs,
    )
    return render(request, "triage/workbench/clock.html", context)
