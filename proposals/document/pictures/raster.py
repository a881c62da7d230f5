"""The same shapes as a PNG: word processors know no inline SVG that carries a text alternative everywhere."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from proposals.document.pictures.shapes import TONES, Box, Label, Picture, Polygon, Stroke
from proposals.places import ROOT

_SCALE, _SMOOTH = 3, 2  # pixels for a point; drawn larger by so much, then reduced
_CUTS = {False: "SourceSans3-Regular.woff2", True: "SourceSans3-Bold.woff2"}


def to_png(picture: Picture) -> bytes:
    """The picture on white, three pixels to a point. The same picture gives the same bytes."""
    pen = _Pen(picture)
    for shape in picture.shapes:
        pen.draw(shape)
    out = io.BytesIO()
    pen.image.resize(
        (round(picture.width * _SCALE), round(picture.height * _SCALE)), Image.Resampling.LANCZOS
    ).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Pen:
    def __init__(self, picture: Picture):
        self.by = _SCALE * _SMOOTH
        size = (round(picture.width * self.by), round(picture.height * self.by))
        self.image = Image.new("RGB", size, "white")
        self.on = ImageDraw.Draw(self.image)

    def draw(self, shape) -> None:
        {Box: self._box, Stroke: self._stroke, Polygon: self._polygon, Label: self._label}[type(shape)](shape)

    def _box(self, shape: Box) -> None:
        by = self.by
        self.on.rounded_rectangle(
            (shape.x * by, shape.y * by, (shape.x + shape.w) * by - 1, (shape.y + shape.h) * by - 1),
            radius=shape.radius * by,
            **self._paint(shape.tone, shape.edge),
        )

    def _paint(self, tone: str, edge: str) -> dict:
        return {
            "fill": None if tone == "none" else TONES[tone],
            "outline": None if edge == "none" else TONES[edge],
            "width": round(0.8 * self.by),
        }

    def _stroke(self, shape: Stroke) -> None:
        """Dashed ones are upright or level: three points drawn, two left out."""
        by, wide = self.by, max(1, round(shape.width * self.by))
        ends = [(shape.x1, shape.y1, shape.x2, shape.y2)]
        if shape.dashed:
            length = abs(shape.x2 - shape.x1) + abs(shape.y2 - shape.y1)
            ends = []
            for begin in range(0, int(length), 5):
                end = min(begin + 3, length)
                ends.append(
                    tuple(
                        start + (stop - start) * part / length
                        for part, start, stop in (
                            (begin, shape.x1, shape.x2),
                            (begin, shape.y1, shape.y2),
                            (end, shape.x1, shape.x2),
                            (end, shape.y1, shape.y2),
                        )
                    )
                )
        for x1, y1, x2, y2 in ends:
            self.on.line((x1 * by, y1 * by, x2 * by, y2 * by), fill=TONES[shape.tone], width=wide)

    def _polygon(self, shape: Polygon) -> None:
        points = [(x * self.by, y * self.by) for x, y in shape.points]
        self.on.polygon(points, **self._paint(shape.tone, shape.edge))

    def _label(self, shape: Label) -> None:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
        font = _font(shape.bold, round(shape.size * self.by))
        at = (shape.x * self.by, shape.y * self.by)
        self.on.text(at, shape.text, font=font, fill=TONES[shape.tone], anchor=anchor)


@lru_cache(maxsize=16)
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(ROOT / "fonts" / "pdf" / _CUTS[bold]), size, layout_engine=ImageFont.Layout.BASIC
    )
