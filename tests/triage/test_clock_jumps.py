"""A clock that jumps an hour, a year, or over a change of hour: reminders once, due at nine o'clock of the place."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from foundation import clock
from journal import clockwork
from journal.clockwork import After
from journal.models import ClockMark, Message
from tests import cast as casting

pytestmark = pytest.mark.shows("R-15")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (
            datetime(2027, 3, 26, 9, 30, tzinfo=UTC),
            datetime(2027, 3, 30, 7, tzinfo=UTC),
        ),  # Easter lies between
        (datetime(2027, 10, 29, 8, 30, tzinfo=UTC), datetime(2027, 11, 2, 8, tzinfo=UTC)),
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change_of_hour(since, due):
    moment = After("since", days=1).moment(SimpleNamespace(since=since), "", None)
    local = moment.astimezone(clock.timezone.get_default_timezone())
    assert (local.hour, local.minute) == (9, 0)
    assert moment == due


@pytest.mark.django_db
def test_a_reminder_is_sent_once_however_the_clock_jumps(cast):
    casting.asked(cast)
    with casting.at_work(6):
        moment = clock.now()

    def ticked(at):
        with clock.at(at):
            clockwork.tick()
        return Message.objects.filter(template="partner_reminder").count(), ClockMark.objects.count()

    before = ticked(moment - timedelta(days=14))
    first = ticked(moment)
    assert first > before
    assert ticked(moment - HOUR) == ticked(moment + HOUR) == ticked(moment) == first


@pytest.mark.django_db
def test_after_more_than_a_year_each_thing_is_done_once(cast):
    casting.asked(cast)
    with casting.at_work(1):
        later = clock.now() + timedelta(days=400)
    while not clockwork.in_office_hours(later):
        later += HOUR
    with clock.at(later):
        clockwork.tick()
        once = Message.objects.count(), ClockMark.objects.count()
        for _again in range(3):
            clockwork.tick()
        assert (Message.objects.count(), ClockMark.objects.count()) == once
    keys = Message.objects.values_list("cause", "recipient", "template")
    assert len(set(keys)) == len(keys)
