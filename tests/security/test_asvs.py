"""The page of ASVS says what its table and the tests say, and the table says nothing that is not there."""

import csv

import pytest

from scripts import asvs
from scripts.asvs import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return asvs.load()


def test_the_table_can_be_believed(rows):
    assert asvs.troubles(rows) == []
    assert sum(row.applies == "yes" for row in rows) == 194


def test_the_page_is_what_the_table_says(rows):
    assert asvs.PAGE.read_text("utf-8") == asvs.page(rows)


def _row(**change) -> Row:
    usual = {
        "id": "1.1.1",
        "level": "2",
        "applies": "yes",
        "asks": "a few words",
        "verdict": "tested",
        "where": ["tests/security/test_asvs.py::test_the_table_can_be_believed"],
        "missing": "",
    }
    return Row(**usual | change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"where": ["tests/security/test_asvs.py::test_nobody_wrote_it"]}, "no test"),
        ({"where": ["tests/security/test_nothing.py::test_x"]}, "no file"),
        ({"verdict": "documented", "where": ["docs/nothing.md"]}, "no file"),
        ({"verdict": "documented", "where": ["docs/security.md#a-heading-of-nobody"]}, "no heading"),
        ({"where": []}, "tested, and names no test"),
        ({"where": ["docs/security.md"]}, "tested, and names no test"),
        ({"verdict": ""}, "no verdict"),
        ({"verdict": "met"}, "no verdict"),
        ({"verdict": "partly"}, "what is missing"),
        ({"missing": "the half of it"}, "what is missing"),
        ({"asks": ""}, "1 to 60 signs"),
        ({"applies": "no", "verdict": "", "where": []}, "has a reason"),
    ],
)
def test_what_is_wrong_is_seen(change, said):
    """Each of them alone: without it the row is right."""

    def told(row: Row) -> list[str]:
        return [one for one in asvs.troubles([row]) if not one.startswith("1 requirements")]

    assert told(_row()) == []
    assert any(said in one for one in told(_row(**change))), told(_row(**change))


def test_a_row_too_few_or_twice_is_seen(rows):
    assert any("apply" in one or "applicable" in one for one in asvs.troubles(rows[:-60]))
    assert any("stands twice" in one for one in asvs.troubles([*rows, rows[0]]))


def test_marks_are_read_from_functions_modules_and_lists(tmp_path):
    path = tmp_path / "test_planted.py"
    path.write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-06", "asvs 3.2.1 3.4.3")]\n'
        '@pytest.mark.shows("asvs 6.5.5")\n'
        "def test_one(): ...\n"
        "def test_two(): ...\n"
        'def helper(): "asvs 9.9.9"\n'
    )
    assert asvs.functions(path) == {
        "test_one": {"3.2.1", "3.4.3", "6.5.5"},
        "test_two": {"3.2.1", "3.4.3"},
    }


def test_the_standards_sentences_are_not_copied():
    """They are OWASP's, and all begin alike: ours never do."""
    with asvs.TABLE.open(encoding="utf-8", newline="") as lines:
        assert [line["id"] for line in csv.DictReader(lines) if "verify that" in str(line).lower()] == []
