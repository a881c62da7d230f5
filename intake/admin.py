"""Companies, contacts and the plain list of irritants; working on an irritant is the workbench's (triage)."""

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PLAIN_TEXT, ListAdmin, ReadOnlyAdmin, in_words
from foundation import clock
from foundation.alphabet import Alphabetical
from intake.models import Company, Contact, Destination, Irritant


@admin.register(Irritant)
class IrritantAdmin(ReadOnlyAdmin):
    list_display = ("open_link", "company", "stage", "turn", "coordinator", "due_at", "created_at")
    list_display_links = None
    list_filter = ("stage", "turn", "outcome", "confidentiality", "language", "department")
    search_fields = ("reference", "company__name", "company__siren")
    list_select_related = ("company", "coordinator")
    ordering = ("-created_at",)

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("référence"), ordering="reference")
    def open_link(self, irritant):
        return format_html('<a href="{}">{}</a>', _screen_of(irritant), irritant.reference)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The irritant's own screen says more than a form of columns."""
        irritant = self.get_object(request, object_id)
        if irritant is None or not self.has_view_permission(request, irritant):
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(_screen_of(irritant))


def _screen_of(irritant) -> str:
    return reverse("admin:workbench_irritant", args=[irritant.public_id])


class OfIrritant(ReadOnlyAdmin):
    """Rows about one irritant, to be read on its screen: the list leads there."""

    list_select_related = ("irritant",)

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("dossier"), ordering="irritant__reference")
    def case_link(self, row):
        return format_html('<a href="{}">{}</a>', _screen_of(row.irritant), row.irritant.reference)


class _Correctable(ListAdmin):
    """Facts that a coordinator may correct; rows come and go with the irritants that brought them."""

    actions = None
    formfield_overrides = PLAIN_TEXT

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Company)
class CompanyAdmin(_Correctable):
    list_display = ("name", "siren", "organisation_type", "country")
    list_filter = ("organisation_type", "country")
    search_fields = ("name", "siren", "siret")
    fields = (
        "name",
        "siren",
        "siret",
        "foreign_id",
        "foreign_id_kind",
        "country",
        "organisation_type",
        "naf_rev2",
        "naf_2025",
        "headcount",
        "legal_form",
        "size_category",
        "postcode",
        "city",
        "ceased",
        "registry_on",
        "organisation",
    )


@admin.register(Contact)
class ContactAdmin(_Correctable):
    list_display = ("name", "email", "phone", "position", "language")
    list_filter = ("language",)
    search_fields = ("name", "email", "phone")
    fields = ("email", "name", "phone", "position", "language")
    readonly_fields = ("email", "language")


class SecureAddress(forms.URLField):
    """A page is https where nobody says otherwise."""

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", **kwargs)


class Codes(forms.CharField):
    """A list of codes as one line: « 57, 67, DE ». What a code is, the model says."""

    def __init__(self, *, encoder=None, decoder=None, **kwargs):
        kwargs["help_text"] = _("Départements (57) ou pays (DE), séparés par des virgules. Vide : partout.")
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [code.strip() for code in super().to_python(value).upper().split(",") if code.strip()]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


@admin.register(Destination)
class DestinationAdmin(ListAdmin):
    """Whom companies are handed over to. None is deleted: cases name them; one that is no more is proposed no more."""

    actions = None
    formfield_overrides = {
        **PLAIN_TEXT,
        models.URLField: {"form_class": SecureAddress},
        models.JSONField: {"form_class": Codes},
    }
    list_display = ("name", "kind", "url", "verified_on", in_words("active", _("proposé")))
    ordering = (Alphabetical("name"),)
    list_filter = ("kind", "active")
    search_fields = ("name", "purpose_fr", "purpose_de", "purpose_en")
    fields = (
        "code",
        "name",
        "kind",
        "purpose_fr",
        "purpose_de",
        "purpose_en",
        "territories",
        "url",
        "email",
        "phone",
        "source",
        "verified_on",
        "active",
        "position",
    )

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def save_model(self, request, obj, form, change):
        obj.changed_by, obj.changed_at = request.user, clock.now()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False
