"""The public catalogue, and the partner's own space."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public, signed_in
from foundation import clock
from journal.actors import PARTNER, Actor
from journal.panels import render_panels
from partners.models import Organisation, with_parents
from partners.space import tabs_of
from programs import abreast, agenda, engine, maps
from programs.browsing import Browser, paged
from programs.editing.forms import READINESS
from programs.facets import company_sizes
from programs.forms import Asked
from programs.freshness import is_stale
from programs.models import Offer, OfferKind
from programs.places import place_label
from programs.schemes.facts import as_typed
from programs.schemes.offers import scheme_of

# Offers like one, and others of its organisation, that its page shows.
SIMILAR, SIBLINGS = 4, 4
_DETAILS = [f"{kind}_detail" for kind in OfferKind.values]


@public
@require_safe
def catalogue(request):
    """Search and facets, all of it in the address. With htmx the same page: it takes what changed out of it."""
    browser = Browser(request.GET)
    before = browser.before(request.htmx.current_url) if request.htmx else None
    found = browser.catalogue(request.GET.get("page"))
    response = render(
        request,
        "programs/catalogue.html",
        {
            "catalogue": found,
            "asked": found.asked,
            "page_obj": found.page,
            "total": found.total,
            "today": clock.today(),
            **_indexing(found.asked, found.asked.url, found.page.number),
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    if before:
        # Every letter would be a page to go back through: other words replace the words that stood there.
        typing = before.words and before.filters == found.asked.filters
        response["HX-Replace-Url" if typing else "HX-Push-Url"] = found.asked.url
    return response


def _indexing(asked: Asked, address: str, page: int = 1) -> dict:
    """The one address of a page, and whether search engines should keep it: not every search and pile of filters."""
    mark = "&" if "?" in address else "?"
    address = f"{address}{mark}page={page}" if page > 1 else address
    return {
        "canonical": settings.SITE_URL + address,
        "unlisted": bool(asked.words) or len(asked.chosen) > 1,
    }


@public
@require_safe
def catalogue_map(request):
    """Where the offers are: the departments of the region, and what lies around them."""
    browser = Browser(request.GET)
    found = browser.found(browser.asked)
    region = maps.region(browser.asked, found.facets["place"])
    context = {
        "asked": browser.asked,
        "chips": browser.chips("catalogue_map"),
        "cleared_url": browser.asked.everywhere().at("catalogue_map"),
        "views": browser.views("catalogue_map"),
        "total": found.total,
        "region": region,
        "nowhere": 0 if browser.asked.filters.place else found.total - region.placed,
        "remote": found.facets["format"].get("remote", 0),
        "remote_url": browser.asked.only("format", "remote").url,
        **_indexing(browser.asked, browser.asked.at("catalogue_map")),
    }
    return render(request, "programs/map.html", context)


@public
@require_safe
def catalogue_sessions(request):
    """The sessions of one month, of the courses that are asked for."""
    browser = Browser(request.GET)
    views = browser.views("catalogue_sessions")
    asked = browser.asked = browser.asked.only("kind")
    found = browser.found(asked.only("kind", OfferKind.TRAINING))
    wanted = request.GET.get("mois", "")
    month = agenda.month(asked, found.references, agenda.month_of(wanted), request.GET.get("page"))
    if not (wanted or month.total) and month.later:  # nobody asked for a month in which nothing begins
        month = agenda.month(asked, found.references, month.later, None)
    context = {
        "asked": asked,
        "chips": browser.chips("catalogue_sessions"),
        "cleared_url": asked.everywhere().at("catalogue_sessions"),
        "views": views,
        "month": month,
        "page_obj": month.page,
        **_indexing(asked, agenda.month_url(asked, month.first), month.page.number),
    }
    return render(request, "programs/sessions.html", context)


@public
@require_safe
def catalogue_compare(request):
    """Up to three offers side by side, all of it in the address: no account, no basket."""
    offers = abreast.chosen(request.GET.getlist("offre"))
    more = engine.alike(offers[0], SIMILAR) if offers and len(offers) < abreast.MOST else []
    known = {one.pk for one in offers}
    near = Offer.objects.published().select_related("organisation").in_bulk(set(more) - known)
    added = [near[pk] for pk in more if pk in near]
    for one in offers:
        one.without_url = abreast.address(other for other in offers if other is not one)
    for one in added:
        one.added_url = abreast.address([*offers, one])
    rows = abreast.rows(offers)
    context = {
        "offers": offers,
        "rows": [row for row in rows if row.compares],
        "others": [row for row in rows if not row.compares],
        "added": added,
    }
    return render(request, "programs/compare.html", context)


@public
@require_safe
def offer(request, public_id):
    row = get_object_or_404(
        Offer.objects.published()
        .with_texts()
        .select_related(*_DETAILS)
        .prefetch_related(with_parents("organisation__"), "training_detail__sessions"),
        public_id=public_id,
    )
    crumbs = [
        {"label": _("Catalogue"), "url": reverse("catalogue")},
        {
            "label": capfirst(row.get_kind_display()),
            "url": f"{reverse('catalogue')}?kind={row.kind}",
        },
        {"label": row.title, "url": "", "lang": row.language_shown()},
    ]
    context = {
        **offer_context(row),
        **_near(row),
        "crumbs": crumbs,
        "canonical": settings.SITE_URL + reverse("offer", args=[row.public_id]),
    }
    return render(request, "programs/offer.html", context)


def offer_context(row: Offer, *, preview: bool = False) -> dict:
    """What the page of an offer shows (programs/_offer.html). preview: as it will be, for those who write it."""
    detail, today = row.detail, clock.today()
    sessions = detail.sessions.all() if row.kind == OfferKind.TRAINING and detail else ()
    ahead = sorted(
        (one for one in sessions if one.start >= today), key=lambda one: (not one.seats_left, one.start)
    )
    return {
        "offer": row,
        "preview": preview,
        "detail": detail,
        "today": today,
        "next_session": next(iter(ahead), None),
        "asks_data": row.data_readiness_min or row.kind in (OfferKind.RND, OfferKind.CIFRE),
        "data_needed": dict(READINESS).get(row.data_readiness_min, ""),
        "sizes": company_sizes(row),
        "cost_url": cost_url(row),
        "countries": [place_label(code) if code != "FR" else _("France") for code in row.eligible_countries],
    }


def cost_url(row: Offer) -> str:
    """The calculator that fits an offer, with what the offer itself says; "" for a laboratory, which is no scheme."""
    code, facts = scheme_of(row)
    if not code:
        return ""
    return reverse("scheme", args=[code]) + (f"?{urlencode(as_typed(facts))}" if facts else "")


def _near(row: Offer) -> dict:
    """Offers like this one (`similar`), and others of its organisation (`siblings`), in one query."""
    alike = engine.alike(row, SIMILAR)
    own = Offer.objects.published().filter(organisation=row.organisation).exclude(pk=row.pk).order_by("-pk")
    wanted = Q(pk__in=alike) | Q(pk__in=own.values("pk")[: SIMILAR + SIBLINGS])
    rows = Offer.objects.published().filter(wanted).select_related("organisation").in_bulk()
    similar = [rows.pop(pk) for pk in alike if pk in rows]
    for one in similar:
        one.compare_url = abreast.address([row, one])
    siblings = [one for one in rows.values() if one.organisation_id == row.organisation_id]
    return {"similar": similar, "siblings": siblings[:SIBLINGS]}


@public
@require_safe
def organisation(request, code: str):
    """The facts of an organisation and its published offers; unknown until it, or a part of it, has one."""
    rows = Organisation.objects.select_related("signed_by").prefetch_related(with_parents(), "standings")
    row = get_object_or_404(rows, external_id=code)
    published = Offer.objects.published().filter(organisation=OuterRef("pk"))
    children = list(Organisation.objects.parts_of(row).filter(Exists(published)))
    pks = list(
        Offer.objects.published().filter(organisation=row).order_by("kind", "pk").values_list("pk", flat=True)
    )
    if not pks and not children:
        raise Http404
    page = paged(pks, request.GET.get("page"))
    return render(
        request,
        "programs/organisation.html",
        {
            "organisation": row,
            "children": children,
            "canonical": settings.SITE_URL + reverse("organisation", args=[row.external_id]),
            "page_obj": page,
            "total": len(pks),
            "today": clock.today(),
        },
    )


@signed_in
@require_safe
def partner_space(request):
    """What waits for the person's organisations, what they offer, what it brought; the way to the pages of each."""
    memberships = list(request.user.memberships.select_related("organisation").order_by("organisation__name"))
    organisations = [one.organisation for one in memberships]
    offers = list(
        Offer.objects.filter(organisation__in=organisations)
        .select_related("organisation")
        .order_by("organisation__name", "kind", "pk")
    )
    today = clock.today()
    for row in offers:
        row.stale = is_stale(row)
    context = {
        "person": request.user,
        "actor": Actor(PARTNER, user=request.user),
        "organisations": organisations,
        "spaces": [(one.organisation, tabs_of(one, "")) for one in memberships],
        "offers": offers,
        "today": today,
    }
    panels = render_panels("space", context, request) if organisations else []
    return render(request, "programs/space.html", {**context, "panels": panels})
