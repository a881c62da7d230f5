"""One portal on one data folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError


@contextmanager
def only_one() -> Iterator[None]:
    """Two schedulers on one data folder would do everything twice. Raises CommandError when the portal runs."""
    with (settings.VAR / "portal.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"the portal already runs on the data in {settings.VAR}") from None
        yield
