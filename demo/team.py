"""The team of the demonstration's partner: a colleague who has joined by an invitation, another who has not yet."""

from django.db import transaction

from accounts.models import User
from demo.stories import working_day
from foundation import clock
from journal import jobs
from journal.actors import PARTNER, Actor
from partners.members import acts
from partners.models import Membership, Organisation

COLLEAGUE, INVITED = "collegue@demo.example", "doctorante@demo.example"


def home_of(partner: User) -> Organisation:
    """Where the partner's team and record are shown: the first organisation by name that it administers."""
    rows = Organisation.objects.filter(memberships__in=partner.memberships.administrators())
    return rows.order_by("name", "pk")[0]


@transaction.atomic
def gather(partner: User, colleague: User) -> None:
    """Once. `colleague`: an account of COLLEAGUE, with a verified address."""
    organisation = home_of(partner)
    if organisation.memberships.filter(user=colleague).exists():
        return
    actor = Actor(PARTNER, user=partner)
    with clock.at(working_day(5)):
        invitation = acts.invite(organisation, COLLEAGUE, role=Membership.READER, language="fr", actor=actor)
        jobs.run_owed()
    with clock.at(working_day(4)):
        acts.accept(invitation, colleague)
        jobs.run_owed()
    with clock.at(working_day(2)):
        acts.invite(organisation, INVITED, role=Membership.EDITOR, language="fr", actor=actor)
        jobs.run_owed()
