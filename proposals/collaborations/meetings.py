"""Dates of all the parties of a collaboration: set by the coordination or a partner, in everybody's calendar."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from intake.calls import DIGITS_APART, agreed_slots
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from proposals.collaborations.parties import Party
from proposals.models import Collaboration, CollaborationMeeting

PLANNED = "collaboration.meeting"


@transaction.atomic
def plan(
    collaboration: Collaboration, moment: datetime, *, title: str, minutes: int, how: str, party: Party
) -> CollaborationMeeting:
    """A date in office hours, to come. The same date and title twice is one. Raises Refusal."""
    if not party.may_plan:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    case = collaboration.irritant.public_id
    lock_case(case)
    collaboration = Collaboration.objects.select_related("irritant").get(pk=collaboration.pk)
    if collaboration.is_over:
        raise Refusal(_("Cette collaboration est terminée."), "over")
    [moment] = agreed_slots([moment], minutes, collaboration.irritant.department)
    same = collaboration.meetings.filter(starts_at=moment, title=title, stage="fixed").first()
    if same:
        return same
    meeting = CollaborationMeeting.objects.create(
        collaboration=collaboration,
        title=title,
        starts_at=moment,
        minutes=minutes,
        how=DIGITS_APART.sub("\xa0", how),
    )
    more = {"organisation": str(party.organisation.public_id)} if party.organisation else {}
    record(PLANNED, case=case, subject=meeting, actor=party.actor, call_at=moment.isoformat(), **more)
    return meeting
