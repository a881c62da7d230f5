"""The ground real processes stand on: a data folder, a database and a broker of their own."""

import os
import shutil
import socket
import uuid
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from matching import Thesaurus
from matching.concepts import recognising
from programs.index import COMPILED
from tests import ground


def free_port() -> int:
    """Below 32768, where the kernel does not pick ports for outgoing connections."""
    for port in range(21000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The environment of a portal of its own with its reference data, shared by the tests of one file."""
    with own_stack(tmp_path_factory) as environment:
        yield environment


@pytest.fixture
def fresh_stack(tmp_path_factory):
    """The same for one test alone."""
    with own_stack(tmp_path_factory) as environment:
        yield environment


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory):
    """The environment of a portal that was never started, shared by the tests of one file."""
    with own_stack(tmp_path_factory, ground.EMPTY) as environment:
        yield environment


def redis_database() -> int:
    """One of Redis's sixteen for each process that runs tests at the same time."""
    return 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8


@cache
def compiled_thesaurus() -> Path:
    """Compiled once for all the portals of these tests: each would spend seconds on it."""
    from programs.warming import SAMPLES

    thesaurus = recognising.Recogniser(Thesaurus.load())
    for language, text in SAMPLES.items():
        thesaurus.find_in(text, language)
    return recognising.shelf


@contextmanager
def own_stack(tmp_path_factory, stage=ground.REFERENCE):
    """SQLite + files, or a PostgreSQL database of its own + Redis, with a copy of what the stage made."""
    var = tmp_path_factory.mktemp("var")
    environment = os.environ | {
        "ENACT_VAR": str(var),
        "ENACT_DEMO": "1",
        "PORT": str(free_port()),
    }
    environment.pop("SITE_URL", None)
    if redis_url := os.environ.get("REDIS_URL"):
        from redis import Redis

        environment["REDIS_URL"] = urlsplit(redis_url)._replace(path=f"/{redis_database()}").geturl()
        Redis.from_url(environment["REDIS_URL"]).flushdb()
    url = ""
    if database_url := os.environ.get("DATABASE_URL"):
        url = urlsplit(database_url)._replace(path=f"/enact_process_{uuid.uuid4().hex[:8]}").geturl()
        environment["DATABASE_URL"] = url
    ground.lay(stage, var, url)
    half_written = shutil.ignore_patterns("*.new")  # another test process may be at it
    shutil.copytree(compiled_thesaurus(), var / "index" / COMPILED, ignore=half_written, dirs_exist_ok=True)
    yield environment
    if url:
        ground.lift(url)


@pytest.fixture
def sink():
    from tests.process.running import Sink

    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def workers(fresh_stack, sink, tmp_path):
    """A worker and a beat, not started, on a portal without cases that mails to the sink."""
    from tests.process.running import Workers

    workers = Workers(
        fresh_stack | {"ENACT_DEMO": "0", "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}, tmp_path / "log"
    )
    yield workers
    workers.kill()
