"""Organisations: coordinators keep their address right; the rest comes from the catalogue and the members."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import PLAIN_TEXT, ListAdmin, ReadOnlyAdmin, in_words
from partners.models import Membership, Organisation

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
    search_fields = ("name", "acronym", "city", "contact_email", "external_id")
    fields = (*_NEW, "expertise", "founding_member", "illustrative")

    def get_fields(self, request, obj=None):
        return self.fields if obj else _NEW

    def get_readonly_fields(self, request, obj=None):
        """Only where and in which language to write: names and expertise are what matching reads."""
        return tuple(name for name in self.fields if name not in ("contact_email", "language")) if obj else ()

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
