"""The data of a portal kept and brought back, and processes that can be killed over it."""

import json
import os
import shutil
import signal
import traceback
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 60  # seconds for one forked act


class Worlds:
    """The data of the portal before each stage: files copied, and a database of PostgreSQL as a template."""

    def __init__(self):
        from django.conf import settings

        self.var, self.url = Path(settings.VAR), os.environ.get("DATABASE_URL", "")
        self.name = urlsplit(self.url).path.lstrip("/")

    def keep(self, number: int) -> None:
        folder = self._folder(number)
        folder.mkdir(parents=True)
        for part in self._parts():
            (shutil.copytree if part.is_dir() else shutil.copy2)(part, folder / part.name)
        if self.url:
            self._sql(f"CREATE DATABASE {self.name}_{number} TEMPLATE {self.name}")

    def bring(self, number: int) -> None:
        for part in self._parts():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        for part in self._folder(number).iterdir():
            (shutil.copytree if part.is_dir() else shutil.copy2)(part, self.var / part.name)
        if self.url:
            self._sql(
                f"DROP DATABASE {self.name} WITH (FORCE)",
                f"CREATE DATABASE {self.name} TEMPLATE {self.name}_{number}",
            )
        if redis_url := os.environ.get("REDIS_URL"):
            from redis import Redis

            Redis.from_url(redis_url).flushdb()  # a restart, and a FLUSHALL with it

    def forget(self, numbers: int) -> None:
        if self.url:
            self._sql(*(f"DROP DATABASE {self.name}_{number} WITH (FORCE)" for number in range(numbers)))

    def _folder(self, number: int) -> Path:
        return self.var / "worlds" / str(number)

    def _parts(self) -> list[Path]:
        return [
            path
            for path in self.var.iterdir()
            if path.name.startswith("db.sqlite3") or path.name in ("media", "queue", "refuse", "accepted")
        ]

    def _sql(self, *statements: str) -> None:
        from psycopg2 import connect

        server = connect(urlsplit(self.url)._replace(path="/postgres").geturl())
        server.autocommit = True
        with server.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        server.close()


def apart(act) -> tuple[list, int]:
    """Do `act(say)` in a process group of its own: (what it said, its status as waitpid gives it)."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            os.close(reading)
            signal.alarm(PATIENCE)
            act(lambda *words: os.write(writing, json.dumps(words).encode() + b"\n"))
            status = 0
        except BaseException:
            os.write(writing, json.dumps(["error", traceback.format_exc()[-3000:]]).encode() + b"\n")
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        lines = [json.loads(line) for line in said.read().splitlines()]
    _pid, status = os.waitpid(child, 0)
    return lines, status
