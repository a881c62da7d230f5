"""What a visitor was reading when it began to tell: an offer, a subject or a partner of the catalogue.

Carried as the provenance of the draft and of the irritant ("offre-…", "theme-…", "partenaire-…"), so that the form can
greet it and the coordinator knows. It is no fact of the need: matching never reads it.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from partners.models import Organisation
from programs.models import Offer, Topic

OFFER, TOPIC, PARTNER = "offre-", "theme-", "partenaire-"


@dataclass(frozen=True)
class About:
    """`label` is in `language`; `url`: its public page, "" where there is none."""

    label: str
    language: str
    url: str


def about(provenance: str, *, public: bool = True) -> About | None:
    """What a provenance names; None for any other code, and for what is gone. public: only what anybody may read."""
    prefix, _dash, code = provenance.partition("-")
    reading = {OFFER: _offer, TOPIC: _topic, PARTNER: _partner}.get(f"{prefix}-")
    return reading(code, public) if reading and code else None


def _offer(code: str, public: bool) -> About | None:
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", code):
        return None
    shown = Offer.objects.published()
    row = (shown if public else Offer.objects.all()).filter(public_id=UUID(code)).first()
    if row is None:
        return None
    url = reverse("offer", args=[row.public_id]) if public or shown.filter(pk=row.pk).exists() else ""
    return About(row.title, row.language_shown(), url)


def _topic(code: str, public: bool) -> About | None:
    row = Topic.objects.filter(code=code).first()
    return row and About(row.label, get_language() or "fr", f"{reverse('catalogue')}?topic={row.code}")


def _partner(code: str, public: bool) -> About | None:
    """Partners are public by their offers; the coordinator reads the name in any case."""
    row = Organisation.objects.filter(external_id=code).first()
    if row is None or (public and not Offer.objects.published().filter(organisation=row).exists()):
        return None
    return About(row.name, row.language, reverse("organisation", args=[row.external_id]))
