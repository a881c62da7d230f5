"""Saving the coordinator's reading: by its button, or while somebody types; two versions are compared, never lost."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from accounts.models import User
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import qualifying, ranking
from triage.asking import named_in
from triage.models import Qualification
from triage.workbench.base import back_to, irritant_or_404
from triage.workbench.screen import Bench, context_of, qualification_form
from triage.workbench.views import CONFLICT, UNPROCESSABLE, screen


@coordinator
@require_POST
def qualify(request, public_id):
    """Save; with action=propose, only show the form again with the partners' summary proposed."""
    row = irritant_or_404(request, public_id)
    stored = Qualification.objects.filter(irritant=row).first()
    data = request.POST.copy()
    if data.get("action") == "propose":
        reformulated = data.get("reformulated", "").strip()[:2000]
        if reformulated:
            data["partner_summary"] = reformulated
            messages.info(request, _("Le résumé est proposé : relisez-le, puis enregistrez."))
            _warn_of_names(request, row, reformulated)
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
    except qualifying.Conflict as conflict:
        return _conflict(request, row, form, conflict)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        row.refresh_from_db()
        return screen(request, row, Bench(qualification_form=form), CONFLICT)
    messages.success(request, _("La qualification est enregistrée."))
    _warn_of_names(request, row, saved.partner_summary)
    return back_to(row, "qualification")


def _unjudged(row, stored, data):
    """The form with what was typed, before any judgement: proposing a summary is not saving."""
    form = qualification_form(row, stored)
    for name in form.fields:
        value = data.getlist(name) if name == "topics" else data.get(name)
        form.initial[name] = value
    return form


def _warn_of_names(request, row, summary: str) -> None:
    words = named_in(row, summary)
    if words:
        messages.warning(
            request,
            _("Le résumé contient « %(words)s » : l’entreprise a demandé à ne pas être nommée.")
            % {"words": " », « ".join(words)},
        )


def _conflict(request, row, form, conflict):
    """Both texts side by side; saving from there is a decision, made against the newest version."""
    mine, theirs = form.values, conflict.current
    compared = [
        {"label": form[name].label, "theirs": _shown(form, name, theirs), "mine": _shown(form, name, mine)}
        for name in qualifying.differences(theirs, mine)
    ]
    data = form.data.copy()
    data["seen_version"] = theirs.version
    for name in (
        "reformulated",
        "partner_summary",
        "target",
    ):  # left empty is rarely meant as « erase theirs »
        data[name] = data.get(name) or getattr(theirs, name)
    context = context_of(request, row, Bench())
    context |= {
        "compared": compared,
        "saved_by": _last_writer(row),
        "saved_at": theirs.updated_at,
        "qualification_form": qualification_form(row, Qualification(irritant=row), data),
        "title": _("Deux versions de la qualification"),
    }
    return render(request, "triage/workbench/conflict.html", context, status=CONFLICT)


def _shown(form, name: str, source) -> str:
    """The value of a field in words, from a row or from cleaned values."""
    value = source[name] if isinstance(source, dict) else getattr(source, name)
    if name == "topics":
        return ", ".join(
            sorted(topic.label for topic in (value if isinstance(source, dict) else value.all()))
        )
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if value is None or value == "":
        return ""
    choices = dict(getattr(form.fields[name], "choices", ()) or ())
    return str(choices.get(value, value))


def _last_writer(row) -> str:
    last = qualifying.last_saving(row)
    kind, _sep, key = (last.actor if last else "").partition(":")
    user = User.objects.filter(pk=key).first() if kind == "user" else None
    return user.get_full_name() if user else ""


@coordinator
@require_POST
def autosave(request, public_id):
    """What the browser saves while somebody types (static/js/qualifying.js): 200 with the new version, 422 while a
    field is wrong, 409 when a colleague saved in between. Nothing of theirs is ever overwritten."""
    row = irritant_or_404(request, public_id)
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
    except qualifying.Conflict as conflict:
        return JsonResponse({"words": _overtaken(row, conflict)}, status=CONFLICT)
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


def _overtaken(row, conflict) -> str:
    at = date_format(timezone.localtime(conflict.current.updated_at), "TIME_FORMAT")
    return _("Modifié par %(who)s à %(time)s : enregistrez pour comparer, rien n’est perdu.") % {
        "who": _last_writer(row) or _("quelqu’un d’autre"),
        "time": at,
    }
