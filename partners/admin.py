"""Organisations: coordinators keep address, capacity and absences right; the rest comes from elsewhere."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import PLAIN_TEXT, ListAdmin, ReadOnlyAdmin, in_words
from foundation.alphabet import Alphabetical
from partners.models import Membership, Organisation, PartnerAbsence

_NEW = (
    "external_id",
    "name",
    "acronym",
    "kind",
    "city",
    "postcode",
    "country",
    "web_domain",
    "contact_email",
    "language",
)
# Where and in which language to write, and how often: names and expertise are what matching reads.
_KEPT_RIGHT = ("contact_email", "language", "monthly_capacity")


class AbsenceInline(admin.StackedInline):
    """When nobody answers there, and room for one more: the form has no script that would add it."""

    model = PartnerAbsence
    extra = 1
    formfield_overrides = PLAIN_TEXT  # those of the page do not reach the rows in it


@admin.register(Organisation)
class OrganisationAdmin(ListAdmin):
    actions = None
    formfield_overrides = PLAIN_TEXT
    list_display = (
        "name",
        "acronym",
        "kind",
        "city",
        "contact_email",
        in_words("founding_member", _("membre fondateur")),
    )
    list_filter = ("kind", "founding_member", "country")
    ordering = (Alphabetical("name"),)
    search_fields = ("name", "acronym", "city", "contact_email", "external_id")
    fields = (*_NEW, "monthly_capacity", "expertise", "founding_member", "illustrative")

    def get_fields(self, request, obj=None):
        return self.fields if obj else _NEW

    def get_readonly_fields(self, request, obj=None):
        return tuple(name for name in self.fields if name not in _KEPT_RIGHT) if obj else ()

    def get_inlines(self, request, obj):
        return [AbsenceInline] if obj else []

    def save_model(self, request, obj, form, change):
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "user", "role", "since")
    list_filter = ("role",)
    search_fields = ("organisation__name", "user__email")
    list_select_related = ("organisation", "user")
