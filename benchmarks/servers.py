"""A throw-away PostgreSQL or Redis on a free loopback port, from the machine's packages; ended with the benchmark."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit


def _program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    raise FileNotFoundError(f"{name}: install what Debian calls postgresql")


def free_port() -> int:
    """Below those that the kernel gives to outgoing connections: a load of thousands of them takes it from nobody."""
    for port in random.sample(range(20_000, 32_768), 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port on the loopback address")


class Postgresql:
    """A cluster of its own. Raises FileNotFoundError when the programs are not installed."""

    def __init__(self, **settings: str):
        self._ctl, self._folder = _program("pg_ctl"), Path(tempfile.mkdtemp(prefix="bench-pg"))
        self._folder.chmod(0o711)
        self._user: dict[str, object] = {}
        data = self._folder / "data"
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            account = pwd.getpwnam("postgres")
            data.mkdir()
            for path in (self._folder, data):
                os.chown(path, account.pw_uid, account.pw_gid)
            self._user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._port = free_port()
        more = "".join(f" -c {name}={value}" for name, value in settings.items())
        self._options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off{more}"
        initdb = [_program("initdb"), "-D", str(data), "-U", "enact", "-A", "trust", "-E", "UTF8"]
        self._run(*initdb, "--locale=C.UTF-8", "--no-sync")
        self.url = f"postgres://enact@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        self._control("-w", "-l", str(self._folder / "log"), "-o", self._options, "start")

    def stop(self) -> None:
        """At once, as a power cut would."""
        self._control("-m", "immediate", "stop", check=False)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *arguments: str, check: bool = True) -> None:
        self._run(self._ctl, "-D", str(self._folder / "data"), *arguments, check=check)

    def _run(self, *command: str, check: bool = True) -> None:
        subprocess.run(command, cwd=self._folder, check=check, stdout=subprocess.DEVNULL, **self._user)


class Redis:
    """A server of its own, which keeps nothing on the disk. Raises FileNotFoundError when it is not installed."""

    def __init__(self, address: str = "127.0.0.1"):
        self._program = shutil.which("redis-server")
        if self._program is None:
            raise FileNotFoundError("redis-server: install what Debian calls redis-server")
        self._address, self._port, self._process = address, free_port(), None
        self.url = f"redis://{address}:{self._port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                self._program,
                "--port",
                str(self._port),
                "--bind",
                self._address,
                "--save",
                "",
                "--protected-mode",
                "no",
            ],
            stdout=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
        )
        _answers(self._port, self._address)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None


class Pgbouncer:
    """Before a PostgreSQL of this machine: many connections on few, transaction by transaction. Raises
    FileNotFoundError when it is not installed."""

    def __init__(self, database: Postgresql, address: str):
        self._program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        if self._program is None:
            raise FileNotFoundError("pgbouncer: install what Debian calls pgbouncer")
        self._address, self._port, self._process = address, free_port(), None
        self._folder = Path(tempfile.mkdtemp(prefix="bench-pool"))
        self._folder.chmod(0o711)
        behind = urlsplit(database.url)
        (self._folder / "users").write_text(f'"{behind.username}" ""\n')
        (self._folder / "ini").write_text(
            f"[databases]\n* = host={behind.hostname} port={behind.port}\n[pgbouncer]\n"
            f"listen_addr = {address}\nlisten_port = {self._port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {self._folder}/users\n"
            "pool_mode = transaction\ndefault_pool_size = 12\nmax_client_conn = 200\n"
            "ignore_startup_parameters = extra_float_digits\n"
        )
        self.url = behind._replace(netloc=f"{behind.username}@{address}:{self._port}").geturl()

    def start(self) -> None:
        account = {}
        if os.getuid() == 0:  # it refuses to run as root
            entry = pwd.getpwnam("postgres")
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [self._program, "-q", str(self._folder / "ini")],
            cwd=self._folder,
            stderr=subprocess.DEVNULL,
            **account,
        )
        _answers(self._port, self._address)

    def stop(self) -> None:
        """At once: whoever is connected is cut off."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def postgresql(**settings: str) -> Iterator[str]:
    """Its address (a libpq URL). Raises FileNotFoundError when the programs are not installed."""
    server = Postgresql(**settings)
    try:
        server.start()
        yield server.url
    finally:
        server.remove()


@contextmanager
def redis() -> Iterator[str]:
    """Its address. Raises FileNotFoundError when the program is not installed."""
    server = Redis()
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


def _answers(port: int, address: str = "127.0.0.1") -> None:
    for _try in range(100):
        with suppress(OSError):
            socket.create_connection((address, port), timeout=1).close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
