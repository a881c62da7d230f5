"""The last step: every answer again, the consent, the sending, once; and what is said when it was sent already."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import by_link
from files.models import StoredFile
from foundation.visitors import address_of
from foundation.working_days import add_working_days
from intake import discretion, drafts, gate, resuming
from intake.forms import ConsentForm
from intake.models import Draft, Irritant
from intake.views.steps import (
    BACK_TO_CHECK,
    SeeOther,
    gone,
    later_words,
    step_context,
    step_url,
    too_many,
)
from intake.views.summary import groups
from journal import links
from journal.models import AccessLink


def check(request, draft: Draft) -> HttpResponse:
    """Every answer again, the consent, and the sending."""
    if request.POST.get("action") == "link":
        return send_link(request, draft, "verifier")
    review = drafts.review(draft)
    if review.missing:
        messages.warning(request, _("Il manque encore une réponse à cette étape. Tout le reste est gardé."))
        return SeeOther(step_url(draft, review.missing, erreurs="1", retour=BACK_TO_CHECK))
    if request.method != "POST":
        return _page(request, draft, review, ConsentForm())
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, draft, review, form, status=422)
    proven = gate.is_proven(draft, request.POST)
    if not proven and not gate.is_confirmed(draft, request.POST):
        hasty = _("C’était trop rapide pour nous : attendez deux secondes, puis cliquez de nouveau.")
        asked = {
            "ticket": gate.ticket(draft, request.POST),
            "later": False,
            "wait": hasty if "ticket" in request.POST else "",
        }
        context = {**step_context("verifier", draft), **asked}
        return render(request, "intake/step_confirmer.html", context, status=422)
    return _send(request, draft, review, proven)


def _page(request, draft: Draft, review, form, *, status: int = 200, wait: str = "") -> HttpResponse:
    context = {
        **step_context("verifier", draft),
        "form": form,
        "groups": groups(draft, review.cleaned, step_url),
        "delicate": discretion.seen(review.cleaned),
        "text_url": step_url(draft, "irritant", retour=BACK_TO_CHECK),
        "previous_url": step_url(draft, "contexte"),
        "challenge": json.dumps(gate.challenge(draft)),
        "wait": wait,
    }
    return render(request, "intake/step_verifier.html", context, status=status)


def _send(request, draft: Draft, review: drafts.Review, proven: bool) -> HttpResponse:
    origin = gate.origin_of(address_of(request.META))
    if gate.too_many_sent(review.cleaned["email"], origin, proven):
        page = _page(request, draft, review, ConsentForm(initial={"consent": True}), wait=later_words())
        return too_many(page)
    try:
        drafts.send(draft, review.cleaned, origin=origin, proven=proven)
    except Draft.DoesNotExist:
        return gone(request, draft.token)
    response = SeeOther(reverse("intake:received", args=[draft.token]))
    response.delete_cookie(drafts.COOKIE)
    return response


def send_link(request, draft: Draft, step: str) -> HttpResponse:
    """« M’envoyer le lien maintenant »: the same words whatever comes of it."""
    resuming.send_now(draft)
    messages.success(
        request,
        _(
            "Votre lien pour reprendre est en route. S’il n’arrive pas d’ici quelques minutes, "
            "vérifiez votre adresse à l’étape « Vous »."
        ),
    )
    return SeeOther(step_url(draft, step))


def already_sent(request, draft: Draft, step: str) -> HttpResponse:
    """A resend is harmless; what a forgotten tab holds beyond what was sent is shown, to be copied, and not kept."""
    received_url = reverse("intake:received", args=[draft.token])
    if request.method != "POST" or step == "verifier":
        return SeeOther(received_url)
    irritant = Irritant.objects.select_related("contact").filter(form_token=draft.token).first()
    fields = drafts.STEPS[step].base_fields
    lost = [
        {"label": fields[name].label, "text": request.POST[name].strip()}
        for name in _TYPED & fields.keys() & request.POST.keys()
        if request.POST[name].strip() and not _is_in(irritant, name, request.POST[name])
    ]
    if not lost:
        return SeeOther(received_url)
    context = {"received_url": received_url if drafts.sent(draft.token) else "", "lost": lost}
    return render(request, "intake/already_sent.html", context, status=409)


_TYPED = {
    "text", "tried", "email", "name", "phone", "position", "company_name", "site_city", "site_postcode",
}  # fmt: skip
# Never compared with what is known of a contact or a company: the answer would tell strangers about them.
_OF_THE_IRRITANT = {"text", "tried", "site_city", "site_postcode"}


def _is_in(irritant: Irritant | None, name: str, text: str) -> bool:
    if irritant is None:
        return False
    if name == "email":
        return text.strip().casefold() == irritant.contact.email
    return name in _OF_THE_IRRITANT and text.split() == getattr(irritant, name).split()


@by_link
@require_safe
def received(request, token: str):
    """It has arrived: the reference, who answers, by which day, the follow-up link."""
    irritant = drafts.sent(token)
    if irritant is None:
        return gone(request, token)
    usable = AccessLink.objects.usable().filter(purpose=links.FOLLOW, subject_id=irritant.public_id)
    link = usable.filter(email=irritant.contact.email).first()  # made at the sending: a GET writes nothing
    arrived = timezone.localdate(irritant.created_at)
    follow = reverse("intake:follow", args=[link.token]) if link else ""
    context = {
        "irritant": irritant,
        "call_back_by": add_working_days(arrived, settings.CALL_BACK_WORKING_DAYS, irritant.department),
        "first_answer_by": add_working_days(arrived, settings.FIRST_ANSWER_WORKING_DAYS, irritant.department),
        "follow_path": follow,
        "follow_url": settings.SITE_URL + follow if follow else "",
        "has_files": StoredFile.objects.filter(case=irritant.public_id).exists(),
    }
    return render(request, "intake/received.html", context)
