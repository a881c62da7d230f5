"""Writers of one SQLite file take turns (foundation/sqlite)."""

import threading

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.shows("R-08")


def _connection(path, timeout: float):
    options = {"timeout": timeout, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
    return ConnectionHandler(
        {"default": {"ENGINE": "foundation.sqlite", "NAME": str(path), "OPTIONS": options}}
    )["default"]


@pytest.fixture
def two(tmp_path, request, django_db_blocker):
    """Two connections to one file, the second with the timeout that the test asks for."""
    django_db_blocker.unblock()  # a file of the test's own
    first, second = (_connection(tmp_path / "file.sqlite3", timeout) for timeout in (5, request.param))
    first.inc_thread_sharing()
    first.cursor().execute("CREATE TABLE turns (who text)")
    yield first, second
    first.close()
    second.close()
    django_db_blocker.restore()


def _begin(connection):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def _commit(connection):
    connection.commit()
    connection.set_autocommit(True)


def _write(connection, who: str):
    connection.cursor().execute("INSERT INTO turns VALUES (%s)", [who])


@pytest.mark.parametrize("two", [20], indirect=True)
def test_a_writer_waits_for_the_one_before(two):
    first, second = two
    _begin(first)
    _write(first, "first")
    commit = threading.Timer(0.05, _commit, [first])
    commit.start()

    _begin(second)
    _write(second, "second")
    _commit(second)
    commit.join()

    assert second.cursor().execute("SELECT who FROM turns").fetchall() == [("first",), ("second",)]


@pytest.mark.parametrize("two", [0.2], indirect=True)
def test_no_longer_than_its_patience_and_outside_of_transactions_as_long_again(two):
    first, second = two
    second.ensure_connection()
    before = second.cursor().execute("PRAGMA busy_timeout").fetchone()
    _begin(first)

    with pytest.raises(OperationalError, match="locked"):
        _begin(second)

    assert second.cursor().execute("PRAGMA busy_timeout").fetchone() == before == (200,)
    _commit(first)
