"""Several people at once, on the real database, with threads."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import close_old_connections, connection, connections, transaction

from journal.events import broken_links
from journal.lifecycle import Refusal
from journal.models import ChainHead, Event

needs_real_races = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one write at a time: the twin needs PostgreSQL"
)


@pytest.fixture
def database_as_served(transactional_db, tmp_path):
    """On SQLite: a file, as in service. A test database in memory has locks of its own (shared cache)."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    served, memory, name = (
        connections.settings["default"],
        connection.connection,
        connection.settings_dict["NAME"],
    )
    path = str(tmp_path / "served.sqlite3")
    with sqlite3.connect(path) as copy:
        memory.backup(copy)
    copy.close()
    connection.connection = None
    served["NAME"] = connection.settings_dict["NAME"] = path
    yield
    connection.close()
    served["NAME"] = connection.settings_dict["NAME"] = name
    connection.connection = memory


@pytest.fixture
def settled(cast):
    """At the end of every race the chains verify."""
    yield cast
    assert list(broken_links()) == []


def _own_connection(act, *, after=None):
    """`act` as another person's process runs it; a refusal is an answer like any other."""
    close_old_connections()
    try:
        if after is not None:
            after()
        return act()
    except Refusal as refusal:
        return refusal
    finally:
        connection.close()


def at_once(*acts):
    """Run the acts in threads that start together; their results in order."""
    gate = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(_own_connection, act, after=lambda: gate.wait(timeout=10)) for act in acts]
        return [future.result(timeout=60) for future in running]


def met_at(case: UUID, *acts):
    """Run acts on one case that all stand, as far as they come, before the end of its chain, then let them go.

    The worst moment for two acts to meet: whatever each locked before it waits is still locked.
    """
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            ChainHead.objects.select_for_update().get(case=case)
            running = []
            for act in acts:
                running.append(pool.submit(_own_connection, act))
                time.sleep(0.4)  # in this order
        return [future.result(timeout=60) for future in running]


def count(case, *names: str) -> int:
    """How many events of these names a case has."""
    return Event.objects.filter(case=case.public_id, name__in=names).count()
