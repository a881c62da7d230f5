"""The public catalogue, and the partner's own space."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public, signed_in
from foundation import clock
from journal.panels import render_panels
from partners.models import Organisation
from programs.browsing import browse, paged
from programs.forms import CatalogueFilter
from programs.models import Offer, OfferKind, OfferStatus

STALE_AFTER_DAYS = 365
_DETAILS = [f"{kind}_detail" for kind in OfferKind.values]


@public
@require_safe
def catalogue(request):
    form = CatalogueFilter(request.GET)
    asked = form.asked()
    found = browse(asked, request.GET.get("page"))
    return render(
        request,
        "programs/catalogue.html",
        {
            "filter": form,
            "asked": asked,
            "narrowed": sum(name in asked for name in ("topic", "sector", "language")),
            "page_obj": found.page,
            "total": found.total,
            "tabs": _tabs(request, asked, found.counts),
            "today": clock.today(),
        },
    )


def _tabs(request, asked, counts) -> list[dict]:
    """One tab per kind, the other filters kept, each with its number of offers."""
    tabs = []
    for kind, label in [("", _("Tout")), *OfferKind.choices]:
        query = request.GET.copy()
        query.pop("page", None)
        query.pop("kind", None)
        if kind:
            query["kind"] = kind
        tabs.append(
            {
                "label": capfirst(label),
                "url": f"?{query.urlencode()}",
                "count": counts.get(kind, 0) if kind else sum(counts.values()),
                "current": asked.get("kind", "") == kind,
            }
        )
    return tabs


@public
@require_safe
def offer(request, public_id):
    row = get_object_or_404(
        Offer.objects.published()
        .with_texts()
        .select_related(*_DETAILS)
        .prefetch_related("organisation__parents", "training_detail__sessions"),
        public_id=public_id,
    )
    return render(
        request,
        "programs/offer.html",
        {
            "offer": row,
            "detail": row.detail,
            "today": clock.today(),
            "crumbs": [
                {"label": _("Catalogue"), "url": reverse("catalogue")},
                {
                    "label": capfirst(row.get_kind_display()),
                    "url": f"{reverse('catalogue')}?kind={row.kind}",
                },
                {"label": Truncator(row.title).chars(60), "url": ""},
            ],
        },
    )


@public
@require_safe
def organisation(request, code: str):
    """The facts of an organisation and its published offers; unknown until it, or a part of it, has one."""
    row = get_object_or_404(Organisation.objects.prefetch_related("parents"), external_id=code)
    children = list(row.children.filter(offers__status=OfferStatus.PUBLISHED).distinct())
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
    """What waits for the person's organisations, what they offer, what it brought."""
    organisations = list(Organisation.objects.of(request.user).distinct())
    offers = list(
        Offer.objects.filter(organisation__in=organisations)
        .select_related("organisation")
        .order_by("organisation__name", "kind", "pk")
    )
    today = clock.today()
    for row in offers:
        row.stale = (today - row.content_updated_on).days > STALE_AFTER_DAYS
    context = {"person": request.user, "organisations": organisations, "offers": offers, "today": today}
    panels = render_panels("space", context, request) if organisations else []
    return render(request, "programs/space.html", {**context, "panels": panels})
