"""Django's SQLite, whose writers take turns within fractions of a millisecond.

SQLite lets one writer in at a time and has the others look again after 1, 2, 5, 10 … 100 ms. With transactions of one
or two milliseconds they sleep most of that time beside a free database (docs/decisions/0020).
"""

import sqlite3
import time
from functools import lru_cache

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from foundation.plain import filed

PAUSE = 0.0003  # seconds between two looks
LONGEST_KEPT = 5000  # signs of a statement: longer ones list values, and are not asked twice


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which looks for the placeholders of a statement once, not each time that it is asked."""

    def convert_query(self, query, *, param_names=None):
        if param_names is not None or len(query) > LONGEST_KEPT:
            return super().convert_query(query, param_names=param_names)
        return _with_question_marks(query)


@lru_cache(maxsize=500)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, params):
        connection = super().get_new_connection(params)
        connection.create_function("filed", 1, filed, deterministic=True)  # foundation.alphabet
        return connection

    def create_cursor(self, name=None):
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self):
        """Begin, waiting for other writers no longer than the connection's `timeout`."""
        patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        deadline = time.monotonic() + patience
        self.connection.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    return super()._start_transaction_under_autocommit()
                except OperationalError as error:
                    busy = error.__cause__.sqlite_errorcode & 255 == sqlite3.SQLITE_BUSY
                    if not busy or time.monotonic() > deadline:
                        raise
                time.sleep(PAUSE)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout={1000 * patience}")
