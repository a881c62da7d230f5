"""The partner's answer, without an account; what it does with the company afterwards: triage.together_views."""

from datetime import datetime
from functools import partial, wraps

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import by_link, signed_in
from accounts.reading import read_at, read_in
from files.models import StoredFile
from files.store import stream
from foundation.failpoints import failpoint
from intake.models import Post
from intake.showing import contact_of, file_of
from journal import links
from journal.access import showing
from journal.actors import PARTNER, Actor, coordinator
from journal.lifecycle import Refusal, when
from journal.models import Event
from journal.panels import render_panels
from journal.standing_in import KEY, borrow, end, link_behind
from partners.models import Membership
from triage import meetings
from triage.disclosure import open_it, partner_view
from triage.forms import AcceptForm, DeclineForm, QuestionForm, VersionForm
from triage.lifecycle import REFERRAL, place_taken
from triage.models import Referral, ReferralStage
from triage.question import asked_context
from triage.reactions import owe_new_link
from triage.talking import files_said
from triage.together_context import together

UNPROCESSABLE, CONFLICT, GONE = 422, 409, 410
FORMS = {"accept": AcceptForm, "decline": DeclineForm, "question": QuestionForm, "withdraw": VersionForm}


def with_referral(view):
    """Give the view `link` and `referral` for the token: forged is a 404, run out offers a new link, and the link of
    somebody who no longer speaks for the organisation opens nothing."""

    @wraps(view)
    def opened(request, token: str, **kwargs):
        run_out = False
        try:
            link = link_behind(request, token, links.ANSWER)
        except links.LinkError as error:
            if error.reason == "forged":
                raise Http404 from error
            link, run_out = error.link, True
        referral = (
            Referral.objects.exclude(stage=ReferralStage.PREPARED)
            .select_related("irritant__sector", "irritant__company", "irritant__contact", "organisation")
            .filter(public_id=link.subject_id)
            .first()
        )
        if referral is not None and not referral.organisation.answered_by(link.email):
            return render(request, "triage/left.html", {"organisation": referral.organisation}, status=GONE)
        if run_out:
            read_at(request, reverse("triage:answer", args=[token]))
            return render(request, "triage/expired.html", {"token": token}, status=GONE)
        if referral is None:
            raise Http404
        read_in(request, partial(referral.organisation.language_of, link.email))
        return view(request, link=link, referral=referral, **kwargs)

    return opened


def answer_page(request, link, referral, *, open_form: str = "", status: int = 200, **bound):
    """The answer page; `bound` holds the form that was refused, `open_form` its name."""
    read_at(request, reverse("triage:answer", args=[link.token]))
    view = partner_view(referral)
    if view.disclosed:
        of = referral.organisation.public_id
        showing(request, contact_of(referral.irritant, of), actor=Actor(PARTNER, link=link))
    moves = {move.name: refused for move, refused in REFERRAL.available(referral, Actor(PARTNER, link=link))}
    may = {name for name, refused in moves.items() if not refused}
    seen = {"version": referral.version}
    context = {
        **asked_context(referral, view, referral.matches.select_related("offer").ranked()),
        "token": link.token,
        "posts": _talk(referral) if view.readable else (),
        "may": may,
        "held": moves.get("withdraw", ""),
        "ended_at": _ended_at(referral),
        "open_form": open_form,
        **(_forms(referral, link, seen) if "accept" in may else {}),
        "panels": render_panels("answer", {"referral": referral, "view": view, "token": link.token}, request),
        **(together(referral, view, link.token) if referral.stage == ReferralStage.ACCEPTED else {}),
        **bound,
    }
    return render(
        request, "triage/answer.html", {"form": bound.get(f"{open_form}_form"), **context}, status=status
    )


def _forms(referral, link, seen: dict) -> dict:
    return {
        name: bound_form(name.removesuffix("_form"), referral, link, initial=seen)
        for name in ("accept_form", "decline_form", "question_form")
    }


def bound_form(name: str, referral, link, data=None, **more):
    """The form of one answer, with what it offers to choose from."""
    own = {"auto_id": f"{name}_%s", **more}
    if name == "accept":
        members = referral.organisation.memberships.select_related("user").filter(user__is_active=True)
        own |= {"members": members, "me": link.email, "department": referral.irritant.department}
    if name == "decline":
        own |= {
            "organisation": referral.organisation,
            "list_url": reverse("triage:suggest", args=[link.token]),
        }
    return FORMS[name](data, **own)


def _ended_at(referral) -> datetime | None:
    """When the coordination or another partner's yes ended it; None while it goes on, or ended by its own answer."""
    if referral.stage not in (ReferralStage.RELEASED, ReferralStage.CANCELLED):
        return None
    names = ["referral.release", "referral.cancel"]
    events = Event.objects.filter(
        case=referral.irritant.public_id, subject_id=referral.public_id, name__in=names
    )
    return events.order_by("seq").values_list("at", flat=True).last()


def _why_too_late(referral) -> str:
    """For a partner whose answer came second: what was first, and when; never which other partner."""
    ended = _ended_at(referral)
    if ended is None:
        return _("Une réponse était déjà enregistrée : voici où en est cette demande.")
    if referral.stage == ReferralStage.CANCELLED:
        told = _("La coordination a annulé cette demande le %(day)s à %(time)s : votre réponse arrive après.")
        return told % when(ended)
    if referral.exclusive:
        return f"{place_taken(ended)} {_('Merci d’avoir répondu.')}"
    return _("L’entreprise poursuit avec un autre partenaire depuis le %(day)s à %(time)s.") % when(ended)


def _talk(referral):
    return referral.irritant.posts.filter(organisation=referral.organisation, internal=False)


@by_link
@require_safe
@with_referral
def answer(request, link, referral):
    return answer_page(request, link, referral)


def _move(request, link, referral, name: str):
    """Make a move from its form: refused words come back with the page, a refused move is said politely."""
    form = bound_form(name, referral, link, request.POST)
    if not form.is_valid():
        return answer_page(
            request, link, referral, open_form=name, status=UNPROCESSABLE, **{f"{name}_form": form}
        )
    actor = Actor(PARTNER, link=link)
    try:
        with transaction.atomic():
            REFERRAL.perform(referral, name, actor=actor, version=form.cleaned_data["version"], **form.act)
            failpoint("answer.before_commit")
            _said_with_it(referral, name, form, actor)
    except Refusal as refusal:
        referral.refresh_from_db()
        move = REFERRAL.by_name[name]
        if refusal.code == "version" and referral.stage in move.sources:  # the coordination wrote in between
            messages.warning(request, _("La coordination vous a écrit entre-temps : relisez, puis répondez."))
            form = bound_form(name, referral, link, {**request.POST.dict(), "version": referral.version})
            return answer_page(
                request, link, referral, open_form=name, status=CONFLICT, **{f"{name}_form": form}
            )
        if refusal.code not in ("version", "state"):
            messages.warning(request, str(refusal))
        elif referral.stage != move.target or name == "question":  # the same answer twice needs no word
            messages.warning(request, _why_too_late(referral))
    return redirect("triage:answer", token=link.token)


def _said_with_it(referral, name: str, form, actor: Actor) -> None:
    """The question's own words; the moments that come with a yes."""
    if name == "question":
        Post.objects.create(
            irritant=referral.irritant,
            organisation=referral.organisation,
            author_role=PARTNER,
            text=form.cleaned_data["text"],
        )
    if name == "accept" and form.moments:
        meetings.propose(
            referral,
            form.moments,
            minutes=form.cleaned_data["minutes"],
            how=form.cleaned_data["how"],
            actor=actor,
            with_answer=True,
        )


@by_link
@require_POST
@with_referral
def accept(request, link, referral):
    return _move(request, link, referral, "accept")


@by_link
@require_POST
@with_referral
def decline(request, link, referral):
    return _move(request, link, referral, "decline")


@by_link
@require_POST
@with_referral
def question(request, link, referral):
    return _move(request, link, referral, "question")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@with_referral
def withdraw(request, link, referral):
    """Asked twice: a partner who steps back after accepting sends the coordinator looking again."""
    if request.method == "POST":
        return _move(request, link, referral, "withdraw")
    moves = {move.name: refused for move, refused in REFERRAL.available(referral, Actor(PARTNER, link=link))}
    if refused := moves.get("withdraw", " "):  # nothing to step back from, or no longer by oneself
        if refused.strip():
            messages.warning(request, refused)
        return redirect("triage:answer", token=link.token)
    form = VersionForm(initial={"version": referral.version})
    return render(
        request,
        "triage/withdraw.html",
        {"token": link.token, "reference": referral.irritant.reference, "form": form},
    )


@by_link
@require_POST
@with_referral
def open_company(request, link, referral):
    """Read the name and the rest that the company gave: a click, because reading a page leaves no trace."""
    try:
        open_it(referral, actor=Actor(PARTNER, link=link))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("triage:answer", token=link.token)


@by_link
@require_safe
@with_referral
def answer_file(request, link, referral, file_id):
    """A document of the company, for a partner to whom it is disclosed; for the others it does not exist."""
    view = partner_view(referral)
    shown = {row.pk for row in view.files} | (files_said(referral) if view.disclosed else set())
    if file_id not in shown:
        raise Http404
    file = StoredFile.objects.get(pk=file_id)
    showing(request, file_of(file, referral.organisation.public_id), actor=Actor(PARTNER, link=link))
    return stream(file)


@by_link
@require_POST
def renew(request, token: str):
    """Send a working link to the address of a link that ran out; nothing here depends on who asks."""
    try:
        links.read(token, links.ANSWER)
    except links.LinkError as error:
        if error.reason == "forged":
            raise Http404 from error
        owe_new_link(error.link)
        read_at(request, reverse("home"))  # the old link opens nothing any more
        return render(request, "triage/renewed.html")
    return redirect("triage:answer", token=token)


@signed_in
@require_POST
def open_referral(request, referral_id):
    """From the partner's space to the answer page: a link for the person's own address."""
    referral = get_object_or_404(
        Referral.objects.exclude(stage=ReferralStage.PREPARED).filter(
            organisation__memberships__user=request.user,
            organisation__memberships__role__in=[Membership.ADMINISTRATOR, Membership.EDITOR],
        ),
        public_id=referral_id,
    )
    link = borrow(request.standing_in, links.give(links.ANSWER, referral.public_id, request.user.email))
    return redirect("triage:answer", token=link.token)


@signed_in
@require_POST
def stand_in_stop(request):
    """The button of the banner, wherever the administrator who stands in is."""
    row = request.standing_in
    request.session.pop(KEY, None)
    if row:
        end(row, actor=coordinator(row.by))
        messages.success(
            request, _("Vous ne lisez plus au nom d’autrui. C’est noté, et la personne le voit.")
        )
    return redirect("admin:workbench_trust")
