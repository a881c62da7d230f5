"""Who may read what of an irritant: one rule, one function that builds what a partner sees.

Every page, mail and export that speaks to a partner takes its words from `partner_view` (or `partner_views`), and
what the company is told about its readers comes from the same rule. The table: docs/decisions/0021-confidentiality.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from foundation import clock
from intake.conversation import files_to_share
from intake.models import Confidentiality, Irritant
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from partners.models import Organisation
from triage.models import Disclosure, NonDisclosure, NonDisclosureState, Referral, ReferralStage


class Reach(IntEnum):
    """How far a partner's reading goes now. OFFERED: it may open everything, and has not."""

    NOTHING, SUMMARY, OFFERED, EVERYTHING = range(4)


@dataclass(frozen=True)
class PartnerView:
    """`company`, `contact`, `text` and `files` are None / empty until the company's name may be shown;
    `summary` and `note` are empty when even they may not be read."""

    reach: Reach
    reference: str
    summary: str = ""
    sector: str = ""
    territory: str = ""
    note: str = ""
    company: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    text: str | None = None
    files: tuple = ()

    @property
    def readable(self) -> bool:
        return self.reach >= Reach.SUMMARY

    @property
    def offered(self) -> bool:
        return self.reach == Reach.OFFERED

    @property
    def disclosed(self) -> bool:
        return self.reach == Reach.EVERYTHING


@dataclass(frozen=True)
class Grounds:
    """What was agreed about some irritants, read once for all their referrals; keys: (irritant, organisation).

    `agreements`: True when one is in force, False when there was one and it was revoked.
    """

    disclosures: dict[tuple[int, int], Disclosure]
    agreements: dict[tuple[int, int], bool]

    @classmethod
    def of(cls, referrals: Iterable[Referral]) -> "Grounds":
        """Two queries at most: agreements only count where the level asks for them, disclosures after a yes."""
        referrals = list(referrals)
        walled = {row.irritant_id for row in referrals if row.irritant.confidentiality == Confidentiality.NDA}
        accepted = {row.irritant_id for row in referrals if row.answered_at is not None}
        agreements: dict[tuple[int, int], bool] = {}
        if walled:
            rows = NonDisclosure.objects.filter(irritant__in=walled)
            for irritant, organisation, state in rows.values_list("irritant_id", "organisation_id", "state"):
                known = agreements.get((irritant, organisation), False)
                agreements[irritant, organisation] = known or state == NonDisclosureState.IN_FORCE
        disclosures = Disclosure.objects.filter(irritant__in=accepted) if accepted else ()
        return cls({(row.irritant_id, row.organisation_id): row for row in disclosures}, agreements)


def reach_of(referral: Referral, grounds: Grounds) -> Reach:
    """The rule. What was shown before the company grew stricter stays shown; what was not, is not."""
    key = (referral.irritant_id, referral.organisation_id)
    agreement = grounds.agreements.get(key)
    agreement_first = referral.irritant.confidentiality == Confidentiality.NDA and not agreement
    # Nobody is asked at this level without an agreement: who was asked and never had one was asked before.
    if agreement_first and (agreement is False or referral.asked_at is None):
        return Reach.NOTHING
    disclosure = grounds.disclosures.get(key)
    if referral.stage != ReferralStage.ACCEPTED or disclosure is None:
        return Reach.SUMMARY
    if disclosure.opened_at is not None:
        return Reach.EVERYTHING
    return Reach.SUMMARY if agreement_first else Reach.OFFERED


def partner_view(referral: Referral) -> PartnerView:
    """The partner's reading of an irritant: the coordinator's summary, and the rest once it is disclosed to it."""
    return partner_views([referral])[0]


def partner_views(referrals: Iterable[Referral]) -> list[PartnerView]:
    """partner_view of each, in a number of queries that does not grow with them (irritants with their sector,
    company and contact being loaded)."""
    referrals = list(referrals)
    grounds = Grounds.of(referrals)
    reaches = [reach_of(referral, grounds) for referral in referrals]
    files = _files_of(
        referral.irritant
        for referral, reach in zip(referrals, reaches, strict=True)
        if reach == Reach.EVERYTHING
    )
    return [
        _view(referral, reach, files.get(referral.irritant.public_id, ()))
        for referral, reach in zip(referrals, reaches, strict=True)
    ]


def _view(referral: Referral, reach: Reach, files: tuple) -> PartnerView:
    irritant = referral.irritant
    if reach == Reach.NOTHING:
        return PartnerView(reach, irritant.reference)
    summary = {
        "reach": reach,
        "reference": irritant.reference,
        "summary": referral.summary,
        "sector": irritant.sector.label if irritant.sector else "",
        "territory": irritant.department,
        "note": referral.note,
    }
    if reach != Reach.EVERYTHING:
        return PartnerView(**summary)
    return PartnerView(
        **summary,
        company=irritant.company.name,
        contact_name=irritant.contact.name,
        contact_email=irritant.contact.email,
        contact_phone=irritant.contact.phone,
        text=irritant.text,
        files=files,
    )


def _files_of(irritants: Iterable[Irritant]) -> dict:
    """Case → documents of the request (intake.conversation.files_to_share): what was joined to a word of the
    conversation, or to an agreement, was given to the coordination alone. The same bytes are listed once."""
    found: dict = {}
    cases = {irritant.public_id for irritant in irritants}
    for row in files_to_share(cases) if cases else ():
        found.setdefault(row.case, {}).setdefault(row.sha256, row)
    return {case: tuple(rows.values()) for case, rows in found.items()}


def agreement_missing(irritant: Irritant, organisation: Organisation) -> bool:
    """Whether the company wants a confidentiality agreement with this partner, and none is in force."""
    if irritant.confidentiality != Confidentiality.NDA:
        return False
    return not irritant.non_disclosures.in_force().filter(organisation=organisation).exists()


def agreement_first(referral: Referral, _actor: Actor) -> None:
    """Guard of what would tell a partner something new: refused while the agreement is missing."""
    if agreement_missing(referral.irritant, referral.organisation):
        raise Refusal(
            _("L’entreprise demande un accord de confidentialité avec %(name)s : enregistrez-le d’abord.")
            % {"name": referral.organisation.name},
            "nda",
        )


def disclose_on_acceptance(referral: Referral, *, actor: Actor) -> None:
    """Open irritants are disclosed to whoever accepts. The others wait for the company's own word."""
    if referral.irritant.confidentiality == Confidentiality.OPEN:
        # The acceptance itself is the event, and its mail carries the name.
        grant(referral, actor=actor, record_it=False, carried=True)


def grant(referral: Referral, *, actor: Actor, record_it: bool = True, carried: bool = False) -> bool:
    """Let this partner read the company's name, words and files; whether it is new. Inside a transaction.

    `carried`: a mail that leaves now says the name, so that it is read and cannot be taken back.
    """
    disclosure, new = Disclosure.objects.get_or_create(
        irritant=referral.irritant, organisation=referral.organisation, defaults={"granted_by": actor.code}
    )
    if carried and disclosure.opened_at is None:
        disclosure.opened_at = clock.now()
        disclosure.save(update_fields=["opened_at"])
    if new and record_it:
        _record("referral.disclosed", referral, actor)
    return new


@transaction.atomic
def open_it(referral: Referral, *, actor: Actor) -> None:
    """The partner reads what it was given: from now on it is known, and the company sees when. Raises Refusal."""
    lock_case(referral.irritant.public_id)
    referral = Referral.objects.select_related("irritant", "organisation").get(pk=referral.pk)
    view = partner_view(referral)
    if view.disclosed:
        return
    if not view.offered:
        raise Refusal(_("L’entreprise n’a pas, ou plus, partagé son nom avec vous."), "state")
    Disclosure.objects.filter(irritant=referral.irritant, organisation=referral.organisation).update(
        opened_at=clock.now()
    )
    _record("referral.opened", referral, actor)


@transaction.atomic
def take_back(referral: Referral, *, actor: Actor) -> None:
    """The company takes back what the partner has not read. Raises Refusal."""
    lock_case(referral.irritant.public_id)
    unread = Disclosure.objects.filter(
        irritant=referral.irritant, organisation=referral.organisation, opened_at=None
    )
    if not unread.delete()[0]:
        raise Refusal(_("Ce partenaire a déjà lu vos coordonnées : cela ne se reprend pas."), "opened")
    _record("referral.taken_back", referral, actor)


def _record(name: str, referral: Referral, actor: Actor) -> None:
    record(
        name,
        case=referral.irritant.public_id,
        subject=referral,
        actor=actor,
        organisation=str(referral.organisation.public_id),
    )


@dataclass(frozen=True)
class Reader:
    """A partner that was asked, and what it may read or has read. `name`: "" while it has not said yes.

    `organisation`: for the coordination alone, the company reads `label`; `asked_at`: the summary is known since;
    `granted_at`, `opened_at`: name, words and files; `stage`: where it stands.
    """

    organisation: Organisation
    name: str
    reach: Reach
    asked_at: datetime
    granted_at: datetime | None
    opened_at: datetime | None
    stage: str

    @property
    def label(self) -> str:
        if not self.name and self.stage == ReferralStage.DECLINED:
            return _("Un partenaire qui a décliné")
        return self.name or _("Un partenaire sollicité")

    @property
    def gone(self) -> bool:
        return self.opened_at is not None and self.reach < Reach.EVERYTHING


def readers_of(irritant: Irritant) -> list[Reader]:
    """Everyone outside the coordination who was ever given something to read, each organisation once."""
    latest: dict[int, Referral] = {}
    first: dict[int, datetime] = {}
    for referral in asked_of(irritant):
        latest[referral.organisation_id] = referral
        first.setdefault(referral.organisation_id, referral.asked_at)
    grounds = Grounds.of(latest.values())
    return [_reader(referral, grounds, first[key]) for key, referral in latest.items()]


def asked_of(irritant: Irritant) -> list[Referral]:
    """The referrals whose question was sent, oldest first, with their organisations; read once per `irritant`."""
    prefetch_related_objects([irritant], "referrals__organisation")
    asked = [referral for referral in irritant.referrals.all() if referral.asked_at is not None]
    return sorted(asked, key=lambda referral: (referral.asked_at, referral.pk))


def _reader(referral: Referral, grounds: Grounds, asked_at: datetime) -> Reader:
    key = (referral.irritant_id, referral.organisation_id)
    disclosure = grounds.disclosures.get(key)
    said_yes = referral.answered_at is not None and not referral.decline_reason
    return Reader(
        organisation=referral.organisation,
        name=referral.organisation.name if said_yes or disclosure or key in grounds.agreements else "",
        reach=reach_of(referral, grounds),
        asked_at=asked_at,
        granted_at=disclosure.at if disclosure else None,
        opened_at=disclosure.opened_at if disclosure else None,
        stage=referral.stage,
    )
