"""Walking through days with the real clock: what it owes to whom, day by day."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from foundation import clock
from journal import clockwork, jobs
from journal.models import Message

NIGHT_DAY_EVENING = (3, 10, 10, 20)  # twice at ten: a double run


def paris(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def walk(
    first: str, last: str, hours=NIGHT_DAY_EVENING, tick: Callable = clockwork.tick
) -> list[tuple[str, str, str]]:
    """Tick at these hours of every day; (« 06-04 10 », template, recipient) of what was owed, in order.

    What is owed is done after each tick, so that mails are sent, or found without object.
    """
    told, day = [], date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        for hour in hours:
            with clock.at(timezone.make_aware(datetime.combine(day, time(hour, 30)))):
                before = set(Message.objects.values_list("pk", flat=True))
                tick()
                new = Message.objects.exclude(pk__in=before).order_by("template", "recipient")
                told += [(f"{day:%m-%d} {hour:02d}", one.template, one.recipient) for one in new]
                jobs.run_owed()
        day += timedelta(days=1)
    return told
