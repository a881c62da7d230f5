"""A client of clamd's INSTREAM, in the protocol of clamd(8): the file travels over the socket, clamd sees no path.

CLAMD_URL: "unix:///run/clamav/clamd.ctl" or "tcp://host:3310"; "" where there is no antivirus.
"""

import re
import socket
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

_CONNECT_SECONDS, _SECONDS = 3, 30
_BLOCK = 64 * 1024
_VERDICT = re.compile(rb"stream: (?:(OK)|([\x21-\x7e]{1,200}) FOUND)")


class ScannerDown(Exception):
    """No answer, or one that is neither yes nor no: the file stays where it is."""


def scan(path: Path) -> str:
    """The name of what clamd found in the file, "" when it is clean. Raises ScannerDown, OSError (no such file)."""
    with path.open("rb") as content:
        reply = _ask(b"zINSTREAM\0", content)
    verdict = _VERDICT.fullmatch(reply)
    if verdict is None:  # an error, a size limit, garbage: never read as « clean »
        raise ScannerDown(f"unexpected answer {reply[:80]!r}")
    return verdict[2].decode("ascii") if verdict[2] else ""


def answers() -> bool:
    """Whether clamd is there."""
    try:
        return _ask(b"zPING\0") == b"PONG"
    except ScannerDown:
        return False


def _ask(command: bytes, content=None) -> bytes:
    deadline = time.monotonic() + _SECONDS
    try:
        with _connected() as link:
            link.sendall(command)
            while content and (block := content.read(_BLOCK)):
                _wait_until(link, deadline)
                link.sendall(struct.pack(">I", len(block)) + block)
            if content:
                link.sendall(struct.pack(">I", 0))
            return _reply(link, deadline)
    except OSError as error:
        raise ScannerDown(type(error).__name__) from error


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname, address.port or 3310), _CONNECT_SECONDS)
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(_CONNECT_SECONDS)
    try:
        link.connect(address.path)
    except OSError:
        link.close()
        raise
    return link


def _reply(link: socket.socket, deadline: float) -> bytes:
    """Up to the NUL that ends it. A connection cut before is no answer."""
    reply = b""
    while len(reply) < 4096:
        _wait_until(link, deadline)
        part = link.recv(4096)
        if not part:
            break
        reply += part
        if part.endswith(b"\0"):
            return reply[:-1]
    raise ScannerDown(f"cut after {len(reply)} bytes")


def _wait_until(link: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    link.settimeout(left)
