"""The steps of one option as bars over months: what has to pass before is hatched, a decision is a diamond."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from proposals.document import wording
from proposals.document.content import Content, Option
from proposals.document.pictures.shapes import Box, Label, Picture, Shape, Stroke, diamond, hatched
from proposals.document.typeface import width, wrap

WIDTH = 476.0
_LEFT, _RIGHT = 168.0, 8.0
_HEAD, _ROW, _BAR = 27.0, 25.0, 9.0
_EVERY = (1, 2, 3, 6, 12, 24, 60)  # months between two names


def months_of(content: Content) -> tuple[date, date] | None:
    """First day of the first month and of the month after the last: one axis for all options. None without a day."""
    days = [content.date]
    for step in content.steps:
        days += [day for day in (step.start, step.end, step.waits_since) if day]
    if len(days) == 1:
        return None
    first = min(max(min(days), date(content.date.year - 2, 1, 1)), content.date)
    last = min(max(days), date(content.date.year + 12, 1, 1))
    return first.replace(day=1), _next_month(max(last, first))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def gantt(option: Option, today: date, months: tuple[date, date]) -> Picture:
    """The picture of one option; `today`: the day of the snapshot."""
    first, last = months
    room = WIDTH - _LEFT - _RIGHT

    def at(day: date) -> float:
        """Where a day begins, kept inside the frame."""
        share = (day - first).days / (last - first).days
        return round(_LEFT + room * min(1.0, max(0.0, share)), 2)

    bottom = _HEAD + _ROW * len(option.steps)
    shapes: list[Shape] = [*_axis(first, last, at, bottom), Stroke(0, _HEAD, WIDTH, _HEAD, "fir", 0.8)]
    for row, step in enumerate(option.steps):
        top = _HEAD + row * _ROW
        shapes += _title(step.number, step.title, top)
        shapes += _bar(step, top + (_ROW - _BAR) / 2, at)
        shapes.append(Stroke(0, top + _ROW, WIDTH, top + _ROW, "line"))
    shapes.append(Stroke(at(today), _HEAD - 4, at(today), bottom, "ink", 0.9, dashed=True))
    legend, height = _legend(option, today, bottom)
    return Picture("gantt", WIDTH, height, (*shapes, *legend), _said(option))


def _axis(first: date, last: date, at, bottom: float) -> list[Shape]:
    """Names of years and months as far as there is room, a fine line at each month that is named."""
    starts = [first]
    while (following := _next_month(starts[-1])) < last:
        starts.append(following)
    apart = (WIDTH - _LEFT - _RIGHT) / len(starts)
    widest = max(width(wording.month(start), 7.5) for start in starts) + 5
    every = next((step for step in _EVERY if step * apart >= widest), _EVERY[-1])
    shapes: list[Shape] = []
    free = 0.0
    for number, start in enumerate(starts):
        named = number == 0 if every == 1 and number == 0 else (start.month - 1) % every == 0
        if every >= 12:
            named = start.month == 1 and start.year % max(1, every // 12) == 0
        x = at(start)
        if named and every < 12:
            shapes += [Stroke(x, _HEAD - 3, x, bottom, "line")]
            label = Label(x + 2, _HEAD - 6, wording.month(start), 7.5, tone="soft")
            if label.box[2] <= WIDTH:
                shapes.append(label)
        if (number == 0 or start.month == 1) and x >= free:
            year = Label(x + 2, 9, str(start.year), 8, bold=True)
            following = date(start.year + 1, 1, 1)
            end = at(following) if following < last else WIDTH
            if year.box[2] + 4 <= end:
                shapes += [year, Stroke(x, 2, x, bottom if named else _HEAD, "edge" if number else "line")]
                free = year.box[2] + 4
    return shapes


def _title(number: str, title: str, top: float) -> list[Shape]:
    lines = wrap(title, _LEFT - 28, 8, most=2)
    base = top + (_ROW - 9.5 * len(lines)) / 2 + 7
    return [Label(0, base, number, 8, bold=True, tone="fir")] + [
        Label(20, base + 9.5 * index, line, 8) for index, line in enumerate(lines)
    ]


def _bar(step, top: float, at) -> list[Shape]:
    if step.start is None:
        return [Label(_LEFT + 4, top + _BAR - 1.5, _("date à convenir"), 8, tone="soft")]
    shapes: list[Shape] = []
    begin = at(step.start)
    finish = max(at((step.end or step.start) + timedelta(days=1)), begin + 3)
    if finish > WIDTH - _RIGHT:
        begin, finish = min(begin, WIDTH - _RIGHT - 3), WIDTH - _RIGHT
    since = step.waits_since
    if since and (waiting := begin - at(since)) > 1:
        shapes += hatched(begin - waiting, top, waiting, _BAR)
    shapes.append(Box(begin, top, finish - begin, _BAR, "fir", radius=1.5))
    if step.decision:
        shapes.append(diamond(finish, top + _BAR / 2))
    return shapes


def _legend(option: Option, today: date, top: float) -> tuple[list[Shape], float]:
    """What each sign means, those that occur; returns the height of the whole picture too."""
    rows: list[tuple[str, str]] = [("bar", _("étape"))]
    if any(step.waits_since for step in option.steps):
        rows.append(("wait", _("délai préalable")))
    if any(step.decision and step.start for step in option.steps):
        rows.append(("decision", _("décision : continuer ou arrêter")))
    rows.append(("today", _("date du document, %(day)s") % {"day": wording.short_day(today)}))
    shapes: list[Shape] = []
    x, base = 0.0, top + 17
    for sign, text in rows:
        wide = width(text, 7.5) + 34
        if x + wide > WIDTH:
            x, base = 0.0, base + 12
        middle = base - 2.6
        if sign == "bar":
            shapes.append(Box(x, middle - 3.5, 16, 7, "fir", radius=1.5))
        elif sign == "wait":
            shapes += hatched(x, middle - 3.5, 16, 7)
        elif sign == "decision":
            shapes.append(diamond(x + 8, middle))
        else:
            shapes.append(Stroke(x + 8, middle - 5, x + 8, middle + 5, "ink", 0.9, dashed=True))
        shapes.append(Label(x + 21, base, text, 7.5, tone="soft"))
        x += wide
    return shapes, base + 5


def _said(option: Option) -> str:
    """The picture in words."""
    told = []
    for step in option.steps:
        words = f"{step.number} {step.title}, "
        words += wording.days(step.start, step.end, step.when or _("date à convenir"))
        if step.waits:
            waits = ", ".join(wording.wait(wait.code, wait.low, wait.high) for wait in step.waits)
            words += " (" + _("avant : %(waits)s") % {"waits": waits} + ")"
        told.append(words)
    return _("Calendrier de l’option %(letter)s : %(steps)s.") % {
        "letter": option.letter,
        "steps": wording.one_after_another(told),
    }
