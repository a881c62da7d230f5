"""A rule of the clock that takes things away stops before it takes too many: a person looks first.

Source of the rule: R-12 of the reliability catalogue (a purge aborts when more than 1 % or 20 items would go), after
the purge that deleted attachments in use at a public service in 2020.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, Value, When

from foundation import clock
from journal.models import ClockRun


class HeldBack(Exception):
    """More is due than may go in a day: nothing was touched. `due`: how many; `most`: how many may still go today."""

    def __init__(self, due: int, most: int):
        super().__init__(f"held back: {due} are due, {most} may go today; see manage.py clock --allow")
        self.due, self.most = due, most


@dataclass(frozen=True)
class Cap:
    """In a day `share` of what `of()` counts may go, `least` in any case."""

    of: Callable[[], int]
    least: int = 20
    share: float = 0.01

    def most(self) -> int:
        return max(self.least, int(self.share * self.of()))


def left(rule: str, cap: Cap, today: date | None = None) -> int:
    """How many the rule may still take today: of the cap, or of what a person allowed for this day."""
    today = today or clock.today()
    run = ClockRun.objects.filter(rule=rule).only("counted_on", "counted", "allowed_on", "allowed").first()
    gone = run.counted if run and run.counted_on == today else 0
    allowed = run.allowed if run and run.allowed_on == today else 0
    return max(cap.most(), allowed) - gone


def check(rule: str, cap: Cap, due: int) -> None:
    """Raises HeldBack when so many may not go today."""
    if due and due > (most := left(rule, cap)):
        raise HeldBack(due, most)


def count(rule: str, gone: int) -> None:
    """Remember that so many went today."""
    today, now = clock.today(), clock.now()
    ClockRun.objects.get_or_create(rule=rule, defaults={"ran_at": now})
    ClockRun.objects.filter(rule=rule).update(
        counted=Case(When(counted_on=today, then=F("counted") + gone), default=Value(gone)), counted_on=today
    )


def allow(rule: str, most: int) -> None:
    """A person looked: today the rule may take so many, those that went already included."""
    now = clock.now()
    ClockRun.objects.get_or_create(rule=rule, defaults={"ran_at": now})
    ClockRun.objects.filter(rule=rule).update(allowed=most, allowed_on=clock.today())
