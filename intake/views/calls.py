"""What the company does about a call, from its follow-up page."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import by_link
from foundation.plain import paragraphs
from intake import calendars, conversation
from intake.calls import CALL
from intake.views.follow import follow_path, holder
from intake.views.form import SeeOther
from journal.lifecycle import Refusal


def typed_moment(value: str) -> datetime | None:
    """What <input type="datetime-local"> sends, in Paris time; None for nothing or nonsense."""
    try:
        moment = datetime.fromisoformat(value[:25])
    except ValueError:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def slot_in(request) -> datetime | None:
    """The moment that a form named, None for anything else."""
    try:
        moment = datetime.fromisoformat(request.POST.get("slot", "")[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@by_link
@require_POST
@holder
def choose(request, irritant, actor, token, call_id):
    call = get_object_or_404(irritant.calls, public_id=call_id)
    moment = slot_in(request)
    if moment is None:
        messages.warning(request, _("Choisissez l’un des créneaux proposés."))
        return SeeOther(follow_path(token, "appel"))
    try:
        CALL.perform(call, "choose", actor=actor, slot=moment)
    except Refusal as refusal:
        call.refresh_from_db()
        if call.starts_at != moment:  # the same choice twice needs no word
            messages.warning(request, str(refusal))
    else:
        messages.success(request, _("C’est noté : le rendez-vous est pris, un courriel vous le confirme."))
    return SeeOther(follow_path(token, "appel"))


@by_link
@require_POST
@holder
def none_suits(request, irritant, actor, token, call_id):
    """None of the slots, with a word that reaches the coordination like any other."""
    call = get_object_or_404(irritant.calls, public_id=call_id)
    said = paragraphs(request.POST.get("text", "").replace("\0", ""))[:2000].strip()
    text = said or _("Aucun des créneaux proposés ne me convient.")
    try:
        CALL.perform(call, "none_suits", actor=actor)
        conversation.say(irritant, text, actor=actor, form_token="")
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("C’est noté : nous vous proposons autre chose."))
    return SeeOther(follow_path(token, "appel"))


@by_link
@require_POST
@holder
def cancel(request, irritant, actor, token, call_id):
    call = get_object_or_404(irritant.calls, public_id=call_id)
    try:
        CALL.perform(call, "cancel", actor=actor)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("L’appel est annulé. Votre demande, elle, continue."))
    return SeeOther(follow_path(token, "appel"))


@by_link
@require_safe
@holder
def calendar(request, irritant, actor, token, call_id):
    """The entry for a calendar, as a download."""
    call = get_object_or_404(irritant.calls.exclude(starts_at=None), public_id=call_id)
    return as_download(call)


def as_download(call, title: str = "") -> HttpResponse:
    response = HttpResponse(calendars.entry(call, title), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{calendars.FILE_NAME}"'
    return response
