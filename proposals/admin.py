"""Proposals and collaborations: to read; they are written and sent from the irritant's screen."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from proposals.models import Collaboration, Proposal


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ("title", "irritant", "stage", "valid_until", "created_by", "created_at")
    list_filter = ("stage",)
    search_fields = ("title", "irritant__reference", "irritant__company__name")
    list_select_related = ("irritant", "created_by")
    ordering = ("-created_at",)


@admin.register(Collaboration)
class CollaborationAdmin(ReadOnlyAdmin):
    list_display = ("what", "irritant", "stage", "created_at")
    list_filter = ("stage",)
    search_fields = ("irritant__reference", "irritant__company__name")
    list_select_related = ("irritant", "proposal")
    ordering = ("-created_at",)

    @admin.display(description=_("proposition"), ordering="proposal__title")
    def what(self, collaboration):
        return str(collaboration.proposal)
