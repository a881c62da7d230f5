"""What makes the illustrative catalogue look lived in: offers verified lately, pages that were opened."""

from datetime import timedelta

from accounts.models import User
from foundation import clock
from insights.brought.counting import months
from programs import freshness
from programs.models import CatalogueState, Offer, OfferViews


def verify_all_but(partner: User) -> None:
    """Nobody answers for an illustrative organisation: its offers count as verified in the last two months. Those of
    the demonstration's partner stay as they are, so that somebody is asked."""
    today = clock.today()
    rows = freshness.stale().filter(illustrative=True).exclude(organisation__memberships__user=partner)
    found = list(rows.only("pk"))
    for row in found:
        row.confirmed_on = today - timedelta(days=row.pk % 60)
    if found:
        Offer.objects.bulk_update(found, ["confirmed_on"], batch_size=500)
        CatalogueState.advance()


def open_pages() -> None:
    """A few views a month of every illustrative offer, once, more of them towards today."""
    if OfferViews.objects.exists():
        return
    days = [*(month + timedelta(days=14) for month in months()[:-1]), clock.today()]
    rows = [
        OfferViews(offer_id=pk, day=day, count=(7 * pk + 5 * place) % 9 + place // 2 + 1)
        for pk in Offer.objects.published().filter(illustrative=True).values_list("pk", flat=True)
        for place, day in enumerate(days)
    ]
    OfferViews.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
