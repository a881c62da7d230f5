"""What partners can take on now: what they were asked this month, what they said they can take, when they are away.

Nothing is refused for it. Coordinators read it beside every match, it orders whom to ask first, and the engine ranks
whoever cannot take anything slightly lower (matching.affinity, « capacity »).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from foundation import clock
from foundation.working_days import add_working_days
from partners.models import Organisation, PartnerAbsence
from triage.models import Match, Referral, ReferralStage

NONE_LEFT = 0.0


@dataclass(frozen=True)
class Availability:
    """A partner at this moment. `asked`: questions of this calendar month (those called back do not count);
    `most`: how many it takes a month, None when it did not say; `away_since`, `away_until`: first and last day of an
    absence that falls into the time it has to answer, None without one."""

    today: date
    asked: int = 0
    most: int | None = None
    away_since: date | None = None
    away_until: date | None = None

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.asked >= self.most

    @property
    def is_free(self) -> bool:
        return not self.is_full and self.away_since is None

    @property
    def is_away(self) -> bool:
        """Today; else the absence is still to come."""
        return self.away_since is not None and self.away_since <= self.today


def availabilities(organisations: Iterable[Organisation]) -> dict[int, Availability]:
    """Primary key → availability, in one query however many organisations there are."""
    keys = {row.pk for row in organisations}
    if not keys:
        return {}
    rows = Organisation.objects.filter(pk__in=keys).annotate(**_columns("pk"))
    return {row.pk: _of(row, row.monthly_capacity) for row in rows}


def with_availability(matches: QuerySet[Match]) -> list[Match]:
    """These matches, read with the `availability` of their partners in the same query."""
    rows = list(matches.select_related("offer__organisation").annotate(**_columns("offer__organisation")))
    for row in rows:
        row.availability = _of(row, row.offer.organisation.monthly_capacity)
    return rows


def free_first(
    organisations: Iterable[Organisation], known: Mapping[int, Availability]
) -> list[Organisation]:
    """The same order, those that cannot take anything now behind the others."""
    return sorted(organisations, key=lambda row: not known[row.pk].is_free)


def engaged() -> dict[str, float]:
    """Source of programs.capacity: those that can take nothing now, by external id; one query."""
    rows = Organisation.objects.annotate(**_columns("pk"))
    cannot = rows.filter(Q(monthly_capacity__lte=F("asked_this_month")) | Q(away_since__isnull=False))
    return dict.fromkeys(cannot.values_list("external_id", flat=True), NONE_LEFT)


def _columns(organisation: str) -> dict[str, Any]:
    """What to read of the organisation at this path."""
    today = clock.today()
    month = timezone.make_aware(datetime.combine(today.replace(day=1), time()))
    asked = Referral.objects.filter(organisation=OuterRef(organisation), asked_at__gte=month)
    asked = asked.exclude(stage=ReferralStage.CANCELLED).order_by().values("organisation")
    to_answer = add_working_days(today, settings.REFERRAL_WORKING_DAYS)
    away = PartnerAbsence.objects.between(today, to_answer).filter(organisation=OuterRef(organisation))
    return {
        "asked_this_month": Coalesce(Subquery(asked.annotate(count=Count("pk")).values("count")), 0),
        "away_since": Subquery(away.values("since")[:1]),
        "away_until": Subquery(away.values("until")[:1]),
    }


def _of(row: Any, most: int | None) -> Availability:
    return Availability(clock.today(), row.asked_this_month, most, row.away_since, row.away_until)
