"""Clock rules of proposals."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from foundation import clock
from foundation.working_days import add_working_days, working_days_between
from intake.models import Turn
from intake.reactions import owe_company_mail
from journal.actors import CLOCK_ACTOR
from journal.clockwork import RULES
from journal.events import lock_case
from journal.lifecycle import Refusal
from journal.models import Message
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalStage, ProposalVersion

REMINDER, REMINDER_WORKING_DAYS = "company_proposal_reminder", 3
READING_WORKING_DAYS = 2  # whoever received it yesterday needs no reminder, however short its validity


@RULES.register("proposal.expire")
def expire_past_validity() -> int:
    """A proposal promises until its validity date; the day after, it says so itself."""
    expired = 0
    stale = Proposal.objects.filter(
        stage__in=[ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED], valid_until__lt=clock.today()
    )
    for proposal in stale:
        try:
            PROPOSAL.perform(proposal, "expire", actor=CLOCK_ACTOR)
            expired += 1
        except Refusal:
            continue  # answered in the meantime
    return expired


@RULES.register("proposal.remind")
def remind_before_the_last_day() -> int:
    """Three working days before its last day, a proposal that waits for the company reminds it: once a version.

    Not while it is the coordination's turn (a partner left, a change is awaited), and not after the last day.
    """
    today = clock.today()
    sent = ProposalVersion.objects.sent().filter(proposal=OuterRef("pk")).order_by("-number")
    told = Message.objects.filter(
        template=REMINDER, case=OuterRef("irritant__public_id"), created_at__gt=OuterRef("last_sent")
    )
    waiting = (
        Proposal.objects.filter(
            stage=ProposalStage.SENT,
            irritant__turn=Turn.COMPANY,
            # the bound is for the database: which days are worked depends on the department
            valid_until__range=(today, add_working_days(today, REMINDER_WORKING_DAYS + 2)),
        )
        .annotate(last_sent=Subquery(sent.values("sent_at")[:1]))
        .exclude(Exists(told))
        .select_related("irritant")
    )
    return sum(_remind(proposal) for proposal in waiting if _is_time(proposal))


def _is_time(proposal: Proposal) -> bool:
    department, today = proposal.irritant.department, clock.today()
    left = working_days_between(today, proposal.valid_until, department)
    read_for = working_days_between(timezone.localdate(proposal.last_sent), today, department)
    return left <= REMINDER_WORKING_DAYS and read_for >= READING_WORKING_DAYS


@transaction.atomic
def _remind(proposal: Proposal) -> bool:
    """Unless it was answered in the meantime."""
    lock_case(proposal.irritant.public_id)
    proposal = Proposal.objects.select_related("irritant").get(pk=proposal.pk)
    if proposal.stage != ProposalStage.SENT or proposal.irritant.turn != Turn.COMPANY:
        return False
    owe_company_mail(
        REMINDER,
        proposal.irritant,
        cause=f"clock:{REMINDER}:{proposal.sent_version.pk}",
        proposal=str(proposal.public_id),
    )
    return True
