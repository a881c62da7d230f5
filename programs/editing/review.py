"""« Offres à relire »: the first offer of a new partner, read by a coordinator who publishes it or sends it back."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from foundation import clock
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from journal.timeline import COORDINATOR
from partners.models import with_parents
from programs.editing import completeness, history, publishing
from programs.lifecycle import OFFER
from programs.models import Offer
from programs.views import offer_context

PER_PAGE = 40


@coordinator
@require_safe
def reviews(request):
    rows = Offer.objects.to_review().with_details()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.completeness = completeness.of(row)
    context = {**admin.site.each_context(request), "title": _("Offres à relire"), "page_obj": page}
    return render(request, "programs/editing/reviews.html", context)


def _offer(public_id) -> Offer:
    rows = Offer.objects.with_details().prefetch_related(with_parents("organisation__"), "pillars")
    return get_object_or_404(rows, public_id=public_id)


@coordinator
@require_safe
def review(request, offer_id):
    """An offer in any state, as it reads; its buttons only while it waits."""
    return _page(request, _offer(offer_id))


def _page(request, offer: Offer, *, note: str = "", wrong: str = "", status: int = 200):
    moves = {move.name: why for move, why in OFFER.available(offer, as_coordinator(request.user))}
    context = {
        **admin.site.each_context(request),
        **offer_context(offer, preview=True),
        "title": _("Relire une offre"),
        "pill": publishing.PILLS[offer.status],
        "moves": moves if "send_back" in moves else {},
        "later": offer.publish_on is not None and offer.publish_on > clock.today(),
        "completeness": completeness.of(offer),
        "lines": history.of(offer, COORDINATOR),
        "note": note,
        "wrong": wrong,
    }
    return render(request, "programs/editing/review.html", context, status=status)


@coordinator
@require_POST
def decide(request, offer_id, move: str):
    """publish, schedule (on the day the partner wants) or send_back (with words)."""
    offer = get_object_or_404(Offer.objects.select_related("organisation"), public_id=offer_id)
    note = request.POST.get("note", "")
    try:
        if move not in ("publish", "schedule", "send_back"):
            raise Refusal(_("Cette action ne vous revient pas."), "role")
        version = publishing.number(request.POST.get("version"))
        OFFER.perform(offer, move, actor=as_coordinator(request.user), version=version, note=note)
    except Refusal as refusal:
        if refusal.code == "note":
            return _page(request, _offer(offer_id), wrong=str(refusal), status=422)
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:workbench_review", args=[offer_id]), status=303)
    said = {
        "publish": _("L’offre est publiée ; le partenaire le sait."),
        "schedule": _("L’offre paraîtra au jour choisi ; le partenaire le sait."),
        "send_back": _("L’offre est renvoyée avec vos mots."),
    }
    messages.success(request, said[move])
    return HttpResponseRedirect(reverse("admin:workbench_reviews"), status=303)


urlpatterns = [  # mounted by the admin site (enact_portal.site)
    path("relectures/", reviews, name="workbench_reviews"),
    path("relectures/<uuid:offer_id>/", review, name="workbench_review"),
    path("relectures/<uuid:offer_id>/<slug:move>/", decide, name="workbench_review_decide"),
]
