"""Giving a version to the partners that it names, and what their words mean for whose turn it is."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation import clock
from intake.lifecycle import hand_over
from intake.models import Turn
from journal import messages
from journal.lifecycle import Refusal
from proposals.choosing import choices, taken
from proposals.models import AGAINST, Agreement, AgreementState, Proposal, ProposalStage, ProposalVersion
from triage.models import Referral, ReferralStage
from triage.reading import left_out, reading_of

PARTNER_WORKING_DAYS = 7
COMPANY_WORKING_DAYS = 14


def partners_words(version: ProposalVersion) -> QuerySet[Agreement]:
    return version.agreements.exclude(organisation=None).select_related("organisation")


def missing(version: ProposalVersion) -> list[Agreement]:
    """Partners of this version that have not agreed to it."""
    return list(partners_words(version).exclude(state=AgreementState.AGREED))


def referrals_of(version: ProposalVersion) -> dict[int, Referral]:
    """Organisation → its accepted referral, for the partners of a version."""
    rows = Referral.objects.filter(
        irritant=version.proposal.irritant_id,
        organisation__in=partners_words(version).values("organisation"),
        stage=ReferralStage.ACCEPTED,
    ).select_related("irritant__company", "irritant__contact", "irritant__sector", "organisation")
    return {row.organisation_id: row for row in rows}


def cannot_read(version: ProposalVersion) -> list[str]:
    """Names of the partners that may read nothing of it yet: a confidentiality agreement comes first."""
    referrals = referrals_of(version)
    return [
        one.organisation.name
        for one in partners_words(version)
        if one.organisation_id not in referrals
        or reading_of(referrals[one.organisation_id], version.snapshot).snapshot is None
    ]


def read_in_part(version: ProposalVersion) -> list[tuple[str, list[str]]]:
    """(partner, words that would name the company to it) for those that do not know the company yet."""
    found = []
    for referral in referrals_of(version).values():
        if not reading_of(referral, version.snapshot).whole:
            found.append((referral.organisation.name, left_out(referral, version.snapshot)))
    return sorted(found)


def check_askable(version: ProposalVersion | None) -> None:
    """Raise Refusal when nobody, or not everybody, can be asked for their word on this version."""
    if version is None or not partners_words(version).exists():
        raise Refusal(
            _("Aucun partenaire ne mène d’étape : la proposition part directement à l’entreprise."), "nobody"
        )
    if barred := cannot_read(version):
        raise Refusal(
            _("L’entreprise demande un accord de confidentialité avec %(name)s : enregistrez-le d’abord.")
            % {"name": ", ".join(barred)},
            "nda",
        )
    check_not_against(version, (AgreementState.DECLINED, AgreementState.WITHDRAWN))


def check_not_against(version: ProposalVersion | None, states=AGAINST) -> None:
    """Raise Refusal when a partner said no to this very version: the text has to change first."""
    refused = partners_words(version).filter(state__in=states) if version else ()
    if names := ", ".join(one.organisation.name for one in refused):
        raise Refusal(
            _("%(names)s : pas d’accord avec cette version. Révisez le texte, puis préparez le document.")
            % {"names": names},
            "against",
        )


def ask(version: ProposalVersion, cause: str) -> int:
    """Note that each partner still silent has the document now, and owe its mail; how many were asked."""
    silent = list(partners_words(version).filter(state=AgreementState.PENDING, asked_at=None))
    barred = set(cannot_read(version))
    silent = [one for one in silent if one.organisation.name not in barred]
    Agreement.objects.filter(pk__in=[one.pk for one in silent]).update(asked_at=clock.now())
    for agreement in silent:
        for email, language in agreement.organisation.recipients():
            messages.owe(
                "partner_proposal",
                to=email,
                language=language,
                cause=f"{cause}:{agreement.organisation_id}",  # somebody may speak for two of them
                case=version.proposal.irritant.public_id,
                subject_id=agreement.public_id,
            )
    return len(silent)


def hand_on(proposal: Proposal) -> str:
    """Give the turn to whoever has something to do about what is being read; returns a Turn."""
    version = proposal.asked_version
    turn, days = _turn(proposal, version)
    hand_over(proposal.irritant, turn, days)
    return turn


def _turn(proposal: Proposal, version: ProposalVersion) -> tuple[str, int]:
    """A no stops what is submitted; of what the company reads, the options that this partner is in."""
    ours = (Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)
    theirs = (Turn.PARTNER, PARTNER_WORKING_DAYS)
    if proposal.stage == ProposalStage.SUBMITTED:
        words = partners_words(version)
        awaited = words.filter(state=AgreementState.PENDING, asked_at__isnull=False)
        return theirs if awaited.exists() and not words.filter(state__in=AGAINST).exists() else ours
    left, option = choices(version), taken(version)
    if option:
        return theirs if option in left else ours
    return (Turn.COMPANY, COMPANY_WORKING_DAYS) if left else ours
