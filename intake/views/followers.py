"""Who else of the company follows a request: added and removed by the person who sent it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import by_link
from intake import people
from intake.forms import ColleagueForm
from intake.views.follow import follow_path, holder, page
from intake.views.form import SeeOther
from journal.lifecycle import Refusal


@by_link
@require_POST
@holder
def add(request, irritant, actor, token):
    """Whatever the portal knows of the address, the answer is the same."""
    form = ColleagueForm(request.POST, auto_id="colleague_%s")
    if not form.is_valid():
        return page(request, irritant, actor, token, colleague_form=form, status=422)
    try:
        row, new = people.add_colleague(irritant, actor=actor, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        if row is None:
            messages.info(request, _("C’est votre propre adresse : vous suivez déjà la demande."))
        elif new:
            messages.success(
                request, _("%(name)s reçoit à l’instant son propre lien de suivi.") % {"name": row.name}
            )
        else:
            messages.info(request, _("Cette personne suit déjà la demande."))
    return SeeOther(follow_path(token, "suivent"))


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def remove(request, irritant, actor, token, colleague_id):
    """Confirm, then void the link of a colleague."""
    row = get_object_or_404(irritant.colleagues, public_id=colleague_id)
    if request.method != "POST":
        return render(
            request, "intake/remove_colleague.html", {"irritant": irritant, "token": token, "colleague": row}
        )
    try:
        people.remove_colleague(row, actor=actor)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("%(name)s ne suit plus la demande.") % {"name": row.name})
    return SeeOther(follow_path(token, "suivent"))
