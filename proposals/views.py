"""The coordinator's screens: write, prepare the document, send, revise, withdraw."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import coordinator
from files.store import as_download
from intake.models import Irritant
from intake.showing import contact_of
from intake.views.form import SeeOther
from journal import jobs
from journal.access import FILE, Shown, showing
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from journal.models import Job
from proposals import sections, writing
from proposals.document.composing import compose
from proposals.editing import Editor
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalStage, ProposalVersion
from proposals.screen import screen_of
from proposals.state import state_of


def _proposal(request, public_id) -> Proposal:
    rows = Proposal.objects.visible_to(request.user).select_related(
        "irritant__company", "irritant__contact", "irritant__coordinator"
    )
    return get_object_or_404(rows, public_id=public_id)


def _url(proposal: Proposal, name: str = "edit") -> str:
    return reverse(f"proposals:{name}", args=[proposal.public_id])


@coordinator
@require_POST
def prepare(request, irritant_id):
    """Begin a proposal; when one is open already, open it."""
    irritant = get_object_or_404(Irritant.objects.visible_to(request.user), public_id=irritant_id)
    try:
        proposal = writing.prepare(irritant, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        proposal = irritant.proposals.open().first()
        if proposal is None:
            return SeeOther(reverse("admin:workbench_irritant", args=[irritant.public_id]))
    return SeeOther(_url(proposal))


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id):
    """The editor. Every button saves the whole page; a newer text is never overwritten silently."""
    proposal = _proposal(request, public_id)
    if request.method != "POST":
        return _page(request, proposal, Editor.over(proposal))
    editor = Editor.over(proposal, request.POST)
    if not editor.is_valid():
        return _page(request, proposal, editor, status=422)
    try:
        anchor = editor.save(as_coordinator(request.user))
    except Refusal as refusal:
        proposal.refresh_from_db()
        if refusal.code == "version":
            editor.rebase()
        return _page(
            request, proposal, editor, refusal=str(refusal), differences=editor.differences(), status=409
        )
    messages.success(request, _("C’est enregistré."))
    if editor.act == "freeze":
        return _frozen(request, proposal)
    return SeeOther(_url(proposal) + anchor)


def _page(request, proposal, editor, *, status=200, **extra):
    editable = proposal.stage == ProposalStage.PREPARING
    context = {
        "proposal": proposal,
        "irritant": proposal.irritant,
        "editor": editor,
        "form": editor.form,
        "forms": [editor.form, *editor.options.forms, *editor.steps.forms, *editor.text.forms],
        "formsets": [editor.options, editor.steps, editor.text],
        "editable": editable,
        "shown": screen_of(editor) if editable else None,
        "sections_read": [
            {"label": sections.SECTIONS[code], "rows": found}
            for code, found in sections.said(proposal.sections).items()
        ],
        "state": state_of(proposal, as_coordinator(request.user)),
        **extra,
    }
    latest = context["state"].latest
    context["paper"] = (
        compose(latest.snapshot) if latest and latest.is_whole and not context["editable"] else None
    )
    return render(request, "proposals/edit.html", context, status=status)


@coordinator
@require_safe
def document(request, public_id):
    """Where the document stands, as a fragment asked every second while it is being made."""
    proposal = _proposal(request, public_id)
    if not request.htmx:
        return SeeOther(_url(proposal) + "#document")
    state = state_of(proposal, as_coordinator(request.user))
    return render(request, "proposals/_document.html", {"proposal": proposal, "state": state, "live": True})


@coordinator
@require_POST
def freeze(request, public_id):
    """Freeze the saved text and owe its PDF. Pressed twice, it is one version."""
    return _frozen(request, _proposal(request, public_id))


def _frozen(request, proposal):
    try:
        version = writing.freeze(proposal, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        if version.rendered_at:
            messages.info(request, _("Le document est à jour."))
    return SeeOther(_url(proposal) + "#document")


@coordinator
@require_POST
def retry(request, public_id):
    """Another life for a rendering that failed."""
    proposal = _proposal(request, public_id)
    version = proposal.versions.first()
    job = Job.objects.filter(key=version.job_key, status=Job.DEAD).first() if version else None
    if job:
        jobs.revive(job)
    return SeeOther(_url(proposal) + "#document")


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def send(request, public_id):
    """Confirm to whom and what, then send."""
    proposal = _proposal(request, public_id)
    actor = as_coordinator(request.user)
    version = proposal.versions.first()
    if request.method == "POST":
        return _sent(request, proposal, actor)
    refused = next((why for move, why in PROPOSAL.available(proposal, actor) if move.name == "send"), None)
    if refused is None or refused:
        messages.warning(request, refused or _("Cette proposition ne peut pas être envoyée maintenant."))
        return SeeOther(_url(proposal) + "#document")
    showing(request, contact_of(proposal.irritant))
    return render(
        request,
        "proposals/send.html",
        {"proposal": proposal, "irritant": proposal.irritant, "version": version},
    )


def _sent(request, proposal, actor):
    """`document` and `seen_version`: what the coordinator had under the eyes."""
    version = proposal.versions.filter(public_id=_uuid(request.POST.get("document"))).first()
    try:
        if version is None:
            raise Refusal(_("Préparez d’abord le document."), "document")
        PROPOSAL.perform(
            proposal,
            "send",
            actor=actor,
            version=_number(request.POST.get("seen_version")),
            proposal_version=version,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("La proposition part à l’entreprise."))
    return SeeOther(_url(proposal) + "#document")


@coordinator
@require_POST
def revise(request, public_id):
    """Back to writing after the company asked for a change."""
    return _moved(request, _proposal(request, public_id), "revise", _("Vous pouvez modifier le texte."))


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, public_id):
    """Confirm, then take the proposal back."""
    proposal = _proposal(request, public_id)
    if request.method == "POST":
        return _moved(request, proposal, "withdraw", _("La proposition est retirée."))
    return render(request, "proposals/withdraw.html", {"proposal": proposal, "irritant": proposal.irritant})


def _moved(request, proposal, move, done):
    try:
        PROPOSAL.perform(
            proposal,
            move,
            actor=as_coordinator(request.user),
            version=_number(request.POST.get("seen_version")),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return SeeOther(_url(proposal))


@coordinator
@require_safe
def pdf(request, version_id):
    """Any version's document, for coordinators."""
    rows = ProposalVersion.objects.visible_to(request.user).select_related("proposal__irritant")
    version = get_object_or_404(rows, public_id=version_id)
    showing(request, Shown(FILE, f"document:{version.public_id}", version.proposal.irritant.public_id))
    return download(version)


def download(version: ProposalVersion):
    """The PDF as a download named by its reference alone; 404 while it does not exist."""
    if version.rendered_at is None or not version.path.exists():
        raise Http404
    return as_download(version.path, version.file_name, "application/pdf")


def _number(text) -> int:
    """A posted version number; 0, which matches nothing, when it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _uuid(text):
    try:
        return UUID(text or "")
    except ValueError:
        return None
