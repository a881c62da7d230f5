"""What the company is asked to decide while partners are at work: whether to make itself known to one that said yes."""

from django.utils.translation import gettext as _

from intake.models import Confidentiality, Irritant, Stage
from intake.wording import APPEALS, Standing
from triage.disclosure import Grounds, Reach, reach_of
from triage.models import Referral, ReferralStage


@APPEALS.register("triage.names")
def names_awaited(irritants: list[Irritant]) -> dict[int, Standing]:
    """The irritants of which a partner that accepted knows no name yet, though the company may give it."""
    asked = [irritant.pk for irritant in irritants if irritant.stage == Stage.ORIENTED]
    if not asked:
        return {}
    rows = Referral.objects.filter(irritant__in=asked, stage=ReferralStage.ACCEPTED)
    referrals = list(rows.select_related("irritant"))
    grounds = Grounds.of(referrals)
    return {row.irritant_id: _standing() for row in referrals if _may_be_told(row, grounds)}


def _may_be_told(referral: Referral, grounds: Grounds) -> bool:
    key = (referral.irritant_id, referral.organisation_id)
    walled = referral.irritant.confidentiality == Confidentiality.NDA and not grounds.agreements.get(key)
    given = key in grounds.disclosures
    return reach_of(referral, grounds) == Reach.SUMMARY and not walled and not given


def _standing() -> Standing:
    return Standing(
        "turn",
        _("Votre choix est attendu"),
        True,
        _("C’est à vous"),
        _(
            "Un partenaire accepte de vous aider sans savoir encore qui vous êtes. Choisissez ci‑dessous si vous "
            "lui donnez votre nom. La coordination prépare la suite en attendant."
        ),
    )
