"""Shared fixtures: a private data folder per worker, mail kept in memory, the cast."""

import os
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from accounts import fresh, sessions
from enact_portal import views
from programs import memory, serving, terms, thesaurus
from scripts.long import read as read_long
from tests import cast as casting
from tests import ground
from tests.racing import database_as_served, settled  # noqa: F401  fixtures

_grounds = pytest.StashKey[str]()


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # the processes that it starts find what it named
        config.stash[_grounds] = ground.begin()


def pytest_unconfigure(config):
    if named := config.stash.get(_grounds, ""):
        ground.end(named)


def touches_rows(item) -> bool:
    """Whether a test reads or writes a database (or the cache that may lie in one)."""
    return item.get_closest_marker("django_db") is not None or "db" in item.fixturenames


# "2 of 3": a tier that repeats another on other servers runs this part of it, and what differs there (see test.sh).
PART = os.environ.get("ENACT_PART")
# "2 of 8": that part of what takes long (scripts/long.py), whatever else is selected.
LONG_PART = os.environ.get("ENACT_LONG_PART")


def pytest_collection_modifyitems(config, items):
    """What touches no row says the same on every database: the second tier leaves it out, and samples the rest."""
    for item in items:
        if not touches_rows(item):
            item.add_marker("pure")
    left_out = {item.nodeid for item in items if not _belongs(item, PART) and not _differs(item)}
    if LONG_PART:
        long = read_long()
        left_out |= {item.nodeid for item in items if item.nodeid in long and not _belongs(item, LONG_PART, 16)}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def _belongs(item, which: str | None, shift: int = 0) -> bool:
    """Whether a test is in this part ("2 of 3") of all, by its name; None: in the whole.

    Another `shift` divides otherwise: else no test would be in the even eighth of the odd half.
    """
    if not which:
        return True
    part, parts = map(int, which.split(" of "))
    return (crc32(item.nodeid.encode()) >> shift) % parts == part % parts


def _differs(item) -> bool:
    """What databases do each in their own way: real transactions, and modules that say so; what no other tier runs.

    Processes and browsers cost minutes: of them a day's part is a part of all.
    """
    if item.get_closest_marker("process") or item.get_closest_marker("browser"):
        return False
    rows = item.get_closest_marker("django_db")
    real = rows is not None and rows.kwargs.get("transaction", False)
    return real or any(item.get_closest_marker(name) for name in ("database", "once"))


@pytest.fixture(autouse=True)
def _private_folders(settings, tmp_path):
    """Each test has its own private files, and sends its mails to memory."""
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MATCHING_INDEX = settings.MATCHING_INDEX / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if settings.REDIS_URL:  # a Redis database for each process that runs tests: clearing one clears no other
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 7 + 1
        location = urlsplit(settings.REDIS_URL)._replace(path=f"/{worker}").geturl()
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": location}}
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _no_memory_between_tests(request, settings, _private_folders):
    """Nothing counted or indexed for one test is known to the next; nor the language of its last page."""
    translation.activate(settings.LANGUAGE_CODE)
    if settings.REDIS_URL:
        cache.clear()
    elif touches_rows(request.node):
        request.getfixturevalue("_django_db_helper")
        cache.clear()  # the database cache: also left behind by tests with real transactions
    # A rolled-back catalogue may give the same sequence number to other rows.
    serving._current.forget()
    views._homes.clear()
    terms.forget()
    terms.KEPT = 10**9  # seconds: no minute ends, and brings its queries, while a test counts them
    thesaurus.known.forget()
    thesaurus._haystacks.cache_clear()
    memory.forget()


@pytest.fixture(autouse=True)
def _patient_sessions(request, monkeypatch):
    """Tests jump over days in one sign-in; those about how long it holds say so: `SESSIONS_END = True`."""
    if not getattr(request.module, "SESSIONS_END", False):
        for module, name in (
            (sessions, "IDLE_STAFF"),
            (sessions, "IDLE"),
            (sessions, "LONGEST"),
            (fresh, "FOR"),
        ):
            monkeypatch.setattr(module, name, 10**9)


@pytest.fixture
def cast(db):
    """The whole cast (tests.cast.everybody)."""
    return casting.everybody()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The test database begins as a copy of one that has been migrated; what is missing is still applied to it."""
    if connection.vendor == "postgresql":
        template = ground.template(ground.MIGRATED, os.environ["DATABASE_URL"])
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        yield
        return
    with (
        closing(sqlite3.connect(ground.sqlite_file(ground.MIGRATED))) as migrated,
        closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as memory,
    ):
        migrated.backup(memory)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real transactions empty the tables, by DELETE on SQLite and TRUNCATE on PostgreSQL, which the
    append-only triggers refuse.

    Dropping them by name also proves that the migrations made them.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_event_no_delete")
            cursor.execute("DROP TRIGGER journal_access_no_delete")
        else:
            for table in ("journal_event", "journal_accessrecord"):
                cursor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
