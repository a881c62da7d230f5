"""A first exchange between a partner that accepted and the company: moments proposed, one chosen, or called off.

Checks, slots and calendar entries are those of the coordination's calls (intake.calls, intake.calendars).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.failpoints import failpoint
from intake.call_mails import moment_words
from intake.calls import DIGITS_APART, agreed_slots, call_off, choose_slot
from journal.actors import COMPANY, PARTNER, SYSTEM, SYSTEM_ACTOR, Actor
from journal.events import lock_case, reacts_to, record
from journal.letters import Lines
from journal.lifecycle import Lifecycle, Move, Refusal
from triage.models import Meeting, PartnerWord, Referral, ReferralStage
from triage.models import MeetingStage as M

PROPOSED = "meeting.propose"


def _about(meeting, data=None) -> dict:
    found = {"organisation": str(meeting.referral.organisation.public_id)}
    return found | ({"call_at": meeting.starts_at.isoformat()} if meeting.starts_at else {})


MEETING = Lifecycle(
    name="meeting",
    model=Meeting,
    case_of=lambda meeting: meeting.referral.irritant.public_id,
    moves=(
        Move(
            "choose",
            (M.PROPOSED,),
            M.FIXED,
            (COMPANY,),
            _("Choisir ce créneau"),
            apply=choose_slot,
            payload=_about,
        ),
        Move(
            "none_suits",
            (M.PROPOSED,),
            M.CANCELLED,
            (COMPANY,),
            _("Aucun ne me convient"),
            apply=call_off,
            payload=_about,
        ),
        Move(
            "cancel",
            (M.PROPOSED, M.FIXED),
            M.CANCELLED,
            (COMPANY, PARTNER, SYSTEM),
            _("Annuler"),
            apply=call_off,
            payload=_about,
        ),
    ),
)


@transaction.atomic
def propose(
    referral: Referral,
    slots: Iterable[datetime],
    *,
    minutes: int,
    how: str,
    actor: Actor,
    with_answer: bool = False,
) -> Meeting:
    """One to three moments for the company to choose from. Raises Refusal.

    `with_answer`: in the transaction of the yes, whose mail to the company says them.
    """
    if actor.role != PARTNER:
        raise Refusal(gettext("Cette action ne vous revient pas."), "role")
    lock_case(referral.irritant.public_id)
    referral.refresh_from_db(fields=["stage"])
    if referral.stage != ReferralStage.ACCEPTED:
        raise Refusal(gettext("Acceptez d’abord : un rendez-vous se prend ensuite."), "state")
    if referral.meetings.filter(stage__in=[M.PROPOSED, M.FIXED]).exists():
        raise Refusal(gettext("Un rendez-vous est déjà proposé."), "open")
    moments = agreed_slots(slots, minutes, referral.irritant.department)
    meeting = Meeting.objects.create(
        referral=referral,
        slots=[moment.isoformat() for moment in moments],
        minutes=minutes,
        how=DIGITS_APART.sub("\xa0", how),
    )
    more = {"with_answer": True} if with_answer else {}
    record(
        PROPOSED, case=referral.irritant.public_id, subject=meeting, actor=actor, **_about(meeting), **more
    )
    failpoint("move.before_commit")
    return meeting


def latest(referral: Referral) -> Meeting | None:
    """The one that is proposed or fixed, else the last; without a query where they were prefetched."""
    return max(referral.meetings.all(), key=lambda meeting: meeting.pk, default=None)


def with_dealings(rows: QuerySet) -> QuerySet:
    """Referrals with `met` (stage of the latest meeting, or None), `met_at`, `met_slots` and `words_said`: what the
    coordination's screen says of each without asking again."""
    meeting = Meeting.objects.filter(referral=OuterRef("pk")).order_by("-pk")
    words = PartnerWord.objects.filter(referral=OuterRef("pk")).order_by().values("referral")
    return rows.annotate(
        met=Subquery(meeting.values("stage")[:1]),
        met_at=Subquery(meeting.values("starts_at")[:1]),
        met_slots=Subquery(meeting.values("slots")[:1]),
        words_said=Coalesce(Subquery(words.annotate(n=Count("pk")).values("n")), 0),
    )


def slots_of(meeting: Meeting | None) -> Lines:
    """The moments that can still be chosen, as lines of a mail in the active language."""
    if meeting is None or meeting.stage != M.PROPOSED:
        return Lines()
    return Lines(moment_words(slot) for slot in meeting.choices if slot > clock.now())


def title_of(meeting: Meeting, *, for_company: bool) -> str:
    """Of its entry in a calendar. A partner's never names the company."""
    told = {"reference": meeting.referral.irritant.reference, "partner": meeting.referral.organisation.name}
    if for_company:
        return gettext("Échange avec %(partner)s (%(reference)s)") % told
    return gettext("Échange avec une entreprise, cluster ENACT (%(reference)s)") % told


@reacts_to("referral.withdraw", "referral.release", "referral.cancel")
def cancel_with_the_referral(event, referral):
    """No appointment outlives the acceptance that it rests on."""
    for meeting in referral.meetings.filter(stage__in=[M.PROPOSED, M.FIXED]):
        MEETING.perform(meeting, "cancel", actor=SYSTEM_ACTOR)
