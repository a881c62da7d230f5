"""Proposals that were sent, for « télécharger mes données »: what they said, the answer, the documents."""

from uuid import UUID

from journal.exporting import FILES, SECTIONS, Attached, Reader
from proposals.agreeing import records
from proposals.models import Collaboration, ProposalVersion


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
                "agreements": records.as_json(version),
                "suggestions": _suggestions(version),
                "answer": {"state": word.state, "comment": word.comment, "at": word.at} if word else None,
            }
        )
    return found


def _suggestions(version: ProposalVersion) -> list[dict]:
    """The company's own: what a partner proposes is between it and the coordination."""
    names = ("paragraph", "name", "text", "comment", "state", "answer", "at", "answered_at")
    return list(version.suggestions.of_party(None).values(*names))


@SECTIONS.register("collaborations")
def collaborations(reader: Reader) -> list[dict]:
    rows = Collaboration.objects.filter(irritant__public_id=reader.case).order_by("pk")
    return [
        {
            "stage": row.stage,
            "agreed_at": row.created_at,
            "signed_at": row.signed_at,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "abandon_reason": row.abandon_reason,
            "partners": sorted(row.organisations.values_list("name", flat=True)),
            "steps": list(
                row.steps.values("number", "title", "state", "planned_start", "planned_end", "ended_on")
            ),
            "meetings": list(row.meetings.values("title", "starts_at", "minutes", "how", "stage")),
            "figures": list(row.figures.values("kind", "number", "amount", "on", "source", "state")),
            "signatures": [
                {"party": one.organisation.name if one.organisation else "company", "on": one.signed_on}
                for one in row.signatures.select_related("organisation")
            ],
            "files": [{"kind": one.kind, "at": one.at, "by": one.by} for one in row.files.all()],
            "own_reviews": list(
                row.reviews.of_companies().values("moment", "satisfaction", "alone", "comment", "at")
            ),
        }
        for row in rows
    ]


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
