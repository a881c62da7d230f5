from datetime import date

import pytest

from foundation.working_days import add_working_days, is_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "department", "works"),
    [
        (date(2026, 12, 25), "54", False),
        (date(2025, 12, 26), "54", True),
        (date(2025, 12, 26), "57", False),  # second Christmas day, local law of Alsace-Moselle
        (date(2025, 12, 26), "67", False),
        (date(2026, 4, 3), "68", False),  # Good Friday
        (date(2026, 4, 3), "88", True),
        (date(2026, 11, 22), "", False),  # a Sunday
    ],
)
def test_holidays_follow_the_department(day, department, works):
    assert is_working_day(day, department) is works


def test_counting_forward_skips_week_ends_and_holidays():
    assert add_working_days(date(2025, 12, 24), 2, "54") == date(2025, 12, 29)
    assert add_working_days(date(2025, 12, 24), 2, "67") == date(2025, 12, 30)
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_distance_is_the_inverse_of_adding():
    start = date(2026, 3, 30)
    for count in range(30):
        assert working_days_between(start, add_working_days(start, count, "57"), "57") == count


def test_days_away_do_not_count():
    monday, friday = date(2026, 6, 1), date(2026, 6, 5)
    assert add_working_days(monday, 3, "57", [(date(2026, 6, 2), friday)]) == date(2026, 6, 10)
    overlapping = [(date(2026, 6, 4), date(2026, 6, 9)), (date(2026, 6, 2), friday)]
    assert add_working_days(monday, 3, "57", overlapping) == date(2026, 6, 12)
    assert add_working_days(
        monday, 3, "57", [(date(2026, 5, 1), monday), (date(2026, 7, 1), date.max)]
    ) == date(2026, 6, 4)
