"""The one door for every change of state: a table of moves, and one function that performs them.

Performing a move is one transaction: lock the case and the row, check state, actor and guard, change, write an
Event, and let reactions owe what follows. Buttons, "whose turn", tests and the diagrams of the docs derive from
the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from foundation.failpoints import failpoint
from foundation.registry import Registry
from journal.actors import COORDINATOR, PARTNER, Actor
from journal.events import lock_case, record
from journal.models import Event
from journal.timeline import READERS

TABLES: Registry["Lifecycle"] = Registry("lifecycle")


class Refusal(Exception):
    """A move that may not happen now. `str()` is a sentence for the screen; `code` is stable."""

    def __init__(self, message: str | Promise, code: str = "refused"):
        super().__init__(str(message))
        self.code = code


def _always(_obj, _actor: Actor) -> None:
    return None


def when(moment: datetime) -> dict[str, str]:
    """`day` and `time` of a moment, in the reader's language and the portal's time zone, to be put into a sentence."""
    local = timezone.localtime(moment)
    return {"day": date_format(local, "DATE_FORMAT"), "time": date_format(local, "TIME_FORMAT")}


def who_did(event: Event, reader: Actor) -> str:
    """Whoever caused an event, as far as the reader may know: coordinators read names, the others a role."""
    if reader.role == COORDINATOR:
        kind, _sep, key = event.actor.partition(":")
        user = User.objects.filter(pk=key).first() if kind == "user" else None
        if user is not None and event.actor_role == COORDINATOR:
            return user.get_full_name()
        organisation = event.payload.get("organisation")
        if event.actor_role == PARTNER and organisation:
            return READERS["organisation"]({organisation}).get(organisation) or _("le partenaire")
    return {
        "coordinator": _("un coordinateur"),
        "company": _("l’entreprise"),
        "partner": _("le partenaire"),
    }.get(event.actor_role, _("le portail"))


@dataclass(frozen=True)
class Move:
    """One row of a state table.

    `guard(obj, actor)` raises Refusal; `apply(obj, actor, data)` sets further fields of `obj` and returns the
    names of those fields; `payload(obj, data)` gives the ids and codes of the event.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    who: tuple[str, ...]
    label: str | Promise
    guard: Callable = _always
    apply: Callable = lambda obj, actor, data: ()
    payload: Callable = lambda obj, data: {}
    event: str = ""


@dataclass
class Lifecycle:
    """The states of one model. `case_of(obj)` gives the UUID of the case whose chain receives the events."""

    name: str
    model: type[models.Model]
    case_of: Callable
    moves: tuple[Move, ...]
    field_name: str = "stage"
    by_name: dict[str, Move] = field(init=False)

    def __post_init__(self):
        self.by_name = {move.name: move for move in self.moves}
        TABLES.add(self.name, self)

    def check(self, obj, move: Move, actor: Actor) -> None:
        """Raise Refusal when `actor` may not make `move` on `obj` as it stands."""
        if actor.role not in move.who:
            raise Refusal(_("Cette action ne vous revient pas."), "role")
        if getattr(obj, self.field_name) not in move.sources:
            raise Refusal(self.too_late(obj, actor), "state")
        move.guard(obj, actor)

    def available(self, obj, actor: Actor) -> list[tuple[Move, str]]:
        """(move, reason it is refused now or "") for every move that concerns this actor in this state."""
        answer = []
        for move in self.moves:
            if actor.role not in move.who or getattr(obj, self.field_name) not in move.sources:
                continue
            try:
                move.guard(obj, actor)
                answer.append((move, ""))
            except Refusal as refusal:
                answer.append((move, str(refusal)))
        return answer

    @transaction.atomic
    def perform(self, obj, name: str, *, actor: Actor, version: int | None = None, **data) -> Event:
        """Make the move on the row of `obj` and bring `obj` up to date.

        `version`: what the actor saw; a newer row refuses. `data` goes to the move's apply and payload.
        Raises Refusal, and then nothing has happened.
        """
        move = self.by_name[name]
        lock_case(self.case_of(obj))
        fresh = self.model._default_manager.select_for_update().get(pk=obj.pk)
        if version is not None and fresh.version != version:
            raise Refusal(self.too_late(fresh, actor), "version")
        self.check(fresh, move, actor)
        seen_state, seen_version = getattr(fresh, self.field_name), fresh.version
        setattr(fresh, self.field_name, move.target or seen_state)
        changed = {self.field_name, *move.apply(fresh, actor, data)}
        values = {field_name: getattr(fresh, field_name) for field_name in changed}
        updated = self.model._default_manager.filter(
            pk=fresh.pk, version=seen_version, **{self.field_name: seen_state}
        ).update(**values, version=F("version") + 1)
        if not updated:
            raise Refusal(self.too_late(fresh, actor), "state")
        failpoint("move.written")
        fresh.version = seen_version + 1
        obj.__dict__.update({key: value for key, value in fresh.__dict__.items() if key != "_state"})
        for field_name in changed:  # a related row that was loaded before is another one now
            obj._state.fields_cache.pop(field_name, None)
        event = record(
            move.event or f"{self.name}.{move.name}",
            case=self.case_of(obj),
            subject=obj,
            actor=actor,
            **move.payload(obj, data),
        )
        failpoint("move.before_commit")
        return event

    def too_late(self, obj, actor: Actor) -> str:
        """A polite sentence for `actor`: who was quicker, when, and what is so now. Names are for coordinators only."""
        moves = {move.event or f"{self.name}.{move.name}" for move in self.moves}
        events = Event.objects.filter(case=self.case_of(obj), subject_id=obj.public_id, name__in=moves)
        last = events.order_by("-seq").first()
        state = obj._meta.get_field(self.field_name)
        label = dict(state.flatchoices).get(getattr(obj, self.field_name), "")
        if last is None:
            return _("Ce n’est plus possible : l’état est maintenant « %(state)s ».") % {"state": label}
        told = {"state": label, **when(last.at)}
        if last.actor == actor.code and actor.code != actor.role:
            return (
                _("Vous l’avez déjà fait le %(day)s à %(time)s : l’état est maintenant « %(state)s ».") % told
            )
        return _(
            "C’est déjà fait par %(who)s le %(day)s à %(time)s : l’état est maintenant « %(state)s »."
        ) % {**told, "who": who_did(last, actor)}
