"""Data folders and databases that tests begin on, made once and copied: a hundred migrations cost half a minute of
processor, and almost every test of real processes needs them applied. What starts from nothing says so (EMPTY).

python -m tests.ground STAGE makes the stage in the portal that the environment names, on what the stage before left.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

EMPTY, MIGRATED, REFERENCE, DEMO = STAGES = ("empty", "migrated", "reference", "demo")
SHARED = "ENACT_GROUNDS"  # names the folder for all processes of one run
ROOT = Path(__file__).parent.parent
DATABASE = "db.sqlite3"


def begin() -> str:
    """Name the folder where none is named; what end() is to be told, "" where somebody else will end it."""
    if os.environ.get(SHARED):
        return ""
    os.environ[SHARED] = tempfile.mkdtemp(prefix="enact-grounds-")
    return os.environ[SHARED]


def end(folder: str) -> None:
    """Remove what was made in this folder, templates on the database server included."""
    for url in {path.read_text() for path in Path(folder).glob("*.url")}:
        _on_server(url, f"DROP DATABASE IF EXISTS {_named(url)} WITH (FORCE)")
    shutil.rmtree(folder, ignore_errors=True)


def sqlite_file(stage: str) -> Path:
    """A database in a file with the stage applied: to be copied, never written."""
    return _made(stage, "") / DATABASE


def template(stage: str, url: str) -> str:
    """The name of the PostgreSQL database with the stage applied, beside the one that the url names."""
    _made(stage, url)
    return _named(_beside(stage, url))


def lay(stage: str, var: Path, url: str = "") -> None:
    """Copy the stage into an empty data folder and, where a url is given, into a database of that name, made here."""
    if stage != EMPTY:
        shutil.copytree(_made(stage, url), var, dirs_exist_ok=True)
    if url:
        copied = f" TEMPLATE {template(stage, url)}" if stage != EMPTY else ""
        _on_server(url, f"CREATE DATABASE {_named(url)}{copied}")


def lift(url: str) -> None:
    _on_server(url, f"DROP DATABASE {_named(url)} WITH (FORCE)")


def _made(stage: str, url: str) -> Path:
    """The data folder of the stage, made by the first process that asks."""
    folder = Path(os.environ[SHARED]) / f"{stage}{'-postgresql' if url else ''}"
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return folder
        before = STAGES[STAGES.index(stage) - 1]
        half = folder.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)  # of one that failed
        half.mkdir()
        own = _beside(stage, url) if url else ""
        if url:
            folder.with_suffix(".url").write_text(own)
            _on_server(url, f"DROP DATABASE IF EXISTS {_named(own)} WITH (FORCE)")
        lay(before, half, own)
        servers = ("DATABASE_URL", "REDIS_URL")
        environment = {name: value for name, value in os.environ.items() if name not in servers}
        environment |= {"ENACT_VAR": str(half), "ENACT_DEMO": "1" if stage == DEMO else "0"}
        if url:
            environment["DATABASE_URL"] = own
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.ground", stage],
            cwd=ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        half.rename(folder)
    return folder


def _beside(stage: str, url: str) -> str:
    run = crc32(os.environ[SHARED].encode())  # several runs may share a server
    return urlsplit(url)._replace(path=f"/enact_ground_{run:08x}_{stage}").geturl()


def _named(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _on_server(url: str, statement: str) -> None:
    from psycopg2 import connect

    server = connect(urlsplit(url)._replace(path="/postgres").geturl())
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def _make(stage: str) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    if stage == MIGRATED:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    elif stage == REFERENCE:
        from enact_portal.management.commands.portal import collect_static

        call_command("load_reference", verbosity=0)
        collect_static()
    elif stage == DEMO:
        call_command("load_demo", verbosity=0)
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # one file, without a write-ahead log beside it
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
    _make(sys.argv[1])
