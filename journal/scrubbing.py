"""After an erasure: what was overwritten leaves the log of the database as well (S-23 of the reliability catalogue).

SQLite zeroes what is deleted (`secure_delete`), but the pages as they were before stay in its write-ahead log until
that is copied back and cut: this does it at once. PostgreSQL gives the space of old rows away when it vacuums, in its
own time: docs/operations.md says so.
"""

from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.registry import Registry
from journal import jobs
from journal.models import Job

KIND = "privacy.scrub"
jobs.LABELS.add(KIND, _("effacement des traces dans la base"))


# name → function() that makes what remembers words besides plain rows forget those that were erased; outside a
# transaction, on either database.
ALSO: Registry[Callable[[], None]] = Registry("what else is scrubbed")


class Busy(Exception):
    """Somebody reads an old state of the database: the log cannot be cut yet, the job tries again."""


def owe() -> None:
    """In the transaction of what was erased."""
    if Job.objects.filter(kind=KIND, status=Job.OWED).exists():
        return  # one that has not begun will do
    jobs.submit(KIND, f"{KIND}:{clock.now():%Y-%m-%d}:{uuid4()}", {})


@jobs.HANDLERS.register(KIND)
def scrub(payload: dict) -> None:
    """Copy the log of SQLite into its file, and cut it to nothing, after the indexes have let go. Raises Busy."""
    if connection.in_atomic_block:
        return
    for forget in ALSO.values():
        forget()
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _frames, _copied = cursor.fetchone()
    if busy:
        raise Busy
