"""Offers as records of docs/catalogue-format.md, under their partner's own identifier."""

from django.db.models import QuerySet

from partners.models import Organisation
from programs.exchange.checking import canonical
from programs.exchange.fields import LANGUAGES, TEXTS
from programs.models import Offer
from programs.records import as_record, for_records

_NOT_OURS = ("organisation", "updated_at", "status", "reference")


def record_of(offer: Offer) -> dict:
    """Everything that its partner says of it, canonical. `offer` comes from programs.records.for_records."""
    record = {name: value for name, value in as_record(offer).items() if name not in _NOT_OURS}
    translations = {
        language: {name: getattr(offer, f"{name}_{language}") for name in TEXTS}
        for language in LANGUAGES
        if language != offer.language
    }
    return canonical({**record, "id": offer.external_id, "translations": translations})


def owned(organisation: Organisation) -> QuerySet:
    """All offers of an organisation, in whatever state."""
    return for_records(Offer.objects.filter(organisation=organisation))
