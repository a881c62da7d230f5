"""« Disponibilité », a tab of the partner's space: absences, requests a month, its answers, its offers' freshness.

What stands here is what the ranking uses: the same functions give both (triage.capacity, triage.responding,
programs.freshness).
"""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from foundation import clock
from partners.models import Organisation, PartnerAbsence
from partners.space import READERS, WRITERS, Tab, actor_of, add_tab, of_partner, space_page
from programs import freshness, verifying
from programs.models import Offer, OfferKind
from triage import responding
from triage.capacity import availabilities

TAB = "triage:availability"
UNPROCESSABLE = 422

add_tab(Tab(40, gettext_lazy("Disponibilité"), TAB))


class CapacityForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ("monthly_capacity",)
        widgets = {"monthly_capacity": forms.NumberInput(attrs={"class": "w-xs", "min": 1})}
        help_texts = {
            "monthly_capacity": gettext_lazy(
                "Vide : pas de limite dite. Au-delà, la coordination est avertie avant de vous solliciter."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False


class AbsenceForm(forms.ModelForm):
    class Meta:
        model = PartnerAbsence
        fields = ("since", "until")
        widgets = {
            name: forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d")
            for name in ("since", "until")
        }
        labels = {
            "since": gettext_lazy("Premier jour d’absence"),
            "until": gettext_lazy("Dernier jour d’absence"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def clean_until(self):
        if self.cleaned_data["until"] < clock.today():
            raise forms.ValidationError(_("Cette absence est déjà passée."))
        return self.cleaned_data["until"]


@dataclass(frozen=True)
class Period:
    """How long offers of a kind hold, why, and how those of the organisation stand. `next_on`: when the first is to
    be verified."""

    kind: str
    days: int
    why: str
    count: int
    next_on: date


def periods(organisation: Organisation) -> list[Period]:
    """Of the kinds that it has in the catalogue, those to be verified first in front."""
    dues: dict[str, list[date]] = {}
    for row in Offer.objects.published().filter(organisation=organisation):
        dues.setdefault(row.kind, []).append(freshness.due_on(row))
    found = [
        Period(OfferKind(kind).label, freshness.VALID_DAYS[kind], freshness.WHY[kind], len(days), min(days))
        for kind, days in dues.items()
    ]
    return sorted(found, key=lambda one: (one.next_on, str(one.kind)))


def _save_capacity(request, organisation: Organisation) -> dict:
    form = CapacityForm(request.POST, instance=organisation)
    if not form.is_valid():
        organisation.refresh_from_db(fields=["monthly_capacity"])
        return {"capacity_form": form, "form": form}
    told = form.cleaned_data["monthly_capacity"]
    Organisation.objects.filter(pk=organisation.pk).update(monthly_capacity=told, version=F("version") + 1)
    messages.success(request, _("C’est noté : la coordination et le classement en tiennent compte."))
    return {}


def _add_absence(request, organisation: Organisation) -> dict:
    form = AbsenceForm(request.POST, instance=PartnerAbsence(organisation=organisation))
    if not form.is_valid():
        return {"absence_form": form, "form": form}
    key = {name: form.cleaned_data[name] for name in ("since", "until")}
    PartnerAbsence.objects.get_or_create(organisation=organisation, **key)  # a double click is one absence
    messages.success(request, _("L’absence est notée : personne ne vous relance pendant ce temps."))
    return {}


def _remove_absence(request, organisation: Organisation) -> dict:
    key = request.POST.get("absence", "")
    organisation.absences.filter(pk=key if key.isdecimal() and len(key) < 10 else None).delete()
    messages.success(request, _("L’absence est retirée."))
    return {}


# What the page's forms do, by their field `what`: what was refused comes back with the page, nothing when it is done.
_WHAT = {"capacity": _save_capacity, "absence": _add_absence, "back": _remove_absence}


@of_partner(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def availability(request, membership):
    organisation = membership.organisation
    refused: dict = {}
    if request.method == "POST":
        if membership.role not in WRITERS:
            raise PermissionDenied
        what = request.POST.get("what", "")
        if request.POST.get("act"):
            verifying.act(request, organisation, actor=actor_of(membership))
        elif what in _WHAT:
            refused = _WHAT[what](request, organisation)
        else:
            raise Http404
        if not refused:
            return redirect(TAB, code=organisation.external_id)
    today = clock.today()
    context = {
        "now": availabilities([organisation])[organisation.pk],
        "answers": responding.of(organisation),
        "enough": responding.ENOUGH,
        "slow_days": responding.SLOW_WORKING_DAYS,
        "absences": list(organisation.absences.filter(until__gte=today)),
        "periods": periods(organisation),
        "capacity_form": CapacityForm(instance=organisation),
        "absence_form": AbsenceForm(),
        "act_url": reverse(TAB, args=[organisation.external_id]),
        "today": today,
        **verifying.offers_shown(organisation),
        **refused,
    }
    status = UNPROCESSABLE if refused else 200
    return space_page(request, membership, "triage/availability.html", context, tab=TAB, status=status)
