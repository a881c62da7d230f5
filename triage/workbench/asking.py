"""« Solliciter »: choose, read what each partner will see, send. One act for several partners."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import coordinator
from foundation.plain import paragraphs
from intake.choices import CONFIDENTIALITY
from intake.models import Confidentiality, Stage
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import asking
from triage.asking import MOST_AT_ONCE
from triage.capacity import availabilities, free_first
from triage.models import Match, MatchState, Qualification
from triage.suggesting import keep_suggested
from triage.workbench.base import back_to, irritant_or_404, page_context, version_in
from triage.workbench.preview import preview, seal

NOTE_MAX = 1000
UNPROCESSABLE, CONFLICT = 422, 409


def _exclusive(request: HttpRequest) -> bool:
    """Whether one answer is wanted: the box of this page."""
    return "exclusive" in request.POST


def _previews(request: HttpRequest, irritant, known, chosen, note: str):
    exclusive = _exclusive(request)
    return [preview(irritant, row, known[row], note=note, exclusive=exclusive) for row in chosen]


def _page(request: HttpRequest, irritant, known, chosen, note: str, *, also=None, status: int = 200):
    qualification = Qualification.objects.filter(irritant=irritant).first()
    summary = qualification.partner_summary.strip() if qualification else ""
    blocked = asking.blocked_because(irritant)
    said_no = asking.refusals(irritant)
    named = asking.named_in(irritant, summary, note)
    barred = asking.without_agreement(irritant, known)
    free = availabilities(known)
    chosen = [row for row in chosen if row not in barred]
    previews = [] if blocked else _previews(request, irritant, known, chosen, note)
    awaited = asking.awaited(irritant)
    context = page_context(
        request,
        _("Solliciter des partenaires"),
        irritant=irritant,
        blocked=blocked,
        candidates=[
            (row, known[row], row in chosen, row.recipients(), said_no.get(row), row in barred, free[row.pk])
            for row in free_first(known, free)
        ],
        previews=previews,
        chosen_count=len(chosen),
        awaited=awaited,
        first_time=irritant.stage == Stage.IN_TRIAGE,
        too_many=len(chosen) > 0 and awaited + len(chosen) > MOST_AT_ONCE,
        named=", ".join(named),
        agreement_first=irritant.confidentiality == Confidentiality.NDA,
        level=CONFIDENTIALITY[irritant.confidentiality][0],
        note=note,
        note_max=NOTE_MAX,
        exclusive=_exclusive(request),
        seal=seal(previews),
        also=also,
    )
    return render(request, "triage/workbench/ask.html", context, status=status)


def _also(irritant, named: str) -> Match | None:
    """The match named in the address or the form: proposed by the engine, decided by nobody yet."""
    try:
        rows = irritant.matches.filter(public_id=UUID(named))
    except ValueError:
        return None
    return rows.select_related("offer").filter(state__in=[MatchState.SUGGESTED, MatchState.KEPT]).first()


def _first_choice(irritant, known, also) -> list:
    """The partner of the match that was asked for; else the first that are free and have not said no."""
    if also:
        return [row for row in known if row.pk == also.offer.organisation_id]
    said_no, barred, free = (
        asking.refusals(irritant),
        asking.without_agreement(irritant, known),
        availabilities(known),
    )
    fresh = [row for row in known if row not in said_no and row not in barred and free[row.pk].is_free]
    return fresh[: max(0, MOST_AT_ONCE - asking.awaited(irritant))]


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, public_id):
    irritant = irritant_or_404(request, public_id)
    sent = request.method == "POST"
    also = _also(irritant, (request.POST if sent else request.GET).get("piste", ""))
    known = asking.candidates(irritant, also)
    if not sent:
        return _page(request, irritant, known, _first_choice(irritant, known, also), "", also=also)
    wanted = set(request.POST.getlist("organisation"))
    chosen = [row for row in known if str(row.public_id) in wanted]
    note = paragraphs(request.POST.get("note", "")).strip()
    if len(note) > NOTE_MAX:
        messages.error(request, _("Le mot de la coordination est trop long : 1 000 caractères au plus."))
        return _page(request, irritant, known, chosen, note, also=also, status=UNPROCESSABLE)
    if request.POST.get("action") != "send":
        return _page(request, irritant, known, chosen, note, also=also)
    return _send(request, irritant, known, chosen, note, also)


def _send(request, irritant, known, chosen, note, also):
    # Else there is nothing to preview, and the sending says why.
    readable = chosen and not asking.blocked_because(irritant)
    if readable and request.POST.get("seal") != seal(_previews(request, irritant, known, chosen, note)):
        messages.warning(
            request, _("Le choix ou le texte a changé : relisez ce qui va partir, puis envoyez.")
        )
        return _page(request, irritant, known, chosen, note, also=also, status=CONFLICT)
    actor = as_coordinator(request.user)
    told = irritant.stage == Stage.IN_TRIAGE  # the company is written to when the first partners are asked
    try:
        asked = asking.ask(
            irritant,
            chosen,
            note=note,
            actor=actor,
            version=version_in(request),
            reviewed="reviewed" in request.POST,
            exclusive=_exclusive(request),
            many="many" in request.POST,
            also=also,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        irritant.refresh_from_db()
        known = asking.candidates(irritant, also)
        chosen = [row for row in chosen if row in known]
        return _page(request, irritant, known, chosen, note, also=also, status=CONFLICT)
    if told:
        done = ngettext(
            "Un partenaire est sollicité. L’entreprise en est informée.",
            "%(count)s partenaires sont sollicités. L’entreprise en est informée.",
            len(asked),
        )
    else:
        done = ngettext("Un partenaire est sollicité.", "%(count)s partenaires sont sollicités.", len(asked))
    messages.success(request, done % {"count": len(asked)})
    return back_to(irritant, "sollicitations")


@coordinator
@require_POST
def ask_suggested(request, public_id, referral_id):
    """One click on « voyez plutôt… »: that partner is among those kept, and its question lies ready to be read."""
    irritant = irritant_or_404(request, public_id)
    rows = irritant.referrals.select_related("suggested")
    referral = get_object_or_404(rows, public_id=referral_id)
    referral.irritant = irritant
    try:
        match = keep_suggested(referral, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return back_to(irritant, "sollicitations")
    url = reverse("admin:workbench_ask", args=[irritant.public_id])
    return HttpResponseRedirect(f"{url}?piste={match.public_id}", status=303)
