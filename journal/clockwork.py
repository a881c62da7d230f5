"""What happens because time passes: registered rules, run by the beat, each harmless when run twice.

A rule is a function that looks at *state* (never at "rows made exactly nine days ago"), so that a scheduler that
was down for three days does each thing once.
"""

import logging
from collections.abc import Callable

from django.core.cache import cache

from foundation import clock
from foundation.registry import Registry

log = logging.getLogger(__name__)

RULES: Registry[Callable[[], int]] = Registry("clock rule")
_HEARTBEAT = "journal.heartbeat"


def tick() -> dict[str, int]:
    """Run every rule; one that fails does not stop the others. Returns how many things each rule did."""
    done = {}
    for name, rule in RULES.items():
        try:
            done[name] = rule()
        except Exception:
            log.exception("clock rule %s failed", name)
    return done


def beat() -> None:
    """Leave a sign of life of worker and beat for the readiness page."""
    try:
        cache.set(_HEARTBEAT, clock.now().isoformat(), 3600)
    except Exception as error:
        log.warning("cache unreachable: %s", type(error).__name__)


def last_beat() -> str | None:
    """ISO date of the last sign of life, None when there is none or the cache is down."""
    try:
        return cache.get(_HEARTBEAT)
    except Exception:
        return None
