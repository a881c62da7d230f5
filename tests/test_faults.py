"""docs/faults.md says what the markers of the tests say."""

from scripts.faults import FAULTS, PAGE, page, shown


def test_the_page_of_faults_is_what_the_tests_say():
    assert PAGE.read_text("utf-8") == page(), "run python scripts/faults.py"


def test_every_fault_that_a_test_names_is_in_the_catalogue():
    assert {fault for fault, _file in shown() if fault.startswith("R-")} <= set(FAULTS)
