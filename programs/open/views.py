"""sitemap.xml, robots.txt, the feed of offers and the calendar of sessions."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_section
from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import public
from foundation import clock
from programs.api.catalogue import public_organisations
from programs.models import Offer, OfferStatus, Scheme, Session
from programs.open.calendars import sessions_calendar

LATEST = 50
MOST_SESSIONS = 2_000
# Behind a sign-in. Pages behind a link are not named: « noindex » on them says more, and must be seen for it.
PRIVATE = ("/admin/", "/compte/", "/demo/", "/espace/", "/langue/")


class _Addresses(Sitemap):
    """Absolute addresses are those of SITE_URL, whatever host was asked."""

    limit = 20_000
    protocol = settings.SITE_URL.partition("://")[0]

    def get_domain(self, site=None):
        return settings.SITE_URL.partition("://")[2]


class OfferAddresses(_Addresses):
    def items(self):
        return Offer.objects.published().order_by("pk").only("public_id", "content_updated_on")

    def lastmod(self, row):
        return row.content_updated_on

    def get_latest_lastmod(self):
        return Offer.objects.published().aggregate(last=Max("content_updated_on"))["last"]

    def location(self, row):
        return reverse("offer", args=[row.public_id])


class OrganisationAddresses(_Addresses):
    def items(self):
        return public_organisations().order_by("pk").only("external_id").prefetch_related(None)

    def location(self, row):
        return reverse("organisation", args=[row.external_id])


class PageAddresses(_Addresses):
    def items(self):
        pages = ("comment-ca-marche", "confidentialite", "mentions-legales", "accessibilite")
        return [
            reverse("home"),
            reverse("catalogue"),
            reverse("catalogue_map"),
            reverse("catalogue_sessions"),
            reverse("api"),
            reverse("schemes"),
            *(reverse("scheme", args=[code]) for code in Scheme.objects.values_list("code", flat=True)),
            *(reverse("page", args=[slug]) for slug in pages),
        ]

    def location(self, item):
        return item


SITEMAPS = {"pages": PageAddresses, "offers": OfferAddresses, "organisations": OrganisationAddresses}


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return sitemap_index(request, SITEMAPS, sitemap_url_name="sitemap_section")


@public
@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap_section(request, SITEMAPS, section=section)


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What nobody should index needs a door to be opened anyway: this saves their way."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class LatestOffers(Feed):
    """The offers that were published or changed last, in the reader's language (Atom, RFC 4287)."""

    feed_type = Atom1Feed
    title = pgettext_lazy("feed", "Catalogue ENACT : offres nouvelles et mises à jour")

    def link(self):
        return f"{settings.SITE_URL}{reverse('catalogue')}"

    def feed_url(self):
        return f"{settings.SITE_URL}{reverse('offer_feed')}"

    def feed_guid(self):
        return self.feed_url()

    def items(self):
        rows = Offer.objects.published().with_texts().order_by("-content_updated_on", "-pk")
        return list(rows[:LATEST])

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return item.summary

    def item_link(self, item):
        return f"{settings.SITE_URL}{reverse('offer', args=[item.public_id])}"

    def item_guid(self, item):
        return f"urn:uuid:{item.public_id}"

    def item_author_name(self, item):
        return item.organisation.name

    def item_updateddate(self, item):
        return timezone.make_aware(datetime.combine(item.content_updated_on, time()))

    def item_categories(self, item):
        return [topic.label for topic in item.topics.all()]


_feed = LatestOffers()


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    return _feed(request)


def _ahead():
    return (
        Session.objects.filter(training__offer__status=OfferStatus.PUBLISHED, end__gte=clock.today())
        .select_related("training__offer__organisation")
        .order_by("start", "pk")
    )


def _as_calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@public
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Every session ahead: an address to subscribe to."""
    return _as_calendar(
        sessions_calendar(_("Formations du catalogue ENACT"), _ahead()[:MOST_SESSIONS]), "enact-formations"
    )


@public
@require_safe
def offer_sessions(request: HttpRequest, public_id) -> HttpResponse:
    """Those of one training."""
    offer = get_object_or_404(Offer.objects.published(), public_id=public_id)
    rows = _ahead().filter(training__offer=offer)
    return _as_calendar(sessions_calendar(offer.title, rows), "enact-formation")
