"""« Organisation », a tab of the partner's space: what is published about it, what its administrators keep right, and
what the cluster decides, to be asked for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from journal.lifecycle import Refusal
from partners.identity import acts
from partners.identity.forms import AskForm, OwnForm
from partners.models import Organisation, with_parents
from partners.space import ADMINISTRATORS, READERS, actor_of, of_partner, space_page

TAB = "identity:organisation"
UNPROCESSABLE = 422


def _keep_right(request, organisation: Organisation, actor) -> dict:
    form = OwnForm(request.POST, instance=organisation)
    if form.is_valid():
        try:
            if acts.keep_right(form, actor=actor):
                messages.success(request, _("C’est enregistré : la page publique le dit déjà."))
            else:
                messages.info(request, _("Rien n’a changé."))
            return {}
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    organisation.refresh_from_db()  # the page's head says what is so, not what was typed
    return {"own_form": form, "form": form}


def _ask(request, organisation: Organisation, actor) -> dict:
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            acts.ask(organisation, form.cleaned_data["text"], actor=actor)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
    if not form.is_valid():
        return {"ask_form": form, "form": form}
    messages.success(request, _("La coordination a votre demande ; elle vous répondra par courriel."))
    return {}


# What the page's forms do, by their field `what`: what was refused comes back with the page, nothing when it is done.
_WHAT = {"own": _keep_right, "ask": _ask}


@of_partner(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request, membership):
    rows = Organisation.objects.select_related("signed_by").prefetch_related(with_parents(), "standings")
    membership.organisation = row = rows.get(pk=membership.organisation_id)
    decides, refused = membership.role in ADMINISTRATORS, {}
    if request.method == "POST":
        if not decides:
            raise PermissionDenied
        what = _WHAT.get(request.POST.get("what", ""))
        if what is None:
            raise Http404
        refused = what(request, row, actor_of(membership))
        if not refused:
            return redirect(TAB, code=row.external_id)
    context = {
        "waiting": list(row.asked_changes.filter(stage="waiting")) if decides else [],
        "own_form": OwnForm(instance=row),
        "ask_form": AskForm(),
        **refused,
    }
    status = UNPROCESSABLE if refused else 200
    return space_page(
        request, membership, "partners/identity/organisation.html", context, tab=TAB, status=status
    )
