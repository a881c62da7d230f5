"""An offer that the engine did not propose, added by a coordinator: a match without score, kept at once."""

from django.db import transaction
from django.utils.translation import gettext as _

from intake.models import Irritant
from journal.actors import Actor
from journal.events import lock_case
from journal.lifecycle import Refusal
from programs.models import Offer, OfferStatus
from triage.lifecycle import MATCH
from triage.models import Match, MatchState
from triage.qualifying import why_not


@transaction.atomic
def add_by_hand(irritant: Irritant, offer: Offer, *, actor: Actor) -> Match:
    """Keep this offer for this irritant; one that was already proposed is simply kept. Raises Refusal."""
    lock_case(irritant.public_id)
    if refused := why_not(irritant):
        raise Refusal(refused, "state")
    if offer.status != OfferStatus.PUBLISHED:
        raise Refusal(_("Cette offre n’est plus publiée."), "offer")
    match, _created = Match.objects.get_or_create(irritant=irritant, offer=offer)
    if match.state != MatchState.KEPT:
        MATCH.perform(match, "keep", actor=actor)
    return match
