"""What the company does about partners, from its follow-up link: who may read what, when to meet, words."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import by_link
from accounts.reading import read_at
from intake.conversation import FilesRefused
from intake.lifecycle import CONFIDENTIALITY
from intake.views.calls import as_download, slot_in
from intake.views.follow import holder
from intake.views.form import SeeOther
from journal.lifecycle import Refusal
from triage import meetings, talking
from triage.disclosure import readers_of, take_back
from triage.forms import LevelForm
from triage.meetings import MEETING
from triage.models import Meeting
from triage.sharing import share
from triage.together_context import word_form


def _back(token: str, anchor: str = "") -> SeeOther:
    return SeeOther(reverse("intake:follow", args=[token]) + anchor)


def _referral(irritant, referral_id):
    return get_object_or_404(irritant.referrals.select_related("organisation"), public_id=referral_id)


@by_link
@require_POST
@holder
def disclose(request, irritant, actor, token, referral_id):
    """Share one's name with one partner that accepted."""
    referral = _referral(irritant, referral_id)
    try:
        if share(referral, actor=actor):
            told = _(
                "%(partner)s peut maintenant lire votre nom, vos coordonnées, votre texte et vos fichiers."
            )
            messages.success(request, told % {"partner": referral.organisation.name})
        else:
            messages.info(request, _("C’était déjà fait : ce partenaire a vos coordonnées."))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return _back(token)


@by_link
@require_POST
@holder
def reclaim(request, irritant, actor, token, referral_id):
    """Take back what one partner was given and has not read."""
    referral = _referral(irritant, referral_id)
    try:
        take_back(referral, actor=actor)
        told = _("C’est repris : %(partner)s n’a rien lu et ne peut plus rien lire de vous que le résumé.")
        messages.success(request, told % {"partner": referral.organisation.name})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return _back(token)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def level(request, irritant, actor, token):
    """Choose another level: what was shown is listed, because it stays shown."""
    form = LevelForm(
        request.POST if request.method == "POST" else None, initial={"level": irritant.confidentiality}
    )
    if request.method != "POST" or not form.is_valid():
        context = {"irritant": irritant, "token": token, "form": form, "readers": readers_of(irritant)}
        return render(request, "triage/level.html", context, status=422 if form.is_bound else 200)
    chosen = form.cleaned_data["level"]
    if chosen == irritant.confidentiality:
        messages.info(request, _("Rien ne change : c’était déjà votre choix."))
        return _back(token, "#confidentialite")
    try:
        CONFIDENTIALITY.perform(irritant, chosen, actor=actor)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request,
            _(
                "C’est noté. Votre choix vaut pour tout ce qui n’a pas encore été montré ; la coordination le sait."
            ),
        )
    return _back(token, "#confidentialite")


def _meeting(irritant, meeting_id):
    rows = Meeting.objects.filter(referral__irritant=irritant).select_related(
        "referral__irritant", "referral__organisation"
    )
    return get_object_or_404(rows, public_id=meeting_id)


def _at(token: str, meeting: Meeting):
    return _back(token, f"#partenaire-{meeting.referral.public_id}")


@by_link
@require_POST
@holder
def choose_moment(request, irritant, actor, token, meeting_id):
    """Pick one of the moments that a partner proposes."""
    meeting = _meeting(irritant, meeting_id)
    moment = slot_in(request)
    if moment is None:
        messages.warning(request, _("Choisissez l’un des créneaux proposés."))
        return _at(token, meeting)
    try:
        MEETING.perform(meeting, "choose", actor=actor, slot=moment)
    except Refusal as refusal:
        meeting.refresh_from_db()
        if meeting.starts_at != moment:  # the same choice twice needs no word
            messages.warning(request, str(refusal))
    else:
        messages.success(
            request, _("C’est noté : le rendez-vous est pris, un courriel vous le confirme à tous deux.")
        )
    return _at(token, meeting)


@by_link
@require_POST
@holder
def no_moment(request, irritant, actor, token, meeting_id):
    return _end(request, token, _meeting(irritant, meeting_id), "none_suits", actor)


@by_link
@require_POST
@holder
def call_off(request, irritant, actor, token, meeting_id):
    return _end(request, token, _meeting(irritant, meeting_id), "cancel", actor)


def _end(request, token: str, meeting: Meeting, move: str, actor):
    try:
        MEETING.perform(meeting, move, actor=actor)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        told = {
            "none_suits": _("C’est noté : le partenaire est prié de proposer d’autres moments."),
            "cancel": _("Le rendez-vous est annulé, le partenaire en est prévenu."),
        }
        messages.success(request, told[move])
    return _at(token, meeting)


@by_link
@require_safe
@holder
def moment_calendar(request, irritant, actor, token, meeting_id):
    """The entry for a calendar, as a download."""
    meeting = _meeting(irritant, meeting_id)
    if meeting.starts_at is None:
        raise Http404
    return as_download(meeting, meetings.title_of(meeting, for_company=True))


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def talk(request, irritant, actor, token, referral_id):
    """The company's talk with one partner that accepted and knows it: another partner's is not here."""
    referral = _referral(irritant, referral_id)
    referral.irritant = irritant
    writable = talking.is_open(referral)
    if not writable and not referral.words.exists():
        raise Http404
    form = word_form(request.POST, request.FILES) if request.method == "POST" else word_form()
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            talking.say(referral, data["text"], form.uploads, actor=actor, form_token=data["jeton"])
        except FilesRefused as refused:
            for sentence in refused.sentences:
                form.add_error("attachments", sentence)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Votre message est arrivé."))
            return SeeOther(reverse("triage:talk", args=[token, referral.public_id]))
    read_at(request, reverse("triage:talk", args=[token, referral.public_id]))
    context = {
        "irritant": irritant,
        "token": token,
        "referral": referral,
        "words": talking.words_of(referral, lambda row: reverse("intake:follow_file", args=[token, row.pk])),
        "word_form": form if writable else None,
        "form": form,
    }
    return render(request, "triage/talk.html", context, status=422 if form.is_bound else 200)
