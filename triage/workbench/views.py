"""One irritant, one screen, and what is done there: every change is a POST that comes back to the screen."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import coordinator
from files.models import StoredFile
from files.store import stream
from foundation.plain import line
from intake import conversation
from intake.conversation import read_up_to
from intake.forms import MessageForm
from intake.lifecycle import IRRITANT
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from programs.models import Offer
from triage import canned, holding, moving, qualifying, ranking
from triage.adding import add_by_hand
from triage.asking import named_in
from triage.conversation import answer_partner, write_note
from triage.disclosure import partner_view
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, MatchState
from triage.workbench.base import attempt, back_to, irritant_or_404, version_in
from triage.workbench.forms import AskForm, CloseForm
from triage.workbench.inserting import asks_to_insert, chosen_answer, insert_answer, outcome_of
from triage.workbench.screen import Bench, context_of, erased_screen

UNPROCESSABLE, CONFLICT = 422, 409


def screen(request: HttpRequest, irritant, bench: Bench | None = None, status: int = 200):
    if irritant.erased_at:
        return erased_screen(request, irritant, status)
    context = context_of(request, irritant, bench or Bench())
    return render(request, "triage/workbench/irritant.html", context, status=status)


@coordinator
@require_safe
def irritant(request, public_id):
    row = irritant_or_404(request, public_id)
    return erased_screen(request, row) if row.erased_at else screen(request, row)


@coordinator
@require_safe
def download(request, public_id, file_id):
    row = irritant_or_404(request, public_id)
    return stream(get_object_or_404(StoredFile, pk=file_id, case=row.public_id))


@coordinator
@require_POST
def take(request, public_id):
    row = irritant_or_404(request, public_id)
    actor = as_coordinator(request.user)
    attempt(
        request,
        lambda: IRRITANT.perform(row, "take", actor=actor, version=version_in(request)),
        _("Vous suivez maintenant ce dossier. L’entreprise en est informée."),
    )
    return back_to(row)


@coordinator
@require_POST
def reopen(request, public_id):
    row = irritant_or_404(request, public_id)
    actor = as_coordinator(request.user)
    attempt(
        request,
        lambda: IRRITANT.perform(row, "reopen", actor=actor, version=version_in(request)),
        _("Le dossier est rouvert."),
    )
    return back_to(row)


@coordinator
@require_POST
def close(request, public_id):
    row = irritant_or_404(request, public_id)
    answer = chosen_answer(request)
    if asks_to_insert(request):
        form = CloseForm(irritant=row, auto_id="close_%s")
        insert_answer(request, row, form)
        form.initial["outcome"] = form.initial.get("outcome") or outcome_of(answer)
        return screen(request, row, Bench(close_form=form, answer=answer))
    form = CloseForm(request.POST, irritant=row, auto_id="close_%s")
    if not form.is_valid():
        return screen(request, row, Bench(close_form=form, answer=answer), UNPROCESSABLE)
    actor = as_coordinator(request.user)
    try:
        with transaction.atomic():
            IRRITANT.perform(row, "close", actor=actor, version=version_in(request), **form.cleaned_data)
            canned.count_use(answer)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        row.refresh_from_db()
        return screen(request, row, Bench(close_form=form, answer=answer), CONFLICT)
    messages.success(request, _("Le dossier est clos."))
    return back_to(row)


@coordinator
@require_POST
def ask_company(request, public_id):
    row = irritant_or_404(request, public_id)
    answer = chosen_answer(request)
    if asks_to_insert(request):
        form = AskForm(irritant=row, auto_id="ask_%s")
        insert_answer(request, row, form)
        return screen(request, row, Bench(ask_form=form, answer=answer))
    form = AskForm(request.POST, irritant=row, auto_id="ask_%s")
    actor = as_coordinator(request.user)
    if not form.is_valid():
        return screen(request, row, Bench(ask_form=form, answer=answer), UNPROCESSABLE)
    try:
        with transaction.atomic():
            IRRITANT.perform(row, "ask_info", actor=actor, version=version_in(request), **form.act)
            canned.count_use(answer)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        row.refresh_from_db()
        return screen(request, row, Bench(ask_form=form, answer=answer), CONFLICT)
    read_up_to(row, _seen(request), actor=actor)
    messages.success(request, _("La question part à l’entreprise. C’est à elle de répondre."))
    return back_to(row, "echanges")


def _seen(request) -> int:
    """How many words of the company the page showed."""
    value = request.POST.get("seen", "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


@coordinator
@require_POST
def write(request, public_id):
    """A word to the company at any time: it changes nothing of whose turn it is."""
    row = irritant_or_404(request, public_id)
    answer = chosen_answer(request)
    if asks_to_insert(request):
        form = MessageForm(auto_id="message_%s")
        insert_answer(request, row, form)
        return screen(request, row, Bench(message_form=form, answer=answer))
    form = MessageForm(request.POST, request.FILES, auto_id="message_%s")
    actor = as_coordinator(request.user)
    status = UNPROCESSABLE
    if form.is_valid():
        data = form.cleaned_data
        try:
            _post, new = conversation.say(
                row, data["text"], form.uploads, actor=actor, form_token=data["jeton"]
            )
        except conversation.FilesRefused as refused:
            for sentence in refused.sentences:
                form.add_error("attachments", sentence)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT
        else:
            if new:
                canned.count_use(answer)
            read_up_to(row, _seen(request), actor=actor)
            messages.success(request, _("Votre message part à l’entreprise. Le tour ne change pas."))
            return back_to(row, "echanges")
    return screen(request, row, Bench(message_form=form, answer=answer), status)


@coordinator
@require_POST
def mark_read(request, public_id):
    row = irritant_or_404(request, public_id)
    if read_up_to(row, _seen(request), actor=as_coordinator(request.user)):
        messages.success(request, _("C’est noté : rien de non lu dans ce dossier."))
    else:
        messages.info(request, _("L’entreprise a écrit entre-temps : relisez, puis confirmez."))
    return back_to(row, "echanges")


@coordinator
@require_POST
def note(request, public_id):
    row = irritant_or_404(request, public_id)
    text = request.POST.get("text", "")
    try:
        _post, called = write_note(row, text, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return screen(request, row, Bench(words={"note": text}), UNPROCESSABLE)
    messages.success(request, _("La note est enregistrée."))
    if called:
        names = ", ".join(str(one) for one in called)
        messages.info(request, _("Un courriel part à : %(names)s.") % {"names": names})
    return back_to(row, "notes")


@coordinator
@require_POST
def lift_hold(request, public_id):
    row = irritant_or_404(request, public_id)
    actor = as_coordinator(request.user)
    reason = request.POST.get("reason", "")
    said = {
        name.removeprefix("avis-"): value for name, value in request.POST.items() if name.startswith("avis-")
    }
    if request.POST.get("action") == "judge":
        attempt(
            request,
            lambda: holding.judge(row, said, actor=actor),
            _("Votre avis est noté : il compte dans la précision de la règle."),
        )
        return back_to(row, "retenue")
    attempt(
        request,
        lambda: qualifying.lift_hold(row, reason, actor=actor, judgements=said),
        _("La retenue est levée."),
    )
    return back_to(row)


@coordinator
@require_POST
def decide(request, public_id, match_id, move):
    """Keep, set aside, or whatever else the table of matches allows to a coordinator."""
    row = irritant_or_404(request, public_id)
    match = row.matches.filter(public_id=match_id).first()
    query = f"?nature={request.POST['nature']}" if request.POST.get("nature", "").isalpha() else ""
    if match is None or move not in MATCH.by_name:
        return _recomputed(request, row, query)
    refused = qualifying.why_not(row)
    if refused:
        messages.error(request, refused)
        return back_to(row, "pistes", query)
    data = {"reason": request.POST.get("reason", ""), "note": line(request.POST.get("note", ""))[:300]}
    done = {"keep": _("Piste retenue."), "set_aside": _("Piste écartée.")}.get(move, _("C’est noté."))
    begun = match.state
    try:
        decided = attempt(
            request,
            lambda: MATCH.perform(
                match, move, actor=as_coordinator(request.user), version=version_in(request), **data
            ),
            done,
        )
    except Match.DoesNotExist:  # the ranking replaced it in between
        return _recomputed(request, row, query)
    moved_on = decided and begun == MatchState.SUGGESTED
    shown = _next_to_decide(row, match, request.POST.get("nature", "")) if moved_on else match
    return back_to(row, f"piste-{shown.public_id}", query)


def _next_to_decide(row, match, kind: str) -> Match:
    """Where reading goes on after a decision on a suggestion: the suggestion that followed it in its list."""
    rest = row.matches.filter(state=MatchState.SUGGESTED, rank__gt=match.rank or 0)
    if kind:
        rest = rest.filter(offer__kind=kind)
    return rest.order_by("rank").first() or match


def _recomputed(request, row, query: str):
    messages.error(request, _("Les pistes viennent d’être recalculées : celle-ci n’y est plus."))
    return back_to(row, "pistes", query)


@coordinator
@require_POST
def recompute(request, public_id):
    row = irritant_or_404(request, public_id)
    refused = qualifying.why_not(row)
    if refused:
        messages.error(request, refused)
    elif ranking.recompute(row, actor=as_coordinator(request.user)):
        messages.success(request, _("Le calcul est lancé : rechargez la page dans un instant."))
    else:
        messages.info(request, _("Un calcul est déjà en cours."))
    return back_to(row, "pistes")


@coordinator
@require_POST
def see_moves(request, public_id):
    """« C’est vu »: what the last computation changed is no longer pointed out."""
    row = irritant_or_404(request, public_id)
    run = request.POST.get("run", "")
    if run.isdecimal() and len(run) < 18 and moving.see(row, int(run)):
        messages.success(request, _("C’est noté."))
    else:
        messages.info(request, _("Les pistes viennent d’être recalculées : regardez de nouveau."))
    return back_to(row, "pistes")


@coordinator
@require_POST
def add_offer(request, public_id, offer_id):
    row = irritant_or_404(request, public_id)
    offer = get_object_or_404(Offer, public_id=offer_id)
    actor = as_coordinator(request.user)
    attempt(
        request, lambda: add_by_hand(row, offer, actor=actor), _("L’offre est ajoutée aux pistes retenues.")
    )
    return back_to(row, "retenues")


@coordinator
@require_POST
def cancel_referral(request, public_id, referral_id):
    row = irritant_or_404(request, public_id)
    referral = get_object_or_404(row.referrals, public_id=referral_id)
    attempt(
        request,
        lambda: REFERRAL.perform(
            referral, "cancel", actor=as_coordinator(request.user), version=version_in(request)
        ),
        _("La sollicitation est annulée. Le partenaire en est informé."),
    )
    return back_to(row, "sollicitations")


@coordinator
@require_POST
def reply_to_partner(request, public_id, referral_id):
    row = irritant_or_404(request, public_id)
    referral = get_object_or_404(row.referrals.select_related("organisation"), public_id=referral_id)
    text = request.POST.get("text", "")
    words = [] if partner_view(referral).disclosed else named_in(row, text)
    if words:
        messages.error(
            request,
            _("Votre réponse nommerait l’entreprise (%(words)s) : rien n’est parti.")
            % {"words": ", ".join(words)},
        )
        return screen(request, row, Bench(words={f"reply-{referral.public_id}": text}), UNPROCESSABLE)
    try:
        with transaction.atomic():
            answer_partner(referral, text, actor=as_coordinator(request.user), version=version_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return screen(request, row, Bench(words={f"reply-{referral.public_id}": text}), UNPROCESSABLE)
    messages.success(request, _("La réponse est enregistrée. C’est de nouveau au partenaire de répondre."))
    return back_to(row, "sollicitations")
