"""What the form proposes while one types: organisations of the registry, communes of a postcode.

Both are parts of a page for htmx; without it, the same parts come with the page after a click (views.form).
"""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import by_link
from foundation.identifiers import compact
from intake import drafts, organisation
from intake.company_words import naf_words
from intake.forms import ContextForm
from intake.models import Draft
from intake.registry import breaker, client


def _open(token: str) -> Draft | None:
    draft = drafts.find(token)
    return draft if draft and not draft.submitted_at else None


@by_link
@require_safe
def companies(request, token: str):
    """The list under the field of the name, as a listbox."""
    draft = _open(token)
    if draft is None:
        return HttpResponse(status=404)
    return render(
        request,
        "intake/_companies.html",
        {"results": found(draft, request.GET.get("company_name", "")), "list": True},
    )


def found(draft: Draft, query: str) -> dict:
    """{"state", "companies": [{"entity", "naf"}], "illustrative"} for what was typed."""
    if breaker.too_often(draft.token):
        return {"state": "unavailable", "companies": []}
    answer = client.search(query)
    companies = [
        {"entity": entity, "naf": naf_words(entity.naf_rev2, entity.naf_2025)} for entity in answer.found
    ]
    return {"state": answer.state, "companies": companies, "illustrative": answer.illustrative}


@by_link
@require_safe
def communes(request, token: str):
    """The field of the commune or of the city, whichever fits the postcode."""
    draft = _open(token)
    if draft is None:
        return HttpResponse(status=404)
    return place(request, ContextForm(country=draft.answers.get("country") or "FR"), draft.answers)


def place(request, form: ContextForm, answers: Mapping) -> HttpResponse:
    """The part of the page for the postcode that is being typed."""
    context = {"form": form, **places(form, request.GET.get("site_postcode", ""), answers)}
    return render(request, "intake/_place.html", context)


def site(form: ContextForm, url: str, answers: Mapping) -> dict:
    """What intake/_site.html needs; `url` gives the communes while the postcode is typed (htmx)."""
    found = places(form, form["site_postcode"].value() or "", answers)
    form.fields["site_postcode"].widget.attrs |= {
        "hx-get": url,
        "hx-trigger": "input changed delay:300ms",
        "hx-target": "#site-place",
        "hx-sync": "this:replace",
    }
    return found


def places(form: ContextForm, postcode: str, answers: Mapping) -> dict:
    """{"served": communes of the postcode, "chosen": INSEE code of the one to show as chosen, "site_filled": whether
    it came with the organisation of these answers}."""
    postcode = compact(postcode)[:10]
    served = form.served(postcode)
    value = form["site_commune"].value() or ""
    if value:  # the city is that commune's name: it must not stand as written by hand beside another postcode
        if form.is_bound:
            form.data = form.data.copy()
        (form.data if form.is_bound else form.initial)["site_city"] = ""
    known = value if value in {commune.code for commune in served} else ""
    return {
        "served": served,
        "chosen": known or (served[0].code if len(served) == 1 else ""),
        "site_filled": organisation.fills_site(answers, postcode),
    }
