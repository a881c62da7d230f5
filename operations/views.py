"""Health and figures: for machines without a login, for people in the workbench."""

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import coordinator, machine
from foundation import clock
from operations import health, metrics
from triage.workbench.base import page_context


@machine
@require_safe
def live(request):
    return JsonResponse({"status": "ok"})


@machine
@require_safe
def ready(request):
    """200 when work flows, 503 when it does not, with the names of the checks alone (reliability: R-20)."""
    found = health.everything()
    wrong = [one for one, what in found if what.ok is False]
    problems = [one.name for one in wrong if one.grave]
    content = {
        "status": "ko" if problems else "ok",
        "problems": problems,
        "warnings": [one.name for one in wrong if not one.grave],
        "checks": {one.name: what.ok for one, what in found},
    }
    return JsonResponse(content, status=503 if problems else 200)


@machine
@require_safe
def figures(request):
    """Prometheus's text format, for whoever presents METRICS_TOKEN; without one set, the page does not exist."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@coordinator
@require_safe
def page(request):
    context = page_context(request, _("Santé"), rows=health.everything(), now=clock.now())
    return render(request, "operations/health.html", context)
