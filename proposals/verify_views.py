"""The page that says whether a paper is genuine and current. Open to everybody; it tells nothing else."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from intake.views.form import SeeOther
from proposals import verification


@public
@require_safe
def verify(request):
    """The form; what it sends leads to the address that the QR code has."""
    number, check = (request.GET.get(name, "")[:60] for name in ("numero", "empreinte"))
    if not number and not check:
        return _page(request, verdict=None)
    code = verification.asked(number, check)
    if code:
        return SeeOther(reverse("proposals:verified", args=[code]))
    return _answer(request, verification.Verdict(verification.UNKNOWN), number=number, check=check)


@public
@require_safe
def verified(request, code):
    """The answer for a number and its signs; every unknown one reads the same."""
    if verification.too_many(request.META):
        return _page(request, verdict=None, busy=True, status=429)
    verdict = verification.verdict(code)
    if verdict.code == verification.UNKNOWN:
        return _answer(request, verdict)
    number, _dash, check = code.partition("-")
    return _answer(request, verdict, number=number, check=check)


def _answer(request, verdict, **typed):
    if verdict.code == verification.UNKNOWN:
        verification.failed(request.META)
    return _page(request, verdict=verdict, **typed)


def _page(request, *, verdict, busy=False, number="", check="", status=200):
    context = {"verdict": verdict, "busy": busy, "number": number, "check": check}
    response = render(request, "proposals/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    if status == 429:
        response["Retry-After"] = str(verification.WINDOW)
    return response
