"""The board of figures, for funders and coordinators."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import funder
from foundation import clock
from insights import figures as count
from journal.panels import render_panels


@funder
@require_safe
def figures(request):
    context = {
        "headline": count.headline(),
        "charts": count.charts(),
        "today": clock.today(),
        "small": count.SMALL,
    }
    return render(
        request, "insights/figures.html", {**context, "panels": render_panels("figures", context, request)}
    )
