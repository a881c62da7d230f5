"""A partner that the company has read of in a proposal no longer steps back with one click."""

from django.utils.translation import gettext as _

from proposals.models import Agreement, ProposalStage
from triage.lifecycle import COMMITMENTS
from triage.models import Referral

_READ = (ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED, ProposalStage.ACCEPTED)


@COMMITMENTS.register("proposals.named")
def named_in_a_proposal(referral: Referral) -> str:
    """Whether the company has read a proposal with this partner: the coordination has to mend it first."""
    named = Agreement.objects.filter(
        document__proposal__irritant=referral.irritant_id,
        document__proposal__stage__in=_READ,
        organisation=referral.organisation_id,
    )
    if not named.exclude(document__sent_at=None).exists():
        return ""
    return _(
        "L’entreprise a reçu une proposition qui vous nomme : pour vous retirer, écrivez à la coordination, "
        "qui la reprendra avec elle."
    )
