"""What partners can take on now: what they were asked this month, what they said they can take, when they are away.

Nothing is refused for it. Coordinators read it beside every match, it orders whom to ask first, and the engine ranks
whoever cannot take anything slightly lower (matching.affinity, « capacity »).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from foundation import clock
from foundation.working_days import add_working_days
from partners.models import Organisation, PartnerAbsence
from triage.models import Referral, ReferralStage

NONE_LEFT = 0.0


@dataclass(frozen=True)
class Availability:
    """A partner at this moment. `asked`: questions of this calendar month (those called back do not count);
    `most`: how many it takes a month, None when it did not say; `absence`: one that falls into its time to answer."""

    asked: int = 0
    most: int | None = None
    absence: PartnerAbsence | None = None
    today: date | None = None

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.asked >= self.most

    @property
    def is_free(self) -> bool:
        return not self.is_full and self.absence is None

    @property
    def is_away(self) -> bool:
        """Today; else the absence is still to come."""
        return self.absence is not None and self.absence.since <= self.today


def availabilities(organisations: Iterable[Organisation]) -> dict[int, Availability]:
    """Primary key → availability, in two queries however many organisations there are."""
    rows = {row.pk: row for row in organisations}
    if not rows:
        return {}
    asked, away, today = _asked(rows), _away(rows), clock.today()
    return {
        pk: Availability(asked.get(pk, 0), row.monthly_capacity, away.get(pk), today)
        for pk, row in rows.items()
    }


def free_first(
    organisations: Iterable[Organisation], known: Mapping[int, Availability]
) -> list[Organisation]:
    """The same order, those that cannot take anything now behind the others."""
    return sorted(organisations, key=lambda row: not known[row.pk].is_free)


def engaged() -> dict[str, float]:
    """Source of programs.capacity: those that can take nothing now, by external id; two queries."""
    limited = dict(Organisation.objects.exclude(monthly_capacity=None).values_list("pk", "monthly_capacity"))
    asked = _asked(limited) if limited else {}
    cannot = {pk for pk, most in limited.items() if asked.get(pk, 0) >= most} | set(_away())
    if not cannot:
        return {}
    codes = Organisation.objects.filter(pk__in=cannot).values_list("external_id", flat=True)
    return dict.fromkeys(codes, NONE_LEFT)


def _asked(keys: Iterable[int]) -> dict[int, int]:
    first = timezone.make_aware(datetime.combine(clock.today().replace(day=1), time()))
    rows = Referral.objects.filter(organisation__in=keys, asked_at__gte=first)
    rows = rows.exclude(stage=ReferralStage.CANCELLED).order_by().values("organisation")
    return dict(rows.annotate(count=Count("pk")).values_list("organisation", "count"))


def _away(keys: Iterable[int] | None = None) -> dict[int, PartnerAbsence]:
    """Organisation → its first absence that has a day in the time that a partner asked today has to answer."""
    today = clock.today()
    rows = PartnerAbsence.objects.between(today, add_working_days(today, settings.REFERRAL_WORKING_DAYS))
    if keys is not None:
        rows = rows.filter(organisation__in=keys)
    found: dict[int, PartnerAbsence] = {}
    for row in rows:
        found.setdefault(row.organisation_id, row)
    return found
