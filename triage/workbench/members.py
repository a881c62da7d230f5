"""The team of a partner, for the coordination: the first administrator of a new one, and what nobody there decides."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import coordinator
from journal.actors import coordinator as as_coordinator
from partners.members import acts, joining
from partners.members.forms import InviteForm, LetInForm
from partners.members.lifecycle import INVITATION
from partners.members.views import attempt, invited, team_context
from partners.models import Membership, Organisation
from triage.workbench.base import page_context

UNPROCESSABLE = 422


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, public_id):
    organisation = get_object_or_404(Organisation, public_id=public_id)
    form, here = None, reverse("admin:workbench_members", args=[public_id])
    if request.method == "POST" and request.POST.get("act") == "invite":
        form = InviteForm(request.POST)
        if invited(request, organisation, form, as_coordinator(request.user)):
            return HttpResponseRedirect(here, status=303)
    elif request.method == "POST":
        _act(request, organisation, request.POST.get("act", ""), request.POST.get("row", ""))
        return HttpResponseRedirect(here, status=303)
    team = team_context(organisation, decides=True, form=form)
    if form is None and not team["members"]:
        team["form"] = InviteForm(
            initial={"role": Membership.ADMINISTRATOR, "language": organisation.language}
        )
    context = page_context(request, _("Équipe"), organisation=organisation, **team)
    context["administered"] = any(
        one.role == Membership.ADMINISTRATOR and one.user.is_active for one in team["members"]
    )
    status = UNPROCESSABLE if form else 200
    return render(request, "triage/workbench/members.html", context, status=status)


def _act(request: HttpRequest, organisation: Organisation, act: str, row: str) -> None:
    """One of the buttons of the page; an unknown one, or a row of elsewhere, does nothing."""
    actor = as_coordinator(request.user)
    name, _sep, role = act.partition(":")

    def one(rows):
        found = [each for each in rows.select_related("organisation") if str(each.public_id) == row]
        return found[0] if found else None

    invitation, asking = one(organisation.invitations), one(organisation.join_requests.select_related("user"))
    member = one(organisation.memberships.select_related("user"))
    if name == "resend" and invitation:
        attempt(
            request,
            partial(INVITATION.perform, invitation, "resend", actor=actor),
            _("L’invitation est renvoyée."),
        )
    elif name == "withdraw" and invitation:
        done = _("L’invitation est retirée : son lien n’ouvre plus rien.")
        attempt(request, partial(acts.withdraw, invitation, actor=actor), done)
    elif name == "let_in" and asking:
        form = LetInForm(request.POST)
        if form.is_valid():
            chosen = form.cleaned_data["role"]
            done = _("%(name)s fait partie de l’équipe.") % {"name": asking.user}
            attempt(request, partial(acts.enter_on_request, asking, role=chosen, actor=actor), done)
    elif name == "decline" and asking:
        attempt(request, partial(joining.decline, asking, actor=actor), _("La demande est déclinée."))
    elif name == "role" and member and role in dict(Membership.ROLES):
        done = _("Le rôle de %(name)s est enregistré.") % {"name": member.user}
        attempt(request, partial(acts.set_role, member, role, actor=actor), done)
    elif name == "remove" and member:
        done = _("%(name)s ne fait plus partie de l’équipe.") % {"name": member.user}
        attempt(request, partial(acts.end, member, actor=actor, reason=acts.REMOVED), done)
    else:
        messages.error(request, _("Cette ligne n’existe plus : voici l’équipe telle qu’elle est."))
