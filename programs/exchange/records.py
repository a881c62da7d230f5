"""Offers as records of docs/catalogue-format.md, under their partner's own identifier."""

from django.db.models import QuerySet

from partners.models import Organisation
from programs.exchange.checking import canonical
from programs.exchange.fields import AMOUNT, DAY, LANGUAGES, SESSIONS, TEXTS, details, session
from programs.models import Offer
from programs.records import as_record, for_records

_NOT_OURS = ("organisation", "updated_at", "status", "reference", "details")


def record_of(offer: Offer) -> dict:
    """Everything that its partner says of it, canonical. `offer` comes from programs.records.for_records."""
    record = {name: value for name, value in as_record(offer).items() if name not in _NOT_OURS}
    translations = {
        language: {name: getattr(offer, f"{name}_{language}") for name in TEXTS}
        for language in LANGUAGES
        if language != offer.language
    }
    return canonical(
        {**record, "id": offer.external_id, "translations": translations, "details": _details(offer)}
    )


def _details(offer: Offer) -> dict:
    """Every column of its kind: what is left out here would be emptied by the file that comes back."""
    row = offer.detail
    if row is None:
        return {}
    said = _said(row, (field for field in details(offer.kind) if field.type != SESSIONS))
    if any(field.type == SESSIONS for field in details(offer.kind)):
        said[SESSIONS] = [_said(one, session()) for one in row.sessions.all()]
    return said


def _said(row, fields) -> dict:
    return {field.name: _plain(field, getattr(row, field.name)) for field in fields}


def _plain(field, value):
    if value is None:
        return None
    if field.type == DAY:
        return value.isoformat()
    return float(value) if field.type == AMOUNT else value


def owned(organisation: Organisation) -> QuerySet:
    """All offers of an organisation, in whatever state."""
    return for_records(Offer.objects.filter(organisation=organisation))
