"""The coordinator's screens: write, prepare the document, send, revise, withdraw."""

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
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from journal.models import Job
from proposals import sections, writing
from proposals.agreeing import asking, suggesting
from proposals.agreeing.context import agreeing_context
from proposals.agreeing.forms import SubmitForm, WithoutForm
from proposals.agreeing.lifecycle import SUGGESTION
from proposals.document.composing import compose
from proposals.editing import Editor
from proposals.inputs import identifier, number
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalStage, ProposalVersion, Suggestion
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
    if editor.act in suggesting.ACTS:
        return _settled(request, proposal, editor.act, editor.of)
    messages.success(request, _("C’est enregistré."))
    if editor.act == "freeze":
        return _frozen(request, proposal)
    return SeeOther(_url(proposal) + anchor)


def _settled(request, proposal, act: str, key: str):
    """One click takes a proposed wording into its paragraph, another declines it with a word."""
    suggestion = get_object_or_404(Suggestion.objects.of_proposal(proposal), public_id=identifier(key))
    try:
        SUGGESTION.perform(
            suggestion,
            act,
            actor=as_coordinator(request.user),
            answer=request.POST.get(f"answer-{suggestion.public_id}", ""),
            over=request.POST.get("over") == str(suggestion.public_id),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("C’est noté : la partie qui l’a proposé le lit sur sa page."))
    return SeeOther(_url(proposal) + "#changements")


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
        "sections_read": [
            {"label": sections.SECTIONS[code], "rows": found}
            for code, found in sections.said(proposal.sections).items()
        ],
        "state": state_of(proposal, as_coordinator(request.user)),
        **agreeing_context(proposal),
        **extra,
    }
    latest = context["state"].latest
    if editable:
        suggested = {one.suggestion.paragraph for one in context["suggestions"]}
        context["shown"] = screen_of(editor, suggested)
    elif latest and latest.is_whole:
        context["paper"] = compose(latest.snapshot)
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
def submit(request, public_id):
    """Confirm to which partners, and what those that do not know the company yet will read; then ask them."""
    proposal = _proposal(request, public_id)
    actor = as_coordinator(request.user)
    version = proposal.versions.first()
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        more = {"sends_itself": form.is_valid() and form.cleaned_data["sends_itself"]}
        return _given(request, proposal, actor, "submit", _("La proposition part aux partenaires."), **more)
    refused = next((why for move, why in PROPOSAL.available(proposal, actor) if move.name == "submit"), None)
    if refused is None or refused:
        messages.warning(request, refused or _("Cette proposition ne peut pas être soumise maintenant."))
        return SeeOther(_url(proposal) + "#document")
    context = {
        "proposal": proposal,
        "irritant": proposal.irritant,
        "version": version,
        "form": form,
        "partners": asking.partners_words(version),
        "in_part": asking.read_in_part(version),
    }
    return render(request, "proposals/submit.html", context)


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def send(request, public_id):
    """Confirm to whom and what, then send."""
    proposal = _proposal(request, public_id)
    actor = as_coordinator(request.user)
    version = proposal.versions.first()
    waiting = asking.missing(version) if version else []
    form = WithoutForm(request.POST if request.method == "POST" else None) if waiting else None
    if request.method == "POST" and (form is None or form.is_valid()):
        more = {"without": form.cleaned_data["without"]} if form else {}
        return _given(request, proposal, actor, "send", _("La proposition part à l’entreprise."), **more)
    refused = next((why for move, why in PROPOSAL.available(proposal, actor) if move.name == "send"), None)
    if refused is None or refused:
        messages.warning(request, refused or _("Cette proposition ne peut pas être envoyée maintenant."))
        return SeeOther(_url(proposal) + "#document")
    showing(request, contact_of(proposal.irritant))
    return render(
        request,
        "proposals/send.html",
        {
            "proposal": proposal,
            "irritant": proposal.irritant,
            "version": version,
            "waiting": waiting,
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )


def _given(request, proposal, actor, move: str, done: str, **more):
    """`document` and `seen_version`: what the coordinator had under the eyes."""
    version = proposal.versions.filter(public_id=identifier(request.POST.get("document"))).first()
    try:
        if version is None:
            raise Refusal(_("Préparez d’abord le document."), "document")
        PROPOSAL.perform(
            proposal,
            move,
            actor=actor,
            version=number(request.POST.get("seen_version")),
            proposal_version=version,
            **more,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return SeeOther(_url(proposal) + "#document")


_BACK = {ProposalStage.SUBMITTED: "recall", ProposalStage.SENT: "take_back"}


@coordinator
@require_POST
def revise(request, public_id):
    """Back to writing: the company or a partner asked for a change, or a partner no longer agrees."""
    proposal = _proposal(request, public_id)
    move = _BACK.get(proposal.stage, "revise")
    return _moved(request, proposal, move, _("Vous pouvez modifier le texte."))


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
            version=number(request.POST.get("seen_version")),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return SeeOther(_url(proposal))


def download(version: ProposalVersion):
    """The PDF as a download named by its reference alone; 404 while it does not exist."""
    if version.rendered_at is None or not version.path.exists():
        raise Http404
    return as_download(version.path, version.file_name, "application/pdf")
