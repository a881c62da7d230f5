"""« Contrôle », for administrators: does the journal hold, who read in whose name; and reading in somebody's name."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import administrator
from accounts.models import User
from foundation.forms import Line
from intake.models import Irritant
from journal import auditing, events, jobs, links, standing_in
from journal.lifecycle import Refusal
from journal.models import AuditRun, StandIn
from journal.standing_in import LONGEST
from journal.timeline import READERS
from partners.models import Organisation
from triage.workbench.base import irritant_or_404, page_context

SHOWN = 20
# journal.events says what is wrong in the words of a command; the page in the reader's.
WRONG = {
    "missing event before this one": gettext_lazy(
        "il manque ce qui précède"
    ),  # of verifications before this release
    events.MISSING: gettext_lazy("il manque"),
    events.ALTERED: gettext_lazy("contenu changé"),
    events.CUT: gettext_lazy("la fin manque"),
    events.HEADLESS: gettext_lazy("le repère de la fin manque"),
    events.REWRITTEN: gettext_lazy(
        "ce n’est plus l’événement qui terminait ce dossier lors d’une vérification passée"
    ),
    auditing.FEWER: gettext_lazy("moins d’événements qu’à la vérification précédente"),
}


class ReasonForm(forms.Form):
    reason = Line(
        label=gettext_lazy("Pourquoi ?"),
        max_length=300,
        help_text=gettext_lazy("La personne lira cette raison dans son historique."),
    )


class MemberForm(ReasonForm):
    """In whose name: a member of the organisation."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Au nom de"), queryset=User.objects.none(), empty_label=gettext_lazy("Choisissez")
    )
    field_order = ("person", "reason")

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        members = User.objects.filter(is_active=True, memberships__organisation=organisation)
        self.fields["person"].queryset = members.order_by("full_name", "email")


@administrator
@require_safe
def trust(request: HttpRequest):
    runs = list(AuditRun.objects.all()[:SHOWN])
    rows = list(StandIn.objects.select_related("by", "person")[:SHOWN])
    cases = READERS["case"]({str(row.case) for row in rows if row.case})
    partners = READERS["organisation"]({str(row.organisation) for row in rows if row.organisation})
    for row in rows:
        row.whose = cases.get(str(row.case), "—") if row.case else partners.get(str(row.organisation), "—")
        row.pages = len(standing_in.pages_read(row))
    last = runs[0] if runs else None
    named = READERS["case"]({case for case, _seq, _wrong in last.places if case}) if last else {}
    places = [
        (named.get(case, case), seq, WRONG.get(wrong, wrong))
        for case, seq, wrong in (last.places if last else [])
    ]
    context = page_context(request, _("Contrôle"), runs=runs, last=last, places=places, stand_ins=rows)
    return render(request, "triage/workbench/trust.html", context)


@administrator
@require_POST
def verify(request: HttpRequest):
    jobs.submit(auditing.KIND, f"{auditing.KIND}:{uuid4()}", {})
    messages.success(request, _("La vérification est lancée : rechargez la page dans un instant."))
    return HttpResponseRedirect(reverse("admin:workbench_trust"), status=303)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def as_company(request: HttpRequest, public_id):
    """Open the follow-up page of a case as its contact sees it."""
    irritant: Irritant = irritant_or_404(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not irritant.erased_at:
        link = links.give(links.FOLLOW, irritant.public_id, irritant.contact.email)
        row = _begin(request, form, case=irritant.public_id)
        if row:
            return redirect("intake:follow", token=standing_in.borrow(row, link).token)
    return _page(request, form, irritant=irritant, whose=irritant.reference)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def as_member(request: HttpRequest, public_id):
    """Open the space of a partner as one of its members sees it."""
    organisation = get_object_or_404(Organisation, public_id=public_id)
    form = MemberForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        if _begin(request, form, person=person, organisation=organisation.public_id):
            return redirect("partner_space")
    return _page(request, form, whose=organisation.name)


def _begin(request: HttpRequest, form: ReasonForm, **of) -> StandIn | None:
    try:
        row = standing_in.begin(request.user, reason=form.cleaned_data["reason"], **of)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    request.session[standing_in.KEY] = row.pk
    return row


def _page(request: HttpRequest, form: ReasonForm, *, whose: str, irritant: Irritant | None = None):
    minutes = int(LONGEST.total_seconds() // 60)
    context = page_context(
        request, _("Lire au nom d’autrui"), form=form, whose=whose, irritant=irritant, minutes=minutes
    )
    return render(request, "triage/workbench/stand_in.html", context, status=422 if form.is_bound else 200)
