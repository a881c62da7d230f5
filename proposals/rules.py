"""Clock rules of proposals."""

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from foundation import clock
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
STEPS = (7, 14)  # working days after the last version was sent


@rule(
    "proposal.expire",
    title=_("Proposition : elle expire le lendemain de son dernier jour"),
    who=lambda: Proposal.objects.filter(
        stage__in=[ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED], valid_until__lt=clock.today()
    ).select_related("irritant"),
    of="irritant",
    to_people=True,
    stops=_("l’entreprise a répondu"),
)
def expire_past_validity(proposal: Proposal) -> None:
    """A proposal promises until its validity date; the day after, it says so itself."""
    PROPOSAL.perform(proposal, "expire", actor=CLOCK_ACTOR)


def unanswered():
    """Sent, still valid, and not a word of the company on it."""
    sent = ProposalVersion.objects.sent().filter(proposal=OuterRef("pk")).order_by("-number")
    rows = Proposal.objects.filter(stage=ProposalStage.SENT, valid_until__gte=clock.today())
    return rows.annotate(awaited_since=Subquery(sent.values("sent_at")[:1])).select_related(
        "irritant__contact"
    )


def _occasion(proposal: Proposal) -> str:
    """The last step that has come: a clock that was down for both reminds once."""
    step = last_step(proposal, proposal.irritant, "awaited_since", STEPS)
    return f"{proposal.awaited_since.isoformat()}:{step}"


@rule(
    "proposal.remind",
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
