"""An organisation that changes is read anew, by the engine and by the public catalogue."""

from journal.events import reacts_to
from programs.models import CatalogueState, Offer

# What neither of them reads.
_PRIVATE = {"contact_email", "language", "monthly_capacity", "legal_id", "vat_number", "absences"}


@reacts_to("organisation.change")
def renew_its_offers(event, organisation):
    """Its own offers: the engine reads what their partner says of itself."""
    if set(event.payload["identity"].split(",")) - _PRIVATE:
        CatalogueState.advance(
            Offer.objects.published().filter(organisation=organisation).only("pk", "public_id")
        )
