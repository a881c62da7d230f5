"""The public catalogue, and the partner's own space."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public, signed_in
from foundation import clock
from journal.actors import PARTNER, Actor
from journal.panels import render_panels
from partners.models import Organisation, with_parents
from partners.space import tabs_of
from programs.browsing import Browser, paged
from programs.freshness import is_stale
from programs.models import Offer, OfferKind

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
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    if before:
        # Every letter would be a page to go back through: other words replace the words that stood there.
        typing = before.words and before.filters == found.asked.filters
        response["HX-Replace-Url" if typing else "HX-Push-Url"] = found.asked.url
    return response


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
    return render(request, "programs/offer.html", {**offer_context(row), "crumbs": crumbs})


def offer_context(row: Offer) -> dict:
    """What the page of an offer shows, published or not yet (programs/_offer.html)."""
    return {"offer": row, "detail": row.detail, "today": clock.today()}


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
