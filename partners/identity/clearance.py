"""Zones à régime restrictif: whoever is to enter one waits for an authorisation, which takes its time in calendars.

Sources: code pénal, art. 413-7 and R. 413-5-1; décret n° 2011-1425 of 2 November 2011, art. 4 (protection of the
scientific and technical potential of the nation): the minister's silence of two months is a refusal, so that the
time is counted whole and asked for before anything begins.
"""

from calendar import monthrange
from datetime import date

MONTHS = 2


def earliest_entry(asked_on: date) -> date:
    """The first day on which somebody may come in who is asked for on this day: the same day, two months later."""
    year, month = asked_on.year + (asked_on.month - 1 + MONTHS) // 12, (asked_on.month - 1 + MONTHS) % 12 + 1
    return date(year, month, min(asked_on.day, monthrange(year, month)[1]))
