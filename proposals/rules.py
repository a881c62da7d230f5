"""Clock rules of proposals."""

from foundation import clock
from journal.actors import CLOCK_ACTOR
from journal.clockwork import RULES
from journal.lifecycle import Refusal
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalStage


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
