"""The words that parties gave, as they are kept and as they are shown: who, when, on which document."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from foundation import clock
from intake.people import person_of
from journal.actors import Actor
from proposals.models import (
    Agreement,
    AgreementRecord,
    AgreementState,
    ProposalStage,
    ProposalVersion,
    Way,
)

PILLS = {
    AgreementState.PENDING: "waiting",
    AgreementState.AGREED: "done",
    AgreementState.CHANGES: "turn",
    AgreementState.DECLINED: "refused",
    AgreementState.WITHDRAWN: "stopped",
}
BY_REFERRAL = "referral"
# Stages of a proposal in which no word is awaited any more.
_OVER = (ProposalStage.DECLINED, ProposalStage.EXPIRED, ProposalStage.WITHDRAWN)


def keep(agreement: Agreement, said: str, *, actor: Actor, name: str = "", role: str = "", option: str = ""):
    """Write down what was said, in the transaction in which it is said. `name`: else who the door was given to."""
    return AgreementRecord.objects.create(
        agreement=agreement,
        said=said,
        name=(name or _known(agreement, actor))[:120],
        role=role[:120],
        way=_way(actor),
        sha256=agreement.document.sha256,
        option=option[:40],
        reason=agreement.reason,
        at=clock.now(),
    )


def _way(actor: Actor) -> str:
    if actor.link is not None:
        return Way.LINK
    return Way.ACCOUNT if actor.user is not None else Way.PORTAL


def _known(agreement: Agreement, actor: Actor) -> str:
    if actor.user is not None:
        return actor.user.get_full_name()
    if actor.link is None or agreement.organisation_id is not None:
        return ""
    person = person_of(agreement.irritant, actor.link.email)
    return person.name if person else ""


@dataclass(frozen=True)
class Row:
    """One party in the table « accords ». `who`, `role`, `at`, `sha256`: of its last word; "" or None before it."""

    party: str
    organisation_id: int | None
    state: str
    label: str
    pill: str
    who: str = ""
    role: str = ""
    at: datetime | None = None
    way: str = ""
    sha256: str = ""
    option: str = ""
    reason: str = ""
    comment: str = ""

    @property
    def short(self) -> str:
        """As much of the hash as people compare; the rest is in the data."""
        return " ".join(self.sha256[start : start + 4] for start in (0, 4, 8, 12)) if self.sha256 else ""


STAFF = "staff"


def table(version: ProposalVersion, *, company: str = "", reader: int | str | None = STAFF) -> list[Row]:
    """Where each party stands on a version, the company first; two queries.

    `company`: its name, "" for whoever may not know it, and then not who spoke for it either. `reader`: STAFF, or the
    party that looks (an organisation's primary key, None: the company): reasons and remarks are between each party and
    the coordination.
    """
    rows = version.agreements.select_related("organisation", "document__proposal").prefetch_related("records")
    found = [_row(agreement, company) for agreement in rows]
    if not company:
        found = [replace(row, who="", role="") if row.organisation_id is None else row for row in found]
    if reader != STAFF:
        found = [
            row if row.organisation_id == reader else replace(row, reason="", comment="") for row in found
        ]
    return sorted(found, key=lambda row: (row.organisation_id is not None, row.party))


def _row(agreement: Agreement, company: str) -> Row:
    last = max(agreement.records.all(), key=lambda record: record.pk, default=None)
    label = agreement.get_state_display()
    if agreement.basis == BY_REFERRAL and agreement.state == AgreementState.AGREED:
        label = _("d’accord, en acceptant la sollicitation")
    unasked = agreement.state == AgreementState.PENDING and agreement.asked_at is None
    if unasked and agreement.basis != BY_REFERRAL:
        label = _("pas encore demandé")
    over = agreement.state == AgreementState.PENDING and agreement.document.proposal.stage in _OVER
    if over:
        label = _("sans réponse")
    return Row(
        party=agreement.organisation.name if agreement.organisation else company or _("L’entreprise"),
        organisation_id=agreement.organisation_id,
        state=agreement.state,
        label=label,
        pill="info" if unasked or over else PILLS[AgreementState(agreement.state)],
        who=last.name if last else "",
        role=last.role if last else "",
        at=last.at if last else agreement.at,
        way=last.get_way_display() if last else "",
        sha256=last.sha256 if last else "",
        option=last.option if last else "",
        reason=agreement.get_reason_display() if agreement.reason else "",
        comment=agreement.comment,
    )


def as_json(version: ProposalVersion) -> list[dict]:
    """Every word of every party on a version, oldest first: for exports and the data of a document."""
    rows = AgreementRecord.objects.filter(agreement__document=version)
    told = [_told(record) for record in rows.select_related("agreement__organisation")]
    silent: Iterable[Agreement] = version.agreements.filter(records=None).select_related("organisation")
    told += [
        {
            "party": one.organisation.name if one.organisation else "company",
            "state": one.state,
            "basis": one.basis,
            "at": one.at.isoformat() if one.at else "",
        }
        for one in silent
    ]
    return told


def _told(record: AgreementRecord) -> dict:
    organisation = record.agreement.organisation
    return {
        "party": organisation.name if organisation else "company",
        "state": record.said,
        "name": record.name,
        "role": record.role,
        "at": record.at.isoformat(),
        "way": record.way,
        "sha256": record.sha256,
        "option": record.option,
        "reason": record.reason,
    }
