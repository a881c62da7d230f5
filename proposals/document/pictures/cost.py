"""What each option costs before and after aid: bars on one scale, a range is hatched, the amounts stand beside."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from proposals.document import wording
from proposals.document.content import Option
from proposals.document.pictures.shapes import Box, Label, Picture, Shape, Stroke, hatched
from proposals.document.typeface import width, wrap

WIDTH = 476.0
_BAR, _LINE, _GAP = 11.0, 17.0, 12.0
_NAME = 74.0  # of the column that says before or after


def costs(options: Sequence[tuple[str, Option]]) -> Picture | None:
    """`options`: the name of each, and itself. None when none of them has a cost."""
    rows = [(name, option.total("before"), option.total("after")) for name, option in options]
    most = max((span[1] for _name, *spans in rows for span in spans if span), default=0)
    if most <= 0:
        return None
    amounts = [wording.span(*span) for _name, *spans in rows for span in spans if span]
    right = min(max(width(amount, 8.5, bold=True) for amount in amounts) + 8, 190)
    room = WIDTH - _NAME - right
    shapes: list[Shape] = []
    y = 0.0
    for heading, before, after in rows:
        shapes.append(Label(0, y + 9, wrap(heading, WIDTH, 8.5, bold=True, most=1)[0], 8.5, bold=True))
        y += 15
        if before is None or after is None:
            shapes.append(Label(0, y + 9, _("non chiffré"), 8.5, tone="soft"))
            y += _LINE
        else:
            shapes.append(Stroke(_NAME, y - 2, _NAME, y + 2 * _LINE - 4, "edge", 0.8))
            for name, span, tone in ((_("avant aides"), before, "pale"), (_("après aides"), after, "fir")):
                shapes += _bar(name, span, tone, y, room / most)
                y += _LINE
        y += _GAP
    return Picture("cost", WIDTH, y - _GAP + 2, tuple(shapes), _said(rows))


def _bar(name: str, span: tuple[int, int], tone: str, y: float, scale: float) -> list[Shape]:
    """Plain up to the lowest amount, hatched from there to the highest."""
    low, high = (max(0, value) * scale for value in span)
    shapes: list[Shape] = [Label(0, y + 9, name, 8.5, tone="soft")]
    if low > 0.5:
        shapes.append(Box(_NAME, y, low, _BAR, tone, "fir"))
    if high - low > 0.5:
        shapes += hatched(_NAME + low, y, high - low, _BAR)
    shapes.append(Label(_NAME + max(high, low) + 6, y + 9, wording.span(*span), 8.5, bold=True))
    return shapes


def _said(rows) -> str:
    told = []
    for name, before, after in rows:
        if before is None or after is None:
            told.append(_("%(name)s, non chiffrée") % {"name": name})
            continue
        told.append(
            _("%(name)s, %(before)s avant aides, %(after)s après aides")
            % {"name": name, "before": wording.span(*before), "after": wording.span(*after)}
        )
    return _("Coût pour l’entreprise, hors taxes : %(options)s.") % {
        "options": wording.one_after_another(told)
    }
