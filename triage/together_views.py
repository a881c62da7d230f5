"""What a partner that accepted does with the company, from its answer page: moments to meet, words, files; and the
names that the field « voyez plutôt » proposes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import by_link
from intake.conversation import FilesRefused
from intake.views.calls import as_download
from journal.actors import PARTNER, Actor
from journal.lifecycle import Refusal
from triage import meetings, talking
from triage.meetings import MEETING
from triage.suggesting import meant
from triage.together_context import propose_form, word_form
from triage.views import UNPROCESSABLE, answer_page, with_referral


def _back(link, anchor: str):
    response = redirect("triage:answer", token=link.token)
    response["Location"] += f"#{anchor}"
    return response


@by_link
@require_POST
@with_referral
def propose(request, link, referral):
    """Moments after the yes, or new ones after « aucun ne convient »."""
    form = propose_form(referral, request.POST)
    if not form.is_valid():
        return answer_page(request, link, referral, status=UNPROCESSABLE, propose_form=form, form=form)
    try:
        meetings.propose(
            referral,
            form.moments,
            minutes=form.cleaned_data["minutes"],
            how=form.cleaned_data["how"],
            actor=Actor(PARTNER, link=link),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("C’est envoyé : l’entreprise choisit, et vous recevez le rendez-vous."))
    return _back(link, "rendez-vous")


@by_link
@require_POST
@with_referral
def cancel_meeting(request, link, referral, meeting_id):
    meeting = get_object_or_404(referral.meetings.all(), public_id=meeting_id)
    try:
        MEETING.perform(meeting, "cancel", actor=Actor(PARTNER, link=link))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Le rendez-vous est annulé. Vous pouvez proposer d’autres moments."))
    return _back(link, "rendez-vous")


@by_link
@require_safe
@with_referral
def meeting_calendar(request, link, referral, meeting_id):
    """The entry for a calendar, as a download; it never names the company."""
    meeting = get_object_or_404(referral.meetings.exclude(starts_at=None), public_id=meeting_id)
    return as_download(meeting, meetings.title_of(meeting, for_company=False))


@by_link
@require_POST
@with_referral
def write(request, link, referral):
    """« Écrire à l’entreprise »: what is refused comes back with its words."""
    form = word_form(request.POST, request.FILES)
    if form.is_valid():
        data, actor = form.cleaned_data, Actor(PARTNER, link=link)
        try:
            talking.say(referral, data["text"], form.uploads, actor=actor, form_token=data["jeton"])
        except FilesRefused as refused:
            for sentence in refused.sentences:
                form.add_error("attachments", sentence)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return _back(link, "echange")
        else:
            messages.success(request, _("Votre message est arrivé à l’entreprise."))
            return _back(link, "echange")
    if not talking.is_open(referral):  # nothing of this form is on the page any more
        raise Http404
    return answer_page(request, link, referral, status=UNPROCESSABLE, word_form=form, form=form)


@by_link
@require_safe
@with_referral
def suggest(request, link, referral):
    """Options of a datalist for what is being typed; the catalogue's public names, nothing of the case."""
    found = meant(request.GET.get("suggestion", "")[:200], but=referral.organisation)
    return render(request, "triage/_suggested.html", {"found": found})
