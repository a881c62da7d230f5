"""Pages as schema.org describes them (JSON-LD): Course and CourseInstance for trainings, an organisation for partners.

Vocabulary: schema.org 29 (2025). A course's instances are its sessions that have not begun.
"""

import json

from django.utils.safestring import SafeString, mark_safe

from foundation import clock
from partners.models import Kind, Organisation
from programs.api.shapes import absolute
from programs.models import Offer, OfferKind

_ORGANISATIONS = {
    Kind.UNIVERSITY: "CollegeOrUniversity",
    Kind.SCHOOL: "CollegeOrUniversity",
    Kind.HOSPITAL: "Hospital",
    Kind.TRAINING_PROVIDER: "EducationalOrganization",
    Kind.PUBLIC_BODY: "GovernmentOrganization",
}  # the others do research
_MODES = {"onsite": "Onsite", "remote": "Online", "hybrid": "Blended"}
# As json_script does: nothing in it can end the element or begin another.
_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def script(data: dict) -> SafeString:
    """A data block: browsers do not run it, so that the policy against inline scripts has nothing to say about it."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # nosec B308 B703


def organisation_ld(row: Organisation, *, whole: bool = True) -> dict:
    """`whole`: with its parents, which the caller has prefetched."""
    url = absolute("organisation", row.external_id)
    return _said(
        {
            "@type": _ORGANISATIONS.get(row.kind, "ResearchOrganization"),
            "@id": url,
            "url": url,
            "name": row.name,
            "alternateName": row.acronym if row.acronym != row.name else "",
            "description": row.expertise,
            "sameAs": f"https://{row.web_domain}" if row.web_domain else "",
            "address": _address(row),
            "parentOrganization": [organisation_ld(one, whole=False) for one in row.present_parents()]
            if whole
            else [],
        }
    )


def _address(row) -> dict:
    place = _said({"addressLocality": row.city, "postalCode": row.postcode})
    return {"@type": "PostalAddress", **place, "addressCountry": row.country} if place else {}


def offer_ld(row: Offer) -> dict:
    url = absolute("offer", row.public_id)
    shared = {
        "@id": url,
        "url": url,
        "name": row.title,
        "description": row.summary,
        "inLanguage": row.language_shown(),
        "provider": organisation_ld(row.organisation, whole=False),
    }
    if row.kind == OfferKind.TRAINING and row.detail:
        return _said({"@type": "Course", **shared, **_course(row)})
    return _said(
        {"@type": "Service", **shared, "serviceType": str(row.get_kind_display()), "areaServed": row.country}
    )


def _course(row: Offer) -> dict:
    detail = row.detail
    hours = f"PT{detail.duration_hours}H" if detail.duration_hours else ""
    price = (
        {
            "@type": "Offer",
            "category": "Paid" if detail.price_eur else "Free",
            "price": str(detail.price_eur),
            "priceCurrency": "EUR",
        }
        if detail.price_eur is not None
        else {}
    )
    sessions = [one for one in detail.sessions.all() if one.start >= clock.today()]
    return {
        "teaches": [topic.label for topic in row.topics.all()],
        "coursePrerequisites": detail.prerequisites,
        "educationalCredentialAwarded": detail.certification,
        "audience": {"@type": "Audience", "audienceType": detail.audience} if detail.audience else {},
        "offers": price,
        "timeRequired": hours,
        "hasCourseInstance": [
            _said(
                {
                    "@type": "CourseInstance",
                    "courseMode": _MODES.get(detail.modality, ""),
                    "courseWorkload": hours,
                    "startDate": one.start.isoformat(),
                    "endDate": one.end.isoformat(),
                    "maximumAttendeeCapacity": one.seats,
                    "remainingAttendeeCapacity": one.seats_left,
                    "location": {"@type": "Place", "address": one.city} if one.city else {},
                    "offers": price,
                }
            )
            for one in sessions
        ],
    }


def _said(data: dict) -> dict:
    """Without what is empty."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}
