"""What the public may read, as JSON in the reader's language."""

from django.conf import settings
from django.urls import reverse

from partners.models import Organisation
from programs.exchange.fields import TERMS
from programs.models import Offer
from programs.records import as_record

_AS_KEPT = (
    "keywords",
    "city",
    "postcode",
    "country",
    "remote_possible",
    "company_sizes",
    "eligible_countries",
    "data_readiness_min",
    "valid_until",
    "details",
)


def absolute(name: str, *arguments) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def offer_shape(offer: Offer) -> dict:
    """A published offer. `language` is that of the texts: the reader's where there is a translation."""
    record = as_record(offer)
    return {
        "id": str(offer.public_id),
        "url": absolute("offer", offer.public_id),
        "kind": offer.kind,
        "kind_label": offer.get_kind_display(),
        "language": offer.language_shown(),
        "original_language": offer.language,
        "title": offer.title,
        "summary": offer.summary,
        "description": offer.description,
        "organisation": organisation_reference(offer.organisation),
        **{
            name: [{"code": row.code, "label": row.label} for row in getattr(offer, name).all()]
            for name in TERMS
        },
        **{name: record[name] for name in _AS_KEPT},
        "updated_on": offer.content_updated_on.isoformat(),
        "illustrative": offer.illustrative,
    }


def organisation_reference(organisation: Organisation) -> dict:
    return {
        "code": organisation.external_id,
        "name": organisation.name,
        "url": absolute("organisation", organisation.external_id),
    }


def organisation_shape(organisation: Organisation) -> dict:
    return {
        **organisation_reference(organisation),
        "acronym": organisation.acronym,
        "kind": organisation.kind,
        "kind_label": organisation.get_kind_display(),
        "parents": [organisation_reference(parent) for parent in organisation.present_parents()],
        "rnsr_id": organisation.rnsr_id,
        "ror_id": organisation.ror_id,
        "unit_numbers": organisation.unit_numbers,
        "city": organisation.city,
        "postcode": organisation.postcode,
        "country": organisation.country,
        "web_domain": organisation.web_domain,
        "expertise": organisation.expertise,
        "founding_member": organisation.founding_member,
        "standing": organisation.standing,
        "restricted_access": organisation.restricted_access,
        "illustrative": organisation.illustrative,
    }
