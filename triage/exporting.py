"""Who saw what of a case: named where the company’s name was given, else by category."""

from journal.exporting import SECTIONS, Reader
from triage.models import Disclosure, Referral, ReferralStage


@SECTIONS.register("disclosures")
def disclosures(reader: Reader) -> list[dict]:
    """Partners that were given name, words and files."""
    rows = (
        Disclosure.objects.filter(irritant__public_id=reader.case)
        .select_related("organisation")
        .order_by("at")
    )
    return [{"organisation": row.organisation.name, "at": row.at} for row in rows]


@SECTIONS.register("asked")
def asked(reader: Reader) -> list[dict]:
    """The summary that partners were sent. Those that did not accept stay unnamed, as on the follow-up page."""
    rows = Referral.objects.filter(irritant__public_id=reader.case).exclude(asked_at=None)
    return [
        {
            "kind": row.organisation.kind,
            "organisation": row.organisation.name if row.stage == ReferralStage.ACCEPTED else "",
            "at": row.asked_at,
            "summary": row.summary,
            "accepted": row.stage == ReferralStage.ACCEPTED,
        }
        for row in rows.select_related("organisation").order_by("asked_at", "pk")
    ]
