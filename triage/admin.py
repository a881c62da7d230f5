"""Referrals as a plain list; the workbench itself is triage.workbench, mounted by the admin site."""

from django.contrib import admin
from django.db.models import Case, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from foundation.plain import filed
from intake.admin import OfIrritant
from programs.admin import quoted
from triage.models import HoldRule, Referral
from triage.reasons import RULE_NAMES


@admin.register(HoldRule)
class HoldRuleAdmin(ReadOnlyAdmin):
    """To read: a rule changes on the workbench, which says what follows and records who did it."""

    list_display = ("named", "code", "mode", "changed_by", "changed_at")
    list_filter = ("mode",)
    list_select_related = ("changed_by",)
    fields = ("named", "code", "mode", "changed_by", "changed_at")
    readonly_fields = ("named",)

    def get_ordering(self, request):
        """By the name in the reader's language: names are words of the code, not rows."""
        by_name = sorted(RULE_NAMES, key=lambda code: filed(str(RULE_NAMES[code])))
        places = [When(code=code, then=Value(place)) for place, code in enumerate(by_name)]
        return (Case(*places, default=Value(len(by_name))),)

    @admin.display(description=_("règle"))
    def named(self, rule):
        return capfirst(RULE_NAMES.get(rule.code, rule.code))


@admin.register(Referral)
class ReferralAdmin(OfIrritant):
    list_display = ("organisation", "case_link", "stage", "asked_at", "answered_at", "decline_reason")
    list_filter = ("stage", "decline_reason")
    search_fields = ("irritant__reference", "organisation__name")
    list_select_related = ("irritant", "organisation")
    ordering = ("-created_at",)
    fields = (
        "case_link",
        "organisation",
        "stage",
        "summary_said",
        "note_said",
        "answer_said",
        "decline_reason",
        "available_from",
        "suggested",
        "suggested_words",
        "person_in_charge",
        "person_contact",
        "created_at",
        "asked_at",
        "due_at",
        "answered_at",
    )
    readonly_fields = ("case_link", "summary_said", "note_said", "answer_said")
    summary_said = staticmethod(quoted("summary", _("résumé transmis")))
    note_said = staticmethod(quoted("note", _("mot du coordinateur")))
    answer_said = staticmethod(quoted("answer", _("réponse")))
