"""« Aides et dispositifs »: the list, and a page with a little calculator for each. Reading only."""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public
from foundation import clock
from programs.models import Scheme, SchemeRule
from programs.schemes.definitions import DEFINITIONS, label_of
from programs.schemes.estimating import compute, form_of
from programs.schemes.facts import FactErrors
from programs.schemes.reading import info_of
from programs.schemes.rulebook import RuleBook
from programs.schemes.vocabulary import EMPLOYERS, KINDS
from programs.schemes.work import CALCULATORS

WEEKS_IN_A_YEAR = Decimal(52)
IN_MONTHS_FROM = 9  # weeks


@public
@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """All of them by kind of help; `nature` and `pour` in the address narrow it down."""
    kind, employer = request.GET.get("nature", ""), request.GET.get("pour", "")
    kind, employer = kind if kind in KINDS else "", employer if employer in EMPLOYERS else ""
    rows = [row for row in Scheme.objects.all() if not kind or row.kind == kind]
    if employer:
        rows = [row for row in rows if employer not in row.closed_to]
    for row in rows:
        row.lead = lead_words(row)
    groups = [
        (code, label, [row for row in rows if row.kind == code])
        for code, label in KINDS.items()
        if any(row.kind == code for row in rows)
    ]
    context = {
        "groups": groups,
        "total": len(rows),
        "kinds": KINDS.items(),
        "employers": [(code, capfirst(str(label))) for code, label in EMPLOYERS.items()],
        "kind": kind,
        "employer": employer,
        "canonical": settings.SITE_URL + reverse("schemes"),
        "unlisted": bool(kind or employer),
    }
    return render(request, "programs/schemes/list.html", context)


@public
@require_safe
def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """What it is, for whom, what it costs by the rules in force; with facts in the address, what it costs then."""
    rows = {row.code: row for row in Scheme.objects.all()}
    row = rows.get(code) or get_object_or_404(Scheme, code=code)
    if code not in CALCULATORS:
        return render(request, "404.html", status=404)
    calculator = CALCULATORS[code]
    book = RuleBook(one.as_rule() for one in SchemeRule.objects.of(calculator.rules))
    asked = any(fact.name in request.GET for fact in calculator.facts)
    form = form_of(code)(request.GET if asked else None)
    names = {known: one.name for known, one in rows.items()}
    estimate, status = None, 200
    try:
        facts = request.GET.dict() if asked else {}
        estimate = compute(info_of(row, names), facts, book, on=clock.today()).as_json()
    except FactErrors as error:
        status = 422 if asked else 200
        for name, sentences in error.errors.items():
            if name not in form.errors:
                form.add_error(name if name in form.fields else None, sentences)
    context = {
        "scheme": row,
        "kind": KINDS[row.kind],
        "lead": lead_words(row),
        "length": months_words(row.months_low, row.months_high),
        "form": form,
        "asked": asked,
        "estimate": estimate,
        "rules": rules_shown(calculator.rules, book),
        "today": clock.today(),
        "crumbs": [
            {"label": _("Aides et dispositifs"), "url": reverse("schemes")},
            {"label": row.name, "url": ""},
        ],
        "canonical": settings.SITE_URL + reverse("scheme", args=[code]),
        "unlisted": asked,
    }
    return render(request, "programs/schemes/scheme.html", context, status=status)


def rules_shown(codes: tuple[str, ...], book: RuleBook) -> list[dict]:
    """The row in force of each rule (or the last one known), in the order in which the calculator names them."""
    today = clock.today()
    last = {}
    for rule in book:
        key = rule.code, rule.bracket
        if key not in last or rule.valid_from <= today:
            last[key] = rule
    order = [(code, bracket) for code in codes for bracket in DEFINITIONS[code].brackets]
    return [
        {
            "rule": last[key],
            "label": capfirst(label_of(*key)),
            "over": not last[key].holds(today),
        }
        for key in order
        if key in last
    ]


def months_words(low: int | None, high: int | None) -> str:
    """« 36 mois », « de 6 à 36 mois », « 6 mois au plus »; "" when it is not known."""
    if high is None:
        return ""
    if low is None:
        return _("%(n)s mois au plus") % {"n": high}
    if low == high:
        return _("%(n)s mois") % {"n": high}
    return _("de %(low)s à %(high)s mois") % {"low": low, "high": high}


def lead_words(row: Scheme) -> str:
    """« de 2 à 8 semaines », « de 4 à 9 mois »; "" when our sources do not say."""
    low, high = row.weeks_low, row.weeks_high
    if low is None or high is None:
        return ""
    if high > IN_MONTHS_FROM:
        return months_words(_in_months(low), _in_months(high))
    return _("de %(low)s à %(high)s semaines") % {"low": low, "high": high}


def _in_months(weeks: int) -> int:
    return int((weeks * 12 / WEEKS_IN_A_YEAR).to_integral_value(ROUND_HALF_UP))
