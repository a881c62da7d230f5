"""The path as a line with numbered stops: coordinates in points, drawn by templates/pdf/drawing.html.

Text in SVG does not wrap: labels are broken here, by counted characters (8.5 pt: about 4.1 pt each).
"""

import textwrap

from django.utils.translation import gettext as _

PER_ROW = 4
WIDTH, ROW = 476, 84
_SIGNS, _LINES = 27, 2


def path_drawing(steps: list[dict]) -> dict:
    """Size, segments, stops and text alternative of the picture of `steps` (as read by rendering)."""
    columns = min(len(steps), PER_ROW)
    gap = WIDTH / columns
    stops = []
    for index, step in enumerate(steps):
        row, column = divmod(index, columns)
        stops.append(
            {
                "x": round((column + 0.5) * gap, 1),
                "y": 16 + row * ROW,
                "number_y": 19.6 + row * ROW,
                "number": step["number"],
                "last": index == len(steps) - 1,
                "labels": _labels(step, 16 + row * ROW),
            }
        )
    alternative = " ; ".join(
        _("étape %(number)s, %(kind)s, %(when)s")
        % {"number": step["number"], "kind": step["kind"], "when": step["when"] or _("date à convenir")}
        for step in steps
    )
    rows = -(-len(steps) // columns)
    # The line leaves the picture at the end of a row and comes back at the beginning of the next.
    lines = [
        {
            "x1": stops[0]["x"] if row == 0 else 0,
            "x2": WIDTH if row < rows - 1 else stops[-1]["x"],
            "y": 16 + row * ROW,
        }
        for row in range(rows)
    ]
    return {
        "width": WIDTH,
        "height": max(label["y"] for stop in stops for label in stop["labels"]) + 6,
        "stops": stops,
        "lines": lines,
        "alternative": _("Le chemin proposé : %(steps)s.") % {"steps": alternative},
    }


def _labels(step: dict, y: int) -> list[dict]:
    """Kind in bold, then when, below a stop whose centre is at `y`."""
    texts = [(line, True) for line in _lines(step["kind"])] + [(line, False) for line in _lines(step["when"])]
    return [
        {"text": text, "bold": bold, "y": y + 25 + 11 * index} for index, (text, bold) in enumerate(texts)
    ]


def _lines(text: str) -> list[str]:
    """At most two short lines."""
    return (
        textwrap.wrap(text, _SIGNS, max_lines=_LINES, placeholder="…", break_long_words=True) if text else []
    )
