"""Documents of a draft: sent with the step, or one by one by static/js/uploads.js. Refused in plain words."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import by_link
from files import store
from files.models import StoredFile
from files.signatures import Rejected
from foundation.visitors import address_of
from intake import drafts, gate
from intake.models import Draft


def of_draft(draft: Draft) -> list[StoredFile]:
    return list(StoredFile.objects.filter(case=draft.public_id, subject=None))


class Received(NamedTuple):
    """`refused`: (name, why) of each file that may not be kept ("" for all together). `again`: a sentence on each
    that was there already."""

    refused: list[tuple[str, str]]
    again: list[str]


def receive(draft: Draft, request) -> Received:
    """Keep what may be kept of a request's files, each once."""
    refused, again = [], []
    for upload in request.FILES.getlist("attachments"):
        name = store.harmless_name(upload.name or "")
        if gate.too_many_uploads(address_of(request.META)):
            why = _("Beaucoup de fichiers sont arrivés de votre connexion. Réessayez dans une heure.")
        else:
            try:
                row = store.receive(upload, draft.public_id)
                again += [_there_already(name, row.name)] if row.came_again else []
                continue
            except Rejected as rejected:
                why = store.SENTENCES[rejected.code]
        refused.append((name, str(why)))
    if getattr(request, "upload_stopped", False):  # files.uploadhandler read the rest and dropped it
        refused.append(("", str(store.SENTENCES["case_full"])))
    return Received(refused, again)


def _there_already(name: str, kept: str) -> str:
    if name == kept:
        return _("%(name)s est déjà joint : nous le gardons une seule fois.") % {"name": name}
    same = _("%(name)s est le même document que %(kept)s : nous le gardons une seule fois.")
    return same % {"name": name, "kept": kept}


def sentences(refused: list[tuple[str, str]]) -> list[str]:
    return [
        _("« %(name)s » : %(why)s") % {"name": name, "why": why} if name else why for name, why in refused
    ]


def remove(draft: Draft, file_id: str) -> None:
    """Take a file back: only one of this draft, and twice is once."""
    try:
        row = StoredFile.objects.filter(case=draft.public_id, pk=file_id).first()
    except ValidationError:  # no id at all
        return
    if row:
        store.remove(row)


@by_link
@csrf_exempt  # as the steps of the form: the address is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request, token: str) -> HttpResponse:
    """The list of a draft's documents, as a fragment; after a POST, with one more or one less. 422: {"error"}."""
    draft = drafts.find(token)
    if draft is None or draft.submitted_at:
        gone = _("Cette demande est partie, ou a expiré. Rechargez la page.")
        return JsonResponse({"error": gone}, status=404)
    again = ""
    if request.method == "POST":
        act = request.POST.get("action", "")
        if act.startswith("remove:"):
            remove(draft, act.removeprefix("remove:"))
        elif (received := receive(draft, request)).refused:
            return JsonResponse({"error": " ".join(why for _name, why in received.refused)}, status=422)
        else:
            again = " ".join(received.again)
    response = render(request, "components/upload_list.html", {"files": of_draft(draft), "again": again})
    response["Cache-Control"] = "no-store, private"
    return response
