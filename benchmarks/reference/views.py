from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from benchmarks.reference.models import Case, Outbox


class CaseForm(forms.ModelForm):
    class Meta:
        model = Case
        fields = ["token", "company", "email", "title", "body"]


def page(request):
    return render(request, "page.html", {"items": range(20)})


def submit(request):
    form = CaseForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422)
    with transaction.atomic():
        case = form.save()
        Outbox.objects.create(case=case, kind="ack", key=f"ack:{case.pk}", payload={"to": case.email})
    return HttpResponseRedirect(f"/merci/{case.ref}")
