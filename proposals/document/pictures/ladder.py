"""Where things stand and where each option leads, on the scales of technology readiness and of data maturity."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from proposals.document.pictures.shapes import Box, Label, Picture, Polygon, Shape, Stroke, diamond
from proposals.document.typeface import wrap

WIDTH = 476.0
_LEFT, _RIGHT = 92.0, 14.0
_CELL, _ROW, _MARK = 17.0, 15.0, 15.0


def ladder(
    name: str,
    levels: range,
    now: int | None,
    wanted: int | None,
    options: Sequence[tuple[str, tuple[int, int]]],
) -> Picture:
    """`name`: of the scale; `options`: the name of each, with the levels it goes from and to."""
    each = (WIDTH - _LEFT - _RIGHT) / len(levels)

    def middle(level: int) -> float:
        return round(_LEFT + (level - levels.start + 0.5) * each, 2)

    shapes: list[Shape] = [
        Label(0, _MARK + 8 + 10 * index, line, 8.5, bold=True)
        for index, line in enumerate(wrap(name, _LEFT - 8, 8.5, bold=True))
    ]
    reached = max([wanted or -1, *(high for _option, (_low, high) in options)])
    for level in levels:
        x = _LEFT + (level - levels.start) * each
        between = now is not None and now <= level <= reached
        shapes.append(Box(x, _MARK, each, _CELL, "pale" if between else "paper", "edge"))
        shapes.append(Label(x + each / 2, _MARK + 12, str(level), 9, bold=between, anchor="middle"))
    shapes += _marks(now, wanted, middle)
    y = _MARK + _CELL + 4
    for option, (low, high) in options:
        shapes.append(Label(0, y + 9, wrap(option, _LEFT - 8, 8.5, most=1)[0], 8.5, tone="soft"))
        begin, end, line = middle(low), middle(high), y + 6
        shapes.append(Box(begin - 2.5, line - 2.5, 5, 5, "fir", radius=2.5))
        if high > low:
            shapes.append(Stroke(begin, line, end - 6, line, "fir", 2))
            shapes.append(Polygon(((end - 7, line - 4), (end, line), (end - 7, line + 4)), "fir", "fir"))
        y += _ROW
    return Picture("ladder", WIDTH, y + 2, tuple(shapes), _said(name, now, wanted, options))


def _marks(now: int | None, wanted: int | None, middle) -> list[Shape]:
    """« aujourd’hui » and « visé » above their levels; on one level they share it."""
    shapes: list[Shape] = []
    if now is not None:
        x = middle(now)
        shapes.append(Polygon(((x - 4, _MARK - 6), (x + 4, _MARK - 6), (x, _MARK - 1)), "ink", "ink"))
        shapes.append(_named(_("aujourd’hui"), x, now, wanted))
    if wanted is not None and wanted != now:
        x = middle(wanted)
        shapes.append(diamond(x, _MARK - 4, 3.5))
        shapes.append(_named(_("visé"), x, wanted, now))
    return shapes


def _named(text: str, x: float, level: int, other: int | None) -> Label:
    """Above its mark, or beside it when the other one is near; never outside the frame."""
    anchor = "middle"
    if other is not None and abs(level - other) <= 1:
        anchor, x = ("end", x + 4) if level < other else ("start", x + 5)
    label = Label(x, _MARK - 8.5, text, 7.5, anchor=anchor)
    return label if label.box[2] <= WIDTH else Label(WIDTH, _MARK - 8.5, text, 7.5, anchor="end")


def _said(name: str, now: int | None, wanted: int | None, options) -> str:
    told = []
    if now is not None:
        told.append(_("aujourd’hui %(level)s") % {"level": now})
    if wanted is not None:
        told.append(_("visé %(level)s") % {"level": wanted})
    told += [
        _("%(option)s de %(low)s à %(high)s") % {"option": option, "low": low, "high": high}
        for option, (low, high) in options
    ]
    return _("%(name)s : %(levels)s.") % {"name": name, "levels": ", ".join(told)}
