"""Working days and office hours by French department.

Source: Code du travail L3133-1 (national holidays) and L3134-13 (Good Friday and 26 December in Bas-Rhin,
Haut-Rhin and Moselle; Good Friday where a commune has both a Protestant and a mixed church, applied to all here).
"""

import calendar
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

OPENS, CLOSES = time(9), time(18)
_SUBDIVISION = {"57": "57", "67": "6AE", "68": "6AE"}


@lru_cache(maxsize=64)
def _holidays(year: int, subdivision: str | None) -> frozenset[date]:
    return frozenset(holidays.France(years=year, subdiv=subdivision))


def is_working_day(day: date, department: str = "") -> bool:
    """Monday to Friday and no public holiday in `department` ("57", "67", "68" have two more)."""
    return day.weekday() < 5 and day not in _holidays(day.year, _SUBDIVISION.get(department))


def add_working_days(
    start: date, count: int, department: str = "", away: Iterable[tuple[date, date]] = ()
) -> date:
    """The day that is `count` ≥ 0 working days after `start`; `start` itself never counts.

    `away`: (first day, last day) of times of which no day counts, in any order.
    """
    day, away = start, tuple(away)
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, department) and not any(first <= day <= last for first, last in away)
    return day


@lru_cache(maxsize=4096)  # long lists ask for few different pairs
def working_days_between(start: date, end: date, department: str = "") -> int:
    """Working days in ]start, end]; 0 when `end` is not after `start`. By weeks: lists ask it for every line."""
    weeks, rest = divmod(max(0, (end - start).days), 7)
    weekdays = 5 * weeks + sum((start.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
    free = (
        day
        for year in range(start.year, end.year + 1)
        for day in _holidays(year, _SUBDIVISION.get(department))
    )
    return weekdays - sum(start < day <= end and day.weekday() < 5 for day in free)


def waited(start: datetime, end: datetime, department: str = "") -> int:
    """Working days from the calendar day of one moment (Europe/Paris) to that of another; 0 within a day."""
    return working_days_between(timezone.localdate(start), timezone.localdate(end), department)


def add_months(start: date, count: int) -> date:
    """The same day `count` ≥ 0 months later, or the last of that month where it has no such day."""
    years, month = divmod(start.month - 1 + count, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def in_office_hours(moment: datetime, department: str = "") -> bool:
    """Whether people are at work there: a working day, from 9:00 until before 18:00 (Europe/Paris)."""
    local = timezone.localtime(moment)
    return OPENS <= local.time() < CLOSES and is_working_day(local.date(), department)
