"""A snapshot of the database while it is written to, and putting one back in a single transaction.

SQLite: the online backup API, in one step: readers do not hold up writers (WAL). PostgreSQL: pg_dump in the custom
format on an exported snapshot, in which the rows are counted as well; pg_restore through psql in one transaction that
drops, creates, fills and counts. What fails on the way leaves the database as it was.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from foundation.plain import filed

FILES = "SELECT id, sha256 FROM files_storedfile WHERE state <> 'infected'"
MEMBERS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class Refused(Exception):
    """What was asked for cannot be done, and nothing was changed; the words are for the operator."""


@dataclass
class Snapshot:
    """A copy of the database in `path`, with the rows of each table, the migrations it has ("app.name"), and the
    SHA-256 of each uploaded file that its rows promise (path under MEDIA_ROOT → hex)."""

    path: Path
    tables: dict[str, int]
    migrations: list[str]
    promised: dict[str, str]


def kind() -> str:
    return connection.vendor


def is_empty() -> bool:
    """Whether there is nothing in the target that a restore would replace."""
    if kind() == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    return not connection.introspection.table_names()


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """A consistent copy in a file of `folder`, gone when the block ends. Raises Refused, OSError."""
    path = folder / f".{MEMBERS[kind()]}.{os.getpid()}.part"
    path.touch(mode=0o600)
    try:
        yield (_sqlite if kind() == "sqlite" else _postgresql)(path)
    finally:
        path.unlink(missing_ok=True)


def replace(path: Path, tables: dict[str, int]) -> None:
    """Put the copy in `path` in the place of the database, in one transaction. Raises Refused."""
    connection.close()
    (_into_sqlite if kind() == "sqlite" else _into_postgresql)(path, tables)


# -- SQLite


def _sqlite(path: Path) -> Snapshot:
    try:
        live = sqlite3.connect(connection.settings_dict["NAME"], timeout=20)
        with closing(live) as source, opened(path) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole, without a log beside it
            if (check := copy.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise Refused(f"the database is damaged: {check}")
            return Snapshot(path, count_sqlite(copy), *_contents(copy.execute))
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise OSError(28, f"no space left for a copy of the database beside {path}") from error
        raise
    finally:
        for ending in ("-journal", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy, with the function that indexes of ours use (foundation.sqlite)."""
    with closing(sqlite3.connect(path)) as database:
        database.create_function("filed", 1, filed, deterministic=True)
        yield database


def count_sqlite(database: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table of ours."""
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()
    }


def _into_sqlite(path: Path, tables: dict[str, int]) -> None:
    live = Path(connection.settings_dict["NAME"])
    live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(path) as source, closing(sqlite3.connect(live, timeout=20)) as target:
        if (counted := count_sqlite(source)) != tables:
            raise Refused(_differing(counted, tables))
        if (check := source.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise Refused(f"the database in the backup is damaged: {check}")
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    live.chmod(0o600)


# -- PostgreSQL


def _postgresql(path: Path) -> Snapshot:
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
            _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments",
                 f"--snapshot={name}", f"--file={path}")  # fmt: skip

            def rows(sql):
                cursor.execute(sql)
                return cursor.fetchall()

            tables = [row[0] for row in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            counted = {table: rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in sorted(tables)}
            result = Snapshot(path, counted, *_contents(rows))
            cursor.execute("COMMIT")
        return result
    finally:
        beside.close()


# Everything of ours, and nothing of an extension; the schema itself may be somebody else's.
_CLEAR = """
DO $$ DECLARE it record; BEGIN
  FOR it IN SELECT format('public.%I', c.relname) AS name, c.relkind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i', 'a')) LOOP
    EXECUTE format('DROP %s IF EXISTS %s CASCADE', CASE it.relkind WHEN 'v' THEN 'VIEW'
      WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, it.name);
  END LOOP;
  FOR it IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP ROUTINE %s CASCADE', it.name);
  END LOOP;
  FOR it IN SELECT c.oid, quote_ident(c.collname) AS name FROM pg_collation c
    WHERE c.collnamespace = 'public'::regnamespace LOOP
    EXECUTE format('DROP COLLATION public.%s CASCADE', it.name);
  END LOOP;
END $$;
"""


def _into_postgresql(path: Path, tables: dict[str, int]) -> None:
    """psql reads to the end before it commits: without the last line, all of it is undone."""
    psql = subprocess.Popen(
        [*_command("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"],
        env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    restore = subprocess.Popen(
        [shutil.which("pg_restore") or "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(path)],
        stdout=subprocess.PIPE,
    )
    with suppress(BrokenPipeError):  # psql ended: it says why
        psql.stdin.write(f"BEGIN; SET LOCAL lock_timeout = '10s'; {_CLEAR}".encode())
        shutil.copyfileobj(restore.stdout, psql.stdin)
        restore.stdout.close()
        if restore.wait() == 0:
            psql.stdin.write(_proof(tables) + b"\nCOMMIT;\n")
    restore.stdout.close()
    restored = restore.wait()
    with suppress(BrokenPipeError):
        psql.stdin.close()
    error = psql.stderr.read().decode(errors="replace").strip()
    psql.stderr.close()
    if psql.wait() or restored:
        first = error.splitlines()[0][:300] if error else f"pg_restore ended with {restored}"
        raise Refused(f"PostgreSQL did not take the backup, nothing was changed: {first}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _proof(tables: dict[str, int]) -> bytes:
    """SQL that fails, and with it the transaction, unless every table has its rows."""
    checks = "".join(
        f'SELECT count(*) INTO n FROM public."{table}"; IF n <> {count} THEN RAISE EXCEPTION '
        f"'{table}: % rows instead of {count}', n; END IF;\n"
        for table, count in tables.items()
    )
    return f"DO $$ DECLARE n bigint; BEGIN\n{checks}END $$;".encode()


def others_connected() -> int:
    """Sessions of other processes on the database: a running portal, or somebody's console."""
    if kind() == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _environment() -> dict[str, str]:
    from django.db.backends.postgresql.client import DatabaseClient

    return os.environ | (DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])[1] or {})


def _command(tool: str) -> list[str]:
    from django.db.backends.postgresql.client import DatabaseClient

    path = shutil.which(tool)
    if not path:
        raise Refused(f"{tool} is not there: install the client of PostgreSQL (Debian: postgresql-client)")
    return [path, *DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])[0][1:]]


def _run(tool: str, *options: str) -> None:
    done = subprocess.run([*_command(tool), *options], env=_environment(), capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip() or "no reason given")[:300]
        if "No space left" in said:
            raise OSError(28, f"no space left for a copy of the database ({tool})")
        raise Refused(f"{tool} failed: {said}")


# -- both


def _contents(rows) -> tuple[list[str], dict[str, str]]:
    """(migrations, promised files) of a copy, by a function that runs SQL."""
    migrations = [f"{app}.{name}" for app, name in rows("SELECT app, name FROM django_migrations")]
    promised = {}
    for identifier, sha256 in rows(FILES):
        name = str(identifier).replace("-", "")
        promised[f"files/{name[:2]}/{name}"] = sha256
    return sorted(migrations), promised


def _differing(counted: dict[str, int], tables: dict[str, int]) -> str:
    names = [name for name in sorted(counted.keys() | tables.keys()) if counted.get(name) != tables.get(name)]
    return f"{names[0]}: {counted.get(names[0], 0)} rows instead of {tables.get(names[0], 0)}"
