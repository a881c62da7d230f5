"""Uploads cut at 99 %, visitors who send or read slowly: nothing is left of them, and nobody waits for them."""

import os
import resource
import signal
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.process.conftest import free_port, own_stack
from tests.process.running import ROOT
from tests.process.slow import ANSWER, Visitor, got, posted
from tests.process.test_doors import SECRET, Doors
from tests.process.test_portal import wait_for

pytestmark = [
    pytest.mark.process,
    pytest.mark.once,
    pytest.mark.shows("R-17"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes through /proc"),
]
LINE = b"Releve du four, 12,4 mm/s\n"
OK = b"HTTP/1.1 200 OK"
# What they ask, how much of it they send, and the length of the answer.
SLOW = {
    "sends half a file": (posted("/", b"x" * 500_000), 0.5, 6),
    "sends half a line": (got("/"), 0.3, 1),
    "does not read the words": (got("/words"), 1, ANSWER),
    "does not read the file": (got("/file"), 1, ANSWER),
}


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """A served portal, one web process, with a folder of its own for what is temporary."""
    with own_stack(tmp_path_factory) as environment:
        folder, temporary = tmp_path_factory.mktemp("slow"), tmp_path_factory.mktemp("temporary")
        doors = Doors(environment | {"ENACT_DEMO": "0", "TMPDIR": str(temporary)}, folder)
        doors.temporary, doors.port = temporary, environment["PORT"]
        try:
            doors.start()
            doors.worker = child_of(doors._running[-1].pid)
            yield doors
        finally:
            doors.stop()


def child_of(pid: int) -> Path:
    """What /proc says of the only process that this one started."""
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return Path("/proc") / child


def links(process: Path) -> list[str]:
    """What its descriptors lead to."""
    found = []
    for descriptor in (process / "fd").iterdir():
        with suppress(OSError):  # closed while we looked
            found.append(str(descriptor.readlink()))
    return found


def upload(token: str, *sizes: int) -> bytes:
    """The request of a browser that sends files of about these many bytes with a draft."""
    files = [SimpleUploadedFile(f"releve{size}.txt", LINE * (size // len(LINE))) for size in sizes]
    body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": SECRET, "attachments": files})
    cookie = f"{settings.CSRF_COOKIE_NAME}={SECRET}"
    return posted(f"/demande/{token}/documents/", body, Content_Type=MULTIPART_CONTENT, Cookie=cookie)


def unnamed(doors) -> list[str]:
    """Files without a name that the web process holds open, and whatever has one in the temporary folder."""
    held = [path for path in links(doors.worker) if path.startswith(str(doors.temporary))]
    return held + [path.name for path in doors.temporary.iterdir()]


def memory(doors) -> int:
    """Bytes of its own that the web process holds."""
    lines = (doors.worker / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Private_Dirty", "Swap:")))


@pytest.mark.parametrize("ending", ["close", "reset", "half_close"])
def test_an_upload_cut_at_99_percent_leaves_nothing(doors, ending):
    draft = SimpleNamespace(**doors.ask("draft", ending.replace("_", "-")))
    before, there = doors.ask("told", draft.case), doors.ask("disk")
    request = upload(draft.token, 3_000_000)  # more than Django keeps in memory
    visitor = Visitor(doors.port, request, 0.99)
    wait_for(lambda: unnamed(doors))  # what has come is on the disk
    getattr(visitor, ending)()
    wait_for(lambda: not unnamed(doors))
    visitor.close()
    assert (doors.ask("told", draft.case), doors.ask("disk")) == (before, there)
    with closing(Visitor(doors.port, request)) as again:
        assert again.answer()[0] == OK
    assert doors.ask("told", draft.case) == {**before, "files": ["releve3000000.txt"]}
    assert (doors.ask("disk"), unnamed(doors)) == (there + 1, [])


def test_ten_long_uploads_that_stall_cost_the_disk_only_and_nobody_waits(doors):
    """Ten times 20 MB minus the last hundredth, and ten requests of half a line, on one web process."""
    assert doors.request("GET", "/") == 200
    draft = SimpleNamespace(**doors.ask("draft", "longs"))
    request, idle = upload(draft.token, 10_000_000, 9_900_000), memory(doors)
    with ExitStack() as open_ones:
        stalled = [open_ones.enter_context(closing(Visitor(doors.port, request, 0.99))) for _ in range(10)]
        for _ in range(10):
            open_ones.enter_context(closing(Visitor(doors.port, got("/demande/"), 0.5)))
        assert doors.request("GET", "/") == 200
        wait_for(lambda: len(unnamed(doors)) == 10)
        assert doors.request("GET", "/") == 200
        assert memory(doors) - idle < 64 * 1024 * 1024
        stalled[0].send_the_rest()
        assert stalled[0].answer()[0] == OK
    wait_for(lambda: not unnamed(doors))
    assert len(doors.ask("told", draft.case)["files"]) == 2


class Small:
    """The small application, served by one web process of this class."""

    def __init__(self, worker_class: str, longest_file: int = resource.RLIM_INFINITY):
        self.port = free_port()
        environment = {**os.environ, "PORT": str(self.port), "ENACT_SLOW": worker_class}
        self._served = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config=python:tests.process.slow"],
            cwd=ROOT, env=environment, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (longest_file, longest_file)),
        )  # fmt: skip
        wait_for(self.answers)
        self._worker = child_of(self._served.pid)

    def answers(self, seconds: float = 30) -> bool:
        """Whether a visitor is served within so many seconds."""
        try:
            with closing(Visitor(self.port, got("/"))) as visitor:
                visitor.patience(seconds)
                return visitor.answer() == (OK, b"0")
        except OSError:
            return False

    def connections(self) -> int:
        """How many the web process holds open, whatever the kernel still sends of what it closed."""
        ends = (Path("/proc/net/tcp").read_text().splitlines())[1:]
        mine = {
            line.split()[9]
            for line in ends
            if line.split()[1].endswith(f":{self.port:04X}") and line.split()[3] == "01"
        }
        return sum(link in {f"socket:[{inode}]" for inode in mine} for link in links(self._worker))

    def stop(self):
        self._served.kill()  # who waits for a sync worker waits long
        self._served.wait()
        with suppress(ProcessLookupError):
            os.kill(int(self._worker.name), signal.SIGKILL)


@contextmanager
def small(worker_class: str, **more: int):
    served = Small(worker_class, **more)
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="module")
def patient():
    with small("enact_portal.patient.PatientWorker") as served:
        yield served


@pytest.fixture(scope="module")
def short():
    with small("tests.process.slow.Short") as served:
        yield served


@pytest.fixture(scope="module")
def sync():
    with small("sync") as served:
        yield served


@pytest.mark.parametrize("slow", SLOW)
def test_a_dozen_of_them_keep_nobody_waiting(patient, slow):
    request, share, length = SLOW[slow]
    with ExitStack() as open_ones:
        dozen = [open_ones.enter_context(closing(Visitor(patient.port, request, share))) for _ in range(12)]
        assert patient.answers()
        dozen[0].send_the_rest()
        status, body = dozen[0].answer()
        assert (status, len(body)) == (OK, length)


@pytest.mark.parametrize("slow", SLOW)
def test_one_of_them_keeps_everybody_waiting_without_that_worker(sync, slow):
    """The twin: gunicorn's own."""
    request, share, _length = SLOW[slow]
    with closing(Visitor(sync.port, request, share)):
        assert not sync.answers(1)
    assert sync.answers()


@pytest.mark.parametrize("slow", SLOW)
def test_who_stalls_is_sent_away(short, slow):
    request, share, length = SLOW[slow]
    wait_for(lambda: short.connections() == 0)
    with closing(Visitor(short.port, request, share)) as visitor:
        wait_for(lambda: short.connections() == 1)
        wait_for(lambda: short.connections() == 0)
        assert len(visitor.answer()[1]) < length
    assert short.answers()


def test_too_many_at_once_push_out_who_was_silent_longest():
    with small("tests.process.slow.Crowded") as served, ExitStack() as open_ones:
        crowd = [open_ones.enter_context(closing(Visitor(served.port, got("/"), 0.5))) for _ in range(25)]
        assert served.answers()
        assert crowd[0].answer() == (b"", b"")
        crowd[-1].send_the_rest()
        assert crowd[-1].answer() == (OK, b"0")


def test_a_body_that_nobody_may_send_is_refused_at_its_head(patient):
    long = posted("/", b"x").replace(b"Length: 1", b"Length: 999999999999")
    with closing(Visitor(patient.port, long)) as visitor:
        assert visitor.answer()[0] == b"HTTP/1.1 413 Content Too Large"


def test_a_head_of_two_lengths_is_refused_and_not_waited_for(patient):
    with closing(Visitor(patient.port, posted("/", b"x", content_length="500"))) as visitor:
        assert visitor.answer()[0] == b"HTTP/1.1 400 Bad Request"


def test_where_the_disk_is_full_words_are_taken_and_given_all_the_same():
    """No file may be longer than 100 kB."""
    with (
        small("enact_portal.patient.PatientWorker", longest_file=100_000) as served,
        ExitStack() as open_ones,
    ):
        sent = open_ones.enter_context(closing(Visitor(served.port, posted("/", b"x" * 500_000), 0.5)))
        sent.send_the_rest()
        assert sent.answer() == (OK, b"500000")
        asked = open_ones.enter_context(closing(Visitor(served.port, got("/words"))))
        assert served.answers()
        assert len(asked.answer()[1]) == ANSWER


def test_who_asks_before_sending_is_told_to_go_on(patient):
    request = posted("/", b"x" * 1000, Expect="100-continue")
    with closing(Visitor(patient.port, request, 0.15)) as visitor:
        visitor.until(b"HTTP/1.1 100 Continue\r\n\r\n")
        visitor.send_the_rest()
        assert visitor.answer() == (OK, b"1000")
