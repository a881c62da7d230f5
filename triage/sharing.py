"""The company's own word: its name, words and files may be read by a partner that accepted."""

from django.db import transaction
from django.utils.translation import gettext as _

from journal.actors import Actor
from journal.events import lock_case
from journal.lifecycle import Refusal
from triage.disclosure import agreement_missing, grant
from triage.models import Referral, ReferralStage


@transaction.atomic
def share(referral: Referral, *, actor: Actor) -> bool:
    """Disclose the irritant to the referral's partner; whether it was done now (False: it already was).

    Raises Refusal when the partner has not accepted, or when a confidentiality agreement must come first.
    """
    lock_case(referral.irritant.public_id)
    referral = Referral.objects.select_related("irritant", "organisation").get(pk=referral.pk)
    if referral.stage != ReferralStage.ACCEPTED:
        raise Refusal(_("Ce partenaire n’a pas accepté, ou s’est retiré : rien n’a été partagé."), "state")
    if agreement_missing(referral.irritant, referral.organisation):
        raise Refusal(
            _("Un accord de confidentialité doit d’abord être signé : rien n’a été partagé."), "nda"
        )
    return grant(referral, actor=actor)
