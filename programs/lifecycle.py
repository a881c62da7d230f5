"""The states of an offer (design: docs/lifecycles.md). Publishing advances the catalogue's sequence."""

from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import CLOCK, COORDINATOR, PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move
from programs.models import CatalogueState, Offer
from programs.models import OfferStatus as S


def _advance(offer, actor, data):
    CatalogueState.advance([offer])
    return ()


def _verified(offer, actor, data):
    """Whoever says that it may stand in the catalogue says that it is true today (programs/freshness.py)."""
    offer.confirmed_on = clock.today()
    CatalogueState.advance([offer])
    return ("confirmed_on",)


OFFER = Lifecycle(
    name="offer",
    model=Offer,
    field_name="status",
    case_of=lambda offer: offer.public_id,
    moves=(
        Move("submit", (S.DRAFT,), S.IN_REVIEW, (PARTNER,), _("Proposer à la publication")),
        Move(
            "publish",
            (S.DRAFT, S.IN_REVIEW, S.HIDDEN),
            S.PUBLISHED,
            (COORDINATOR, SYSTEM),
            _("Publier"),
            apply=_verified,
        ),
        Move("schedule", (S.DRAFT, S.IN_REVIEW), S.SCHEDULED, (COORDINATOR,), _("Programmer la publication")),
        Move("appear", (S.SCHEDULED,), S.PUBLISHED, (CLOCK,), _("Publier à la date prévue"), apply=_advance),
        Move("hide", (S.PUBLISHED,), S.HIDDEN, (COORDINATOR, PARTNER, CLOCK), _("Masquer"), apply=_advance),
        Move("confirm", (S.PUBLISHED,), S.PUBLISHED, (PARTNER,), _("Toujours d’actualité"), apply=_verified),
        Move("show_again", (S.HIDDEN,), S.PUBLISHED, (PARTNER,), _("Publier de nouveau"), apply=_verified),
        Move(
            "archive",
            (S.DRAFT, S.IN_REVIEW, S.SCHEDULED, S.PUBLISHED, S.HIDDEN),
            S.ARCHIVED,
            (COORDINATOR, PARTNER),
            _("Archiver"),
            apply=_advance,
        ),
    ),
)
