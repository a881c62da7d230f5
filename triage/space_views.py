"""« Demandes » in the space of one organisation: every question it was ever asked, by state, by reference."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from intake.showing import contact_of
from journal.access import showing
from partners.space import READERS, actor_of, of_partner, space_page
from triage.disclosure import partner_views
from triage.models import Referral
from triage.models import ReferralStage as R

PER_PAGE = 20
GROUPS = {  # code in the address → what the tab says, the states in it
    "attente": (_("À répondre"), (R.ASKED, R.QUESTION)),
    "acceptees": (_("Acceptées"), (R.ACCEPTED,)),
    "declinees": (_("Déclinées"), (R.DECLINED, R.WITHDRAWN)),
    "terminees": (_("Plus rien à faire"), (R.RELEASED, R.CANCELLED, R.EXPIRED)),
}


@of_partner(*READERS)
@require_safe
def requests(request, membership):
    """A reader reads what is waited for and how it went; only those who answer have buttons."""
    asked = Referral.objects.filter(organisation=membership.organisation).exclude(asked_at=None)
    group, words = request.GET.get("etat", ""), request.GET.get("q", "")[:40].strip()
    counts = dict(asked.order_by().values_list("stage").annotate(Count("pk")))
    rows = asked.filter(stage__in=GROUPS[group][1]) if group in GROUPS else asked
    if words:
        rows = rows.filter(irritant__reference__icontains=words)
    rows = rows.select_related("irritant__sector", "irritant__company", "irritant__contact", "organisation")
    page = Paginator(rows.order_by("-asked_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    for row, view in zip(page.object_list, partner_views(page.object_list), strict=True):
        row.view = view
    read = [row for row in page.object_list if row.view.disclosed]
    shown = (contact_of(row.irritant, membership.organisation.public_id) for row in read)
    showing(request, *shown, actor=actor_of(membership))
    context = {
        "page_obj": page,
        "group": group if group in GROUPS else "",
        "words": words,
        "groups": [("", _("Toutes"), sum(counts.values()))]
        + [(code, label, sum(counts.get(one, 0) for one in of)) for code, (label, of) in GROUPS.items()],
    }
    return space_page(request, membership, "triage/space_requests.html", context, tab="triage:space_requests")
