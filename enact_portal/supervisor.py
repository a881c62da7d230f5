"""Runs real processes side by side in the foreground: restarts the dead, ends them all together.

One thread and one selector; what the children print is passed on line by line behind their name. A child
that dies is started again, at once the first time, then after growing delays. On Linux each child asks the
kernel to be killed with its parent, so that nothing survives a ``kill -9`` of the supervisor.
"""

import contextlib
import ctypes
import errno
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

GRACE = 25  # seconds to finish what is under way before SIGKILL
LONGEST_DELAY = 30
LONG_LIFE = 60  # a child that lived this long starts again with a clean slate
PR_SET_PDEATHSIG = 1
NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}  # a machine without IPv6

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int | None = None, number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `number` when its parent dies (Linux; elsewhere nothing)."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, number)
        if parent and os.getppid() != parent:  # it died before we asked
            os._exit(1)


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets on every address of `host` (localhost: IPv4 and IPv6 alike, as browsers try both).

    The supervisor keeps them and lends them to the web server: while that restarts, visitors wait instead of
    being refused. Raises OSError when the port is taken on any address.
    """
    addresses = {(socket.AF_INET, ("127.0.0.1", port))} if host == "localhost" else set()
    with contextlib.suppress(*([socket.gaierror] if addresses else [])):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses |= {(family, address[:2]) for family, _type, _protocol, _name, address in found}
    sockets = []
    with contextlib.ExitStack() as undo:
        for family, address in sorted(addresses):
            try:
                listener = undo.enter_context(socket.socket(family, socket.SOCK_STREAM))
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                listener.bind(address)
                listener.listen(1024)
            except OSError as error:
                if error.errno in NO_SUCH_ADDRESS and sockets:
                    continue
                raise
            listener.set_inheritable(True)
            sockets.append(listener)
        undo.pop_all()
    return sockets


@dataclass
class Child:
    name: str
    command: list[str]
    keep: list[int] = field(default_factory=list)  # descriptors it inherits
    finish: float = 0  # seconds that the processes it started get, after its death, for what is under way
    process: subprocess.Popen | None = None
    started: float = 0
    due: float = 0  # when to start it (again)
    deaths: int = 0
    asked: bool = False  # to end, so that the code of now takes its place

    def start(self) -> None:
        supervisor = os.getpid()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.keep,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then ends the children
            preexec_fn=lambda: die_with_parent(supervisor),  # safe: this process has one thread
        )

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def await_group(self) -> None:
        """Until everything that the dead process started has ended, `finish` seconds at most."""
        deadline = time.monotonic() + self.finish
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, 0)
                time.sleep(0.05)

    def kill_group(self) -> None:
        """End what is left of the process and of everything it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def make_way(self) -> None:
        """End once what is under way is finished; the supervisor then starts it anew."""
        if self.process and self.process.poll() is None:
            self.asked = True
            self.signal(signal.SIGTERM)

    def delay_before_restart(self) -> float:
        if self.asked:
            self.asked, self.deaths = False, 0
            return 0
        if time.monotonic() - self.started > LONG_LIFE:
            self.deaths = 0
        self.deaths += 1
        return 0 if self.deaths == 1 else min(LONGEST_DELAY, 2 ** (self.deaths - 2))


class Supervisor:
    def __init__(self, children: list[Child]):
        self.children = children  # may be added to while it runs
        self.selector = selectors.DefaultSelector()  # data of each key: what to do when it can be read
        self.stops = 0  # signals received: one asks, two insist
        self.reloads = 0  # SIGHUPs not yet heeded

    def run(self) -> None:
        """Until SIGINT or SIGTERM; when this returns, every child has ended.

        SIGHUP starts every child anew, one after the other finished: visitors wait in the queue of the sockets, which
        stay open here. From a terminal it means that the window was closed, and ends everything.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_signal if sys.stdin and sys.stdin.isatty() else self._on_reload)
        try:
            while not self.stops:
                if self.reloads:
                    self._reload()
                for child in self.children:
                    self._keep_alive(child)
                self._listen()
            self._end()
        finally:
            for child in self.children:
                child.kill_group()

    def say(self, line: str, name: str = "portal") -> None:
        print(f"{name:6} | {line}", flush=True)

    def _on_signal(self, _number, _frame) -> None:
        self.stops += 1

    def _on_reload(self, _number, _frame) -> None:
        self.reloads += 1

    def _reload(self) -> None:
        self.reloads = 0
        self.say("reloading: what is under way is finished first")
        for child in self.children:
            child.make_way()

    def _keep_alive(self, child: Child) -> None:
        if child.process and (code := child.process.poll()) is not None:
            child.await_group()
            child.kill_group()
            child.process = None
            asked, delay = child.asked, child.delay_before_restart()
            child.due = time.monotonic() + delay
            why = "made way" if asked else f"ended with code {code}; starting it again in {delay:.0f} s"
            self.say(f"{child.name} {why}")
        if not child.process and time.monotonic() >= child.due:
            child.start()
            self.selector.register(child.process.stdout, selectors.EVENT_READ, self._relay(child.name))

    def _relay(self, name: str):
        rest = b""

        def relay(stream):
            nonlocal rest
            *lines, rest = (rest + (received := os.read(stream.fileno(), 65536))).split(b"\n")
            if not received:  # the end: every process that held the pipe is gone
                self.selector.unregister(stream)
                stream.close()
                lines, rest = [rest] if rest else [], b""
            for line in lines:
                self.say(line.decode(errors="replace"), name)

        return relay

    def _listen(self) -> None:
        for key, _events in self.selector.select(timeout=0.2):
            key.data(key.fileobj)

    def _end(self) -> None:
        self.say("stopping: finishing what is under way (once more to stop at once)")
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while self.stops < 2 and time.monotonic() < deadline:
            if all(child.process is None or child.process.poll() is not None for child in self.children):
                break
            self._listen()
        self._listen()
