"""The days that figures speak of."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation import clock

LAST_DAYS = 30


@dataclass(frozen=True)
class Period:
    """From `since` to `until`, both included, as days of the portal (Europe/Paris)."""

    since: date
    until: date

    @property
    def starts(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.since, time()))

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return timezone.make_aware(datetime.combine(self.until + timedelta(days=1), time()))

    def of(self, lookup: str) -> dict:
        """The condition on a moment, for filter()."""
        return {f"{lookup}__gte": self.starts, f"{lookup}__lt": self.ends}


def last_days() -> Period:
    return Period(clock.today() - timedelta(days=LAST_DAYS - 1), clock.today())


def quarter() -> Period:
    """From the first day of the calendar quarter to today."""
    today = clock.today()
    return Period(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), today)


def year() -> Period:
    return Period(date(clock.today().year, 1, 1), clock.today())


def chosen(since: date | None, until: date | None) -> Period:
    """Free dates: an end left open is today, a beginning left open is LAST_DAYS before the end."""
    end = until or clock.today()
    return Period(min(since or end - timedelta(days=LAST_DAYS - 1), end), end)


NAMED = {
    "jours": (_("30 derniers jours"), last_days),
    "trimestre": (_("ce trimestre"), quarter),
    "annee": (_("cette année"), year),
}
