"""Two nomenclatures whose codes look alike: the version is decided by the day."""

from datetime import date

import pytest

from foundation import naf

EVE, DAY = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("rev2", "naf_2025", "day", "answer"),
    [
        ("53.10Z", "53.10A", EVE, ("53.10Z", naf.REV2)),
        ("53.10Z", "53.10A", DAY, ("53.10A", naf.NAF_2025)),
        ("53.10Z", "", DAY, ("53.10Z", naf.REV2)),  # seen last before the change
        ("", "53.10A", EVE, ("53.10A", naf.NAF_2025)),
        ("", "", DAY, ("", "")),
    ],
)
def test_the_code_in_force(rev2, naf_2025, day, answer):
    assert naf.code_in_force(rev2, naf_2025, day) == answer


def test_labels_belong_to_a_version():
    assert naf.label("24.53Z", naf.REV2) == "Fonderie de métaux légers"
    assert naf.label("86.10Z", naf.REV2) == "Activités hospitalières"
    assert [naf.label("24.53Z", naf.NAF_2025), naf.label("99.99Z", naf.REV2), naf.label("", naf.REV2)] == [
        ""
    ] * 3
