"""What triage adds to other apps' pages: who can help (follow-up page), what waits (partner's space)."""

from django.db.models import F

from intake.models import Confidentiality
from journal.panels import panel
from partners.models import Membership
from triage.models import Disclosure, Match, MatchState, Referral, ReferralStage

_YES = (ReferralStage.ACCEPTED,)
_AWAITED = (ReferralStage.ASKED, ReferralStage.QUESTION)
LATEST = 10


@panel("follow", order=20)
def who_can_help(context: dict):
    """How many partners were asked and are awaited; only those that accepted have a name."""
    irritant = context["irritant"]
    referrals = list(
        irritant.referrals.exclude(asked_at=None)
        .exclude(stage=ReferralStage.CANCELLED)
        .select_related("organisation")
        .prefetch_related("matches__offer")
        .order_by("asked_at", "pk")
    )
    if not referrals:
        return None
    disclosed = set(Disclosure.objects.filter(irritant=irritant).values_list("organisation_id", flat=True))
    accepted = [row for row in referrals if row.stage in _YES]
    for row in accepted:
        row.disclosed = row.organisation_id in disclosed
    return "triage/panel_follow.html", {
        "asked_count": len(referrals),
        "awaited_count": sum(row.stage in _AWAITED for row in referrals),
        "answered_no_count": sum(row.stage == ReferralStage.DECLINED for row in referrals),
        "accepted": accepted,
        "agreement_first": irritant.confidentiality == Confidentiality.NDA,
        "link_token": _token(context),
    }


def _token(context: dict) -> str:
    """The token of the follow-up link the page was opened with; "" when opened otherwise (no button then)."""
    link = context.get("link")
    return context.get("token") or (link.token if link else "")


@panel("space", order=10)
def what_waits_for_me(context: dict):
    """What was asked to the organisations of the person: those to answer first, then the latest others."""
    mine = (
        Referral.objects.filter(organisation__in=context["organisations"])
        .exclude(asked_at=None)
        .select_related("irritant__sector", "organisation")
    )
    waiting = list(mine.filter(stage__in=_AWAITED).order_by("due_at", "pk"))
    answered_last = F("answered_at").desc(nulls_last=True)
    others = list(mine.exclude(stage__in=_AWAITED).order_by(answered_last, "-asked_at")[:LATEST])
    speaks_for = context["person"].memberships.exclude(role=Membership.READER)
    can_answer = set(speaks_for.values_list("organisation_id", flat=True))
    return "triage/panel_space.html", {"waiting": waiting, "others": others, "can_answer": can_answer}


@panel("space", order=30)
def what_it_brought(context: dict):
    organisations = context["organisations"]
    mine = Referral.objects.filter(organisation__in=organisations).exclude(asked_at=None)
    kept = Match.objects.filter(offer__organisation__in=organisations, state=MatchState.KEPT)
    return "triage/panel_brought.html", {
        "kept_count": kept.count(),
        "asked_count": mine.count(),
        "accepted_count": mine.exclude(answered_at=None).filter(decline_reason="").count(),
    }
