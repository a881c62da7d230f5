"""Who saw what of a case, for « télécharger mes données »: named where the company's name was given, else by category."""

from uuid import UUID

from journal.exporting import SECTIONS
from triage.models import Disclosure, Referral, ReferralStage


@SECTIONS.register("disclosures")
def disclosures(case: UUID, _email: str) -> list[dict]:
    """Partners that were given name, words and files."""
    rows = Disclosure.objects.filter(irritant__public_id=case).select_related("organisation").order_by("at")
    return [{"organisation": row.organisation.name, "at": row.at} for row in rows]


@SECTIONS.register("asked")
def asked(case: UUID, _email: str) -> list[dict]:
    """The summary that partners were sent. Those that did not accept stay unnamed, as on the follow-up page."""
    rows = Referral.objects.filter(irritant__public_id=case).exclude(asked_at=None)
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
