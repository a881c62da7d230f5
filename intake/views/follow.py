"""The follow-up page: whoever holds the link reads, answers, withdraws. No account."""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import by_link
from files import store
from files.models import StoredFile
from intake.forms import AnswerForm
from intake.lifecycle import IRRITANT
from intake.models import Irritant
from intake.relinking import send_new_link
from intake.views.form import SeeOther
from intake.wording import standing
from journal import links
from journal.actors import CLOCK, COMPANY, COORDINATOR, PARTNER, SYSTEM, Actor
from journal.lifecycle import Refusal
from journal.panels import render_panels
from journal.timeline import tell

_KINDS = {COMPANY: "company", COORDINATOR: "cluster", PARTNER: "partner", CLOCK: "system", SYSTEM: "system"}


@dataclass(frozen=True)
class Line:
    """An entry as components/timeline.html wants it."""

    at: datetime
    title: str
    kind: str
    actor: str = ""
    body: str = ""


def holder(view):
    """The irritant and the actor behind a genuine link; forged: 404; run out: a new one is offered."""

    @wraps(view)
    def opened(request, token: str, *args, **kwargs):
        try:
            link = links.read(token, links.FOLLOW)
        except links.LinkError as error:
            if error.reason == "forged":
                return render(request, "intake/link_unknown.html", status=404)
            return render(request, "intake/link_expired.html", {"token": token}, status=410)
        rows = Irritant.objects.select_related("company", "contact", "coordinator", "sector")
        irritant = get_object_or_404(rows, public_id=link.subject_id)
        return view(request, irritant, Actor(COMPANY, link=link), token, *args, **kwargs)

    return opened


def _url(token: str, name: str = "follow") -> str:
    return reverse(f"intake:{name}", args=[token])


@by_link
@require_safe
@holder
def follow(request, irritant, actor, token):
    return _page(request, irritant, actor, token)


def _page(
    request, irritant, actor, token, *, form=None, refusal: str = "", status: int = 200
) -> HttpResponse:
    moves = {move.name: move for move, refused in IRRITANT.available(irritant, actor) if not refused}
    posts = irritant.posts.filter(internal=False, organisation=None).select_related("author")
    context = {
        "irritant": irritant,
        "token": token,
        "standing": standing(irritant),
        "timeline": [
            Line(entry.at, entry.title, _KINDS.get(entry.actor_role, "system"))
            for entry in tell(irritant.public_id, "company")
        ],
        "posts": posts,
        "files": [
            row.listed(reverse("intake:follow_file", args=[token, row.pk]))
            for row in StoredFile.objects.filter(case=irritant.public_id)
        ],
        "panels": render_panels("follow", {"irritant": irritant, "actor": actor, "token": token}, request),
        "form": (form or AnswerForm()) if "answer" in moves else None,
        "lost_words": form.data.get("text", "") if form is not None and "answer" not in moves else "",
        "may_withdraw": "withdraw" in moves,
        "refusal": refusal,
    }
    return render(request, "intake/follow.html", context, status=status)


@by_link
@csrf_exempt  # the link is the secret; a lost cookie must not cost the person the answer it typed
@require_POST
@holder
def answer(request, irritant, actor, token):
    """The company's answer to a question."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, irritant, actor, token, form=form, status=422)
    try:
        IRRITANT.perform(irritant, "answer", actor=actor, text=form.cleaned_data["text"])
    except Refusal as refusal:
        irritant.refresh_from_db()
        return _page(request, irritant, actor, token, form=form, refusal=str(refusal), status=409)
    messages.success(request, _("Votre réponse est arrivée. Nous reprenons."))
    return SeeOther(_url(token) + "#conversation")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def withdraw(request, irritant, actor, token):
    """Confirm, then withdraw. Done twice is done once."""
    if request.method == "POST":
        try:
            IRRITANT.perform(irritant, "withdraw", actor=actor)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Votre demande est retirée. Merci de nous l’avoir confiée."))
        return SeeOther(_url(token))
    if not any(move.name == "withdraw" for move, _refused in IRRITANT.available(irritant, actor)):
        return SeeOther(_url(token))
    return render(request, "intake/withdraw.html", {"irritant": irritant, "token": token})


@by_link
@require_safe
@holder
def follow_file(request, irritant, actor, token, file_id):
    """One file of this case, as a download."""
    return store.stream(get_object_or_404(StoredFile, pk=file_id, case=irritant.public_id))


@by_link
@require_POST
def new_link(request, token: str):
    """A new link by mail to the address that had the one that ran out; nothing is said about that address."""
    try:
        links.read(token, links.FOLLOW)
    except links.LinkError as error:
        if error.link is None:
            raise Http404 from error
        send_new_link(error.link)
        return render(request, "intake/link_sent.html")
    return SeeOther(_url(token))
