"""Saving the coordinator's reading: by its button, or while somebody types; two versions are compared, never lost."""

from django.contrib import messages
from django.http import JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import presence, qualifying, ranking
from triage.models import Qualification
from triage.workbench import merging
from triage.workbench.base import back_to, irritant_or_404, warn_of_names
from triage.workbench.screen import Bench, qualification_form
from triage.workbench.views import CONFLICT, UNPROCESSABLE, screen

LOCKED = 423


@coordinator
@require_POST
def qualify(request, public_id):
    """Save; with action=propose, only show the form again with the partners' summary proposed."""
    row = irritant_or_404(request, public_id)
    stored = Qualification.objects.filter(irritant=row).first()
    data = request.POST.copy()
    if data.get("action") == "propose":
        presence.write(row, request.user)
        reformulated = data.get("reformulated", "").strip()[:2000]
        if reformulated:
            data["partner_summary"] = reformulated
            messages.info(request, _("Le résumé est proposé : relisez-le, puis enregistrez."))
            warn_of_names(request, row, reformulated)
        else:
            messages.warning(request, _("Écrivez d’abord le besoin reformulé."))
        return screen(request, row, Bench(qualification_form=_unjudged(row, stored, data)))
    form = qualification_form(row, Qualification(irritant=row), data)
    if not form.is_valid():
        return screen(request, row, Bench(qualification_form=form), UNPROCESSABLE)
    try:
        saved = qualifying.save(
            row,
            form.values,
            actor=as_coordinator(request.user),
            version=form.cleaned_data["seen_version"],
        )
    except qualifying.Conflict:
        return merging.compare(request, row, form, read=form.cleaned_data["seen_version"])
    except Refusal as refusal:
        messages.error(request, str(refusal))
        row.refresh_from_db()
        return screen(request, row, Bench(qualification_form=form), CONFLICT)
    presence.put_down(row, request.user)
    messages.success(request, _("La qualification est enregistrée."))
    warn_of_names(request, row, saved.partner_summary)
    return back_to(row, "qualification")


def _unjudged(row, stored, data):
    """The form with what was typed, before any judgement: proposing a summary is not saving."""
    form = qualification_form(row, stored)
    for name in form.fields:
        value = data.getlist(name) if name == "topics" else data.get(name)
        form.initial[name] = value
    return form


@coordinator
@require_POST
def autosave(request, public_id):
    """What the browser saves while somebody types (static/js/qualifying.js): 200 with the new version, 422 while a
    field is wrong, 423 while a colleague has the pen, 409 when one saved in between. Nothing of theirs is ever
    overwritten."""
    row = irritant_or_404(request, public_id)
    if presence.written_by_another(row, request.user):
        held = _(
            "Pas encore enregistré : un collègue écrit ici. Prenez la main, ou enregistrez pour comparer."
        )
        return JsonResponse({"words": held}, status=LOCKED)
    form = qualification_form(row, Qualification(irritant=row), request.POST)
    if not form.is_valid():
        return JsonResponse({"words": _wrong(form)}, status=UNPROCESSABLE)
    try:
        saved = qualifying.save(
            row,
            form.values,
            actor=as_coordinator(request.user),
            version=form.cleaned_data["seen_version"],
            while_typing=True,
        )
    except qualifying.Conflict:
        return JsonResponse({"words": merging.overtaken(row)}, status=CONFLICT)
    except Refusal as refusal:
        return JsonResponse({"words": str(refusal)}, status=CONFLICT)
    at = date_format(timezone.localtime(saved.updated_at), "TIME_FORMAT")
    words = _("Enregistré à %(time)s") % {"time": at}
    return JsonResponse(
        {
            "words": words,
            "version": saved.version,
            "matching": _("Les pistes se recalculent.") if ranking.owed(row).exists() else "",
        }
    )


def _wrong(form) -> str:
    """What keeps the form from being saved, in one line: the page itself says more when the button is pressed."""
    if form.non_field_errors():
        return _("Pas encore enregistré.") + " " + " ".join(form.non_field_errors())
    labels = ", ".join(str(form.fields[name].label) for name in form.errors)
    return _("Pas encore enregistré : à corriger, %(fields)s.") % {"fields": labels}
