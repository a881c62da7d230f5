"""What the buttons of the editor do to the options. Pure: options and an act in, options and the place to go to out."""

from collections.abc import Callable
from copy import deepcopy

from proposals import paths
from proposals.steps import MAX_OPTIONS, MAX_STEPS

Arranged = tuple[list[paths.Option], str]


class Full(ValueError):
    """No more steps, or no more options."""


def moved(options: list[paths.Option], step_id: str, by: int) -> Arranged:
    """One place up (-1) or down (1) inside its option; at the edge it stays."""
    found = deepcopy(options)
    for option in found:
        steps = option["steps"]
        here = next((place for place, step in enumerate(steps) if step["id"] == step_id), None)
        if here is not None and 0 <= here + by < len(steps):
            steps[here], steps[here + by] = steps[here + by], steps[here]
    return found, f"#etape-{step_id}"


def added(options: list[paths.Option], option_id: str, step: paths.Step) -> Arranged:
    """At the end of an option. Raises Full."""
    found = deepcopy(options)
    option = paths.option_of(found, option_id)
    if option is None:
        return found, "#chemin"
    if len(option["steps"]) >= MAX_STEPS:
        raise Full
    option["steps"].append(step)
    return found, f"#etape-{step['id']}"


def with_option(options: list[paths.Option], option: paths.Option) -> Arranged:
    """Raises Full."""
    if len(options) >= MAX_OPTIONS:
        raise Full
    return [*options, option], f"#option-{option['id']}"


def duplicated(
    options: list[paths.Option], option_id: str, new_id: Callable[[], str], title: str
) -> Arranged:
    """A copy at the end, under ids of its own. Raises Full."""
    option = paths.option_of(options, option_id)
    return with_option(options, paths.copied(option, new_id, title)) if option else (options, "#chemin")


def with_dates_of(options: list[paths.Option], before: list[paths.Option]) -> list[paths.Option]:
    """The same options with the dates and words that their steps had in `before`."""
    known = {step["id"]: step for step in paths.all_steps(before)}
    found = deepcopy(options)
    for step in paths.all_steps(found):
        if old := known.get(step["id"]):
            step |= {key: old[key] for key in ("start", "end", "when")}
    return found
