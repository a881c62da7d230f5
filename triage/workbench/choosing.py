"""« Avec qui continuer ? »: choose among those that accepted, read what the others will be told, send."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import coordinator
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage.choosing import AT_WORK, go_on_with
from triage.lifecycle import REFERRAL
from triage.models import CANCEL_REASONS, ReferralStage
from triage.workbench.base import attempt, back_to, irritant_or_404, page_context, version_in
from triage.workbench.preview import farewell

CONFLICT = 409


def _page(request: HttpRequest, irritant, chosen: set[UUID], *, status: int = 200):
    rows = irritant.referrals.filter(stage__in=AT_WORK)
    rows = rows.select_related("organisation", "irritant__sector").order_by("pk")
    for row in rows:
        row.letters = farewell(row).letters
    accepted = [row for row in rows if row.stage == ReferralStage.ACCEPTED]
    return render(
        request,
        "triage/workbench/choose.html",
        page_context(
            request,
            _("Avec qui continuer ?"),
            irritant=irritant,
            accepted=accepted,
            waiting=[row for row in rows if row.stage != ReferralStage.ACCEPTED],
            chosen=chosen,
        ),
        status=status,
    )


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request, public_id):
    irritant = irritant_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, irritant, _ids(request.GET.getlist("avec")))
    chosen = _ids(request.POST.getlist("referral"))
    try:
        freed = go_on_with(irritant, chosen, actor=as_coordinator(request.user), version=version_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        irritant.refresh_from_db()
        return _page(request, irritant, chosen, status=CONFLICT)
    if freed:
        done = ngettext(
            "C’est noté. L’autre partenaire est remercié par courriel.",
            "C’est noté. Les %(count)s autres partenaires sont remerciés par courriel.",
            len(freed),
        )
        messages.success(request, done % {"count": len(freed)})
    else:
        messages.info(request, _("C’était déjà fait : plus personne d’autre n’est sollicité."))
    return back_to(irritant, "sollicitations")


def _ids(named: list[str]) -> set[UUID]:
    found = set()
    for one in named:
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return found


@coordinator
@require_POST
def cancel(request, public_id, referral_id):
    """Call a question back, with a reason that the partner reads."""
    row = irritant_or_404(request, public_id)
    referral = row.referrals.filter(public_id=referral_id).first()
    if referral is None:
        messages.error(request, _("Rechargez la page, puis réessayez."))
        return back_to(row, "sollicitations")
    reason = request.POST.get("reason", "")
    told = dict(CANCEL_REASONS).get(reason, "")
    attempt(
        request,
        lambda: REFERRAL.perform(
            referral,
            "cancel",
            actor=as_coordinator(request.user),
            version=version_in(request),
            reason=reason,
        ),
        _("La sollicitation est annulée. Le partenaire en est informé : %(reason)s.") % {"reason": told},
    )
    return back_to(row, "sollicitations")
