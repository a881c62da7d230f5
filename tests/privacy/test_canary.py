"""Erasure reaches the bytes: a canary in every text and file of a case is in no page of the database, no log of it,
no file, no index, no cache, no queue, no line that a process wrote."""

import logging
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from intake import erasing
from intake.models import Irritant
from journal import jobs, scrubbing
from journal.erasing import remember, remembered
from tests.intake.following import holder
from tests.intake.test_erasing import CANARY, cast, lean, on_disk, sightings  # noqa: F401  fixtures

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.shows("S-23", "asvs 14.2.7"),
]
NEEDLE = CANARY.casefold().encode()


@pytest.fixture
def case(database_as_served, cast, caplog):  # noqa: F811
    """The case with its canary everywhere, in a database as it is served; all that is logged is kept."""
    caplog.set_level(logging.INFO)
    cache.set("canary", CANARY, 60)
    assert in_the_cache(), "the search would see it"
    cache.delete("canary")
    return cast.irritant


def in_the_database() -> list[str]:
    """Where the canary is: raw files of SQLite, its log included; every row of every table of PostgreSQL."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files = [Path(name + suffix) for suffix in ("", "-wal", "-journal")]
        return [sight for path in files if path.exists() for sight in hits(path)]
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} AS r WHERE r::text ILIKE %s", [f"%{CANARY}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def hits(path: Path) -> list[str]:
    """Where in a file, with what stands around it."""
    content, found, at = path.read_bytes(), [], 0
    folded = content.lower()
    while (at := folded.find(NEEDLE, at)) >= 0:
        found.append(f"{path.name} page {at // 4096 + 1}: {content[max(0, at - 60) : at + 40]!r}")
        at += len(NEEDLE)
    return found


def in_the_cache() -> list:
    """Of Redis, keys and values; without it the cache is a table of the database."""
    if not settings.REDIS_URL:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key, value FROM cache")
            rows = cursor.fetchall()
        # values are pickled and in base64: the words are looked for where they can be read
        return [key for key, _value in rows if NEEDLE in repr((key, cache.get(key[3:]))).lower().encode()]
    store = cache._cache.get_client()
    return [
        key
        for key in store.scan_iter(count=1000)
        if NEEDLE in key.lower() or NEEDLE in store.dump(key).lower()
    ]


def everywhere(caplog) -> dict[str, list]:
    folders = (settings.MEDIA_ROOT, settings.VAR, settings.MATCHING_INDEX)
    served = connection.settings_dict["NAME"]
    files = [found for folder in folders for found in on_disk(folder) if not found.startswith(str(served))]
    lines = [record.getMessage() for record in caplog.records]
    return {
        "database": in_the_database(),
        "rows": sorted(sightings()),
        "files": files,
        "cache": in_the_cache(),
        "logs": [line for line in lines if CANARY.casefold() in line.casefold()],
        "environment": [value for value in os.environ.values() if CANARY in value],
    }


def erased(case) -> None:
    erasing.erase(case, actor=holder(case), proven=True)
    while jobs.run_owed():
        pass
    mail.outbox.clear()


def test_nothing_of_it_is_left_anywhere(case, caplog):
    before = everywhere(caplog)
    assert before["database"] and before["files"] and len(before["rows"]) > 20
    erased(case)
    assert everywhere(caplog) == {place: [] for place in before}


def test_a_restored_backup_is_erased_again(database_as_served, lean, caplog):  # noqa: F811
    """The case as the backup brings it back: its rows whole, and no mark of having been erased."""
    case = lean.irritant
    remember(case.public_id)
    assert remembered().read_text() == f"{case.public_id}\n"
    call_command("erase_again", "--dry-run")
    assert sightings()
    for _twice in range(2):
        call_command("erase_again")
    while jobs.run_owed():
        pass
    case.refresh_from_db()
    assert case.erased_at and "intake.Irritant" not in sightings() and "intake.Contact" not in sightings()
    assert not Irritant.objects.exclude(pk=case.pk).exclude(erased_at=None).exists(), "no other case"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the pages and the log of SQLite")
@pytest.mark.parametrize("protection", ["scrub", "secure_delete"])
def test_without_its_protection_the_bytes_remain(case, protection, monkeypatch):
    """The negative twin."""
    if protection == "scrub":
        monkeypatch.setitem(jobs.HANDLERS, scrubbing.KIND, lambda payload: None)
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA secure_delete=OFF")
    erased(case)
    assert sightings() == set(), "no row holds it"
    assert in_the_database() != []
