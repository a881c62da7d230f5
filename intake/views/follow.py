"""The follow-up page: whoever holds the link reads where the request stands. No account.

What is done there: intake.views.talk (messages, answers), intake.views.followers (colleagues), intake.views.mydata.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import by_link
from accounts.reading import read_at, read_in
from files import store
from files.models import FileState, StoredFile
from foundation import clock
from intake import calls, destinations, feedback
from intake.conversation import CLOSING, may_write, sent_before, writable_until
from intake.forms import ColleagueForm, ContextForm, MessageForm
from intake.lifecycle import IRRITANT
from intake.models import Irritant, Stage
from intake.people import MOST, is_contact, language_of
from intake.relinking import send_new_link
from intake.reopening import Sheet, current_answer, words_of
from intake.views import lookup
from intake.views.form import SeeOther
from intake.wording import moment_words, standing
from journal import links
from journal.actors import CLOCK, COMPANY, COORDINATOR, PARTNER, SYSTEM, Actor
from journal.lifecycle import Refusal
from journal.panels import render_panels
from journal.standing_in import link_behind
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
            link = link_behind(request, token, links.FOLLOW)
        except links.LinkError as error:
            if error.reason == "forged":
                return render(request, "intake/link_unknown.html", status=404)
            read_at(request, follow_path(token))
            return render(request, "intake/link_expired.html", {"token": token}, status=410)
        rows = Irritant.objects.select_related("company", "contact", "coordinator", "sector")
        irritant = get_object_or_404(rows, public_id=link.subject_id)
        read_in(request, partial(language_of, irritant, link.email))
        return view(request, irritant, Actor(COMPANY, link=link), token, *args, **kwargs)

    return opened


def follow_path(token: str, anchor: str = "") -> str:
    return reverse("intake:follow", args=[token]) + (f"#{anchor}" if anchor else "")


@by_link
@require_safe
@holder
def follow(request, irritant, actor, token):
    return page(request, irritant, actor, token)


def page(
    request,
    irritant,
    actor,
    token,
    *,
    sheet: Sheet | None = None,
    message_form: MessageForm | None = None,
    colleague_form: ColleagueForm | None = None,
    lost_words: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page; the forms are those that were refused. `lost_words`: typed too late, given back."""
    read_at(request, follow_path(token))
    moves = {move.name: move for move, refused in IRRITANT.available(irritant, actor) if not refused}
    told = tell(irritant.public_id, "company")
    closed = max((entry.at for entry in told if entry.name in CLOSING), default=None)
    rows = irritant.posts.filter(internal=False, organisation=None).select_related("author")
    posts = list(rows.prefetch_related("questions"))
    files = _files(irritant, token, posts)
    if "answer" in moves:
        sheet = sheet or Sheet(irritant)
    if may_write(irritant, closed):
        message_form = message_form or new_message_form(initial={"text": lost_words})
    site = sheet.site if sheet and "answer" in moves else None
    owner = is_contact(irritant, actor)
    colleagues = list(irritant.colleagues.all())
    context = {
        "irritant": irritant,
        "token": token,
        "standing": standing(irritant),
        "destinations": destinations.of(irritant),
        **call_context(irritant, actor),
        "timeline": [
            Line(entry.at, entry.title, _KINDS.get(entry.actor_role, "system"))
            for entry in told
            if not (
                entry.name in CLOSING and entry.actor_role == SYSTEM
            )  # follows from what the line before says
        ],
        "posts": _dressed(irritant, posts, files),
        "files": files[None],
        "panels": render_panels("follow", {"irritant": irritant, "actor": actor, "token": token}, request),
        "sheet": sheet if "answer" in moves else None,
        "site": lookup.site(site, reverse("intake:follow_communes", args=[token]), {}) if site else None,
        "message_form": message_form if may_write(irritant, closed) else None,
        "writable_until": writable_until(irritant, closed),
        "lost_words": lost_words,
        "is_closed": irritant.stage == Stage.CLOSED,
        "may_withdraw": "withdraw" in moves,
        "owner": owner,
        "colleagues": colleagues,
        "colleague_form": (colleague_form or ColleagueForm(auto_id="colleague_%s"))
        if owner and len(colleagues) < MOST
        else None,
        "refusal": refusal,
        "feedback": _feedback(irritant),
    }
    refused = [form for form in (*(sheet.forms if sheet else ()), message_form, colleague_form) if form]
    context["refused"] = [form for form in refused if form.is_bound and form.errors]
    context["form"] = context["refused"][0] if context["refused"] else None  # « Erreur : » in the title
    return render(request, "intake/follow.html", context, status=status)


def _feedback(irritant: Irritant) -> dict | None:
    """The one question that is asked after the closing, when there is one today."""
    question = feedback.question_for(irritant) if irritant.stage == Stage.CLOSED else None
    answers = [(one.value, one.label) for one in feedback.ANSWERS.get(question, ())]
    return question and {"question": question.value, "label": question.label, "answers": answers}


def call_context(irritant: Irritant, actor: Actor) -> dict:
    """The call that is proposed or fixed, with what the company may do about it; else the last that was."""
    call = calls.latest(irritant)
    return {
        "call": call,
        "call_moves": {move.name for move, refused in calls.CALL.available(call, actor) if not refused}
        if call
        else set(),
        "call_slots": [(slot, moment_words(slot)) for slot in call.choices if slot > clock.now()]
        if call
        else [],
        "call_moment": moment_words(call.starts_at) if call and call.starts_at else "",
        "call_how": calls.reached(call) if call else "",
    }


def new_message_form(*args, **kwargs) -> MessageForm:
    return MessageForm(*args, auto_id="message_%s", **kwargs)


def _files(irritant: Irritant, token: str, posts: list) -> dict:
    """What components/file_list.html wants, by the word or question that the files came with."""
    found = defaultdict(list)
    rows = list(StoredFile.objects.filter(case=irritant.public_id))
    before = sent_before(posts, rows)
    for row in rows:
        url = reverse("intake:follow_file", args=[token, row.pk])
        file = row.listed(url, first=before.get(row.pk))
        if row.state == FileState.UNSCANNED:  # the portal has no antivirus: no news for whoever sent the file
            file["note"] = ""
        found[row.subject].append(file)
    return found


def _dressed(irritant: Irritant, posts: list, files: dict) -> list:
    """The conversation, each word with its files and what it asked."""
    for post in posts:
        post.files = files[post.public_id]
        post.asked = [
            {
                "words": words_of(question),
                "answer": current_answer(irritant, question) if question.answered_at else "",
                "answered": bool(question.answered_at),
                "dropped": bool(question.dropped_at),
                "files": files[question.public_id] if question.answered_at else [],
            }
            for question in post.questions.all()
        ]
    return posts


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
        return SeeOther(follow_path(token))
    if not any(move.name == "withdraw" for move, _refused in IRRITANT.available(irritant, actor)):
        return SeeOther(follow_path(token))
    return render(request, "intake/withdraw.html", {"irritant": irritant, "token": token})


@by_link
@require_safe
@holder
def follow_file(request, irritant, actor, token, file_id):
    """One file of this case, as a download."""
    return store.stream(get_object_or_404(StoredFile, pk=file_id, case=irritant.public_id))


@by_link
@require_safe
@holder
def communes(request, irritant, actor, token):
    """The field of the commune or of the city, whichever fits the postcode."""
    return lookup.place(request, ContextForm(country=irritant.company.country), {})


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
        read_at(request, reverse("home"))  # the old link opens nothing any more
        return render(request, "intake/link_sent.html")
    return SeeOther(follow_path(token))
