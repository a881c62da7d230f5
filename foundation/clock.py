"""The injected clock: the only place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """The present instant, aware, UTC."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The calendar day in the portal's time zone (Europe/Paris)."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment` (aware): demonstration histories and time-travel tests."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
