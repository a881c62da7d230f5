"""What time does to offers: a publication on its day, and words that nobody came back to."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import CLOCK_ACTOR
from journal.clockwork import rule
from programs.lifecycle import OFFER
from programs.models import Offer, OfferDraft, OfferStatus

KEPT = timedelta(days=180)


def due():
    """Whatever its day was: a clock that was down for three days publishes what it missed."""
    return Offer.objects.filter(status=OfferStatus.SCHEDULED, publish_on__lte=clock.today()).order_by("pk")


@rule(
    "offer.appear",
    title=_("Publier une offre au jour choisi"),
    who=due,
    of="",
    stops=_("la publication est annulée ou remise, l’offre archivée"),
)
def appear(offer):
    """The state says that it was done: never twice."""
    OFFER.perform(offer, "appear", actor=CLOCK_ACTOR)


def abandoned():
    return OfferDraft.objects.filter(saved_at__lt=clock.now() - KEPT)


@rule(
    "offer.forget_typed",
    title=_("Oublier une saisie laissée six mois"),
    who=abandoned,
    in_bulk=True,
    stops=_("la personne y revient"),
)
def forget_typed(rows):
    return rows.delete()[0]
