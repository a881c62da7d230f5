"""« Solliciter »: choose, read what each partner will see, send. One act for several partners."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import coordinator
from foundation.plain import paragraphs
from intake.models import Confidentiality, Stage
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import asking
from triage.models import Qualification
from triage.reasons import territory_name
from triage.workbench.base import back_to, irritant_or_404, page_context, version_in
from triage.workbench.preview import preview, seal

FIRST_CHOICE = 3  # more partners at once than this deserves a second thought
NOTE_MAX = 1000
UNPROCESSABLE, CONFLICT = 422, 409


def _exclusive(request: HttpRequest) -> bool:
    """Whether one answer is wanted: the box of this page."""
    return "exclusive" in request.POST


def _page(request: HttpRequest, irritant, known, chosen, note: str, *, status: int = 200):
    exclusive = _exclusive(request)
    qualification = Qualification.objects.filter(irritant=irritant).first()
    summary = qualification.partner_summary.strip() if qualification else ""
    blocked = asking.blocked_because(irritant)
    said_no = asking.refusals(irritant)
    named = asking.named_in(irritant, summary, note)
    barred = asking.without_agreement(irritant, known)
    chosen = [row for row in chosen if row not in barred]
    context = page_context(
        request,
        _("Solliciter des partenaires"),
        irritant=irritant,
        blocked=blocked,
        candidates=[
            (row, matches, row in chosen, row.recipients(), said_no.get(row), row in barred)
            for row, matches in known.items()
        ],
        previews=[]
        if blocked
        else [preview(irritant, row, known[row], note=note, exclusive=exclusive) for row in chosen],
        chosen_count=len(chosen),
        department=territory_name(irritant.department),
        first_time=irritant.stage == Stage.IN_TRIAGE,
        too_many=len(chosen) > FIRST_CHOICE,
        named=", ".join(named),
        agreement_first=irritant.confidentiality == Confidentiality.NDA,
        note=note,
        note_max=NOTE_MAX,
        exclusive=exclusive,
        seal=seal(chosen, summary, note, exclusive),
    )
    return render(request, "triage/workbench/ask.html", context, status=status)


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, public_id):
    irritant = irritant_or_404(request, public_id)
    known = asking.candidates(irritant)
    if request.method != "POST":
        said_no = asking.refusals(irritant)
        barred = asking.without_agreement(irritant, known)
        fresh = [row for row in known if row not in said_no and row not in barred]
        return _page(request, irritant, known, fresh[:FIRST_CHOICE], "")
    wanted = set(request.POST.getlist("organisation"))
    chosen = [row for row in known if str(row.public_id) in wanted]
    note = paragraphs(request.POST.get("note", "")).strip()
    if len(note) > NOTE_MAX:
        messages.error(request, _("Le mot de la coordination est trop long : 1 000 caractères au plus."))
        return _page(request, irritant, known, chosen, note, status=UNPROCESSABLE)
    if request.POST.get("action") != "send":
        return _page(request, irritant, known, chosen, note)
    return _send(request, irritant, known, chosen, note)


def _send(request, irritant, known, chosen, note):
    qualification = Qualification.objects.filter(irritant=irritant).first()
    summary = qualification.partner_summary.strip() if qualification else ""
    if chosen and request.POST.get("seal") != seal(chosen, summary, note, _exclusive(request)):
        messages.warning(
            request, _("Le choix ou le texte a changé : relisez ce qui va partir, puis envoyez.")
        )
        return _page(request, irritant, known, chosen, note, status=CONFLICT)
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
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        irritant.refresh_from_db()
        known = asking.candidates(irritant)
        chosen = [row for row in chosen if row in known]
        return _page(request, irritant, known, chosen, note, status=CONFLICT)
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
