"""The portal of `benchmarks.soak`: its processes, started again when they die, what it stands on, and a mail server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller

from benchmarks.load import ROOT
from benchmarks.servers import Postgresql, Redis, free_port

BEGINS = 10  # seconds that a process is given to begin
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "enact_portal"]
ROWS = [sys.executable, "-m", "benchmarks.soak_rows"]


class Post:
    """A real SMTP server. `mood`: "" takes mails, "refuse" none, "stall" waits, "cut" takes one and hangs up."""

    def __init__(self, address: str = "127.0.0.1"):
        self.accepted: list[str] = []
        self.mood, self.cut, self.port = "", 0, free_port()
        self._controller = Controller(self, hostname=address, port=self.port)
        self._controller.start()
        self.stop = self._controller.stop

    async def handle_DATA(self, server, session, envelope):
        if self.mood == "refuse":
            return "451 4.3.0 come back later"
        if self.mood == "stall":
            await asyncio.sleep(3)
        self.accepted.append(message_from_bytes(envelope.content)["Message-ID"])
        if self.mood == "cut":
            self.cut += 1
            server.transport.abort()
        return "250 kept"


class Portal:
    def __init__(self, folder: Path, mail_port: int):
        self.folder, self.port = folder, free_port()
        self.database: Postgresql | None = None
        self.redis: Redis | None = None
        self._log = (folder / "log").open("w")
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "enact_portal.settings",
            "ENACT_VAR": str(folder / "var"),
            "ENACT_DEMO": "0",
            "PORT": str(self.port),
            "FORM_PACE": "0",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "LOG_LEVEL": "WARNING",
        }
        for name in ("DATABASE_URL", "REDIS_URL", "SITE_URL", "CLAMD_URL"):
            self.environment.pop(name, None)
        web = [sys.executable, "-m", "gunicorn", "--config=python:enact_portal.webserver"]
        self._commands = {
            "web": [*web, f"--bind=127.0.0.1:{self.port}", "tests.process.served:application()"],
            "worker": [*CELERY, "worker", "--queues=default,mail,pdf", "--concurrency=2", "--loglevel=ERROR",
                       "--without-gossip", "--without-mingle", "--without-heartbeat"],
            "beat": [*CELERY, "beat", "--pidfile=", f"--schedule={folder}/beat", "--loglevel=ERROR"],
        }  # fmt: skip
        self._running: dict[str, subprocess.Popen] = {}
        self._began: dict[str, float] = {}
        self._asking, self._helper = threading.Lock(), None

    def door(self) -> str:
        """The address on which the next request knocks."""
        return "127.0.0.1"

    def use(self, database: Postgresql, redis: Redis) -> None:
        self.database, self.redis = database, redis
        database.start()
        redis.start()
        self.environment |= {"DATABASE_URL": database.url, "REDIS_URL": redis.url}

    def start(self) -> None:
        subprocess.run(
            [*ROWS, "prepare"], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )
        self._helper = subprocess.Popen(
            [*ROWS, "serve"], cwd=ROOT, env=self.environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._log,
        )  # fmt: skip
        self.revive()

    def revive(self) -> None:
        """Start whatever does not run."""
        for name, command in self._commands.items():
            running = self._running.get(name)
            if running is None or running.poll() is not None:
                self._began[name] = time.monotonic()
                self._running[name] = subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=self._log,
                    stderr=self._log, start_new_session=True,
                )  # fmt: skip

    def kill(self, *names: str) -> bool:
        """Kill these with their groups and start them again; False when one of them has hardly begun: a portal that is
        only ever starting shows nothing."""
        if any(time.monotonic() - self._began[name] < BEGINS for name in names):
            return False
        if "web" in names and not self._answers():
            return False
        for name in names:
            with suppress(ProcessLookupError):
                os.killpg(self._running[name].pid, signal.SIGKILL)
            self._running[name].wait()
        self.revive()
        return True

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
            link.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
            link.settimeout(10)
            return bool(link.recv(1))
        return False

    def actors(self, seed: int) -> subprocess.Popen:
        return subprocess.Popen(
            [*ROWS, "actors", str(seed)], cwd=ROOT, env=self.environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._log,
        )  # fmt: skip

    def ask(self, *question) -> dict:
        with self._asking:
            self._helper.stdin.write(json.dumps(question) + "\n")
            self._helper.stdin.flush()
            return json.loads(self._helper.stdout.readline())

    def settled(self, seconds: float) -> float | None:
        """How long it took until nothing was owed any more; None: longer than that."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.ask("owed").get("open") == 0:
                return round(time.monotonic() - began, 1)
            time.sleep(2)
        return None

    def flush(self) -> None:
        from redis import Redis as Client

        Client.from_url(self.redis.url).flushall()

    def restart_redis(self) -> None:
        self.redis.stop()
        time.sleep(1)
        self.redis.start()

    def restart_database(self) -> None:
        self.database.stop()
        self.database.start()

    def hold_writer(self, seconds: float) -> None:
        link = sqlite3.connect(self.folder / "var" / "db.sqlite3", timeout=20, isolation_level=None)
        link.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        link.execute("ROLLBACK")
        link.close()

    def stop_processes(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running = {}

    def stop(self) -> None:
        self.stop_processes()
        if self._helper:
            self._helper.stdin.close()
            self._helper.wait(30)
            self._helper.stdout.close()
        if self.redis:
            self.redis.stop()
        if self.database:
            self.database.remove()
        self._log.close()
