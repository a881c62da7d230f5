"""A postcode proposes its communes; nothing unknown is in the way; the department is the commune's own."""

import pytest

from foundation.communes import (
    DATA,
    Commune,
    commune_of,
    communes_of,
    department_of_commune,
    department_of_site,
)


def test_a_postcode_serves_one_or_several_communes():
    assert communes_of("57000") == [Commune("57463", "Metz", "57000")]
    assert [commune.name for commune in communes_of("57700")] == ["Hayange", "Neufchef", "Ranguevaux"]
    assert communes_of("75011") == [Commune("75056", "Paris", "75011")]  # not its arrondissement


@pytest.mark.parametrize(
    "postcode", ["54011", "67084", "99999", "L-4362", "4362", "", "5700\t", "５７０００"]
)
def test_cedex_unknown_and_foreign_postcodes_propose_nothing(postcode):
    assert communes_of(postcode) == []


def test_the_department_is_that_of_the_commune_not_of_its_post_office():
    saint_eulien = commune_of("52100", "51478")
    assert (saint_eulien.name, saint_eulien.department) == ("Saint-Eulien", "51")
    assert commune_of("57000", "51478") is None
    assert department_of_site("52100", "51478") == "51"
    assert department_of_site("52100") == "52"
    assert department_of_site("54011") == "54"  # CEDEX
    assert department_of_site("L-4362") == ""
    codes = ("57463", "2A004", "97411", "98818", "574")
    assert [department_of_commune(code) for code in codes] == ["57", "2A", "974", "988", ""]


def test_the_towns_of_the_region_have_their_codes():
    towns = {
        "54000": "54395", "57000": "57463", "67000": "67482", "68100": "68224", "51100": "51454", "10000": "10387",
        "68000": "68066", "88000": "88160", "08000": "08105", "55000": "55029", "52000": "52121", "51000": "51108",
    }  # fmt: skip
    assert {
        postcode: code
        for postcode, code in towns.items()
        if code not in {commune.code for commune in communes_of(postcode)}
    } == {}


def test_the_file_is_whole():
    rows = [line.split("\t") for line in (DATA / "communes.tsv").read_text("utf-8").split("\n")[1:-1]]
    assert rows == sorted(rows)
    assert {len(row) for row in rows} == {3}
    assert len(rows) > 35_000
    assert len({code for _postcode, code, _name in rows}) > 34_900
