"""« À relancer »: what the clock has reminded in vain, for somebody to take the telephone.

Nothing is stored but what was done: a tick is an event of the case. It lets the line rest for a week; who stays silent
comes back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.registry import Registry
from foundation.working_days import add_working_days
from intake.models import Irritant
from intake.reminders import REMIND_WORKING_DAYS
from intake.reminders import unanswered as questions_unanswered
from journal.actors import Actor
from journal.clockwork import last_step
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import Event
from journal.timeline import COORDINATOR, READERS, SENTENCES
from partners.models import Organisation
from triage import reminding

REST_WORKING_DAYS = 5
DONE, UNDONE = "irritant.chased", "irritant.chase_undone"


@dataclass(frozen=True)
class Line:
    """Somebody to be called. `subject`: what they do not answer (a row with `public_id`); `since`: asked when.

    `tick`: the event by which somebody said that they did it, as long as that lets the line rest.
    """

    basket: str
    irritant: Irritant
    subject: Any
    since: datetime
    organisation: Organisation | None = None
    tick: Event | None = None

    @property
    def label(self) -> str:
        return str(LABELS[self.basket])


# name → function giving the lines of one basket (without ticks); LABELS: its name on the page.
BASKETS: Registry[Callable[[], Iterable[Line]]] = Registry("basket")
LABELS: dict[str, Any] = {}


def basket(name: str, label) -> Callable:
    LABELS[name] = label
    return BASKETS.register(name)


@basket("partner", gettext_lazy("partenaire silencieux malgré les rappels"))
def partners() -> Iterable[Line]:
    for row in reminding.silent_and_there():
        if reminding.reached(row, reminding.STEPS[-1:]):
            yield Line("partner", row.irritant, row, row.asked_at, row.organisation)


@basket("company", gettext_lazy("entreprise silencieuse malgré le rappel"))
def companies() -> Iterable[Line]:
    for row in questions_unanswered():
        if last_step(row, row, "asked_at", (REMIND_WORKING_DAYS,)):
            yield Line("company", row, row, row.asked_at)


def lines(user) -> list[Line]:
    """Every line whose case this person may see and that does not sleep, oldest first, with its tick."""
    found = [line for each in BASKETS.values() for line in each() if not line.irritant.is_asleep]
    cases = {line.irritant.pk for line in found}
    rows = Irritant.objects.visible_to(user).select_related("company", "contact", "coordinator")
    seen = rows.in_bulk(cases)
    ticks = _ticks()
    dressed = [
        Line(
            line.basket,
            seen[line.irritant.pk],
            line.subject,
            line.since,
            line.organisation,
            _resting(line, ticks.get(line.subject.public_id)),
        )
        for line in found
        if line.irritant.pk in seen
    ]
    return sorted(dressed, key=lambda line: line.since)


def _ticks() -> dict[UUID, Event]:
    """The last tick of each thing, as far back as one may count."""
    since = clock.now() - timedelta(days=3 * REST_WORKING_DAYS)
    events = Event.objects.filter(name__in=(DONE, UNDONE), at__gte=since).order_by("at", "seq")
    return {event.subject_id: event for event in events}


def _resting(line: Line, tick: Event | None) -> Event | None:
    if tick is None or tick.name == UNDONE or tick.at < line.since:
        return None
    last = add_working_days(timezone.localdate(tick.at), REST_WORKING_DAYS, line.irritant.department)
    return tick if clock.today() < last else None


@transaction.atomic
def tick(subject_id: UUID, *, done: bool, actor: Actor) -> bool:
    """Note that somebody called, or take that back; False when it stood so. Raises Refusal when nothing waits."""
    line = _waiting(subject_id, actor)
    lock_case(line.irritant.public_id)
    line = _waiting(subject_id, actor)
    if bool(line.tick) == done:
        return False
    more = {"organisation": str(line.organisation.public_id)} if line.organisation else {}
    record(
        DONE if done else UNDONE,
        case=line.irritant.public_id,
        subject=line.subject,
        actor=actor,
        basket=line.basket,
        **more,
    )
    return True


def _waiting(subject_id: UUID, actor: Actor) -> Line:
    found = next((one for one in lines(actor.user) if one.subject.public_id == subject_id), None)
    if found is None:
        raise Refusal(_("Il n’y a plus rien à relancer ici : une réponse est arrivée."), "over")
    return found


@READERS.register("basket")
def baskets(codes: set[str]) -> dict[str, str]:
    return {code: str(LABELS.get(code, code)) for code in codes}


SENTENCES.add(DONE, {COORDINATOR: gettext_lazy("Relancé par un coordinateur : %(basket)s")})
SENTENCES.add(UNDONE, {COORDINATOR: gettext_lazy("Relance retirée : %(basket)s")})
