"""What the coordination's pages show of the parties: where each stands, and what each proposes for which paragraph."""

from proposals.agreeing import records, suggesting
from proposals.agreeing.asking import partners_words
from proposals.agreeing.rules import silent
from proposals.models import Proposal, Suggestion, SuggestionState


def agreeing_context(proposal: Proposal) -> dict:
    """For the editor and the panel of the workbench.

    `suggestions`: those that wait, with the words of their version; `settled`: the others, newest first.
    """
    version = proposal.asked_version or proposal.versions.first()
    rows = list(Suggestion.objects.of_proposal(proposal))
    waiting = [row for row in rows if row.state == SuggestionState.OPEN]
    return {
        "asked": version,
        "table": records.table(version, company=proposal.irritant.company.name) if version else [],
        "has_partners": bool(version) and partners_words(version).exists(),
        "suggestions": suggesting.told(waiting, against=proposal),
        "settled": suggesting.told(row for row in reversed(rows) if row.state != SuggestionState.OPEN),
        "silent_since": min(
            (row.asked_at for row in silent().filter(document__proposal=proposal)), default=None
        ),
    }
