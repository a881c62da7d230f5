"""A small application under the portal's own worker, less patient than it; and what slow visitors send.

gunicorn --config=python:tests.process.slow; ENACT_SLOW names the class of worker.
"""

import os
import socket
import tempfile

from enact_portal.patient import PatientWorker

MEGABYTE = 1_000_000
ANSWER = 24 * MEGABYTE  # bytes: more than the kernel keeps for one connection


class Short(PatientWorker):
    stall = 1.0


class Crowded(PatientWorker):
    most = 20


worker_class = os.environ.get("ENACT_SLOW", "sync")
workers = 1
wsgi_app = "tests.process.slow:application"
bind = f"127.0.0.1:{os.environ.get('PORT', '0')}"
control_socket_disable = True
timeout = 60


def application(environ, start):
    """How many bytes were sent; a long answer from memory at /words, from a file at /file."""
    sent = 0
    while piece := environ["wsgi.input"].read(MEGABYTE):
        sent += len(piece)
    long = environ["PATH_INFO"] in ("/words", "/file")
    answer = b"%d" % sent
    start("200 OK", [("Content-Length", str(ANSWER if long else len(answer)))])
    if environ["PATH_INFO"] == "/words":
        return (b"w" * MEGABYTE for _ in range(ANSWER // MEGABYTE))
    if environ["PATH_INFO"] == "/file":
        file = tempfile.TemporaryFile()  # noqa: SIM115  gunicorn closes it
        file.write(b"f" * ANSWER)
        file.seek(0)
        return environ["wsgi.file_wrapper"](file)
    return [answer]


class Visitor:
    """A connection by hand: sends so much, and no more until told."""

    def __init__(self, port: int | str, request: bytes, share: float = 1):
        self._socket = socket.create_connection(("127.0.0.1", int(port)), timeout=30)
        cut = int(len(request) * share)
        self._rest = request[cut:]
        self._socket.sendall(request[:cut])

    def patience(self, seconds: float) -> None:
        self._socket.settimeout(seconds)

    def send_the_rest(self) -> None:
        self._socket.sendall(self._rest)

    def reset(self) -> None:
        """Close as a machine does whose line is cut."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._socket.close()

    def half_close(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def until(self, words: bytes) -> None:
        """Read exactly this."""
        assert self._socket.recv(len(words), socket.MSG_WAITALL) == words

    def answer(self) -> tuple[bytes, bytes]:
        """Status line and body; (b"", b"") from a server that closed without a word."""
        got = bytearray()
        try:
            while piece := self._socket.recv(MEGABYTE):
                got += piece
        except ConnectionResetError:
            pass
        head, _, body = bytes(got).partition(b"\r\n\r\n")
        return head.partition(b"\r\n")[0], body

    def close(self) -> None:
        self._socket.close()


def posted(path: str, body: bytes, **headers: str) -> bytes:
    """The bytes of a request."""
    said = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def got(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
