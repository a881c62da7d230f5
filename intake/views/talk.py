"""What the company says on its follow-up page: a message at any time, answers to what is asked."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import by_link
from files import store
from files.models import StoredFile
from intake import conversation, reopening
from intake.conversation import FilesRefused
from intake.reopening import Sheet
from intake.views.follow import follow_path, holder, new_message_form, page
from intake.views.form import SeeOther
from journal.lifecycle import Refusal

UNPROCESSABLE, CONFLICT = 422, 409


@by_link
@csrf_exempt  # the link is the secret; a lost cookie must not cost the person what it typed
@require_POST
@holder
def message(request, irritant, actor, token):
    """« Écrire à la coordination »."""
    form = new_message_form(request.POST, request.FILES)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            conversation.say(
                irritant,
                form.cleaned_data["text"],
                form.uploads,
                actor=actor,
                form_token=form.cleaned_data["jeton"],
            )
        except FilesRefused as refused:
            for sentence in refused.sentences:
                form.add_error("attachments", sentence)
        except Refusal as refusal:
            irritant.refresh_from_db()
            words = form.cleaned_data["text"]
            return page(
                request, irritant, actor, token, lost_words=words, refusal=str(refusal), status=CONFLICT
            )
        else:
            messages.success(request, _("Votre message est arrivé à la coordination."))
            return SeeOther(follow_path(token, "conversation"))
    return page(request, irritant, actor, token, message_form=form, status=status)


@by_link
@csrf_exempt  # as above
@require_POST
@holder
def answer(request, irritant, actor, token):
    """The company's answer to what is asked: kept as it is typed, then judged, then sent. A part may wait."""
    if reopening.was_sent(irritant, request.POST.get("jeton", "")[:40]):
        return SeeOther(follow_path(token, "conversation"))
    sheet = Sheet(irritant, request.POST, request.FILES)
    act = request.POST.get("action", "")
    try:
        reopening.keep(irritant, sheet, request.FILES.getlist("attachments"))
    except FilesRefused as refused:
        sheet.is_valid()
        for sentence in refused.sentences:
            _documents(sheet).add_error("attachments", sentence)
        return page(request, irritant, actor, token, sheet=sheet, status=UNPROCESSABLE)
    if act.startswith("remove:"):
        _remove(irritant, sheet, act.removeprefix("remove:"))
        return SeeOther(follow_path(token, "repondre"))
    if act == "communes":
        return SeeOther(follow_path(token, "site"))
    if act in ("keep", "upload"):
        messages.success(
            request, _("C’est gardé : vous pouvez finir plus tard, ici même. Rien n’est encore envoyé.")
        )
        return SeeOther(follow_path(token, "repondre"))
    sheet = Sheet(
        irritant, request.POST, None if sheet.documents else request.FILES
    )  # documents are kept by now
    if not sheet.is_valid():
        return page(request, irritant, actor, token, sheet=sheet, status=UNPROCESSABLE)
    return _send(request, irritant, actor, token, sheet)


def _send(request, irritant, actor, token, sheet: Sheet) -> HttpResponse:
    try:
        reopening.answer(irritant, sheet, actor=actor)
    except FilesRefused as refused:
        for sentence in refused.sentences:
            sheet.word.add_error("attachments", sentence)
        return page(request, irritant, actor, token, sheet=sheet, status=UNPROCESSABLE)
    except Refusal as refusal:
        irritant.refresh_from_db()
        return page(
            request, irritant, actor, token, lost_words=_typed(sheet), refusal=str(refusal), status=CONFLICT
        )
    messages.success(request, _("Votre réponse est arrivée. Nous reprenons."))
    return SeeOther(follow_path(token, "conversation"))


def _documents(sheet: Sheet):
    """The form that holds the input for documents."""
    return next(form for form in sheet.forms if "attachments" in form.fields)


def _remove(irritant, sheet: Sheet, file_id: str) -> None:
    """Take back a document that is not sent yet: only one of this question, and twice is once."""
    rows = StoredFile.objects.filter(
        case=irritant.public_id, subject=sheet.documents and sheet.documents.public_id
    )
    row = next((row for row in rows if str(row.pk) == file_id), None) if sheet.documents else None
    if row:
        store.remove(row)


def _typed(sheet: Sheet) -> str:
    """The words of an answer that came too late, as one text."""
    said = [sheet.word.cleaned_data.get("text", "")]
    said += [f"{question.text} {form.cleaned_data['answer']}" for question, form in sheet.free.items()]
    return "\n".join(filter(None, said))
