"""Reading the public catalogue: which offers, in which order, a page at a time without a query per line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from programs import engine
from programs.models import Offer

PAGE_SIZE = 20
SEARCH_DEPTH = 200


@dataclass(frozen=True)
class Found:
    """`page`: a Page of offers; `counts`: per kind, whatever kind is chosen; `total`: of the chosen kind."""

    page: Page
    counts: dict[str, int]
    total: int


def browse(asked: dict[str, str], page_number: str | None) -> Found:
    """Published offers for the filters of CatalogueFilter: best first for a search, else freshest first."""
    offers, kind = _narrowed(asked), asked.get("kind")
    if "q" in asked:
        kinds = dict(offers.values_list("pk", "kind"))
        found = [pk for pk in engine.search(asked["q"], limit=SEARCH_DEPTH) if pk in kinds]
        counts = dict(Counter(kinds[pk] for pk in found))
        pks: Sequence[int] = [pk for pk in found if kind in (None, kinds[pk])]
    else:
        counts = dict(offers.order_by().values_list("kind").annotate(Count("pk")))
        chosen = offers.filter(kind=kind) if kind else offers
        pks = chosen.order_by("-content_updated_on", "pk").values_list("pk", flat=True)
    total = counts.get(kind, 0) if kind else sum(counts.values())
    return Found(paged(pks, page_number), counts, total)


def _narrowed(asked: dict[str, str]) -> QuerySet:
    """Published offers that pass every filter but the kind and the words."""
    offers = Offer.objects.published()
    if "topic" in asked:
        offers = offers.filter(topics=asked["topic"])
    if "sector" in asked:
        offers = offers.filter(
            Q(sectors=asked["sector"]) | Q(sectors=None)
        )  # no sector named: open to every sector
    if "language" in asked:
        offers = offers.filter(language=asked["language"])
    return offers


def paged(pks: Sequence[int], page_number: str | None) -> Page:
    """A page of the offers with these keys (a list or a lazy query), in this order, as cards show them."""
    page = Paginator(pks, PAGE_SIZE).get_page(page_number)
    page.object_list = _shown(list(page.object_list))
    return page


def _shown(pks: list[int]) -> list[Offer]:
    rows = (
        Offer.objects.filter(pk__in=pks)
        .select_related("organisation", "training_detail")
        .prefetch_related("topics", "training_detail__sessions")
        .in_bulk()
    )
    return [rows[pk] for pk in pks if pk in rows]
