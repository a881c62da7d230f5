"""The company's word on who may read what, from its follow-up link."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import by_link
from intake.lifecycle import CONFIDENTIALITY
from intake.views.follow import holder
from intake.views.form import SeeOther
from journal.lifecycle import Refusal
from triage.disclosure import readers_of, take_back
from triage.forms import LevelForm
from triage.sharing import share


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
