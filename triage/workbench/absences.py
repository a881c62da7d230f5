"""« Absences »: who is away and who stands in; and all of somebody's cases to a colleague, in one act."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import coordinator
from accounts.models import Absence, User
from foundation import clock
from intake.models import Irritant
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import following
from triage.workbench.base import attempt, back_to, irritant_or_404, page_context, version_in

UNPROCESSABLE = 422
_DAY = forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d")


class AbsenceForm(forms.ModelForm):
    class Meta:
        model = Absence
        fields = ("user", "since", "until", "replacement")
        widgets = {"since": _DAY, "until": _DAY}
        help_texts = {
            "until": gettext_lazy("Dernier jour d’absence."),
            "replacement": gettext_lazy(
                "Voit ces dossiers parmi les siens et reçoit les courriels à sa place."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("user", "replacement"):
            self.fields[name].queryset = User.objects.coordinators()
            self.fields[name].empty_label = _("Choisissez")
        self.use_required_attribute = False

    def clean_until(self):
        if self.cleaned_data["until"] < clock.today():
            raise forms.ValidationError(_("Cette absence est déjà passée."))
        return self.cleaned_data["until"]


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest):
    form = AbsenceForm(request.POST or None, initial={"user": request.user.pk})
    if request.method == "POST" and form.is_valid():
        form.instance.entered_by = request.user
        form.save()
        messages.success(request, _("L’absence est notée."))
        return HttpResponseRedirect(reverse("admin:workbench_absences"), status=303)
    rows = Absence.objects.not_over(clock.today()).select_related("user", "replacement")
    context = page_context(
        request,
        _("Absences et remplacements"),
        form=form,
        absences=list(rows),
        today=clock.today(),
        colleagues=list(User.objects.coordinators()),
    )
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "triage/workbench/absences.html", context, status=status)


@coordinator
@require_POST
def remove(request: HttpRequest, absence_id):
    """Back earlier, or entered by mistake."""
    Absence.objects.filter(public_id=absence_id).delete()
    messages.success(request, _("L’absence est retirée."))
    return HttpResponseRedirect(reverse("admin:workbench_absences"), status=303)


def _person(value: str) -> User | None:
    return (
        User.objects.coordinators().filter(pk=value).first()
        if value.isdecimal() and len(value) < 10
        else None
    )


@coordinator
@require_POST
def pass_all_on(request: HttpRequest):
    giver, taker = (
        (User.objects.filter(pk=value).first() if value.isdecimal() and len(value) < 10 else None)
        for value in (request.POST.get("of", ""), request.POST.get("to", ""))
    )
    if giver is None or taker is None or giver == taker:
        messages.error(request, _("Choisissez deux personnes différentes."))
    else:
        try:
            count = following.pass_all_on(giver, taker, actor=as_coordinator(request.user))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                ngettext(
                    "%(count)s dossier est maintenant suivi par %(who)s.",
                    "%(count)s dossiers sont maintenant suivis par %(who)s.",
                    count,
                )
                % {"count": count, "who": taker},
            )
    return HttpResponseRedirect(reverse("admin:workbench_absences"), status=303)


@coordinator
@require_POST
def pass_on(request: HttpRequest, public_id):
    row: Irritant = irritant_or_404(request, public_id)
    to = _person(request.POST.get("to", ""))
    if to is None:
        messages.error(request, _("Choisissez quelqu’un de la coordination."))
        return back_to(row)
    attempt(
        request,
        lambda: following.pass_on(row, to, actor=as_coordinator(request.user), version=version_in(request)),
        _("Le dossier est maintenant suivi par %(who)s.") % {"who": to},
    )
    return back_to(row)
