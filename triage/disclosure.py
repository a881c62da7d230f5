"""What a partner may see: one function builds it, every page, mail and export uses it."""

from dataclasses import dataclass

from intake.conversation import files_to_share
from intake.models import Confidentiality
from journal.actors import Actor
from journal.events import record
from triage.models import Disclosure, Referral, ReferralStage


@dataclass(frozen=True)
class PartnerView:
    """`company`, `contact`, `text` and `files` are None / empty until the company's name may be shown."""

    reference: str
    summary: str
    sector: str
    territory: str
    note: str
    disclosed: bool
    company: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    text: str | None = None
    files: tuple = ()


def partner_view(referral: Referral) -> PartnerView:
    """The partner's reading of an irritant: the coordinator's summary, and the rest once it is disclosed to it."""
    irritant = referral.irritant
    common = {
        "reference": irritant.reference,
        "summary": referral.summary,
        "sector": irritant.sector.label if irritant.sector else "",
        "territory": irritant.department,
        "note": referral.note,
    }
    disclosed = (
        referral.stage == ReferralStage.ACCEPTED
        and Disclosure.objects.filter(irritant=irritant, organisation=referral.organisation).exists()
    )
    if not disclosed:
        return PartnerView(**common, disclosed=False)
    return PartnerView(
        **common,
        disclosed=True,
        company=irritant.company.name,
        contact_name=irritant.contact.name,
        contact_email=irritant.contact.email,
        contact_phone=irritant.contact.phone,
        text=irritant.text,
        files=tuple(files_to_share(irritant)),
    )


def disclose_on_acceptance(referral: Referral, *, actor: Actor) -> None:
    """Open irritants are disclosed to whoever accepts. The others wait for the company's own word (follow-up page);
    the NDA level also needs a recorded agreement, so it is never granted here."""
    if referral.irritant.confidentiality == Confidentiality.OPEN:
        grant(
            referral, actor=actor, record_it=False
        )  # the acceptance itself is the event, and its mail says it


def grant(referral: Referral, *, actor: Actor, record_it: bool = True) -> bool:
    """Let this partner read the company's name, words and files; whether it is new. Inside a transaction."""
    _disclosure, new = Disclosure.objects.get_or_create(
        irritant=referral.irritant, organisation=referral.organisation, defaults={"granted_by": actor.code}
    )
    if new and record_it:
        record(
            "referral.disclosed",
            case=referral.irritant.public_id,
            subject=referral,
            actor=actor,
            organisation=str(referral.organisation.public_id),
        )
    return new
