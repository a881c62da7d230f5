"""The supervisor: what it starts is restarted when it dies, drained when asked, and never left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from enact_portal.supervisor import Child, listen

pytestmark = [pytest.mark.process, pytest.mark.once]
ROOT = Path(__file__).parent.parent.parent
linux = pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG exists on Linux only")

# A child that says its pid, and one that finishes its work when asked to end.
SAY = "import os, time; print('pid', os.getpid()); time.sleep(300)"
DRAIN = """
import os, signal, sys, time
def end(*_):
    time.sleep(0.5); print('finished'); sys.exit()
signal.signal(signal.SIGTERM, end)
print('pid', os.getpid())
while True: time.sleep(1)
"""
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); " + SAY
CRASH = "import os; print('pid', os.getpid()); raise SystemExit(3)"


class Supervised:
    """A supervisor in a process of its own, over children given as Python code."""

    def __init__(self, log: Path, stdin=subprocess.DEVNULL, **children: str):
        commands = {name: [sys.executable, "-c", code] for name, code in children.items()}
        program = (
            "from enact_portal.supervisor import Child, Supervisor\n"
            f"Supervisor([Child(name, command) for name, command in {commands!r}.items()]).run()"
        )
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program], cwd=ROOT, stdin=stdin, stdout=output
            )

    def lines(self, name: str) -> list[str]:
        lines = (line.split("|", 1) for line in self.log.read_text().splitlines())
        return [text.strip() for who, text in lines if who.strip() == name]

    def pids(self, name: str) -> list[int]:
        return [int(line.split()[1]) for line in self.lines(name) if line.startswith("pid")]


@pytest.fixture
def supervised(tmp_path):
    made = []

    def start(stdin=subprocess.DEVNULL, **children):
        made.append(Supervised(tmp_path / "log", stdin, **children))
        for name in children:
            wait_for(lambda name=name: made[-1].pids(name))
        return made[-1]

    yield start
    for one in made:
        one.process.kill()
        one.process.wait()


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return value


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_killed_child_is_started_again(supervised):
    one = supervised(a=SAY, b=SAY)
    (first,), (other,) = one.pids("a"), one.pids("b")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(one.pids("a")) == 2)
    assert one.pids("a")[1] != first
    assert one.pids("b") == [other]
    assert "a ended with code -9; starting it again in 0 s" in one.lines("portal")


def test_a_child_that_keeps_dying_waits_longer_each_time(supervised):
    one = supervised(a=CRASH)
    wait_for(lambda: len(one.lines("portal")) >= 3)
    text = "a ended with code 3; starting it again in {} s"
    assert one.lines("portal")[:3] == [text.format(delay) for delay in (0, 1, 2)]


def test_growing_delays_have_an_end_and_a_long_life_forgives():
    child = Child("a", [], started=time.monotonic())
    assert [child.delay_before_restart() for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]
    child.started -= 61
    assert child.delay_before_restart() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_after_their_work(supervised, number):
    one = supervised(a=DRAIN, b=SAY)
    one.process.send_signal(number)
    assert one.process.wait(10) == 0
    assert one.lines("a")[-1] == "finished"
    assert not any(map(alive, one.pids("a") + one.pids("b")))


@pytest.mark.shows("R-16")
def test_a_hangup_starts_everything_anew_after_its_work(supervised):
    one = supervised(a=DRAIN, b=SAY)
    first = one.pids("a") + one.pids("b")
    for times in (2, 3, 4):
        one.process.send_signal(signal.SIGHUP)
        wait_for(lambda times=times: len(one.pids("a")) == len(one.pids("b")) == times)
    assert one.process.poll() is None
    assert one.lines("a").count("finished") == 3
    assert not any(map(alive, first))
    assert not [line for line in one.lines("portal") if "starting it again" in line], (
        "nothing counts as a death"
    )


def test_a_terminal_that_closes_ends_all(supervised):
    ours, theirs = os.openpty()
    try:
        one = supervised(stdin=theirs, a=DRAIN)
        one.process.send_signal(signal.SIGHUP)
        assert one.process.wait(10) == 0
        assert one.lines("a")[-1] == "finished"
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_second_signal_ends_what_does_not_listen(supervised):
    one = supervised(a=DEAF)
    one.process.send_signal(signal.SIGINT)
    wait_for(lambda: one.lines("portal"))
    assert one.process.poll() is None
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(5) == 0
    assert not alive(one.pids("a")[0])


@linux
def test_nothing_survives_a_killed_supervisor(supervised):
    one = supervised(a=DEAF, b=SAY)
    one.process.kill()
    one.process.wait()
    wait_for(lambda: not any(map(alive, one.pids("a") + one.pids("b"))), seconds=3)


def test_localhost_means_every_address_of_it_and_a_taken_port_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            listen("localhost", port)
    listeners = listen("localhost", port)
    try:
        assert ("127.0.0.1", port) in [listener.getsockname()[:2] for listener in listeners]
        socket.create_connection(("localhost", port), timeout=2).close()
    finally:
        for listener in listeners:
            listener.close()
