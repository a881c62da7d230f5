"""Shapes of a picture, in points, and the SVG that they make. Nothing is said by colour alone."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from proposals.document.typeface import width

# Tone → colour on paper; on pages the style sheet gives the token of the same name (css/document-web.css).
TONES = {
    "ink": "#14211d",
    "soft": "#475a53",
    "line": "#d2ded8",
    "edge": "#6b7f77",
    "fir": "#14584b",
    "pale": "#e1efe9",
    "sun": "#f2b632",
    "paper": "#ffffff",
    "black": "#000000",  # and paper: a QR code is read by machines, also in dark mode
    "none": "none",
}


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    w: float
    h: float
    tone: str = "fir"
    edge: str = "none"
    radius: float = 0


@dataclass(frozen=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float
    tone: str = "line"
    width: float = 0.6
    dashed: bool = False


@dataclass(frozen=True)
class Polygon:
    points: tuple[tuple[float, float], ...]
    tone: str = "sun"
    edge: str = "ink"


@dataclass(frozen=True)
class Label:
    """One line of text; `anchor`: "start", "middle" or "end"; `y`: the base line."""

    x: float
    y: float
    text: str
    size: float = 8.5
    bold: bool = False
    anchor: str = "start"
    tone: str = "ink"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        wide = width(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - self.size * 0.75, left + wide, self.y + self.size * 0.25


Shape = Box | Stroke | Polygon | Label


@dataclass(frozen=True)
class Picture:
    """`name`: "gantt", "cost", "ladder", "path" or "qr"; `alternative`: what it says, for who does not see it."""

    name: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    alternative: str
    scale: float = 1  # points on paper for one unit of the shapes

    @property
    def svg(self) -> SafeString:
        return to_svg(self)


def hatched(x: float, y: float, w: float, h: float, *, gap: float = 3.5, tone: str = "fir") -> list[Shape]:
    """A rectangle with an edge and slanting lines cut at its sides: no pattern to be named, the same everywhere."""
    shapes: list[Shape] = [Box(x, y, w, h, "paper", tone)]
    offset = -h + gap / 2
    while offset < w:
        begin, end = max(0.0, -offset), min(h, w - offset)
        if end > begin:
            # From the bottom to the top, leaning to the right.
            shapes.append(Stroke(x + offset + begin, y + h - begin, x + offset + end, y + h - end, tone, 0.7))
        offset += gap
    return shapes


def diamond(x: float, y: float, half: float = 4.5, tone: str = "sun") -> Polygon:
    return Polygon(((x, y - half), (x + half, y), (x, y + half), (x - half, y)), tone)


def to_svg(picture: Picture) -> SafeString:
    """Inline SVG with its title. Colours as attributes for print, as classes for pages and their dark mode.

    Neighbours of one style become one path: a QR code is three hundred boxes, drawn on every page.
    """
    inner = "".join(_together(style, list(found)) for style, found in groupby(picture.shapes, _style))
    return mark_safe(  # nosec B308 B703
        f'<svg class="picture picture-{picture.name}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {_n(picture.width)} {_n(picture.height)}" width="{_n(picture.width * picture.scale)}pt" '
        f'height="{_n(picture.height * picture.scale)}pt" font-family="Source Sans 3">'
        f"<title>{escape(picture.alternative)}</title>{inner}</svg>"
    )


def _style(shape: Shape) -> tuple:
    """What shapes have in common that can be one path; a style of its own for whatever cannot."""
    match shape:
        case Box(edge="none", radius=0):
            return (Box, shape.tone)
        case Stroke(dashed=False):
            return (Stroke, shape.tone, shape.width)
    return (id(shape),)


def _together(style: tuple, shapes: list[Shape]) -> str:
    if len(shapes) == 1:
        return _SVG[type(shapes[0])](shapes[0])
    if style[0] is Box:
        way = "".join(f"M{_n(s.x)} {_n(s.y)}h{_n(s.w)}v{_n(s.h)}h{_n(-s.w)}z" for s in shapes)
        return f'<path d="{way}" {_fill(style[1])}/>'
    way = "".join(f"M{_n(s.x1)} {_n(s.y1)}L{_n(s.x2)} {_n(s.y2)}" for s in shapes)
    return (
        f'<path d="{way}" class="s-{style[1]} f-none" fill="none" stroke="{TONES[style[1]]}" '
        f'stroke-width="{_n(style[2])}"/>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _fill(tone: str) -> str:
    return f'class="f-{tone}" fill="{TONES[tone]}"'


def _paint(tone: str, edge: str) -> str:
    if edge == "none":
        return _fill(tone)
    return f'class="f-{tone} s-{edge}" fill="{TONES[tone]}" stroke="{TONES[edge]}" stroke-width="0.8"'


def _box(shape: Box) -> str:
    rounded = f' rx="{_n(shape.radius)}"' if shape.radius else ""
    return (
        f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.w)}" height="{_n(shape.h)}"{rounded} '
        f"{_paint(shape.tone, shape.edge)}/>"
    )


def _stroke(shape: Stroke) -> str:
    dashes = ' stroke-dasharray="3 2"' if shape.dashed else ""
    return (
        f'<line x1="{_n(shape.x1)}" y1="{_n(shape.y1)}" x2="{_n(shape.x2)}" y2="{_n(shape.y2)}" '
        f'class="s-{shape.tone}" stroke="{TONES[shape.tone]}" stroke-width="{_n(shape.width)}"{dashes}/>'
    )


def _polygon(shape: Polygon) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
    return f'<polygon points="{points}" {_paint(shape.tone, shape.edge)}/>'


def _label(shape: Label) -> str:
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    weight = ' font-weight="700"' if shape.bold else ""
    return (
        f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}"{weight}{anchor} '
        f"{_fill(shape.tone)}>{escape(shape.text)}</text>"
    )


_SVG = {Box: _box, Stroke: _stroke, Polygon: _polygon, Label: _label}
