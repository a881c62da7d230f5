"""« Mes données »: take them away, keep them, or have them erased."""

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import by_link
from accounts.reading import read_at
from intake import erasing, exporting, retention
from intake.forms import EraseForm
from intake.people import is_contact
from intake.views.follow import follow_path, holder
from intake.views.form import SeeOther
from intake.views.mine import is_proven
from journal.erasing import what_stays
from journal.exporting import Reader, archive
from journal.lifecycle import Refusal


def _is_theirs(request, actor) -> bool:
    """Whether the holder of the link is signed in with the very address it was given to."""
    user = request.user
    return user.is_authenticated and user.email == actor.link.email.casefold() and is_proven(user)


@by_link
@require_POST
@holder
def download(request, irritant, actor, token):
    """A ZIP of everything held on this case and this person; that it was asked for is recorded."""
    if not exporting.note(irritant, actor=actor):
        return render(request, "429.html", status=429)
    response = StreamingHttpResponse(
        archive(Reader(irritant.public_id, actor.link.email.casefold(), _is_theirs(request, actor))),
        content_type="application/zip",
    )
    response["Content-Disposition"] = f'attachment; filename="{irritant.reference}.zip"'
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def keep(request, irritant, actor, token):
    """« Garder ma demande »: opening the page changes nothing, the button begins its years again."""
    if request.method != "POST":
        return render(request, "intake/keep.html", {"irritant": irritant, "token": token})
    try:
        retention.keep(irritant, actor=actor)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("C’est noté : nous gardons votre demande trois ans de plus."))
    return SeeOther(follow_path(token))


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def erase(request, irritant, actor, token):
    """Say what goes and what stays, then erase. The link that opened this page opens nothing afterwards."""
    if not is_contact(irritant, actor):
        return SeeOther(follow_path(token))
    context = {
        "irritant": irritant,
        "token": token,
        "open_case": irritant.stage != "closed",
        "stays": what_stays(irritant.public_id),
        "proven": _is_theirs(request, actor),
        "form": EraseForm(request.POST if request.method == "POST" else None),
    }
    form = context["form"]
    if request.method != "POST":
        return render(request, "intake/erase.html", context)
    if not form.is_valid():
        return render(request, "intake/erase.html", context, status=422)
    try:
        erasing.erase(irritant, actor=actor, proven=context["proven"])
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return render(request, "intake/erase.html", context, status=409)
    read_at(request, reverse("home"))  # this link opens nothing any more
    return render(request, "intake/erased.html", {"reference": irritant.reference, "stays": context["stays"]})
