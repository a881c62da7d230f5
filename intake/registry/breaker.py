"""A circuit breaker that the web processes share through the cache: a registry that fails is left alone for a while.

Closed: everybody may ask. After FAILURES in a row within a minute it opens for OPEN_FOR seconds, or as long as the
registry asked for (Retry-After). Then it is half open: one process tries, the others wait for what it finds.
When the cache itself is down nothing is remembered and everybody may ask: a call costs two seconds at most.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from foundation import clock
from foundation.counting import count

log = logging.getLogger(__name__)

FAILURES = 3
OPEN_FOR = 30  # seconds
LONGEST = 900  # whatever Retry-After says
TRIAL = 5  # seconds given to the one that tries
PER_SECOND = 5  # of all processes together; the registry allows seven per address
PER_DRAFT = 200  # an hour: a person who types, not a machine that reads the register through us
_KEEP = 3600
_FAILURES, _UNTIL, _TRIAL = "registry.failures", "registry.until", "registry.trial"
T = TypeVar("T")


def safely(act: Callable[[], T], otherwise: T) -> T:
    """What `act` does with the cache, or `otherwise` when the cache fails."""
    try:
        return act()
    except Exception as error:
        log.warning("cache not used for the registry: %s", type(error).__name__)
        return otherwise


def may_ask() -> bool:
    """Whether the registry may be asked now; in the half-open state, True for one caller only."""
    until = safely(lambda: cache.get(_UNTIL), None)
    if until is None:
        return _within_rate()
    if clock.now() < until:
        return False
    return safely(lambda: cache.add(_TRIAL, 1, TRIAL), True)


def _within_rate() -> bool:
    key = f"registry.second.{int(clock.now().timestamp())}"
    return safely(lambda: count(key, 5), 1) <= PER_SECOND


def too_often(draft: str) -> bool:
    """Count one search of a draft; True when it has had its share of this hour. The token itself is not kept."""
    who = salted_hmac("intake.registry", draft, algorithm="sha256").hexdigest()[:24]
    key = f"registry.draft.{clock.now():%Y%m%d%H}.{who}"
    return safely(lambda: count(key, 3600), 1) > PER_DRAFT


def succeeded() -> None:
    safely(lambda: cache.delete_many([_FAILURES, _UNTIL, _TRIAL]), None)


def failed(retry_after: int | None = None) -> None:
    """One more failure. `retry_after`: seconds that the registry itself asked for, which open at once."""
    if retry_after is not None:
        _open(min(max(retry_after, 1), LONGEST))
        return
    half_open = safely(lambda: cache.get(_UNTIL), None) is not None
    if half_open or _count() >= FAILURES:
        _open(OPEN_FOR)


def _count() -> int:
    return safely(lambda: count(_FAILURES, 60), 1)


def _open(seconds: int) -> None:
    log.warning("the company registry is left alone for %s s", seconds)
    until = clock.now() + timedelta(seconds=seconds)
    safely(lambda: cache.set(_UNTIL, until, _KEEP), None)
    safely(lambda: cache.delete_many([_TRIAL, _FAILURES]), None)
