"""How long a partner is waited for: in its working days, of which those of a declared absence are none.

Whoever is away is neither reminded nor given up, and has its days when it is back: the coordination knew of the absence
when it asked (triage.capacity), and the partner was told a day on which we stop waiting.
"""

from datetime import date, datetime, timedelta

from journal.clockwork import After
from triage.models import Referral

EXPIRY_WORKING_DAYS = 15  # after which silence is an answer
# An absence without an end in sight is declared as one that ends in some far year.
LONGEST = timedelta(days=366)


def days_away(referral: Referral) -> list[tuple[date, date]]:
    """First and last day of each absence of its partner. Lists prefetch "organisation__absences"."""
    return [(row.since, min(row.until, row.since + LONGEST)) for row in referral.organisation.absences.all()]


EXPIRY = After("asked_at", days=EXPIRY_WORKING_DAYS, away=days_away)


def waits_until(referral: Referral) -> datetime:
    """When its silence becomes an answer."""
    irritant = referral.irritant
    return max(referral.due_at, EXPIRY.moment(referral, irritant.department, irritant.asleep_until))
