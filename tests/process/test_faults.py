"""Nothing owed is lost or done twice: real workers killed by SIGKILL, a real SMTP server that counts, both brokers.

Run with DATABASE_URL and REDIS_URL for PostgreSQL + Redis, without them for SQLite + the file broker.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.process.conftest import free_port
from tests.process.test_portal import wait_for

pytestmark = pytest.mark.process
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


class Portal:
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


@pytest.fixture
def sink():
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def portal(fresh_stack, sink, tmp_path):
    environment = fresh_stack | {"ENACT_DEMO": "0", "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    portal = Portal(environment, tmp_path / "log")
    portal.do("prepare")
    yield portal
    portal.kill()


def assert_nothing_lost_nothing_double(state: dict, sink: Sink, repeats_allowed: int):
    assert (state["open"], state["dead"], state["unsent"]) == (0, [], 0), state["errors"]
    assert state["runs_per_irritant"] == [1]
    assert state["pdf_rendered"] == state["pdf_genuine"] == [True]
    assert len(state["pdf_files"]) == 1, state["pdf_files"]
    assert state["broken_links"] == []
    counts = Counter(sink.accepted)
    assert set(counts) == set(state["messages"].values())
    assert sum(counts.values()) - len(counts) <= repeats_allowed, counts


@pytest.mark.parametrize(
    ("point", "repeats_allowed"),
    [
        ("match.computed", 0),
        ("message.before_smtp", 0),
        ("message.after_smtp", 2),  # two children may both stand between the server's yes and their commit
        ("pdf.file_written", 2),  # the other child may be sending
    ],
)
def test_killed_at_a_failpoint_and_restarted(portal, sink, tmp_path, point, repeats_allowed):
    owed = portal.do("owe")
    assert owed["open"] > 20
    portal.start(ENACT_FAILPOINT=point, ENACT_FAILPOINT_MARK=str(tmp_path / "passed"))
    worker = portal.groups[0]
    wait_for(lambda: worker.poll() == -signal.SIGKILL, 60)
    portal.kill()
    assert portal.do("state")["open"] > 0, "killed before the work was over"

    portal.start()
    assert_nothing_lost_nothing_double(portal.settle(), sink, repeats_allowed)


def test_killed_at_random_while_busy(portal, sink):
    portal.do("owe", "20")
    for pause in (4.0, 5.5):
        portal.start()
        time.sleep(pause)
        portal.kill()
    portal.start()
    assert_nothing_lost_nothing_double(portal.settle(), sink, repeats_allowed=4)


def test_mails_wait_while_smtp_is_down_and_leave_later(portal, sink):
    sink.stop()
    portal.do("owe", "2")
    portal.start()
    waiting = wait_for(
        lambda: (
            (state := portal.do("state")) and any("Refused" in error for error in state["errors"]) and state
        ),
        30,
    )
    assert sink.accepted == [] and waiting["dead"] == []
    sink.start()
    assert_nothing_lost_nothing_double(portal.settle(), sink, repeats_allowed=0)


def test_a_broker_that_is_down_costs_the_company_nothing(portal, sink):
    if "REDIS_URL" in portal.environment:
        broken = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    else:
        (Path(portal.environment["ENACT_VAR"]) / "nowhere").write_text(
            "a file where the queue's folder should be"
        )
        broken = {"ENACT_QUEUE": str(Path(portal.environment["ENACT_VAR"]) / "nowhere")}
    answer = portal.do("submit_one", **broken)
    assert answer["reference"].startswith("ENACT-")
    assert answer["seconds"] < 3
    portal.start()
    state = portal.settle()
    assert (state["irritants"], state["unsent"], state["runs_per_irritant"]) == (1, 0, [1])
    assert len(sink.accepted) == len(state["messages"]) == 1
