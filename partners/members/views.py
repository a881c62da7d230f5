"""« Équipe »: who belongs to an organisation, who is invited, who asks to enter; administrators decide."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.actors import Actor
from journal.lifecycle import Refusal
from journal.timeline import PARTNER, tell
from partners.members import acts, joining
from partners.members.forms import HandOverForm, InviteForm, LetInForm, RoleForm
from partners.members.lifecycle import INVITATION
from partners.members.roles import described
from partners.models import Membership, Organisation
from partners.space import ADMINISTRATORS, READERS, actor_of, of_partner, space_page

UNPROCESSABLE = 422
LATEST = 20  # lines of the history
TAB = "members:team"
_OURS = ("membership.", "invitation.", "join_request.")


def team_context(organisation: Organisation, *, decides: bool, form: InviteForm | None = None) -> dict:
    """What the page lists, for the organisation's own people and for the coordination. `decides`: may change it."""
    members = organisation.memberships.select_related("user").order_by("user__full_name", "user__email")
    context = {"members": list(members), "roles": described()}
    if decides:
        requests = organisation.join_requests.waiting().select_related("user").order_by("asked_at")
        told = tell(organisation.public_id, PARTNER)
        context |= {
            "invitations": list(organisation.invitations.shown()),
            "requests": list(requests),
            "let_in_form": LetInForm(auto_id=False),
            "form": form or InviteForm(initial={"language": organisation.language}),
            "told": [one for one in told if one.name.startswith(_OURS)][-LATEST:][::-1],
        }
    return context


def back_to_team(organisation: Organisation) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(TAB, args=[organisation.external_id]), status=303)


def attempt(request, act, done: str) -> bool:
    """Do it and say so; a refusal becomes a sentence on the next page."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def invited(request, organisation: Organisation, form: InviteForm, actor: Actor) -> bool:
    """Invite what a form says; what it may not is said beside its address."""
    if not form.is_valid():
        return False
    try:
        acts.invite(organisation, actor=actor, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error("email", str(refusal))
        return False
    messages.success(request, _("L’invitation part vers %(email)s.") % form.cleaned_data)
    return True


@of_partner(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def team(request, membership):
    organisation, decides = membership.organisation, membership.role in ADMINISTRATORS
    form = None
    if request.method == "POST":
        if not decides:
            raise PermissionDenied
        form = InviteForm(request.POST)
        if invited(request, organisation, form, actor_of(membership)):
            return back_to_team(organisation)
    context = team_context(organisation, decides=decides, form=form)
    status = UNPROCESSABLE if form else 200
    return space_page(request, membership, "partners/members/team.html", context, tab=TAB, status=status)


@of_partner(*ADMINISTRATORS)
@require_POST
def resend(request, membership, invitation_id):
    row = get_object_or_404(membership.organisation.invitations, public_id=invitation_id)
    actor = actor_of(membership)
    attempt(request, lambda: INVITATION.perform(row, "resend", actor=actor), _("L’invitation est renvoyée."))
    return back_to_team(membership.organisation)


@of_partner(*ADMINISTRATORS)
@require_POST
def withdraw(request, membership, invitation_id):
    row = get_object_or_404(membership.organisation.invitations, public_id=invitation_id)
    done = _("L’invitation est retirée : son lien n’ouvre plus rien.")
    attempt(request, lambda: acts.withdraw(row, actor=actor_of(membership)), done)
    return back_to_team(membership.organisation)


@of_partner(*ADMINISTRATORS)
@require_POST
def let_in(request, membership, request_id):
    row = get_object_or_404(membership.organisation.join_requests, public_id=request_id)
    form = LetInForm(request.POST)
    if form.is_valid():
        role, actor = form.cleaned_data["role"], actor_of(membership)
        done = _("%(name)s fait partie de l’équipe.") % {"name": row.user}
        attempt(request, lambda: acts.enter_on_request(row, role=role, actor=actor), done)
    return back_to_team(membership.organisation)


@of_partner(*ADMINISTRATORS)
@require_POST
def decline(request, membership, request_id):
    row = get_object_or_404(membership.organisation.join_requests, public_id=request_id)
    actor = actor_of(membership)
    attempt(request, lambda: joining.decline(row, actor=actor), _("La demande est déclinée."))
    return back_to_team(membership.organisation)


def _colleague(membership: Membership, member_id) -> Membership:
    rows = membership.organisation.memberships.select_related("user", "organisation")
    return get_object_or_404(rows, public_id=member_id)


@of_partner(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def role(request, membership, member_id):
    colleague = _colleague(membership, member_id)
    form = RoleForm(request.POST or None, initial={"role": colleague.role})
    if request.method == "POST" and form.is_valid():
        try:
            acts.set_role(colleague, form.cleaned_data["role"], actor=actor_of(membership))
        except Refusal as refusal:
            form.add_error("role", str(refusal))
        else:
            messages.success(request, _("Le rôle de %(name)s est enregistré.") % {"name": colleague.user})
            return back_to_team(membership.organisation)
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"colleague": colleague, "form": form}
    return space_page(request, membership, "partners/members/role.html", context, tab=TAB, status=status)


@of_partner(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request, membership, member_id):
    """Asked twice: an administrator removes somebody, anybody leaves by themselves."""
    colleague = _colleague(membership, member_id)
    oneself = colleague.pk == membership.pk
    if not oneself and membership.role not in ADMINISTRATORS:
        raise PermissionDenied
    form = HandOverForm(request.POST if request.method == "POST" else None, leaving=colleague)
    if request.method == "POST" and form.is_valid():
        reason = acts.LEFT if oneself else acts.REMOVED
        to, actor = form.cleaned_data["to"], actor_of(membership)
        try:
            acts.end(colleague, actor=actor, reason=reason, to=to)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            name = {"name": colleague.organisation if oneself else colleague.user}
            said = (
                _("Vous avez quitté %(name)s.") if oneself else _("%(name)s ne fait plus partie de l’équipe.")
            )
            messages.success(request, said % name)
            return redirect("space") if oneself else back_to_team(membership.organisation)
    context = {
        "colleague": colleague,
        "oneself": oneself,
        "form": form,
        "in_hand": acts.in_hand(colleague),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return space_page(request, membership, "partners/members/leave.html", context, tab=TAB, status=status)
