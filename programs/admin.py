"""Offers and vocabulary, to read: offers change through their lifecycle, vocabulary by load_reference."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from foundation.alphabet import Alphabetical
from programs.engine import tongue
from programs.models import Offer, Pillar, Sector, ThesaurusAddition, ThesaurusRetirement, Topic
from programs.schemes import admin as schemes  # noqa: F401  (registers its rows)


def quoted(name: str, description):
    """A column of words that somebody wrote, which carries its own language on a page in another one."""

    @admin.display(description=description)
    def said(row):
        text = getattr(row, name)
        return format_html('<span lang="{}">{}</span>', tongue(text), text) if text else "—"

    return said


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("title_shown", "kind", "organisation", "status", "valid_until", "content_updated_on")
    list_filter = ("status", "kind", "language", "illustrative")
    search_fields = ("title_fr", "title_de", "title_en", "organisation__name", "external_id")
    list_select_related = ("organisation",)
    ordering = ("-content_updated_on", "pk")

    @admin.display(description=_("titre"), ordering="title_fr")
    def title_shown(self, offer):
        return format_html('<span lang="{}">{}</span>', offer.language_shown(), offer.title)


@admin.register(Topic, Sector, Pillar)
class TermAdmin(ReadOnlyAdmin):
    list_display = ("label", "code")
    search_fields = ("code", "label_fr", "label_de", "label_en")

    def get_ordering(self, request):
        """By the label in the reader's language."""
        return (Alphabetical(f"label_{get_language()[:2]}"),)

    @admin.display(description=_("libellé"))
    def label(self, term):
        return term.label


@admin.register(ThesaurusAddition)
class ThesaurusAdditionAdmin(ReadOnlyAdmin):
    """To read: the vocabulary changes on the workbench, which shows what a change does before it is made."""

    when_empty = _("Les expressions ajoutées dans « Vocabulaire » sont listées ici.")
    list_display = ("concept", "language", "expression", "created_by", "created_at", "retired_at")
    list_filter = ("language",)
    search_fields = ("concept", "expression")
    list_select_related = ("created_by",)
    ordering = ("-created_at",)


@admin.register(ThesaurusRetirement)
class ThesaurusRetirementAdmin(ReadOnlyAdmin):
    when_empty = _("Ce qui est retiré dans « Vocabulaire » est listé ici.")
    list_display = ("item", "created_by", "created_at", "undone_at")
    search_fields = ("item",)
    list_select_related = ("created_by",)
    ordering = ("-created_at",)
