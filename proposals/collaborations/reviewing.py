"""What the parties think, at the middle and at the end: asked once by the clock, answered by link in a minute."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock
from foundation.working_days import add_working_days
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from proposals.collaborations.parties import Party
from proposals.models import Collaboration, Review, ReviewMoment

AFTER_THE_END = 5  # working days


def moment_of(collaboration: Collaboration) -> str:
    """What is asked today: "middle", "end", or "" when nothing is."""
    if collaboration.is_over:
        due = add_working_days(
            timezone.localdate(collaboration.ended_at), AFTER_THE_END, collaboration.irritant.department
        ) if collaboration.ended_at else clock.today()  # fmt: skip
        return ReviewMoment.END if clock.today() >= due else ""
    middle = collaboration.middle
    return ReviewMoment.MIDDLE if middle and clock.today() >= middle else ""


def asked_of(collaboration: Collaboration, party: Party) -> str:
    """What this party is asked today and has not answered."""
    moment = moment_of(collaboration)
    if not moment or party.is_staff:
        return ""
    said = collaboration.reviews.filter(organisation=party.organisation, moment=moment).exists()
    return "" if said else moment


@transaction.atomic
def answer(
    collaboration: Collaboration, *, satisfaction: str, alone: str, comment: str, party: Party
) -> Review:
    """One answer for each party and moment. Raises Refusal when nothing is asked, or it was answered."""
    case = collaboration.irritant.public_id
    lock_case(case)
    collaboration = Collaboration.objects.select_related("irritant").get(pk=collaboration.pk)
    moment = asked_of(collaboration, party)
    if not moment:
        raise Refusal(
            _("Cette question n’est pas, ou plus, posée. Merci si vous y avez déjà répondu."), "asked"
        )
    review = Review.objects.create(
        collaboration=collaboration,
        organisation=party.organisation,
        moment=moment,
        satisfaction=satisfaction,
        alone=alone,
        comment=comment,
    )
    more = {"organisation": str(party.organisation.public_id)} if party.organisation else {}
    record("collaboration.review", case=case, subject=collaboration, actor=party.actor, moment=moment, **more)
    return review
