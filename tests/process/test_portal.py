"""`manage.py portal`, whole: what `sh run.sh` starts, killed piece by piece."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes through /proc"),
]
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60  # seconds: what nginx and gunicorn give a page (docs/security.md)
PARTS = ("web", "worker", "papers", "beat")
COMMAND = [sys.executable, "manage.py", "portal"]


class Portal:
    def __init__(self, environment, log: Path):
        self.environment, self.log = environment, log
        self.address = f"http://localhost:{environment['PORT']}"
        with log.open("w") as output:
            self.process = subprocess.Popen(
                COMMAND, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def wait_until_it_answers(self, seconds=120):
        wait_for(lambda: "Ctrl-C stops everything" in self.text() or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, self.text()
        assert self.get("/health/live") == 200

    def text(self) -> str:
        return self.log.read_text()

    def get(self, path: str, patience: float = 20) -> int:
        with urllib.request.urlopen(self.address + path, timeout=patience) as answer:
            return answer.status

    def processes(self) -> dict[int, str]:
        """Every live process that works on this data folder → its command line."""
        mark = f"ENACT_VAR={self.environment['ENACT_VAR']}\0".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes() and (line := (folder / "cmdline").read_bytes()):
                    found[int(folder.name)] = line.replace(b"\0", b" ").decode()
            except OSError:  # it ended while we looked
                continue
        return found

    def child(self, name: str) -> int | None:
        """Pid of a direct child of the supervisor."""
        word = {
            "web": "gunicorn",
            "worker": "portal@localhost",
            "papers": "papers@localhost",
            "beat": " beat ",
        }[name]
        for pid, line in self.processes().items():
            try:
                parent = int(re.search(r"PPid:\s(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
            except OSError:
                continue
            if parent == self.process.pid and word in line:
                return pid
        return None


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
    return value


@pytest.fixture(scope="module")
def portal(empty_stack, tmp_path_factory):
    portal = Portal(empty_stack, tmp_path_factory.mktemp("log") / "portal.log")
    try:
        portal.wait_until_it_answers(300)
        yield portal
    finally:
        portal.process.kill()
        portal.process.wait()


def test_it_says_where_to_go(portal):
    for line in (
        f"The ENACT portal answers on {portal.address}/",
        f"{portal.address}/admin/",
        f"{portal.address}/demo/mailbox/",
    ):
        assert line in portal.text()
    assert portal.get("/") == 200


def test_localhost_answers_on_every_address_it_resolves_to(portal):
    port = int(portal.environment["PORT"])
    for *_, address in {*socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}:
        socket.create_connection(address[:2], timeout=2).close()
    socket.create_connection(("127.0.0.1", port), timeout=2).close()


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_comes_back_and_no_visitor_is_refused(portal, name):
    before = wait_for(lambda: portal.child(name), 60)  # the last ones begin once the first page was answered
    with ThreadPoolExecutor(4) as visitors:
        # Before, while and after: the socket is the supervisor's, and who is being answered still gets the answer.
        asked = [visitors.submit(portal.get, "/") for _ in range(200)]
        wait_for(lambda: sum(one.done() for one in asked) >= 8)
        os.kill(before, signal.SIGKILL)
        assert [one.result() for one in asked] == [200] * 200
    wait_for(lambda: portal.child(name) not in (None, before))
    assert f"{name} ended with code -9; starting it again" in portal.text()


def _reload(portal):
    before = {name: wait_for(lambda name=name: portal.child(name), 60) for name in PARTS}
    portal.process.send_signal(signal.SIGHUP)
    for name in PARTS:
        wait_for(lambda name=name: portal.child(name) not in (None, before[name]), 120)


@pytest.mark.shows("R-16")
def test_reloaded_under_load_it_fails_nobody(portal):
    """Every process is another afterwards; 10 reloads and 20 000 requests with ENACT_FULL=1."""
    reloads, requests = (10, 20_000) if os.environ.get("ENACT_FULL") else (2, 200)
    asked, enough = Counter(), threading.Event()

    def visit(_number):
        while not enough.is_set():
            try:
                asked[portal.get("/", PATIENCE)] += 1
            except Exception as error:
                asked[repr(error)] += 1

    with ThreadPoolExecutor(4) as visitors:
        list_of_visits = [visitors.submit(visit, number) for number in range(4)]
        try:
            for _ in range(reloads):
                _reload(portal)
                answered = asked[200]
                wait_for(lambda answered=answered: asked[200] > answered + 20, 60)
            wait_for(lambda: asked.total() >= requests, 1800)
        finally:
            enough.set()
    assert all(one.done() for one in list_of_visits)
    assert set(asked) == {200} and asked[200] >= requests, asked
    assert "ended with code" not in portal.text().rpartition("reloading")[2]


def test_a_second_portal_is_refused_with_one_clear_line(portal):
    def start(**changes):
        return subprocess.run(
            COMMAND, cwd=ROOT, env=portal.environment | changes,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    same_port = start()
    assert same_port.returncode == 1
    assert re.fullmatch(r"CommandError: port \d+ cannot be used .*\n", same_port.stderr)
    same_data = start(PORT=str(int(portal.environment["PORT"]) + 1))
    assert same_data.returncode == 1
    assert re.fullmatch(r"CommandError: the portal already runs on the data in .*\n", same_data.stderr)


def test_stopped_it_leaves_nothing_and_starts_again_in_seconds(portal):
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(40) == 0
    assert portal.processes() == {}
    portal.__init__(portal.environment, portal.log)
    portal.wait_until_it_answers(seconds=60)  # about 5 s on an idle machine
    assert portal.get("/") == 200


def test_nothing_survives_a_killed_supervisor(portal):
    wait_for(lambda: len(portal.processes()) >= 8)  # supervisor, web 1 + 2, worker 1 + 2, beat
    portal.process.kill()
    portal.process.wait()
    wait_for(lambda: portal.processes() == {}, seconds=5)
