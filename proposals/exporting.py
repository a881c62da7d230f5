"""Proposals that were sent, for « télécharger mes données »: what they said, the answer, the documents."""

from uuid import UUID

from journal.exporting import FILES, SECTIONS, Attached, Reader
from proposals.models import ProposalVersion


def _sent(case: UUID):
    rows = ProposalVersion.objects.sent().filter(proposal__irritant__public_id=case)
    return rows.select_related("proposal").order_by("proposal__created_at", "number")


def _name(version: ProposalVersion) -> str:
    return f"proposals/{version.proposal.public_id.hex[:8]}-{version.file_name}"


@SECTIONS.register("proposals")
def proposals(reader: Reader) -> list[dict]:
    found = []
    for version in _sent(reader.case):
        word = version.agreements.filter(organisation=None).first()
        found.append(
            {
                "number": version.number,
                "sent_at": version.sent_at,
                "content": version.snapshot,
                "in_archive": _name(version),
                "answer": {"state": word.state, "comment": word.comment, "at": word.at} if word else None,
            }
        )
    return found


@FILES.register("proposals")
def documents(case: UUID) -> list[Attached]:
    found = []
    for version in _sent(case).prefetch_related("files"):
        found.append(Attached(_name(version), version.path))
        for row in version.files.all():
            row.version = version
            name = f"proposals/{version.proposal.public_id.hex[:8]}-{row.file_name}"
            found.append(Attached(name, row.path))
    return found
