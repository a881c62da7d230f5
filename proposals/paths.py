"""Options of a proposal as data: reading them, keeping them whole. Pure; nothing here asks the database or the clock.

An option: id, title, why, limits, steps. A step: the keys of `blank_step`, all of them always there.
"""

import secrets
from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from proposals.steps import OTHER, STEP_LIMITS

Option = dict[str, Any]
Step = dict[str, Any]

# Without vowels and look-alikes: an id is read aloud on the telephone, and spells nothing.
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"


def identities(taken: Collection[str] = ()) -> Callable[[], str]:
    """A source of short ids, none of `taken` and none twice."""
    known = set(taken)

    def new() -> str:
        while (found := "".join(secrets.choice(_LETTERS) for _letter in range(5))) in known:
            pass
        known.add(found)
        return found

    return new


def blank_option(option_id: str, **values) -> Option:
    return {"id": option_id, "title": "", "why": "", "limits": "", "steps": [], **values}


def blank_step(step_id: str, **values) -> Step:
    """A step with every key: dates are ISO or "", levels [from, to] or None, weeks [low, high]."""
    texts = dict.fromkeys(STEP_LIMITS, "")
    return {
        "id": step_id,
        "kind": OTHER,
        "organisation_id": "",
        "leads": "",
        "offer_id": "",
        "illustrative": False,
        "start": "",
        "end": "",
        "after": [],
        "waits": [],
        "trl": None,
        "maturity": None,
        "scheme": "",
        "facts": {},
        **texts,
        **values,
    }


def all_steps(options: list[Option]) -> Iterator[Step]:
    for option in options:
        yield from option["steps"]


def ids_in(options: list[Option]) -> set[str]:
    return {option["id"] for option in options} | {step["id"] for step in all_steps(options)}


def leaders(options: list[Option]) -> set[str]:
    """Public ids of the organisations that lead a step of any option: the parties beside the company."""
    return {step["organisation_id"] for step in all_steps(options) if step.get("organisation_id")}


def offers_in(options: list[Option]) -> set[str]:
    return {step["offer_id"] for step in all_steps(options) if step.get("offer_id")}


def option_of(options: list[Option], option_id: str) -> Option | None:
    return next((option for option in options if option["id"] == option_id), None)


def tidy(options: list[Option]) -> list[Option]:
    """Each step waits only for other steps of its own option, each of them once, in the option's order."""
    found = deepcopy(options)
    for option in found:
        order = [step["id"] for step in option["steps"]]
        for step in option["steps"]:
            step["after"] = [one for one in order if one in step["after"] and one != step["id"]]
    return found


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def iso(found: date | None) -> str:
    return found.isoformat() if found else ""


def when_words(start: date | None, end: date | None) -> str:
    """Dates as a document says them, in the active language; "" without any."""
    if start and end and start == end:
        return _("le %(day)s") % {"day": _date(start)}
    if start and end:
        return _("du %(start)s au %(end)s") % {"start": _date(start), "end": _date(end)}
    if start:
        return _("à partir du %(day)s") % {"day": _date(start)}
    return _("jusqu’au %(day)s") % {"day": _date(end)} if end else ""


def _date(found: date) -> str:
    return formats.date_format(found, "DATE_FORMAT")


def first_start(options: list[Option]) -> date | None:
    """The first dated beginning in any option."""
    return min((day(step["start"]) for step in all_steps(options) if step["start"]), default=None)


def span(option: Option) -> tuple[date, date] | None:
    """First and last day that an option names."""
    days = [day(step[key]) for step in option["steps"] for key in ("start", "end") if step[key]]
    return (min(days), max(days)) if days else None


def in_circles(option: Option) -> set[str]:
    """Ids of the steps that wait for themselves, directly or through others."""
    after = {step["id"]: set(step["after"]) for step in option["steps"]}

    def reaches(start: str) -> bool:
        seen, waiting = set(), list(after[start])
        while waiting:
            one = waiting.pop()
            if one == start:
                return True
            if one not in seen:
                seen.add(one)
                waiting += after.get(one, ())
        return False

    return {one for one in after if reaches(one)}


def same_path(one: Option, other: Option) -> bool:
    """Whether two options ask for the same things of the same people at the same time."""
    ignored = {"id", "after", "when"}
    told = [
        [{k: v for k, v in step.items() if k not in ignored} for step in o["steps"]] for o in (one, other)
    ]
    return bool(told[0]) and told[0] == told[1]


def copied(option: Option, new_id: Callable[[], str], title: str) -> Option:
    """The same path under ids of its own."""
    known = {step["id"]: new_id() for step in option["steps"]}
    found = deepcopy(option) | {"id": new_id(), "title": title}
    for step in found["steps"]:
        step["id"] = known[step["id"]]
        step["after"] = [known[one] for one in step["after"] if one in known]
    return found
