import re

import pytest

from foundation.identifiers import clean_siren_or_siret, department_of, new_reference


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("356 000 000", ("356000000", "")),
        ("356.000.000.00048", ("356000000", "35600000000048")),  # head office of La Poste: ordinary key
        ("35600000049837", ("356000000", "35600000049837")),  # its branches: digit sum divisible by 5 (INSEE)
    ],
)
def test_what_is_genuine_is_accepted(typed, answer):
    assert clean_siren_or_siret(typed) == answer


@pytest.mark.parametrize("typed", ["356000001", "12345", "abcdefghi", "35600000049838", ""])
def test_what_is_wrong_is_refused(typed):
    with pytest.raises(ValueError):
        clean_siren_or_siret(typed)


def test_departments():
    assert [department_of(code) for code in ("57000", "97400", "L-4362", "")] == ["57", "974", "", ""]


def test_a_reference_can_be_read_aloud():
    references = {new_reference() for _ in range(500)}
    assert len(references) == 500
    assert all(
        re.fullmatch(r"ENACT-[2-9A-Z]{4}-[2-9A-Z]{2}", one) and not set(one[6:]) & set("0O1ILS5B8UV")
        for one in references
    )
