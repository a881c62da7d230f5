"""A canned answer put into a form of the irritant's screen: typed words stay, nothing is sent, nothing is written."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from intake.models import Irritant
from triage import canned
from triage.models import CannedAnswer


def chosen_answer(request: HttpRequest) -> str:
    """The code of the answer that the form names, "" for none or one that is not offered."""
    code = request.POST.get("answer", "").replace("\0", "")[:40]
    return code if code and CannedAnswer.objects.in_use().filter(code=code).exists() else ""


def asks_to_insert(request: HttpRequest) -> bool:
    """« Insérer », or an answer that was chosen and not read: it is shown first, never sent unseen."""
    unread = bool(chosen_answer(request)) and not request.POST.get("text", "").strip()
    return request.POST.get("act") == "insert" or unread


def insert_answer(request: HttpRequest, irritant: Irritant, form: forms.Form) -> None:
    """Fill an unbound form with what was typed, and the words of the chosen answer below the coordinator's own."""
    for name, field in form.fields.items():
        if (typed := field.widget.value_from_datadict(request.POST, {}, name)) is not None:
            form.initial[name] = typed
    words = canned.words(chosen_answer(request), irritant, user=request.user)
    said = (form.initial.get("text") or "").replace("\r\n", "\n").strip()
    if not words:
        messages.warning(request, _("Choisissez d’abord une réponse dans la liste."))
    elif words not in said:
        form.initial["text"] = "\n\n".join(filter(None, [said, words]))
        messages.info(request, _("La réponse est insérée : relisez-la, puis envoyez."))


def outcome_of(code: str) -> str:
    return CannedAnswer.objects.filter(code=code).values_list("outcome", flat=True).first() or ""
