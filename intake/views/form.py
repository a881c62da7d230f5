"""The form: four steps kept on the server, sent once."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import by_link, public
from foundation.visitors import address_of
from intake import drafts, gate, merging, organisation, questions
from intake.about import about
from intake.forms import IrritantForm
from intake.models import Draft
from intake.registry import client as registry
from intake.views import lookup, sending, uploads
from intake.views.steps import (
    BACK_TO_CHECK,
    SeeOther,
    gone,
    later_words,
    remember,
    step_context,
    step_url,
    too_many,
)

KEEP = "keep"  # the page saves on its own, while the person still types (static/js/form-keep.js)
ORGANISATION_ACTS = ("search_company", "choose_company", "forget_company")


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def start(request):
    """The first step before there is a draft; also where the home page and links with ?text= lead."""
    if request.method == "POST":
        return _begin(request)
    initial = {"text": request.GET.get("text", "")[:20_000]}
    return _first_page(request, IrritantForm(initial=initial), via=request.GET.get("via", ""))


def _first_page(request, form, *, via: str, status: int = 200, later: str = "") -> HttpResponse:
    context = {
        **step_context("irritant", None),
        "form": form,
        "via": drafts.clean_provenance(via),
        "about": about(drafts.clean_provenance(via)),
        "wait": later,
        **drafts.resume_offer(request.COOKIES),
    }
    response = render(request, "intake/step_irritant.html", context, status=status)
    response["Cache-Control"] = "no-store, private"  # what it says depends on this browser's cookie
    return response


def _begin(request) -> HttpResponse:
    """A draft is made from whatever was typed; a text that is long enough is not asked for twice."""
    text, via = request.POST.get("text", ""), request.POST.get("via", "")
    by_itself = request.POST.get("action") == KEEP
    if not text.strip():
        if "tried" in request.POST and not by_itself:
            return _first_page(request, IrritantForm(request.POST), via=via, status=422)
        return SeeOther(reverse("intake:start"))
    origin = gate.origin_of(address_of(request.META))
    if gate.too_many_begun(origin):  # no row is made: what was typed stays on the page
        return too_many(
            _first_page(request, IrritantForm(initial=request.POST), via=via, later=later_words())
        )
    draft = drafts.begin(text, tried=request.POST.get("tried", ""), via=via, origin=origin)
    form = drafts.bound(draft, "irritant")
    if by_itself:
        where = {"url": step_url(draft, "irritant"), "seen": merging.seen(form)}
        return remember(JsonResponse(where, status=201), draft)
    if form.is_valid():
        return remember(SeeOther(step_url(draft, "vous")), draft)
    return remember(SeeOther(step_url(draft, "irritant", erreurs="1")), draft)


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
        return sending.already_sent(request, draft, step)
    if step == "verifier":
        return sending.check(request, draft)
    if request.method != "POST":
        judged = request.GET.get("erreurs") == "1"
        form = drafts.bound(draft, step) if judged else drafts.blank(draft, step)
        return _page(request, draft, step, form)
    try:
        return _keep_and_go_on(request, draft, step)
    except Draft.DoesNotExist:
        return gone(request, token)


def _keep_and_go_on(request, draft: Draft, step: str) -> HttpResponse:
    act = request.POST.get("action", "")
    drafts.keep(draft, step, request.POST, said=act != KEEP)
    if act == KEEP:
        return JsonResponse({"seen": merging.seen(drafts.bound(draft, step))})
    back = {"retour": BACK_TO_CHECK} if request.GET.get("retour") == BACK_TO_CHECK else {}
    if act == "back":
        return SeeOther(step_url(draft, drafts.ORDER[max(0, drafts.ORDER.index(step) - 1)]))
    if act == "link":
        for sentence in uploads.sentences(_received(draft, request)):
            messages.warning(request, sentence)
        return sending.send_link(request, draft, step)
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
    refused = _received(draft, request) if step == "contexte" else []
    valid = form.is_valid()
    for sentence in uploads.sentences(refused):
        form.add_error("attachments", sentence)
    if refused or (not valid and act != "upload"):
        return _page(request, draft, step, form, status=422)
    if act == "upload":
        return SeeOther(step_url(draft, "contexte", **back) + "#documents")
    return SeeOther(_next(draft, step, bool(back)))


def _received(draft: Draft, request) -> list[tuple[str, str]]:
    """Keep the files of this request; what may not be kept. What was there already is said, and is no error."""
    received = uploads.receive(draft, request)
    for sentence in received.again:
        messages.info(request, sentence)
    return received.refused


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


def _page(request, draft: Draft, step: str, form, *, status: int = 200) -> HttpResponse:
    context = {
        **step_context(step, draft),
        "form": form,
        "returning": request.GET.get("retour") == BACK_TO_CHECK,
    }
    if step == "irritant":
        context["about"] = about(draft.provenance)
    if step == "vous":
        context["understood"] = drafts.understood(draft)
        context |= _organisation(request, draft, form)
    if step == "contexte":
        context |= lookup.site(form, reverse("intake:communes", args=[draft.token]), draft.answers)
        context["files"] = uploads.of_draft(draft)
        context["questions"] = _questions(draft, form)
        context["asked_fields"] = {asked.field for asked, _field in context["questions"]}
        # what was answered can be changed, though it is not asked again
        context["keep_kinds"] = (
            "kinds_wished" in draft.answers and "kinds_wished" not in context["asked_fields"]
        )
    context["seen"] = merging.seen(form, context.get("understood", ()))
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
    asked = sorted(questions.for_draft(draft), key=lambda one: bool(one.field))  # topics together, and first
    for one in asked:
        if one.field == "kinds_wished" and one.options:
            field = form.fields[one.field]
            field.choices = [choice for choice in field.choices if choice[0] in one.options]
    return [(one, form[one.field] if one.field else None) for one in asked]
