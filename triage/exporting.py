"""Who saw what of a case: named where the company’s name was given, else by category."""

from journal.exporting import SECTIONS, Reader
from journal.models import AccessRecord
from partners.models import Organisation
from triage.models import Disclosure, Meeting, NonDisclosure, PartnerWord, Referral, ReferralStage


@SECTIONS.register("disclosures")
def disclosures(reader: Reader) -> list[dict]:
    """Partners that were given name, words and files; `opened_at`: when they read them, None: not yet."""
    rows = (
        Disclosure.objects.filter(irritant__public_id=reader.case)
        .select_related("organisation")
        .order_by("at")
    )
    return [{"organisation": row.organisation.name, "at": row.at, "opened_at": row.opened_at} for row in rows]


@SECTIONS.register("seen_by")
def seen_by(reader: Reader) -> list[dict]:
    """When contact data and files were read, and on whose behalf. The people of the coordination act for it and are
    not named (CJEU, C-579/21, 22 June 2023)."""
    rows = list(AccessRecord.objects.of_case(reader.case))
    partners = {row.organisation for row in rows if row.organisation}
    names = dict(Organisation.objects.filter(public_id__in=partners).values_list("public_id", "name"))
    return [
        {"at": row.at, "what": row.what, "role": row.role, "organisation": names.get(row.organisation, "")}
        for row in rows
    ]


@SECTIONS.register("agreements")
def agreements(reader: Reader) -> list[dict]:
    """Confidentiality agreements between the company and partners."""
    rows = NonDisclosure.objects.filter(irritant__public_id=reader.case).select_related("organisation")
    return [
        {"organisation": row.organisation.name, "signed_on": row.signed_on, "state": row.state}
        for row in rows.order_by("signed_on", "pk")
    ]


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


@SECTIONS.register("partner_talk")
def partner_talk(reader: Reader) -> list[dict]:
    """What the company and a partner that accepted said to each other; their files are among the documents."""
    rows = PartnerWord.objects.filter(referral__irritant__public_id=reader.case)
    return [
        {
            "organisation": row.referral.organisation.name,
            "from": row.author_role,
            "at": row.at,
            "text": row.text,
        }
        for row in rows.select_related("referral__organisation")
    ]


@SECTIONS.register("partner_meetings")
def partner_meetings(reader: Reader) -> list[dict]:
    """The moments that partners proposed, and what became of them."""
    rows = Meeting.objects.filter(referral__irritant__public_id=reader.case)
    plain = ("slots", "starts_at", "minutes", "how", "stage")
    return [
        {"organisation": row.referral.organisation.name, **{name: getattr(row, name) for name in plain}}
        for row in rows.select_related("referral__organisation")
    ]
