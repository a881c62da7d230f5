"""Dates computed again, forward from today, for a path that a coordinator arranged. The order of steps is theirs."""

from copy import deepcopy
from datetime import date, timedelta

from django.utils.translation import gettext as _

from proposals import paths
from proposals.composing import calendar
from proposals.composing.building import free_on
from proposals.composing.case import Need, Piece


def plan_again(options: list[paths.Option], need: Need, pieces: list[Piece]) -> list[paths.Option]:
    """The same options with each dated step at its earliest: after its waits, what it follows, its own calendar.

    A step that has neither date nor offer keeps none: nobody said when; one of the coordinator's own moves only if it
    has to. A course keeps its session while there is a seat. Steps that wait in a circle keep their dates.
    """
    by_offer = {piece.offer_id: piece for piece in pieces}
    found = deepcopy(options)
    for option in found:
        circle = paths.in_circles(option)
        by_id = {step["id"]: step for step in option["steps"]}
        done: set[str] = set()

        def settle(step, by_id=by_id, circle=circle, done=done):
            if step["id"] in done or step["id"] in circle:
                return
            done.add(step["id"])
            before = [by_id[one] for one in step["after"] if one in by_id]
            for one in before:
                settle(one)
            _place(step, before, need, by_offer.get(step["offer_id"]))

        for step in option["steps"]:
            settle(step)
    return found


def changes(before: list[paths.Option], after: list[paths.Option]) -> list[tuple[paths.Step, paths.Step]]:
    """Steps whose dates differ, as they were and as they are."""
    known = {step["id"]: step for step in paths.all_steps(before)}
    return [
        (known[step["id"]], step)
        for step in paths.all_steps(after)
        if step["id"] in known and _dates(known[step["id"]]) != _dates(step)
    ]


def _dates(step: paths.Step) -> tuple[str, str]:
    return step["start"], step["end"]


def _place(step: paths.Step, before: list[paths.Step], need: Need, piece: Piece | None) -> None:
    if piece is None and not step["start"]:
        return
    ready = calendar.ready_on(need.today, step["waits"])
    for one in before:
        ready = max(ready, free_on(one, ready))
    start: date | None
    if piece is None:
        start = calendar.working_from(max(ready, paths.day(step["start"])), need.department)
    elif _still_there(step["start"], piece, ready):
        return
    else:
        start = calendar.start_of(piece, need.today, ready, need.department)
    if start is None and piece is not None and not piece.sessions:
        return
    ours = ("", _("à convenir"), paths.when_words(paths.day(step["start"]), paths.day(step["end"])))
    end = _end(step, start, piece)
    if step["when"] in ours:
        step["when"] = paths.when_words(start, end) or _("à convenir")
    step |= {"start": paths.iso(start), "end": paths.iso(end)}


def _still_there(start: str, piece: Piece, ready: date) -> bool:
    """Whether this is the day of a session with a seat, late enough."""
    return any(
        slot.seats_left and paths.iso(slot.start) == start and slot.start >= ready for slot in piece.sessions
    )


def _end(step: paths.Step, start: date | None, piece: Piece | None) -> date | None:
    """As long as the coordinator said, else as its offer says."""
    if start is None:
        return None
    if piece is not None and piece.help == "training":
        return calendar.end_of(piece, start)
    as_offered = piece and step["start"] and calendar.end_of(piece, paths.day(step["start"]))
    if step["start"] and step["end"] and step["end"] != paths.iso(as_offered or None):
        lasts = paths.day(step["end"]) - paths.day(step["start"])
        return start + max(lasts, timedelta())
    return calendar.end_of(piece, start) if piece else None
