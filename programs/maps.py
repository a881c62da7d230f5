"""The region as a map that this server draws: ten departments, how many offers each has, and what lies around them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from programs.forms import Asked
from programs.places import place_label, place_order

_OUTLINES = Path(__file__).parent / "data" / "region.json"  # made by scripts/region_map.py
SHADES = 4  # beside that of no offer at all


@dataclass(frozen=True)
class Place:
    """A place and the offers there. `url` leads to them: the list as it was asked, with this place alone."""

    code: str
    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class Department(Place):
    """`path`: its outline; `x`, `y`: where its number is written; `shade`: 0 (no offer) to SHADES (the most)."""

    path: str
    x: int
    y: int
    shade: int


@dataclass(frozen=True)
class Region:
    """`around`: the rest of the country, then the neighbours, where they have offers. `most`: offers of the fullest;
    `placed`: those of every place together."""

    width: int
    height: int
    departments: list[Department]
    around: list[Place]
    most: int
    placed: int

    @property
    def box(self) -> str:
        return f"0 0 {self.width} {self.height}"


@cache
def _outlines() -> dict:
    return json.loads(_OUTLINES.read_text("utf-8"))


def region(asked: Asked, counts: Mapping[str, int]) -> Region:
    """counts: place → offers under every other filter (matching.facets)."""
    drawn = _outlines()["departments"]
    most = max((counts.get(code, 0) for code in drawn), default=0)
    departments = [
        Department(**_place(asked, code, counts), **drawn[code], shade=_shade(counts.get(code, 0), most))
        for code in drawn
    ]
    others = sorted((code for code in counts if code not in drawn and code != "FR"), key=place_order)
    around = [Place(**_place(asked, code, counts)) for code in others]
    placed = sum(one.count for one in [*departments, *around])
    return Region(_outlines()["width"], _outlines()["height"], departments, around, most, placed)


def _place(asked: Asked, code: str, counts: Mapping[str, int]) -> dict:
    return {
        "code": code,
        "label": place_label(code),
        "count": counts.get(code, 0),
        "url": asked.only("place", code).url,
        "chosen": code in asked.filters.place,
    }


def _shade(count: int, most: int) -> int:
    """In equal steps of the square root, so that one full department does not make the others look empty."""
    return 0 if not count else min(SHADES, 1 + int(SHADES * (count / most) ** 0.5 - 1e-9))
