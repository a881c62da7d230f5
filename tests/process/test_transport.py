"""The file broker under what breaks kombu's own: many publishers at once, and workers killed in mid-task."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

from enact_portal import transport  # noqa: F401  registers the fsx:// scheme

pytestmark = [pytest.mark.process, pytest.mark.once, pytest.mark.shows("R-04")]
HERE = Path(__file__).parent

PUBLISH = """
import sys
from kombu import Connection, Exchange, Queue
from enact_portal import transport
folder, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    if number % 10 == 0:  # a new connection declares, that is writes, the bindings again
        connection = Connection("fsx://localhost", transport_options={"data_folder": folder})
        producer, queue = connection.Producer(), Queue("q", Exchange("q"), routing_key="q")
        extra = Queue(f"{name}-{number}", Exchange("q"), routing_key=name)
    producer.publish([name, number], exchange="q", routing_key="q", declare=[queue, extra])
"""
CONSUME = """
import socket, sys
from kombu import Connection, Exchange, Queue
from enact_portal import transport
def received(body, message):
    print(*body, flush=True)
    message.ack()
with Connection("fsx://localhost", transport_options={"data_folder": sys.argv[1]}) as connection:
    with connection.Consumer(Queue("q", Exchange("q"), routing_key="q"), callbacks=[received]) as consumer:
        consumer.qos(prefetch_count=4)
        while True:
            try:
                connection.drain_events(timeout=3)
            except socket.timeout:
                break
"""


def run(*arguments, **kwargs):
    environment = os.environ | {"PYTHONPATH": f"{HERE.parent.parent}:{HERE}"} | kwargs.pop("env", {})
    return subprocess.Popen([sys.executable, *map(str, arguments)], env=environment, text=True, **kwargs)


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return value


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def connection(tmp_path):
    options = {"data_folder": str(tmp_path / "queue")}
    with Connection("fsx://localhost", transport_options=options) as connection:
        yield connection


@pytest.fixture
def queue(connection):
    queue = Queue("q", Exchange("q"), routing_key="q", channel=connection.channel())
    queue.declare()
    return queue


def publish(connection, *bodies):
    for body in bodies:
        connection.Producer().publish(body, exchange="q", routing_key="q")


@pytest.fixture
def worker(tmp_path):
    """Start real Celery workers in process groups of their own; end them all afterwards."""
    started = []

    def start():
        process = run(
            "-m", "celery", "--quiet", "-A", "fsx_app", "worker", "--concurrency=2", "--loglevel=WARNING",
            "--hostname=fsx@test", "--without-gossip", "--without-mingle", "--without-heartbeat",
            env={"FSX_FOLDER": str(tmp_path)}, start_new_session=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("FSX_FOLDER", str(tmp_path))
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.delitem(sys.modules, "fsx_app", raising=False)
    import fsx_app

    yield fsx_app.app
    fsx_app.app.close()


def test_concurrent_publishers_and_consumers_lose_and_double_nothing(tmp_path):
    folder = tmp_path / "queue"
    consumers = [run("-c", CONSUME, folder, stdout=subprocess.PIPE) for _ in range(2)]
    publishers = [run("-c", PUBLISH, folder, name, 150) for name in "abcd"]
    assert [publisher.wait(60) for publisher in publishers] == [0] * 4
    received = [consumer.communicate(timeout=60)[0].splitlines() for consumer in consumers]
    assert [consumer.returncode for consumer in consumers] == [0, 0]
    assert Counter(received[0] + received[1]) == Counter(f"{name} {n}" for name in "abcd" for n in range(150))
    for one in received:  # each consumer saw each publisher in order
        for name in "abcd":
            numbers = [int(line.split()[1]) for line in one if line.startswith(name)]
            assert numbers == sorted(numbers)
    assert not list(folder.glob("queues/q/*"))


def test_a_killed_worker_gives_every_message_back(tmp_path, worker, app):
    for number in range(10):
        app.send_task("work", [f"m{number}", 0.6])
    first = worker()
    wait_for(lambda: len(lines(tmp_path / "started")) > len(lines(tmp_path / "done")) >= 2)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = lines(tmp_path / "done")
    assert len(done) < 10
    interrupted = {line.split()[0] for line in lines(tmp_path / "started")} - set(done)
    assert interrupted, "the kill was to fall in the middle of a task"
    worker()
    wait_for(lambda: len(set(lines(tmp_path / "done"))) == 10)
    wait_for(lambda: not list(tmp_path.glob("queue/queues/celery/*")))


def test_a_killed_pool_child_gives_its_message_back(tmp_path, worker, app):
    app.send_task("work", ["slow", 2])
    worker()
    name, pid = wait_for(lambda: lines(tmp_path / "started"))[0].split()
    os.kill(int(pid), signal.SIGKILL)
    assert wait_for(lambda: lines(tmp_path / "done")) == [name]
    assert [line.split()[0] for line in lines(tmp_path / "started")] == ["slow", "slow"]


def test_a_worker_answers_ping_and_leaves_no_reply_queue_behind(tmp_path, worker, app):
    worker()
    answer = wait_for(lambda: app.control.ping(timeout=1))
    assert answer == [{"fsx@test": {"ok": "pong"}}]
    app.control.ping(timeout=0.01)  # one that does not wait for the answer leaves its queue
    abandoned = list(tmp_path.glob("queue/queues/*.reply.*"))
    for path in abandoned:
        os.utime(path, (0, 0))
    app.control.ping(timeout=1)
    assert not set(abandoned) & set(tmp_path.glob("queue/queues/*.reply.*"))


def test_a_message_is_requeued_refused_and_given_back_at_close(connection, queue):
    publish(connection, "one", "two")
    taken = queue.get()
    assert taken.payload == "one"
    second = queue.get()
    assert (second.payload, queue.get()) == ("two", None)  # what is held is nobody else's
    taken.requeue()
    taken = queue.get()
    assert taken.payload == "one"
    taken.reject()
    second.ack()
    assert queue.get() is None
    publish(connection, "three")
    assert queue.get().payload == "three"
    queue.channel.close()  # without acknowledgement
    assert queue.bind(connection.channel()).get(no_ack=True).payload == "three"
    assert queue.bind(connection.channel()).get() is None


def test_an_unreadable_file_does_not_stop_the_queue(connection, queue, tmp_path, caplog):
    (tmp_path / "queue/queues/q/00000000000000000001-x.msg").touch()
    publish(connection, "fine")
    assert queue.get().payload == "fine"
    assert "Unreadable message dropped" in caplog.text


def test_purge_takes_only_what_nobody_holds(connection, queue):
    publish(connection, "one", "two", "three")
    held = queue.get()
    assert queue.purge() == 2
    held.ack()
    assert queue.purge() == 0
