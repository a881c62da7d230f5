"""A path as bars along one axis of time, in thousandths of its width: drawn by templates/proposals/_bars.html."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from proposals import paths
from proposals.composing import lead_times

WIDTH = 1000
_THIN = 6  # a day would not be seen


@dataclass
class Bar:
    """`x`, `width`: of the step; `wait`: how long it waits before, from today on; None without a date."""

    id: str
    title: str
    x: int | None = None
    width: int = 0
    wait: int = 0


@dataclass
class Bars:
    first: date
    last: date
    rows: list[Bar] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)  # where each January is, and of which year


def bars_of(option: paths.Option, first: date, last: date, today: date) -> Bars:
    """One bar for each step of an option between two days."""
    days = max((last - first).days, 1)
    place = lambda one: round(WIDTH * min(max((one - first).days, 0), days) / days)  # noqa: E731
    found = Bars(first, last)
    for step in option["steps"]:
        start, end = paths.day(step["start"]), paths.day(step["end"])
        bar = Bar(step["id"], step["title"])
        if start:
            bar.x = min(place(start), WIDTH - _THIN)
            bar.width = max(place(end) - bar.x, _THIN) if end else _THIN
            waits = today + timedelta(weeks=lead_times.planned(step["waits"]))
            bar.wait = min(place(waits), bar.x) if step["waits"] else 0
        found.rows.append(bar)
    found.years = [(place(date(year, 1, 1)), year) for year in range(first.year + 1, last.year + 1)]
    return found
