"""How a partner answers: of what it was asked in the last year, how much was answered, and how fast.

The same figures are told to the partner and used by the ranking (matching.affinity, « responsiveness »).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from foundation import clock
from foundation.working_days import waited
from partners.models import Organisation
from triage.models import Referral, ReferralStage

YEAR = timedelta(days=365)
ENOUGH = 3  # fewer say nothing
SLOW_WORKING_DAYS = 10  # as long as two weeks
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Responsiveness:
    """`waits`: working days from question to answer, of each answer; `silent`: questions that ran out of time."""

    waits: list[int] = field(default_factory=list)
    silent: int = 0

    @property
    def answered(self) -> int:
        return len(self.waits)

    @property
    def asked(self) -> int:
        """Those that still have time, were called back, or went to another partner do not count."""
        return self.answered + self.silent

    @property
    def is_known(self) -> bool:
        return self.asked >= ENOUGH

    @property
    def days(self) -> float | None:
        """The median, None under ENOUGH answers."""
        return median(self.waits) if self.answered >= ENOUGH else None

    @property
    def is_slow(self) -> bool:
        """Fewer than half of the questions answered, or half of the answers after more than two weeks."""
        if not self.is_known:
            return False
        late = self.days is not None and self.days > SLOW_WORKING_DAYS
        return late or self.answered < LEAST_SHARE * self.asked


def of(organisation: Organisation) -> Responsiveness:
    return _read(Referral.objects.filter(organisation=organisation)).get(
        organisation.external_id, Responsiveness()
    )


def slow() -> list[str]:
    """Source of programs.capacity: those that answer late or seldom, by external id; one query."""
    return [code for code, one in _read(Referral.objects.all()).items() if one.is_slow]


def _read(referrals: Iterable) -> dict[str, Responsiveness]:
    now = clock.now()
    rows = referrals.filter(asked_at__gte=now - YEAR).exclude(stage=ReferralStage.CANCELLED)
    waits, silent = defaultdict(list), defaultdict(int)
    for code, stage, asked_at, answered_at, due_at, department in rows.order_by("pk").values_list(
        "organisation__external_id", "stage", "asked_at", "answered_at", "due_at", "irritant__department"
    ):
        if answered_at is not None:
            waits[code].append(waited(asked_at, answered_at, department))
        elif stage == ReferralStage.EXPIRED or (stage == ReferralStage.ASKED and due_at and due_at < now):
            silent[code] += 1
    return {code: Responsiveness(waits[code], silent[code]) for code in {*waits, *silent}}
