"""Where a proposal and its document stand: read once, shown by pages, panels and fragments."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from journal.actors import Actor
from journal.models import Job
from proposals import snapshots
from proposals.lifecycle import PROPOSAL
from proposals.models import Agreement, Proposal, ProposalStage, ProposalVersion

_PILL = {
    ProposalStage.PREPARING: "progress",
    ProposalStage.SUBMITTED: "waiting",
    ProposalStage.SENT: "waiting",
    ProposalStage.CHANGES_REQUESTED: "turn",
    ProposalStage.ACCEPTED: "done",
    ProposalStage.DECLINED: "refused",
    ProposalStage.EXPIRED: "stopped",
    ProposalStage.WITHDRAWN: "stopped",
}


@dataclass
class State:
    """`document`: "none" | "rendering" | "failed" | "stale" | "ready" | "sent"; `moves`: name → refusal;
    `word`: the company's last answer when it carries words."""

    pill: str
    label: str
    latest: ProposalVersion | None
    document: str
    versions: list[ProposalVersion]
    moves: dict[str, str] = field(default_factory=dict)
    word: Agreement | None = None

    @property
    def way_back(self) -> str:
        """The words of the button that leads back to writing, "" when nothing does now."""
        names = ("recall", "revise", "take_back")
        return next((str(PROPOSAL.by_name[name].label) for name in names if self.moves.get(name) == ""), "")

    @property
    def send_refused(self) -> str:
        return self.moves.get("send", "")


def state_of(proposal: Proposal, actor: Actor) -> State:
    versions = list(proposal.versions.prefetch_related("files"))
    latest = versions[0] if versions else None
    return State(
        pill=_PILL.get(proposal.stage, "info"),
        label=_("proposition %(state)s") % {"state": proposal.get_stage_display()},
        latest=latest,
        document=_document(proposal, latest),
        versions=versions,
        moves={move.name: why for move, why in PROPOSAL.available(proposal, actor)},
        word=Agreement.objects.filter(document__proposal=proposal, organisation=None)
        .exclude(comment="")
        .order_by("-document__number")
        .first(),
    )


def _document(proposal: Proposal, latest: ProposalVersion | None) -> str:
    if latest is None:
        return "none"
    if latest.rendered_at is None:
        dead = Job.objects.filter(key=latest.job_key, status=Job.DEAD).exists()
        return "failed" if dead else "rendering"
    if latest.sent_at and proposal.stage != ProposalStage.PREPARING:
        return "sent"
    if not snapshots.says_the_same(latest, proposal):
        return "stale"
    return "sent" if latest.sent_at else "ready"
