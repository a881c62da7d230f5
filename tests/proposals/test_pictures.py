"""Pictures: nothing outside the frame, no label over another, nothing by colour alone, the same shapes everywhere."""

import io
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from proposals.document.content import Option
from proposals.document.pictures.cost import costs
from proposals.document.pictures.gantt import gantt, months_of
from proposals.document.pictures.ladder import ladder
from proposals.document.pictures.qr import qr
from proposals.document.pictures.raster import to_png
from proposals.document.pictures.shapes import Box, Label, Picture, Polygon, Stroke
from proposals.document.reading import reading
from proposals.document.typeface import width, wrap
from tests.proposals.samples import NAMES, sample

pytestmark = pytest.mark.pure
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung und noch sehr viel mehr Wörter"


def boxes(picture: Picture) -> list[tuple[float, float, float, float]]:
    found = []
    for shape in picture.shapes:
        match shape:
            case Label():
                found.append(shape.box)
            case Box():
                found.append((shape.x, shape.y, shape.x + shape.w, shape.y + shape.h))
            case Stroke():
                xs, ys = sorted((shape.x1, shape.x2)), sorted((shape.y1, shape.y2))
                found.append((xs[0], ys[0], xs[1], ys[1]))
            case Polygon():
                xs, ys = [x for x, _y in shape.points], [y for _x, y in shape.points]
                found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def well_made(picture: Picture) -> None:
    for left, top, right, bottom in boxes(picture):
        assert -0.01 <= left <= right <= picture.width + 0.01, (left, right)
        assert -0.5 <= top <= bottom <= picture.height + 0.5, (top, bottom)
    labels = [shape for shape in picture.shapes if isinstance(shape, Label)]
    for one, other in combinations(labels, 2):
        a, b = one.box, other.box
        apart = a[2] <= b[0] + 0.1 or b[2] <= a[0] + 0.1 or a[3] <= b[1] + 0.6 or b[3] <= a[1] + 0.6
        assert apart, (one.text, other.text, a, b)
    assert picture.alternative
    root = ElementTree.fromstring(str(picture.svg))
    assert root[0].tag.endswith("title") and root[0].text == picture.alternative
    assert root.get("font-family") == "Source Sans 3"


def snapshot_of(steps: list[dict], **changes) -> dict:
    option = {"id": "a", "title": "x", "steps": steps}
    return sample(options=[option, {**option, "id": "b"}], **changes)


days = st.dates(date(2024, 1, 1), date(2036, 1, 1))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            days, st.integers(0, 1500), st.integers(0, 60), st.booleans(), st.sampled_from(["kurz", LONG])
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["fr", "de", "en"]),
)
def test_a_gantt_of_any_steps_stays_in_its_frame(rows, language):
    steps = [
        {"id": f"s{n}", "title": title, "start": start.isoformat(),
         "end": (start + timedelta(days=length)).isoformat(), "decision": "?" if decision else "",
         "waits": [{"code": "zrr", "weeks": [0, weeks]}] if weeks else []}
        for n, (start, length, weeks, decision, title) in enumerate(rows)
    ]  # fmt: skip
    with translation.override(language):
        content = reading(snapshot_of(steps))
        for option in content.options:
            well_made(gantt(option, content.date, months_of(content)))


@pytest.mark.parametrize("count", range(1, 13))
def test_one_to_twelve_steps_with_long_words(count):
    step = {"title": LONG, "start": "2027-01-01", "end": "2027-06-30", "decision": "?",
            "waits": [{"code": "nda", "weeks": [2, 6]}]}  # fmt: skip
    content = reading(snapshot_of([{**step, "id": f"s{n}"} for n in range(count)]))
    picture = gantt(content.options[0], content.date, months_of(content))
    well_made(picture)
    assert (
        sum(isinstance(shape, Polygon) for shape in picture.shapes) == count + 1
    )  # one of them in the legend


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9)),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["fr", "de", "en"]),
)
def test_costs_of_any_amount(rows, language):
    options = []
    for letter, (a, b, c, d) in zip("abc", rows, strict=False):
        cost = {"before": sorted((a, b)), "after": sorted((c, d)), "lines": []}
        options.append({"id": letter, "title": LONG, "steps": [{"id": "s", "title": "x", "cost": cost}]})
    with translation.override(language):
        content = reading(sample(options=options))
        picture = costs([(LONG, option) for option in content.options])
        if picture:
            well_made(picture)


def test_a_range_is_shown_as_one_and_amounts_are_words():
    content = reading(sample())
    picture = costs([(option.title, option) for option in content.options])
    said = " ".join(shape.text for shape in picture.shapes if isinstance(shape, Label))
    assert "62\u202f178\u00a0€ à 92\u202f178\u00a0€" in said and "non chiffré" in said
    assert (
        sum(isinstance(shape, Stroke) for shape in picture.shapes) > 10
    )  # hatched from the lowest to the highest


def test_no_cost_no_picture():
    assert costs([("x", Option("a", "A", "", "", "", False, ()))]) is None


@pytest.mark.parametrize("now", [None, *range(1, 10)])
@pytest.mark.parametrize("wanted", [None, 1, 2, 5, 8, 9])
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_ladders(now, wanted, language):
    with translation.override(language):
        name = translation.gettext("Maturité technique (TRL)")
        rows = [("Option A", (1, 9)), ("Option B", (3, 3)), (LONG, (8, 9))]
        well_made(ladder(name, range(1, 10), now, wanted, rows))
        data = translation.gettext("Maturité des données")
        well_made(ladder(data, range(5), now if (now or 0) < 5 else None, None, [("Option A", (0, 4))]))


@pytest.mark.parametrize("name", NAMES)
def test_pictures_of_the_samples(name):
    from proposals.document.composing import compose

    pictures = [
        block.picture
        for part in compose(sample(name)).parts
        for block in part.blocks
        if block.kind == "drawing"
    ]
    assert {picture.name for picture in pictures} == {"ladder", "cost", "gantt"}
    for picture in pictures:
        well_made(picture)
        assert to_png(picture) == to_png(picture)
        with Image.open(io.BytesIO(to_png(picture))) as image:
            assert image.width == round(picture.width * 3)


def test_a_step_and_what_it_waits_for_differ_in_grey():
    """Printed in grey: the bar is dark, the wait is white with lines."""
    content = reading(sample())
    picture = gantt(content.options[0], content.date, months_of(content))
    tones = {shape.tone for shape in picture.shapes if isinstance(shape, Box)}
    assert tones == {"fir", "paper"}


def test_the_code_has_its_quiet_zone_and_says_where_it_leads():
    picture = qr("https://portail.example/verifier/K7M2Q9T4XA-3f9a1c2b/", 68)
    dark = [shape for shape in picture.shapes if shape.tone == "black"]
    assert min(shape.x for shape in dark) == min(shape.y for shape in dark) == 4
    assert max(shape.x + shape.w for shape in dark) == picture.width - 4
    assert "K7M2Q9T4XA-3f9a1c2b" in picture.alternative
    assert picture.width * picture.scale == pytest.approx(68)


def test_lines_are_broken_by_measure():
    assert wrap("", 100, 8) == []
    for room in (20, 60, 140):
        for line in wrap(LONG, room, 8, most=3):
            assert width(line, 8) <= room
    assert wrap("eins zwei", 400, 8) == ["eins zwei"]
    assert wrap(LONG, 100, 8, most=1)[0].endswith("…")
