"""The form: four steps kept on the server, sent once."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import by_link, public
from files.models import StoredFile
from foundation.working_days import add_working_days
from intake import discretion, drafts, gate, organisation, questions
from intake.forms import ConsentForm, IrritantForm
from intake.models import Draft
from intake.registry import client as registry
from intake.views import lookup, uploads
from intake.views.summary import groups
from journal import links
from journal.models import AccessLink

BACK_TO_CHECK = "verifier"
ORGANISATION_ACTS = ("search_company", "choose_company", "forget_company")


class SeeOther(HttpResponseRedirect):
    """After a POST: a reload of the next page sends nothing again."""

    status_code = 303


def step_url(draft: Draft, step: str, **query: str) -> str:
    url = reverse("intake:step", args=[draft.token, step])
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def gone(request, token: str) -> HttpResponse:
    """Unknown, expired or purged: says so, and lets the person begin again."""
    response = render(request, "intake/gone.html", status=404)
    if request.COOKIES.get(drafts.COOKIE) == token:
        response.delete_cookie(drafts.COOKIE)
    return response


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def start(request):
    """The first step before there is a draft; also where the home page and links with ?text= lead."""
    if request.method == "POST":
        return _begin(request)
    initial = {"text": request.GET.get("text", "")[:20_000]}
    return _first_page(request, IrritantForm(initial=initial), via=request.GET.get("via", ""))


def _first_page(request, form, *, via: str, status: int = 200) -> HttpResponse:
    context = {
        **_step_context("irritant", None),
        "form": form,
        "via": drafts.clean_provenance(via),
        **drafts.resume_offer(request.COOKIES),
    }
    response = render(request, "intake/step_irritant.html", context, status=status)
    response["Cache-Control"] = "no-store, private"  # what it says depends on this browser's cookie
    return response


def _begin(request) -> HttpResponse:
    """A draft is made from whatever was typed; a text that is long enough is not asked for twice."""
    text, via = request.POST.get("text", ""), request.POST.get("via", "")
    whole_step = "tried" in request.POST
    if not text.strip():
        if whole_step:
            return _first_page(request, IrritantForm(request.POST), via=via, status=422)
        return SeeOther(reverse("intake:start"))
    if gate.too_many(gate.address_of(request.META), "start"):
        return render(request, "429.html", status=429)
    draft = drafts.begin(text, tried=request.POST.get("tried", ""), via=via)
    if drafts.bound(draft, "irritant").is_valid():
        response = SeeOther(step_url(draft, "vous"))
    else:
        response = SeeOther(step_url(draft, "irritant", erreurs="1"))
    response.set_cookie(
        drafts.COOKIE,
        draft.token,
        max_age=int(drafts.KNOWN_FOR.total_seconds()),
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )
    return response


@by_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, token: str, step: str):
    """One step of a draft. A POST keeps what was typed before judging it.

    No check of the CSRF cookie here: the address is the secret, no session gives it any power, and a cookie lost
    in the middle must not cost the person what was typed.
    """
    if step not in drafts.ORDER:
        raise Http404
    draft = drafts.find(token)
    if draft is None:
        return gone(request, token)
    if draft.submitted_at:
        return SeeOther(reverse("intake:received", args=[token]))
    if step == "verifier":
        return _check(request, draft)
    if request.method != "POST":
        judged = request.GET.get("erreurs") == "1"
        form = drafts.bound(draft, step) if judged else drafts.blank(draft, step)
        return _page(request, draft, step, form)
    try:
        return _keep_and_go_on(request, draft, step)
    except Draft.DoesNotExist:
        return gone(request, token)


def _keep_and_go_on(request, draft: Draft, step: str) -> HttpResponse:
    drafts.keep(draft, step, request.POST)
    act = request.POST.get("action", "")
    back = {"retour": BACK_TO_CHECK} if request.GET.get("retour") == BACK_TO_CHECK else {}
    if act == "back":
        return SeeOther(step_url(draft, drafts.ORDER[max(0, drafts.ORDER.index(step) - 1)]))
    if step == "vous" and act == "add_topic":
        return SeeOther(step_url(draft, "vous", **back) + "#compris")
    if step == "vous" and act in ORGANISATION_ACTS:
        return SeeOther(
            step_url(draft, "vous", **_organisation_act(request, draft, act), **back) + "#organisation"
        )
    if step == "contexte" and act == "communes":
        return SeeOther(step_url(draft, "contexte", **back) + "#site")
    if step == "contexte" and act.startswith("remove:"):
        uploads.remove(draft, act.removeprefix("remove:"))
        return SeeOther(step_url(draft, "contexte", **back) + "#documents")
    if step == "vous" and organisation.check_typed(draft) == "unlisted":
        messages.warning(
            request,
            _(
                "Le registre public ne connaît pas ce numéro. Ce n’est pas un obstacle : il est peut-être récent, "
                "ou non publié."
            ),
        )
    form = drafts.bound(draft, step)
    refused = uploads.receive(draft, request) if step == "contexte" else []
    valid = form.is_valid()
    for sentence in uploads.sentences(refused):
        form.add_error("attachments", sentence)
    if refused or (not valid and act != "upload"):
        return _page(request, draft, step, form, status=422)
    if act == "upload":
        return SeeOther(step_url(draft, "contexte", **back) + "#documents")
    return SeeOther(_next(draft, step, bool(back)))


def _organisation_act(request, draft: Draft, act: str) -> dict:
    """Search, take or give back an organisation of the registry; what the address of the next page says of it."""
    if act == "search_company":
        return {"chercher": "1"}
    if act == "forget_company":
        organisation.forget(draft)
        return {}
    number = request.POST.get("company_choice", "")
    return {} if number and organisation.choose(draft, number) else {"chercher": "1"}


def _next(draft: Draft, step: str, back: bool) -> str:
    if back and step == "irritant" and drafts.unseen_topics(draft):
        return step_url(draft, "vous", retour=BACK_TO_CHECK) + "#compris"
    following = drafts.ORDER[drafts.ORDER.index(step) + 1]
    return step_url(draft, "verifier" if back else following)


def _step_context(step: str, draft: Draft | None) -> dict:
    names = drafts.ORDER
    return {
        "step": step,
        "steps": [
            {"label": drafts.LABELS[name], "url": step_url(draft, name) if draft else ""} for name in names
        ],
        "current": names.index(step) + 1,
        "draft": draft,
        "trap": gate.TRAP,
    }


def _page(request, draft: Draft, step: str, form, *, status: int = 200) -> HttpResponse:
    context = {
        **_step_context(step, draft),
        "form": form,
        "returning": request.GET.get("retour") == BACK_TO_CHECK,
        "kept_until": draft.expires_at,
    }
    if step == "vous":
        context["understood"] = drafts.understood(draft)
        context |= _organisation(request, draft, form)
    if step == "contexte":
        context |= lookup.places(draft, form, form["site_postcode"].value() or "")
        form.fields["site_postcode"].widget.attrs |= {
            "hx-get": reverse("intake:communes", args=[draft.token]),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#site-place",
            "hx-sync": "this:replace",
        }
        context["files"] = uploads.of_draft(draft)
        context["questions"] = _questions(draft, form)
        context["asked_fields"] = {asked.field for asked, _field in context["questions"]}
        # what was answered can be changed, though it is not asked again
        context["keep_kinds"] = (
            "kinds_wished" in draft.answers and "kinds_wished" not in context["asked_fields"]
        )
    return render(request, f"intake/step_{step}.html", context, status=status)


def _organisation(request, draft: Draft, form) -> dict:
    """What intake/_organisation.html needs; the field of the name searches where there is a registry."""
    searches, name = registry.is_on(), form.fields["company_name"]
    if searches:
        name.widget.attrs |= {
            "data-combobox": "company-results",
            "hx-get": reverse("intake:companies", args=[draft.token]),
            "hx-trigger": "input changed delay:350ms",
            "hx-target": "#company-results",
            "hx-sync": "this:replace",
        }
    else:
        name.help_text = ""
    asked = searches and request.GET.get("chercher") == "1"
    return {
        "company": organisation.card(draft),
        "results": lookup.found(draft, draft.answers.get("company_name", "")) if asked else None,
        "registry_on": searches,
        "abroad": draft.answers.get("country", "FR") != "FR",
    }


def _questions(draft: Draft, form) -> list[tuple[questions.Asked, object]]:
    """What would help most, each with the field that answers it (None for a topic); fewer choices where told."""
    asked = questions.for_draft(draft)
    for one in asked:
        if one.field == "kinds_wished" and one.options:
            field = form.fields[one.field]
            field.choices = [choice for choice in field.choices if choice[0] in one.options]
    return [(one, form[one.field] if one.field else None) for one in asked]


def _check(request, draft: Draft) -> HttpResponse:
    """Every answer again, the consent, and the sending."""
    review = drafts.review(draft)
    if review.missing:
        messages.warning(request, _("Il manque encore une réponse à cette étape. Tout le reste est gardé."))
        return SeeOther(step_url(draft, review.missing, erreurs="1", retour=BACK_TO_CHECK))
    form = ConsentForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and gate.looks_like_a_machine(draft, request.POST):
            form.add_error(
                None,
                _(
                    "Notre protection contre les robots a retenu l’envoi. Cliquez "
                    "encore une fois sur « Envoyer ma demande »."
                ),
            )
        if form.is_valid():
            return _send(request, draft, review)
        status = 422
    context = {
        **_step_context("verifier", draft),
        "form": form,
        "groups": groups(draft, review.cleaned, step_url),
        "seen": discretion.seen(review.cleaned),
        "text_url": step_url(draft, "irritant", retour=BACK_TO_CHECK),
        "previous_url": step_url(draft, "contexte"),
        "kept_until": draft.expires_at,
    }
    return render(request, "intake/step_verifier.html", context, status=status)


def _send(request, draft: Draft, review: drafts.Review) -> HttpResponse:
    if gate.too_many(gate.address_of(request.META), "submit"):
        return render(request, "429.html", status=429)
    try:
        drafts.send(draft, review.cleaned)
    except Draft.DoesNotExist:
        return gone(request, draft.token)
    response = SeeOther(reverse("intake:received", args=[draft.token]))
    response.delete_cookie(drafts.COOKIE)
    return response


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
