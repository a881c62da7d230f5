"""Confidentiality agreements of one irritant: read, recorded, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import coordinator
from files.signatures import Rejected
from files.store import SENTENCES
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage.asking import candidates
from triage.audience import audience_of
from triage.lifecycle import NON_DISCLOSURE
from triage.non_disclosure import record_agreement
from triage.workbench.base import attempt, irritant_or_404, page_context, version_in
from triage.workbench.forms import AgreementForm

UNPROCESSABLE = 422


def _here(irritant) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:workbench_agreements", args=[irritant.public_id]), status=303)


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request, public_id):
    irritant = irritant_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, irritant, AgreementForm(irritant=irritant))
    form = AgreementForm(request.POST, request.FILES, irritant=irritant)
    if not form.is_valid():
        return _page(request, irritant, form, UNPROCESSABLE)
    data = form.cleaned_data
    try:
        record_agreement(
            irritant,
            data["organisation"],
            signed_on=data["signed_on"],
            note=data["note"],
            upload=data["document"],
            actor=as_coordinator(request.user),
        )
    except Rejected as rejected:
        form.add_error("document", SENTENCES[rejected.code])
        return _page(request, irritant, form, UNPROCESSABLE)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _here(irritant)
    messages.success(
        request, _("L’accord est enregistré : ce partenaire peut être sollicité avec le résumé.")
    )
    return _here(irritant)


def _page(request: HttpRequest, irritant, form: AgreementForm, status: int = 200):
    rows = list(
        irritant.non_disclosures.select_related("organisation", "recorded_by", "file").order_by("-pk")
    )
    context = page_context(
        request,
        _("Accords de confidentialité"),
        irritant=irritant,
        agreements=rows,
        form=form,
        audience=audience_of(irritant, agreements=rows, askable=candidates(irritant)),
    )
    return render(request, "triage/workbench/agreements.html", context, status=status)


@coordinator
@require_POST
def revoke(request, public_id, agreement_id):
    irritant = irritant_or_404(request, public_id)
    row = get_object_or_404(
        irritant.non_disclosures.select_related("irritant", "organisation"), public_id=agreement_id
    )
    attempt(
        request,
        lambda: NON_DISCLOSURE.perform(
            row, "revoke", actor=as_coordinator(request.user), version=version_in(request)
        ),
        _("L’accord n’est plus en vigueur : ce partenaire ne voit plus rien de ce dossier."),
    )
    return _here(irritant)
