"""« Chiffres »: how long people wait, what partners say, whether the machine was right, who carries how much."""

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import coordinator
from insights.bench import periods
from insights.bench.counting import ENOUGH, Board
from insights.bench.load import loads
from journal.exports.kinds import Between
from triage.workbench.base import page_context

FREE = "dates"


@coordinator
@require_safe
def figures(request: HttpRequest):
    name = request.GET.get("periode", "")
    free = name == FREE
    form = Between(request.GET) if free else Between()
    form.use_required_attribute = False
    if free and form.is_valid():
        period = periods.chosen(form.cleaned_data["since"], form.cleaned_data["until"])
    else:
        _label, made = periods.NAMED.get(name, periods.NAMED["jours"])
        period = made()
        name = name if name in periods.NAMED or free else "jours"
    if not free:
        form = Between(initial={"since": period.since, "until": period.until})
    context = page_context(
        request,
        _("Chiffres de l’atelier"),
        board=Board(request.user, period),
        loads=loads(request.user),
        period=period,
        form=form,
        enough=ENOUGH,
        tabs=[
            {"label": label, "url": f"?periode={code}", "count": None, "current": code == name}
            for code, (label, _made) in periods.NAMED.items()
        ],
    )
    return render(request, "insights/bench/figures.html", context)
