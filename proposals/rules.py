"""Clock rules of proposals."""

from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.working_days import add_working_days, working_days_between
from intake.models import Turn
from intake.people import in_charge
from intake.reminders import chase
from journal.actors import CLOCK_ACTOR
from journal.clockwork import After, last_step, rule
from journal.models import Event
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalStage, ProposalVersion
from triage.chasing import Line, basket
from triage.telling import tell

IDLE_WORKING_DAYS = 5
REMINDER, REMINDER_WORKING_DAYS = "company_proposal_reminder", 3  # before the last day
READING_WORKING_DAYS = 2  # whoever received it yesterday needs no reminder, however short its validity
STEPS = (7, 14)  # working days after the last version was sent


@rule(
    "proposal.expire",
    title=_("Proposition : elle expire le lendemain de son dernier jour"),
    who=lambda: Proposal.objects.filter(
        stage__in=[ProposalStage.SUBMITTED, ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED],
        valid_until__lt=clock.today(),
    ).select_related("irritant"),
    of="irritant",
    to_people=True,
    stops=_("l’entreprise a répondu"),
)
def expire_past_validity(proposal: Proposal) -> None:
    """A proposal promises until its validity date; the day after, it says so itself."""
    PROPOSAL.perform(proposal, "expire", actor=CLOCK_ACTOR)


def unanswered():
    """Sent, still valid, and not a word of the company on it; not while it is our turn (a partner left)."""
    sent = ProposalVersion.objects.sent().filter(proposal=OuterRef("pk")).order_by("-number")
    rows = Proposal.objects.filter(
        stage=ProposalStage.SENT, irritant__turn=Turn.COMPANY, valid_until__gte=clock.today()
    )
    return rows.annotate(awaited_since=Subquery(sent.values("sent_at")[:1])).select_related(
        "irritant__contact"
    )


def _occasion(proposal: Proposal) -> str:
    """The last step that has come: a clock that was down for both reminds once."""
    step = last_step(proposal, proposal.irritant, "awaited_since", STEPS)
    return f"{proposal.awaited_since.isoformat()}:{step}"


@rule(
    "proposal.unanswered",
    title=_("Proposition envoyée : rappels après sept et quatorze jours ouvrés"),
    who=unanswered,
    when=After("awaited_since", days=STEPS[0]),
    once=_occasion,
    of="irritant",
    to_people=True,
    stops=_("l’entreprise accepte, décline ou demande une modification"),
)
def remind_the_company(proposal: Proposal) -> bool:
    return chase(
        proposal.irritant,
        "company_proposal_waits",
        f"{proposal.pk}:{_occasion(proposal)}",
        proposal=str(proposal.public_id),
    )


def ending() -> list[Proposal]:
    """Waiting for the company, three working days or less before the last day, and read for two at least."""
    today = clock.today()
    last = add_working_days(today, REMINDER_WORKING_DAYS + 2)  # for the database: departments differ
    return [row for row in unanswered().filter(valid_until__lte=last) if _ends_soon(row, today)]


def _ends_soon(proposal: Proposal, today: date) -> bool:
    department = proposal.irritant.department
    left = working_days_between(today, proposal.valid_until, department)
    read_for = working_days_between(timezone.localdate(proposal.awaited_since), today, department)
    return left <= REMINDER_WORKING_DAYS and read_for >= READING_WORKING_DAYS


@rule(
    "proposal.remind",
    title=_("Proposition envoyée : un rappel trois jours ouvrés avant son dernier jour"),
    who=ending,
    once=lambda proposal: proposal.awaited_since.isoformat(),
    of="irritant",
    to_people=True,
    stops=_("l’entreprise accepte, décline ou demande une modification"),
)
def remind_before_the_last_day(proposal: Proposal) -> bool:
    """Once a version. On the next day, when another reminder left today."""
    return chase(
        proposal.irritant,
        REMINDER,
        proposal.awaited_since.isoformat(),
        days=1,
        proposal=str(proposal.public_id),
    )


@basket("proposal", _("proposition sans réponse malgré les rappels"))
def to_be_chased():
    for row in unanswered():
        if last_step(row, row.irritant, "awaited_since", STEPS[-1:]):
            yield Line("proposal", row.irritant, row, row.awaited_since)


def drafts():
    """Being written or to be written again, with the moment at which somebody last touched it."""
    events = Event.objects.filter(case=OuterRef("irritant__public_id"), subject_id=OuterRef("public_id"))
    rows = Proposal.objects.filter(
        Q(stage=ProposalStage.PREPARING) | Q(stage=ProposalStage.CHANGES_REQUESTED)
    )
    touched = Subquery(events.order_by("-seq").values("at")[:1])
    return rows.annotate(idle_since=touched).exclude(idle_since=None).select_related("irritant__coordinator")


@rule(
    "proposal.idle",
    title=_("Proposition en préparation : le dire à qui suit le dossier, après une semaine sans y toucher"),
    who=drafts,
    when=After("idle_since", days=IDLE_WORKING_DAYS),
    once=lambda proposal: proposal.idle_since.isoformat(),
    of="irritant",
    to_people=True,
    stops=_("quelqu’un y travaille, l’envoie ou la retire"),
)
def tell_who_writes_it(proposal: Proposal) -> None:
    irritant, since = proposal.irritant, proposal.idle_since.isoformat()
    tell(
        irritant,
        "coordinator_draft_idle",
        in_charge(irritant),
        cause=f"clock:proposal:{proposal.pk}:{since}",
        since=since,
        proposal=str(proposal.public_id),
    )
