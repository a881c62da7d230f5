"""How often an offer is opened, told by the page itself once it is shown (docs/decisions/0034-freshness.md)."""

import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import public
from foundation import clock
from programs.models import Offer, OfferViews

_ROBOTS = re.compile(r"bot|crawl|spider|slurp|headless|preview|monitor|scan|curl|wget|python|java/|^$", re.I)


def counts(request, offer: Offer) -> bool:
    """Whether this is a visitor: a browser on our own page, no robot, nobody of the cluster or of the partner's own."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    if _ROBOTS.search(request.headers.get("User-Agent", "")):
        return False
    person = request.user
    if not person.is_authenticated:
        return True
    if person.is_coordinator or person.is_funder:
        return False
    return not person.memberships.filter(organisation=offer.organisation_id).exists()


@csrf_exempt  # it tells nothing and does nothing for anybody but add one; the page that sends it needs no cookie
@public
@require_POST
def viewed(request, public_id):
    """The page of an offer was shown. Always the same answer: whoever sends it learns nothing."""
    row = get_object_or_404(Offer.objects.published().only("organisation_id"), public_id=public_id)
    if counts(request, row):
        OfferViews.add(row.pk, clock.today())
    return HttpResponse(status=204)
