"""Clock rules of triage."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from foundation import clock
from foundation.working_days import working_days_between
from intake.models import Irritant, Stage
from intake.reactions import owe_company_mail
from journal.actors import CLOCK_ACTOR
from journal.clockwork import RULES
from journal.events import lock_case
from journal.lifecycle import Refusal
from journal.models import Event, Message
from triage.asking import EXPIRY_WORKING_DAYS
from triage.lifecycle import REFERRAL
from triage.mails import still_silent
from triage.models import Referral, ReferralStage

NEWS, NEWS_WORKING_DAYS = "company_nobody_yet", 9


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


@RULES.register("company.nobody_yet")
def say_that_nobody_answered() -> int:
    """Nine working days after the first question, the company learns of the silence before it has to ask.

    Once for each round of questions. A yes, a no or a question of any partner ends the silence.
    """
    told = Message.objects.filter(
        template=NEWS, case=OuterRef("public_id"), created_at__gt=OuterRef("first_asked")
    )
    asked = Referral.objects.filter(irritant=OuterRef("pk"), stage=ReferralStage.ASKED)
    waiting = (
        Irritant.objects.filter(stage=Stage.ORIENTED)
        .annotate(first_asked=Subquery(asked.order_by("asked_at").values("asked_at")[:1]))
        .filter(first_asked__lt=clock.now() - timedelta(days=NEWS_WORKING_DAYS))
        .exclude(Exists(told))
    )
    return sum(_say_it(irritant) for irritant in waiting if _is_time(irritant))


def _is_time(irritant: Irritant) -> bool:
    asked_on = timezone.localdate(irritant.first_asked)
    return working_days_between(asked_on, clock.today(), irritant.department) >= NEWS_WORKING_DAYS


@transaction.atomic
def _say_it(irritant: Irritant) -> bool:
    lock_case(irritant.public_id)
    irritant = Irritant.objects.select_related("contact").get(pk=irritant.pk)
    if not still_silent(irritant):
        return False
    oriented = Event.objects.filter(case=irritant.public_id, name="irritant.orient").order_by("-seq").first()
    owe_company_mail(NEWS, irritant, cause=f"clock:{NEWS}:{oriented.pk}")
    return True
