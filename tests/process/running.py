"""A worker and a beat that can be killed, a mail server that counts, and what must be true afterwards."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.process.conftest import free_port
from tests.process.test_portal import wait_for

ROOT = Path(__file__).parent.parent.parent
CELERY = [sys.executable, "-m", "celery", "-A", "enact_portal"]
RECOVERY_SECONDS = 60


class Sink:
    """A real SMTP server on loopback that keeps the Message-ID of whatever it accepted."""

    def __init__(self):
        self.accepted: list[str] = []
        self.port = free_port()
        self._controller = None

    async def handle_DATA(self, server, session, envelope):
        self.accepted.append(message_from_bytes(envelope.content)["Message-ID"])
        return "250 kept"

    def start(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self):
        if self._controller:
            self._controller.stop()
            self._controller = None


class Workers:
    """Worker and beat of one portal, each the head of its own process group."""

    def __init__(self, environment: dict, log: Path):
        self.environment, self.log, self.groups = environment, log, []

    def do(self, verb: str, *arguments: str, **changes: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "tests.process.scenario", verb, *arguments],
            cwd=ROOT, env=self.environment | changes, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, **changes: str):
        commands = (
            [
                *CELERY,
                "worker",
                "--pool=prefork",
                "--concurrency=2",
                "--queues=default,mail,pdf",
                "--loglevel=WARNING",
            ],
            [
                *CELERY,
                "beat",
                "--pidfile=",
                f"--schedule={self.environment['ENACT_VAR']}/beat",
                "--loglevel=WARNING",
            ],
        )
        for command in commands:
            with self.log.open("a") as output:
                self.groups.append(
                    subprocess.Popen(
                        command, cwd=ROOT, env=self.environment | changes, stdin=subprocess.DEVNULL,
                        stdout=output, stderr=output, start_new_session=True,
                    )
                )  # fmt: skip

    def kill(self):
        for process in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.groups = []

    def settle(self) -> dict:
        """Wait until nothing is owed; the backlog must be empty within a minute."""
        return wait_for(
            lambda: (state := self.do("state")) and state["open"] == 0 and state, RECOVERY_SECONDS
        )


def assert_nothing_lost_nothing_double(state: dict, sink: Sink, repeats_allowed: int):
    assert (state["open"], state["dead"], state["unsent"]) == (0, [], 0), state["errors"]
    assert state["runs_per_irritant"] == [1]
    assert state["pdf_rendered"] == state["pdf_genuine"] == [True]
    assert len(state["pdf_files"]) == 1, state["pdf_files"]
    assert state["broken_links"] == []
    counts = Counter(sink.accepted)
    assert set(counts) == set(state["messages"].values())
    assert sum(counts.values()) - len(counts) <= repeats_allowed, counts
