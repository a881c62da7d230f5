"""A portal of its own for as long as somebody looks: demonstration data, a free port, a temporary folder."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    "SECRET_KEY",
    "ENACT_ENV",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "HOST",
)


def free_port() -> int:
    """Below 32768, where the kernel does not pick ports for outgoing connections."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randint(20000, 31999)))
            except OSError:
                continue
            return probe.getsockname()[1]


@dataclass
class Portal:
    address: str
    environment: dict[str, str]

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run a management command on this portal's data; returns what it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def doors(self, language: str) -> dict[str, str]:
        """Address of one page of every kind (demo/doors.py)."""
        return json.loads(self.manage("demo_doors", "--language", language).splitlines()[-1])


@contextmanager
def folder_and_port() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="enact-") as var:
        port = str(free_port())
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        yield Portal(
            f"http://localhost:{port}", environment | {"ENACT_VAR": var, "ENACT_DEMO": "1", "PORT": port}
        )


@contextmanager
def serving(portal: Portal, command: list[str], **environment: str) -> Iterator[Portal]:
    """Run a server until the block ends; returns once it answers. Raises RuntimeError when it does not."""
    log = Path(portal.environment["ENACT_VAR"]) / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=portal.environment | environment,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 300  # a machine that does other things too
        while not _answers(portal.address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the portal does not start:\n" + log.read_text())
            time.sleep(0.2)
        yield portal
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "/health/live", timeout=5) as answer:  # nosec B310
            return answer.status == 200
    except OSError:
        return False


@contextmanager
def demonstration() -> Iterator[Portal]:
    """The whole portal, as `sh run.sh` starts it."""
    with folder_and_port() as portal, serving(portal, ["manage.py", "portal"]):
        yield portal
