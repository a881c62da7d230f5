"""What a partner reads again: what differs from the version that it was given before, as far as it may read both."""

from proposals.comparing import Differing, differences
from proposals.models import ProposalVersion
from triage.models import Referral
from triage.reading import reading_of


def given_before(version: ProposalVersion, organisation) -> ProposalVersion | None:
    """The version that this partner was last given before this one; None when this is the first it reads."""
    rows = version.proposal.versions.filter(number__lt=version.number)
    given = rows.filter(agreements__organisation=organisation, agreements__asked_at__isnull=False)
    return given.order_by("-number").first()


def changed(referral: Referral, version: ProposalVersion) -> tuple[ProposalVersion | None, list[Differing]]:
    """That version, and what differs; (None, []) where there is none or one of the two may not be read."""
    before = given_before(version, referral.organisation)
    if before is None:
        return None, []
    was, now = (reading_of(referral, one.snapshot).snapshot for one in (before, version))
    return (before, differences(was, now)) if was and now else (None, [])
