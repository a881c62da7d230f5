"""What triage adds to other apps' pages: who can help (follow-up page), what waits (partner's space)."""

from django.db.models import Count, F, Window, prefetch_related_objects

from intake import entering
from intake.calls import CALL, MINUTES
from intake.choices import CONFIDENTIALITY
from intake.lifecycle import OPEN
from intake.models import Stage
from intake.showing import contact_of, entries
from journal.models import StandIn
from journal.panels import panel
from journal.timeline import PARTNER, tell
from partners.models import Membership
from triage import following
from triage.asking import without_agreement
from triage.audience import audience_of
from triage.disclosure import Grounds, Reach, asked_of, partner_views, reach_of, readers_of
from triage.meetings import latest
from triage.models import Match, MatchState, PartnerWord, Referral, ReferralStage
from triage.together_context import choosable

_YES = (ReferralStage.ACCEPTED,)
_AWAITED = (ReferralStage.ASKED, ReferralStage.QUESTION)
LATEST = 10


@panel("follow", order=20)
def who_can_help(context: dict):
    """How many partners were asked and are awaited; only those that accepted have a name."""
    irritant = context["irritant"]
    referrals = [row for row in asked_of(irritant) if row.stage != ReferralStage.CANCELLED]
    if not referrals:
        return None
    accepted = [row for row in referrals if row.stage in _YES]
    prefetch_related_objects(accepted, "matches__offer", "meetings")
    said = dict(
        PartnerWord.objects.filter(referral__irritant=irritant)
        .order_by()
        .values_list("referral")
        .annotate(Count("pk"))
    )
    grounds = Grounds.of(accepted)
    missing = without_agreement(irritant, [row.organisation for row in accepted])
    for row in accepted:
        row.reach = reach_of(row, grounds)
        row.disclosed, row.offered = row.reach == Reach.EVERYTHING, row.reach == Reach.OFFERED
        row.agreement_first = row.organisation in missing
        row.meeting, row.word_count = latest(row), said.get(row.pk, 0)
        row.meeting_slots = choosable(row.meeting)
        row.talks = row.disclosed or row.word_count
    return "triage/panel_follow.html", {
        "asked_count": len(referrals),
        "awaited_count": sum(row.stage in _AWAITED for row in referrals),
        "answered_no_count": sum(row.stage == ReferralStage.DECLINED for row in referrals),
        "accepted": accepted,
        "talked_before": [row for row in referrals if row.pk in said and row not in accepted],
        "link_token": _token(context),
    }


@panel("follow", order=60)
def who_reads_what(context: dict):
    """The company's level, and everyone outside the coordination who was given something to read."""
    irritant = context["irritant"]
    label, hint = CONFIDENTIALITY[irritant.confidentiality]
    return "triage/panel_readers.html", {
        "level": label,
        "level_hint": hint,
        "readers": readers_of(irritant),
        "is_closed": irritant.stage == Stage.CLOSED,
        "link_token": _token(context),
    }


@panel("workbench.irritant", order=30)
def confidentiality_of_the_case(context: dict):
    """What the company allows, who reads what, and what an agreement changes.

    `askable`: partners that could be asked next; `agreements`: all of the case, both read by the screen.
    """
    irritant, agreements = context["irritant"], context["agreements"]
    askable = () if irritant.stage == Stage.CLOSED else context["askable"]
    return "triage/panel_agreements.html", {
        "audience": audience_of(irritant, agreements=agreements, askable=askable),
    }


@panel("workbench.irritant", order=10)
def call_of_the_case(context: dict):
    """The qualification call: slots to propose, the date, what came of it."""
    irritant, actor = context["irritant"], context["actor"]
    rows = list(irritant.calls.select_related("proposed_by"))
    open_one = rows[-1] if rows and rows[-1].is_open else None
    may_propose = irritant.stage in OPEN and open_one is None
    if not rows and not may_propose:
        return None
    return "triage/panel_call.html", {
        "calls": [row for row in rows if not row.is_open],
        "call": open_one,
        "call_moves": {move.name for move, refused in CALL.available(open_one, actor) if not refused}
        if open_one
        else set(),
        "call_slots": open_one.choices if open_one else [],
        "may_propose": may_propose,
        "lengths": MINUTES,
    }


@panel("workbench.irritant", order=60)
def who_follows_the_case(context: dict):
    """Passing it to a colleague. `colleagues`: all of them with their absences, read by the screen."""
    irritant = context["irritant"]
    if irritant.stage not in following.FOLLOWED:
        return None
    rows = context["colleagues"]
    return "triage/panel_following.html", {
        "colleagues": [row for row in rows if row.pk != irritant.coordinator_id],
        "away": next((row for row in rows if row.pk == irritant.coordinator_id and row.away_until), None),
    }


@panel("workbench.queue", order=20)
def entered_and_not_confirmed(context: dict):
    """What coordinators wrote down and companies have not confirmed yet: no irritants, so in no tab of the queue."""
    rows = list(entering.waiting().annotate(all_of_them=Window(Count("pk")))[:LATEST])
    if not rows:
        return None
    return "triage/panel_entered.html", {
        "waiting": rows,
        "entered_count": rows[0].all_of_them,
        "shown": entries(rows),
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
        .select_related("irritant__sector", "irritant__company", "irritant__contact", "organisation")
    )
    waiting = list(mine.filter(stage__in=_AWAITED).order_by("due_at", "pk"))
    answered_last = F("answered_at").desc(nulls_last=True)
    others = list(mine.exclude(stage__in=_AWAITED).order_by(answered_last, "-asked_at")[:LATEST])
    for row, view in zip([*waiting, *others], partner_views([*waiting, *others]), strict=True):
        row.view = view
    speaks_for = context["person"].memberships.exclude(role=Membership.READER)
    can_answer = set(speaks_for.values_list("organisation_id", flat=True))
    read = [row for row in (*waiting, *others) if row.view.disclosed]
    return "triage/panel_space.html", {
        "waiting": waiting,
        "others": others,
        "can_answer": can_answer,
        "shown": [contact_of(row.irritant, row.organisation.public_id) for row in read],
    }


@panel("space", order=90)
def read_in_their_name(context: dict):
    """What the administration read in the name of a member."""
    rows = StandIn.objects.filter(organisation__in=[one.public_id for one in context["organisations"]])
    told = [
        entry for chain in dict.fromkeys(row.chain for row in rows[:LATEST]) for entry in tell(chain, PARTNER)
    ]
    shown = [entry for entry in told if entry.name.startswith("stand_in.")][-3 * LATEST :]
    return ("triage/panel_stand_in.html", {"told": shown[::-1]}) if shown else None


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
