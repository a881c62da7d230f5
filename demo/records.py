"""The record of the demonstration partner's organisation: who signs, a request that waits.

No restricted zone: the organisations are real, and which of them are one is not public.
"""

from django.db import transaction

from accounts.models import User
from demo.stories import working_day
from demo.team import home_of
from foundation import clock
from journal import jobs
from journal.actors import PARTNER, SYSTEM_ACTOR, Actor
from partners.identity import acts
from partners.models import SignsBecause

WORDS = "Depuis janvier, une équipe d’un autre laboratoire travaille chez nous : pouvez-vous l’ajouter ?"


@transaction.atomic
def keep(partner: User) -> None:
    """Once."""
    row = home_of(partner)
    if row.asked_changes.exists():
        return
    parents = row.present_parents()
    if parents:
        row.signed_by, row.signed_by_because = parents[0], SignsBecause.MANAGING
        row.save(update_fields=["signed_by", "signed_by_because"])
        acts.changed(row, ["signed_by", "signed_by_because"], actor=SYSTEM_ACTOR)
    with clock.at(working_day(3)):
        acts.ask(row, WORDS, actor=Actor(PARTNER, user=partner))
        jobs.run_owed()
