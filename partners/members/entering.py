"""Entering a team: by the link of an invitation, or by asking where one's address is of the organisation's domain."""

from contextlib import suppress
from functools import partial, wraps

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import by_link, signed_in
from accounts.reading import read_at, read_in
from accounts.signing_in import TooManyCodes, send_code
from foundation import clock
from journal import links
from journal.actors import PARTNER, Actor
from journal.lifecycle import Refusal
from partners.members import acts, joining
from partners.members.domains import may_join, verified_addresses
from partners.members.lifecycle import INVITATION
from partners.members.roles import MAY
from partners.members.views import attempt
from partners.models import Invitation, InvitationStage, JoinStage

GONE, TOO_MANY = 410, 429


def _with_invitation(view):
    """Give the view `link` and `invitation` for the token; forged is a 404, what is over says so and opens nothing."""

    @wraps(view)
    def opened(request, token: str):
        try:
            link = links.read(token, links.INVITE)
        except links.LinkError as error:
            if error.reason == "forged":
                raise Http404 from error
            link = error.link
        rows = Invitation.objects.select_related("organisation", "invited_by")
        invitation = get_object_or_404(rows, public_id=link.subject_id)
        read_in(request, lambda: invitation.language)
        read_at(request, reverse("members:invitation", args=[token]))
        return view(request, link=link, invitation=invitation)

    return opened


def _page(request, link, invitation, *, status: int = 200, problem: str = ""):
    """What the invitation is, and the one thing that its reader can do now."""
    user = request.user
    over = invitation.stage != InvitationStage.SENT or invitation.expires_at <= clock.now()
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "may": MAY[invitation.role],
        "token": link.token,
        "problem": problem,
        "over": over,
        "may_renew": invitation.stage in (InvitationStage.SENT, InvitationStage.EXPIRED),
        "mine": user.is_authenticated and acts.meant_for(invitation, user),
    }
    code = GONE if over and status == 200 else status
    return render(request, "partners/members/invitation.html", context, status=code)


@by_link
@require_safe
@_with_invitation
def invitation(request, link, invitation):
    return _page(request, link, invitation)


@by_link
@require_POST
@_with_invitation
def code(request, link, invitation):
    """A code to the mailbox that was invited: whoever reads it is meant. Not to a stranger's open session."""
    here = reverse("members:invitation", args=[link.token])
    if request.user.is_authenticated or invitation.stage != InvitationStage.SENT:
        return HttpResponseRedirect(here, status=303)
    try:
        return send_code(request, invitation.email, then=here)
    except TooManyCodes:
        problem = _("Trop de codes demandés : attendez quelques minutes.")
        return _page(request, link, invitation, status=TOO_MANY, problem=problem)


@by_link
@require_POST
@_with_invitation
def accept(request, link, invitation):
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("members:invitation", args=[link.token]), status=303)
    try:
        membership = acts.accept(invitation, request.user)
    except Refusal as refusal:
        invitation.refresh_from_db()
        return _page(request, link, invitation, status=409, problem=str(refusal))
    messages.success(request, _("Bienvenue dans l’équipe « %(name)s ».") % {"name": membership.organisation})
    team = reverse("members:team", args=[membership.organisation.external_id])
    return HttpResponseRedirect(team, status=303)


@by_link
@require_POST
@_with_invitation
def renew(request, link, invitation):
    """A new link to the invited address when this one ran out: at most one a day, and the same answer each time."""
    with suppress(
        Refusal
    ):  # sent today, accepted or withdrawn: nothing leaves, and whoever asks learns nothing
        INVITATION.perform(invitation, "resend", actor=Actor(PARTNER, link=link))
    return render(request, "partners/members/renewed.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def join(request):
    """The organisations that the person's verified address may ask to enter, and what became of what was asked."""
    found = may_join(request.user)
    if request.method == "POST":
        chosen = next((row for row in found if str(row.public_id) == request.POST.get("organisation")), None)
        if chosen is None:
            raise Http404
        done = _("La demande est partie : %(name)s vous répondra par courriel.") % {"name": chosen}
        attempt(request, partial(joining.ask, chosen, request.user), done)
        return HttpResponseRedirect(reverse("members:join"), status=303)
    asked = list(
        request.user.join_requests.exclude(stage=JoinStage.WITHDRAWN)
        .select_related("organisation")
        .order_by("-asked_at")[:20]
    )
    waiting = {row.organisation_id for row in asked if row.stage == JoinStage.ASKED}
    context = {
        "found": [row for row in found if row.pk not in waiting],
        "asked": asked,
        "addresses": verified_addresses(request.user),
    }
    return render(request, "partners/members/join.html", context)


@signed_in
@require_POST
def take_back(request, request_id):
    row = get_object_or_404(
        request.user.join_requests.select_related("organisation", "user"), public_id=request_id
    )
    attempt(request, partial(joining.take_back, row), _("Votre demande est retirée."))
    return HttpResponseRedirect(reverse("members:join"), status=303)
