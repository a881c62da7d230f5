"""When something is due: so many working days or months after something, in the calendar of its place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from foundation import clock
from foundation.working_days import OPENS, add_months, add_working_days

Days = Iterable[tuple[date, date]]  # first and last day of each


def always_there(row: Any) -> Days:
    return ()


@dataclass(frozen=True)
class After:
    """So many months, then working days, after the moment `since` (a field or an annotation of the row).

    Due from 9:00 of that day on; `same_hour`: not before the hour of `since`, where that is later. `away(row)`: days
    that do not count for it, because whoever is waited for is away.
    """

    since: str
    days: int = 0
    months: int = 0
    same_hour: bool = False
    away: Callable[[Any], Days] = always_there

    def narrowed(self, rows: QuerySet) -> QuerySet:
        """Without those for which it is too early in any calendar: n working days take n days at least."""
        latest = clock.today() - timedelta(days=self.days + 28 * self.months - 1)
        return rows.filter(**{f"{self.since}__lt": timezone.make_aware(datetime.combine(latest, time()))})

    def moment(self, row: Any, department: str, resumed_on: date | None) -> datetime:
        """When it is due. `resumed_on`: the clock stood still before that day."""
        since = timezone.localtime(getattr(row, self.since))
        first = max(since.date(), resumed_on) if resumed_on else since.date()
        day = add_working_days(add_months(first, self.months), self.days, department, self.away(row))
        hour = max(since.time(), OPENS) if self.same_hour else OPENS
        return timezone.make_aware(datetime.combine(day, hour))


def last_step(
    row: Any, case: Any, since: str, steps: tuple[int, ...], away: Callable[[Any], Days] = always_there
) -> int:
    """The last of these numbers of working days after `since` that has come for a row of this case; 0 before.
    `away`: as for After."""
    when = (After(since, days=days, away=away) for days in steps)
    come = [one.days for one in when if clock.now() >= one.moment(row, case.department, case.asleep_until)]
    return max(come, default=0)
