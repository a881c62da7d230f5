"""Proposals and collaborations: to read; they are written and sent from the irritant's screen."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from intake.admin import OfIrritant
from proposals.models import Collaboration, Proposal


@admin.register(Proposal)
class ProposalAdmin(OfIrritant):
    list_display = ("title", "case_link", "stage", "valid_until", "created_by", "created_at")
    list_filter = ("stage",)
    search_fields = ("title", "irritant__reference", "irritant__company__name")
    list_select_related = ("irritant", "created_by")
    ordering = ("-created_at",)
    exclude = (*OfIrritant.exclude, "options", "sections", "undo")  # read on the case


@admin.register(Collaboration)
class CollaborationAdmin(OfIrritant):
    list_display = ("what", "case_link", "stage", "created_at")
    list_filter = ("stage",)
    search_fields = ("irritant__reference", "irritant__company__name")
    list_select_related = ("irritant", "proposal")
    ordering = ("-created_at",)

    @admin.display(description=_("proposition"), ordering="proposal__title")
    def what(self, collaboration):
        return str(collaboration.proposal)
