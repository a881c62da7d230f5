"""The public catalogue, to read: a page at a time, in the order in which offers came, so that no page is skipped."""

import re
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from partners.models import Affiliation, Kind, Organisation, with_parents
from programs.api.answering import Problem, answer, endpoint
from programs.api.shapes import offer_shape, organisation_shape
from programs.exchange.fields import COUNTRIES, LANGUAGES
from programs.models import CatalogueState, Offer, OfferKind, Topic
from programs.records import for_records

MOST, USUAL = 100, 50  # items of a page
CODE = r"[a-z0-9][a-z0-9_-]{0,79}"
_WHOLE_CODE = re.compile(CODE, re.ASCII)


def _codes(request: HttpRequest, name: str, closed=None) -> list[str]:
    values = request.GET.getlist(name)
    wrong = [
        value
        for value in values
        if (value not in closed if closed is not None else not _WHOLE_CODE.fullmatch(value))
    ]
    if wrong:
        raise Problem(400, "parameter", _("« %(name)s » a une valeur inconnue.") % {"name": name})
    return values


def _limit(request: HttpRequest) -> int:
    said = request.GET.get("limit", str(USUAL))
    if not re.fullmatch(r"[0-9]{1,3}", said) or not 1 <= int(said) <= MOST:
        raise Problem(400, "parameter", _("« limit » va de 1 à %(most)s.") % {"most": MOST})
    return int(said)


def _day(request: HttpRequest, name: str) -> date | None:
    said = request.GET.get(name)
    try:
        return (
            date.fromisoformat(said)
            if said is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", said)
            else _none(said)
        )
    except ValueError as error:
        text = _("« %(name)s » est une date, comme 2027-01-31.") % {"name": name}
        raise Problem(400, "parameter", text) from error


def _none(said: str | None) -> None:
    if said is not None:
        raise ValueError(said)


def paged(request: HttpRequest, rows: QuerySet, shape, key: str, cursor_of, **extra) -> HttpResponse:
    """A page of rows in the order of their primary keys. `cursor_of(said)` gives the key after which it begins."""
    limit = _limit(request)
    rows = rows.order_by("pk")
    if (after := request.GET.get("after")) is not None:
        rows = rows.filter(pk__gt=cursor_of(after))
    found = list(rows[: limit + 1])
    page, more = found[:limit], len(found) > limit
    following = None
    headers = {}
    if more:
        query = request.GET.copy()
        query["after"] = str(getattr(page[-1], key))
        following = f"{settings.SITE_URL}{request.path}?{query.urlencode()}"
        headers["Link"] = f'<{following}>; rel="next"'
    return answer(
        request, {"items": [shape(row) for row in page], "next": following}, headers=headers, **extra
    )


def _after_offer(said: str) -> int:
    try:
        return Offer.objects.only("pk").get(public_id=UUID(said)).pk
    except (ValueError, Offer.DoesNotExist) as error:
        raise Problem(400, "parameter", _("« after » n’est pas la fin d’une page.")) from error


def _after_organisation(said: str) -> int:
    row = (
        Organisation.objects.only("pk").filter(external_id=said[:80]).first()
        if _WHOLE_CODE.fullmatch(said)
        else None
    )
    if row is None:
        raise Problem(400, "parameter", _("« after » n’est pas la fin d’une page."))
    return row.pk


def _list_offers(request: HttpRequest) -> HttpResponse:
    rows = for_records(Offer.objects.published())
    for name, lookup, closed in (
        ("kind", "kind__in", OfferKind.values),
        ("country", "country__in", COUNTRIES),
        ("language", "language__in", LANGUAGES),
        ("organisation", "organisation__external_id__in", None),
    ):
        if values := _codes(request, name, closed):
            rows = rows.filter(**{lookup: values})
    for name in ("topic", "pillar", "sector"):
        if values := _codes(request, name):
            through = getattr(Offer, f"{name}s").through
            rows = rows.filter(
                Exists(through.objects.filter(offer=OuterRef("pk"), **{f"{name}_id__in": values}))
            )
    if since := _day(request, "updated_since"):
        rows = rows.filter(content_updated_on__gte=since)
    return paged(request, rows, offer_shape, "public_id", _after_offer, changed_at=_changed_at())


def _changed_at():
    return CatalogueState.objects.filter(pk=1).values_list("changed_at", flat=True).first()


def _one_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(for_records(Offer.objects.published()), public_id=public_id)
    return answer(request, offer_shape(row), changed_at=_changed_at())


def public_organisations() -> QuerySet:
    """Those that have a page: with a published offer, or a part that has one."""
    published = Offer.objects.published()
    parts = (
        Affiliation.objects.present()
        .filter(parent=OuterRef("pk"))
        .filter(Exists(published.filter(organisation=OuterRef("child"))))
    )
    return Organisation.objects.filter(
        Exists(published.filter(organisation=OuterRef("pk"))) | Exists(parts)
    ).prefetch_related(with_parents(), "standings")


def _list_organisations(request: HttpRequest) -> HttpResponse:
    rows = public_organisations()
    if values := _codes(request, "kind", Kind.values):
        rows = rows.filter(kind__in=values)
    if values := _codes(request, "country", COUNTRIES):
        rows = rows.filter(country__in=values)
    return paged(request, rows, organisation_shape, "external_id", _after_organisation)


def _one_organisation(request: HttpRequest, code: str) -> HttpResponse:
    return answer(request, organisation_shape(get_object_or_404(public_organisations(), external_id=code)))


def _list_topics(request: HttpRequest) -> HttpResponse:
    items = [{"code": row.code, "label": row.label} for row in Topic.objects.order_by("code")]
    return answer(request, {"items": items})


offers = endpoint(GET=_list_offers)
offer = endpoint(GET=_one_offer)
organisations = endpoint(GET=_list_organisations)
organisation = endpoint(GET=_one_organisation)
topics = endpoint(GET=_list_topics)
