"""Putting an irritant to sleep until a working day: it leaves the queues of what is ours, and nothing is sent about it.

On that day it is back, visibly; a word of the company or of a partner wakes it before.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.plain import line
from foundation.working_days import add_months, is_working_day
from intake.models import Irritant, Stage
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, reacts_to, record
from journal.lifecycle import Refusal

MOST_MONTHS = 6
ASLEEP, WOKEN = "irritant.put_to_sleep", "irritant.woken"


@transaction.atomic
def put_to_sleep(irritant: Irritant, *, until: date | None, reason: str, actor: Actor) -> None:
    """Let it rest until that day, on which it is back. Raises Refusal ("until" or "reason" names the field)."""
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    irritant.refresh_from_db(fields=["stage", "asleep_until", "asleep_reason"])
    if irritant.stage == Stage.CLOSED:
        raise Refusal(_("Ce dossier est clos : plus rien ne part à son sujet."), "closed")
    today = clock.today()
    if until is None or not today < until <= add_months(today, MOST_MONTHS):
        raise Refusal(
            _("Choisissez un jour à venir, dans les %(n)s mois.") % {"n": MOST_MONTHS},
            "until",
        )
    if not is_working_day(until, irritant.department):
        raise Refusal(_("Choisissez un jour ouvré dans le département de l’entreprise."), "until")
    reason = line(reason).strip()[:200]
    if not reason:
        raise Refusal(_("Dites pourquoi ce dossier attend."), "reason")
    _set(irritant, until, reason)
    record(ASLEEP, case=irritant.public_id, subject=irritant, actor=actor, until=until.isoformat())


@transaction.atomic
def wake(irritant: Irritant, *, actor: Actor) -> bool:
    """End its sleep now, or note that somebody has seen that it is back. Returns whether there was something to end."""
    lock_case(irritant.public_id)
    irritant.refresh_from_db(fields=["asleep_until", "asleep_reason"])
    if not irritant.is_asleep and not irritant.asleep_reason:
        return False
    _end(irritant, actor)
    return True


def _end(irritant: Irritant, actor: Actor) -> None:
    """The day is kept: what the clock counts about it begins again there."""
    _set(irritant, min(irritant.asleep_until, clock.today()), "")
    record(WOKEN, case=irritant.public_id, subject=irritant, actor=actor)


def _set(irritant: Irritant, until: date | None, reason: str) -> None:
    irritant.asleep_until, irritant.asleep_reason = until, reason
    Irritant.objects.filter(pk=irritant.pk).update(asleep_until=until, asleep_reason=reason)


@reacts_to("irritant.message_in", "irritant.answer", "irritant.close", "irritant.withdraw")
def wake_because(event, subject) -> None:
    """Something happened that somebody must see; apps to the right hand over theirs (a row with `irritant`)."""
    pk = getattr(subject, "irritant_id", subject.pk)
    irritant = Irritant.objects.exclude(asleep_until=None).exclude(asleep_reason="").filter(pk=pk).first()
    if irritant is not None:
        _end(irritant, Actor(event.actor_role))
