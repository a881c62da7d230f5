"""The states of an offer (design: docs/lifecycles.md). Publishing advances the catalogue's sequence."""

from django.utils.translation import gettext_lazy as _

from journal.actors import CLOCK, COORDINATOR, PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move
from programs.models import CatalogueState, Offer
from programs.models import OfferStatus as S


def _advance(offer, actor, data):
    CatalogueState.advance([offer])
    return ()


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
            apply=_advance,
        ),
        Move("schedule", (S.DRAFT, S.IN_REVIEW), S.SCHEDULED, (COORDINATOR,), _("Programmer la publication")),
        Move("appear", (S.SCHEDULED,), S.PUBLISHED, (CLOCK,), _("Publier à la date prévue"), apply=_advance),
        Move("hide", (S.PUBLISHED,), S.HIDDEN, (COORDINATOR, PARTNER, CLOCK), _("Masquer"), apply=_advance),
        Move("show_again", (S.HIDDEN,), S.PUBLISHED, (PARTNER,), _("Publier de nouveau"), apply=_advance),
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
