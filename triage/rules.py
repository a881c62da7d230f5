"""Clock rules of triage."""

from foundation import clock
from foundation.working_days import working_days_between
from journal.actors import CLOCK_ACTOR
from journal.clockwork import RULES
from journal.lifecycle import Refusal
from triage.lifecycle import REFERRAL
from triage.models import Referral

EXPIRY_WORKING_DAYS = 15


@RULES.register("referral.expire")
def expire_unanswered() -> int:
    """Fifteen working days after the question, silence is an answer: the coordinator gets the irritant back."""
    expired = 0
    for referral in Referral.objects.waiting().select_related("irritant"):
        waited = working_days_between(referral.asked_at.date(), clock.today(), referral.irritant.department)
        if waited >= EXPIRY_WORKING_DAYS:
            try:
                REFERRAL.perform(referral, "expire", actor=CLOCK_ACTOR)
                expired += 1
            except Refusal:
                continue  # answered in the meantime
    return expired
