"""A document is made in a forked child, bounded in memory and time: a text that explodes takes no worker along.

The child is a copy of a worker that has read fonts and rules already, so that it costs some milliseconds and not the
second of a fresh interpreter. It has our memory before its eyes and no business with it: it reads the snapshot that it
was given, writes bytes into a pipe and ends.
"""

import os
import resource
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from proposals.document.pdf import CannotRender

SECONDS = 20.0
MADE = b"+"  # the first sign that a child says: the document follows, else why there is none
MEMORY = 512 * 1024 * 1024  # bytes that the document may take, over what the worker held before it


def bounded(make: Callable[[], bytes], *, seconds: float = SECONDS, memory: int = MEMORY) -> bytes:
    """What `make()` gives, made in a child. Raises CannotRender when it fails, takes too long or too much."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _child(make, reading, writing, memory)
    os.close(writing)
    try:
        content = _all_of(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # not waited for yet: the number is nobody else's
        _pid, status = os.waitpid(child, 0)
    if content is None:
        raise CannotRender(f"no document within {seconds:g} s")
    if not content:
        raise CannotRender(
            f"no document: its process ended ({status}), of more memory than it may take or by itself"
        )
    said, made = content[:1], content[1:]
    if said != MADE:
        raise CannotRender(made.decode("utf-8", "replace"))
    return made


def _child(make: Callable[[], bytes], reading: int, writing: int, memory: int) -> None:
    """Never returns."""
    try:
        os.close(reading)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _bound(memory)
        try:
            said = MADE + make()
        except BaseException as error:
            said = b"-" + f"{type(error).__name__}: {error}"[:500].encode()
        with os.fdopen(writing, "wb") as out:
            out.write(said)
    finally:
        os._exit(0)


def _bound(memory: int) -> None:
    with suppress(OSError):  # no /proc: the time is bounded all the same
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _all_of(reading: int, deadline: float) -> bytes | None:
    """What comes until the other side closes; None when the time is over before."""
    parts = []
    while (left := deadline - time.monotonic()) > 0:
        ready, _write, _error = select.select([reading], [], [], left)
        if not ready:
            break
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None
