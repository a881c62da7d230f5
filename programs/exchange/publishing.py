"""Putting an offer forward: what the lifecycle lets its partner do, as far towards the public as it goes."""

from journal.actors import Actor
from journal.lifecycle import Refusal
from programs.lifecycle import OFFER
from programs.models import Offer, OfferStatus

_TOWARDS = (OfferStatus.PUBLISHED, OfferStatus.IN_REVIEW)


def put_forward(offer: Offer, *, actor: Actor) -> str:
    """Publish where this actor may, else ask for a first reading; "" or why neither is possible.

    Which of the two is a matter of the table and its guards: the first offer of a new partner is read by a coordinator.
    """
    if offer.status in _TOWARDS:
        return ""
    allowed = OFFER.available(offer, actor)
    for target in _TOWARDS:
        for move, refused in allowed:
            if move.target == target and not refused:
                try:
                    OFFER.perform(offer, move.name, actor=actor)
                except Refusal as refusal:
                    return str(refusal)
                return ""
    return next((why for _move, why in allowed if why), OFFER.too_late(offer, actor))
