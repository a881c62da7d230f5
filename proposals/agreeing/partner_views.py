"""What a partner does with a proposal that names it, by its link: read, agree, propose changes, decline, withdraw."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import by_link, signed_in
from accounts.reading import read_at
from foundation.failpoints import failpoint
from intake.showing import contact_of
from intake.views.form import SeeOther
from journal import links
from journal.access import showing
from journal.actors import PARTNER, Actor
from journal.lifecycle import Refusal
from journal.standing_in import borrow
from partners.models import Membership
from proposals.agreeing import records, suggesting
from proposals.agreeing.forms import AgreeForm, ChangesForm, RefuseForm
from proposals.agreeing.lifecycle import AGREEMENT
from proposals.agreeing.paragraphs import paragraphs
from proposals.agreeing.rereading import changed
from proposals.document.composing import compose
from proposals.models import Agreement, Collaboration, Suggestion
from proposals.views import download
from triage.models import Referral, ReferralStage
from triage.reading import Reading, reading_of
from triage.views import with_referral


@dataclass(frozen=True)
class Answer:
    move: str
    title: str | Promise
    button: str | Promise
    done: str | Promise


ANSWERS = {
    "accepter": Answer(
        "agree",
        gettext_lazy("Donner votre accord"),
        gettext_lazy("Je donne notre accord"),
        gettext_lazy("Merci. Votre accord est noté, avec votre nom, l’heure et l’empreinte du document."),
    ),
    "modifier": Answer(
        "request_changes",
        gettext_lazy("Proposer des changements"),
        gettext_lazy("Envoyer ces changements"),
        gettext_lazy("C’est envoyé : la coordination revoit le texte et vous le soumet de nouveau."),
    ),
    "decliner": Answer(
        "decline",
        gettext_lazy("Décliner cette proposition"),
        gettext_lazy("Décliner"),
        gettext_lazy("C’est noté : la coordination est prévenue et vous recontacte."),
    ),
    "retirer": Answer(
        "withdraw",
        gettext_lazy("Retirer votre accord"),
        gettext_lazy("Retirer notre accord"),
        gettext_lazy("Votre accord est retiré : la coordination est prévenue et vous recontacte."),
    ),
}


def asked(referral: Referral):
    """What this partner was given to read about the case, newest first."""
    rows = Agreement.objects.filter(
        document__proposal__irritant=referral.irritant_id,
        organisation=referral.organisation_id,
        asked_at__isnull=False,
    ).select_related("document__proposal", "organisation")
    return rows.order_by("-document__proposal", "-document__number")


def _latest(referral: Referral) -> tuple[Agreement, Reading]:
    """The version last given to it, and what it may read of it now; 404 when there is none or nothing."""
    agreement = asked(referral).first() if referral.stage == ReferralStage.ACCEPTED else None
    if agreement is None:
        raise Http404
    reading = reading_of(referral, agreement.document.snapshot)
    if reading.snapshot is None:
        raise Http404
    return agreement, reading


def _noted(request, link, referral: Referral, reading: Reading) -> None:
    if reading.whole:
        shown = contact_of(referral.irritant, referral.organisation.public_id)
        showing(request, shown, actor=Actor(PARTNER, link=link))


@by_link
@require_safe
@with_referral
def document(request, link, referral):
    """The document as far as this partner may read it, where everybody stands, and what it may answer."""
    agreement, reading = _latest(referral)
    read_at(request, reverse("proposals:partner_document", args=[link.token]))
    _noted(request, link, referral, reading)
    version = agreement.document
    moves = {move.name: why for move, why in AGREEMENT.available(agreement, Actor(PARTNER, link=link))}
    before, changes = changed(referral, version)
    mine = Suggestion.objects.of_proposal(version.proposal).of_party(agreement.organisation)
    context = {
        "token": link.token,
        "referral": referral,
        "agreement": agreement,
        "version": version,
        "proposal": version.proposal,
        "reading": reading,
        "paper": compose(reading.snapshot),
        "before": before,
        "changes": changes,
        "table": records.table(
            version,
            company=referral.irritant.company.name if reading.whole else "",
            reader=agreement.organisation_id,
        ),
        "mine": suggesting.told(mine, read=lambda one: reading_of(referral, one).snapshot or {}),
        "answers": _answers(link.token, version, moves),
        "refused": next((why for why in moves.values() if why), ""),
        "collaboration": Collaboration.objects.filter(proposal=version.proposal).first(),
    }
    return render(request, "proposals/partner_document.html", context)


def _answers(token: str, version, moves: dict) -> list[dict]:
    return [
        {
            "label": answer.title,
            "url": reverse("proposals:partner_answer", args=[token, version.public_id, code]),
            "main": answer.move == "agree",
            "quiet": answer.move == "withdraw",
        }
        for code, answer in ANSWERS.items()
        if moves.get(answer.move) == "" and not (answer.move == "withdraw" and "agree" in moves)
    ]


@by_link
@require_safe
@with_referral
def pdf(request, link, referral, version_id):
    """The file itself, for a partner that may read all of it; for the others it does not exist."""
    agreement = get_object_or_404(asked(referral), document__public_id=version_id)
    reading = reading_of(referral, agreement.document.snapshot)
    if referral.stage != ReferralStage.ACCEPTED or not reading.whole:
        raise Http404
    _noted(request, link, referral, reading)
    return download(agreement.document)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@with_referral
def answer(request, link, referral, version_id, answer):
    """Say what the answer means, then take it by POST. A word that comes second is told politely what was first."""
    if answer not in ANSWERS:
        raise Http404
    chosen = ANSWERS[answer]
    agreement, reading = _latest(referral)
    back = reverse("proposals:partner_document", args=[link.token])
    if agreement.document.public_id != version_id:
        messages.info(request, _("Une version plus récente vous a été envoyée : lisez-la d’abord."))
        return SeeOther(back)
    actor = Actor(PARTNER, link=link)
    data = request.POST if request.method == "POST" else None
    form = _form(chosen, agreement, reading, link, data)
    if data is None:
        refused = {move.name: why for move, why in AGREEMENT.available(agreement, actor)}.get(chosen.move)
        if refused is None or refused:
            messages.info(request, refused or AGREEMENT.too_late(agreement, actor))
            return SeeOther(back)
    if data is None or not form.is_valid():
        _noted(request, link, referral, reading)
        context = {
            "token": link.token,
            "referral": referral,
            "version": agreement.document,
            "chosen": chosen,
            "form": form,
        }
        return render(request, "proposals/partner_answer.html", context, status=200 if data is None else 422)
    try:
        with transaction.atomic():
            if isinstance(form, ChangesForm):
                name = form.cleaned_data["person"]
                suggesting.keep(agreement.document, agreement.organisation, name, form.changes)
            seen = form.cleaned_data["seen_version"]
            AGREEMENT.perform(agreement, chosen.move, actor=actor, version=seen, **form.kept)
            failpoint("agree.before_commit")
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, chosen.done)
    return SeeOther(back)


def _form(chosen: Answer, agreement: Agreement, reading: Reading, link, data):
    initial = {"seen_version": agreement.version, "person": _name_of(agreement, link.email)}
    if chosen.move == "agree":
        return AgreeForm(data, initial=initial)
    if chosen.move == "request_changes":
        return ChangesForm(data, initial=initial, paragraphs=paragraphs(reading.snapshot))
    return RefuseForm(data, initial=initial)


def _name_of(agreement: Agreement, email: str) -> str:
    members = agreement.organisation.memberships.select_related("user")
    one = members.filter(user__email=email.casefold()).first()
    return one.user.full_name if one else ""


@signed_in
@require_POST
def open_document(request, referral_id):
    """From the partner's space to the document: a link for the person's own address."""
    referral = get_object_or_404(
        Referral.objects.filter(
            stage=ReferralStage.ACCEPTED,
            organisation__memberships__user=request.user,
            organisation__memberships__role__in=[Membership.ADMINISTRATOR, Membership.EDITOR],
        ),
        public_id=referral_id,
    )
    link = borrow(request.standing_in, links.give(links.ANSWER, referral.public_id, request.user.email))
    return redirect("proposals:partner_document", token=link.token)
