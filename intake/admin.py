"""Companies, contacts and the plain list of irritants; working on an irritant is the workbench's (triage)."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PLAIN_TEXT, ListAdmin, ReadOnlyAdmin
from intake.models import Company, Contact, Irritant


@admin.register(Irritant)
class IrritantAdmin(ReadOnlyAdmin):
    list_display = ("open_link", "company", "stage", "turn", "coordinator", "due_at", "created_at")
    list_display_links = None
    list_filter = ("stage", "turn", "outcome", "confidentiality", "language", "department")
    search_fields = ("reference", "company__name", "company__siren")
    list_select_related = ("company", "coordinator")
    ordering = ("-created_at",)

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

    @admin.display(description=_("dossier"), ordering="irritant__reference")
    def case_link(self, row):
        return format_html('<a href="{}">{}</a>', _screen_of(row.irritant), row.irritant.reference)


class _Correctable(ListAdmin):
    """Facts that a coordinator may correct; rows come and go with the irritants that brought them."""

    actions = None
    formfield_overrides = PLAIN_TEXT

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
