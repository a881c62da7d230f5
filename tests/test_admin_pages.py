"""The admin shows what somebody needs, under our own names, and every list of it is looked at by the browser tests."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime, AdminTimeWidget
from django.urls import reverse

from scripts.pages import LISTS

REGISTERED = {f"{model._meta.app_label}/{model._meta.model_name}": model for model in admin.site._registry}


def test_every_registered_model_is_among_the_pages_that_are_looked_at():
    assert set(LISTS) == set(REGISTERED)


def test_no_default_page_of_a_library_is_registered():
    ours = {"accounts", "intake", "journal", "partners", "programs", "proposals", "triage"}
    assert {path.partition("/")[0] for path in REGISTERED} <= ours


def test_old_addresses_of_the_default_admin_lead_to_ours(client, cast):
    client.force_login(cast.administrator)
    assert client.get("/admin/intake/").headers["Location"] == f"{reverse('admin:data')}#intake"
    answer = client.get("/admin/password_change/")
    assert answer.headers["Location"] == reverse("account_change_password")


def test_a_day_is_chosen_in_the_browsers_own_calendar(rf, cast):
    """Django's own field of a date says « 1 hour behind server time » to whoever travels, though a day has no hour."""
    request = rf.get("/")
    request.user = cast.administrator
    forms = {}
    for model, shown in admin.site._registry.items():
        row = model.objects.first() or model()
        forms[model._meta.label] = shown.get_form(request, row, change=True)
        for inline in shown.get_inline_instances(request, row):
            forms[inline.model._meta.label] = inline.get_formset(request, row).form
    assert "partners.PartnerAbsence" in forms
    asked = {name: list(form.base_fields.values()) for name, form in forms.items()}
    told = (AdminDateWidget, AdminTimeWidget, AdminSplitDateTime)
    assert not [name for name, fields in asked.items() if any(isinstance(one.widget, told) for one in fields)]
