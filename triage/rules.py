"""Clock rules of triage."""

from django.utils import timezone

from foundation import clock
from foundation.working_days import working_days_between
from journal.actors import CLOCK_ACTOR
from journal.clockwork import RULES
from journal.lifecycle import Refusal
from triage.lifecycle import REFERRAL
from triage.models import Referral, ReferralStage

EXPIRY_WORKING_DAYS = 15


@RULES.register("referral.expire")
def expire_unanswered() -> int:
    """Fifteen working days after the question, silence is an answer: the coordinator gets the irritant back.

    A partner that waits for our answer, or was just given one, is not silent.
    """
    expired = 0
    silent = Referral.objects.filter(stage=ReferralStage.ASKED, due_at__lt=clock.now())
    for referral in silent.select_related("irritant"):
        asked_on = timezone.localdate(referral.asked_at)
        waited = working_days_between(asked_on, clock.today(), referral.irritant.department)
        if waited >= EXPIRY_WORKING_DAYS:
            try:
                REFERRAL.perform(referral, "expire", actor=CLOCK_ACTOR)
                expired += 1
            except Refusal:
                continue  # answered in the meantime
    return expired
