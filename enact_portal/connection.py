"""One visitor's connection to the web server: a request kept until it is whole, an answer kept until it is taken.

Nothing here waits. What is long lies in files without a name, which end with the process however it ends.
"""

import os
import re
import selectors
import socket
import tempfile
import time
from collections import deque

CHUNK = 256 * 1024  # bytes moved at a time: then it is another's turn
IN_MEMORY = 64 * 1024  # of a request or an answer; the rest lies on the disk
LONGEST_HEAD = 64 * 1024  # beyond, the request is gunicorn's to refuse
LINGER = 2.0  # seconds for the visitor to take the last bytes and close
_LENGTH = re.compile(rb"content-length:[ \t]*([0-9]{1,18})[ \t]*", re.IGNORECASE)
_CODING = re.compile(rb"transfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"expect:[ \t]*100-continue[ \t]*", re.IGNORECASE)


class TooLong(Exception):
    """The body is said to be longer than anybody may send."""


class Shelf:
    """Bytes in the order in which they were put: first those in the file, then those in memory."""

    def __init__(self):
        self._memory, self._file = bytearray(), None
        self._read = self._written = 0  # of the file

    def put(self, data: bytes) -> None:
        """Raises OSError when the disk is full; nothing is lost then, and nothing more must be put."""
        self._memory += data
        if len(self._memory) <= IN_MEMORY:
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  closed by close()
        while self._memory:
            written = os.pwrite(self._file.fileno(), self._memory, self._written)
            self._written += written
            del self._memory[:written]

    def peek(self, size: int) -> bytes:
        if self._read < self._written:
            return os.pread(self._file.fileno(), min(size, self._written - self._read), self._read)
        return bytes(self._memory[:size])

    def skip(self, number: int) -> None:
        """Of what peek() gave."""
        if self._read < self._written:
            self._read += number
        else:
            del self._memory[:number]

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class Part:
    """So many bytes of a file that its owner may close meanwhile."""

    def __init__(self, file, offset: int, count: int):
        self._descriptor, self._offset, self._left = os.dup(file.fileno()), offset, count

    def peek(self, size: int) -> bytes:
        return os.pread(self._descriptor, min(size, self._left), self._offset)

    def skip(self, number: int) -> None:
        self._offset += number
        self._left -= number

    def close(self) -> None:
        os.close(self._descriptor)


def body_length(head: bytes) -> int:
    """Bytes that must follow the head. 0 also where gunicorn refuses the head, or Django reads no body (chunks)."""
    lines = head.split(b"\r\n")
    lengths = {found[1] for line in lines if (found := _LENGTH.fullmatch(line))}
    if len(lengths) != 1 or any(_CODING.match(line) for line in lines):
        return 0
    return int(lengths.pop())


class Connection:
    """To gunicorn it is the socket: what it reads is here already, what it writes is kept; closing means: answered."""

    def __init__(self, client: socket.socket, address, listener, *, longest: int):
        client.setblocking(False)
        self.client, self.address, self.listener = client, address, listener
        self._longest = longest  # bytes of a body
        self._inbox, self._head, self._whole, self._came = Shelf(), bytearray(), None, 0
        self._outbox: deque[Shelf | Part] = deque()
        self._full_disk = self._closing = self.answered = self.lingering = False
        self._begin()

    def _begin(self) -> None:
        self._began = self.heard = time.monotonic()
        self._moved = 0

    def _progress(self, number: int) -> None:
        self.heard = time.monotonic()
        self._moved += number

    def overdue(self, stall: float, rate: float) -> bool:
        """Whether nothing moved for `stall` seconds, or less than `rate` bytes a second over all."""
        now = time.monotonic()
        if self.lingering:
            return now > self.heard + LINGER
        return now > min(self.heard, self._began + self._moved / rate) + stall

    @property
    def events(self) -> int:
        return selectors.EVENT_WRITE if self._outbox else selectors.EVENT_READ

    # -- The request comes.

    def receive(self) -> bool:
        """Take what has come: whether the request is now whole, or must be answered as it is.

        Raises BlockingIOError when nothing has come, another OSError when the visitor has gone, TooLong.
        """
        data = self.client.recv(CHUNK)
        if not data:
            raise ConnectionResetError("gone before the request was whole")
        self._progress(len(data))
        self._came += len(data)
        try:
            self._inbox.put(data)
        except OSError:  # what is still to come is read by the application, which says that there is no room
            self._full_disk = True
            return True
        if self._whole is None and not self._read_head(data):
            return len(self._head) > LONGEST_HEAD
        return self._came >= self._whole

    def _read_head(self, data: bytes) -> bool:
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            return False
        head, self._head = bytes(self._head[:end]), bytearray()
        length = body_length(head)
        if length > self._longest:
            raise TooLong
        self._whole = end + 4 + length
        if self._came < self._whole and any(_EXPECTS.fullmatch(line) for line in head.split(b"\r\n")):
            self.client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    # -- gunicorn and the application work.

    def recv(self, size: int) -> bytes:
        """What has come, b"" after it. Waits only where the disk was full: then as long as a stalled visitor may."""
        if self._closing:
            return b""
        data = self._inbox.peek(size)
        self._inbox.skip(len(data))
        if data or not self._full_disk or (self._whole is not None and self._came >= self._whole):
            return data
        self.client.settimeout(10)
        try:
            data = self.client.recv(size)
        finally:
            self.client.setblocking(False)
        self._came += len(data)
        return data

    def send(self, data: bytes) -> int:
        """gunicorn's 100 Continue alone comes this way: where anybody waited for it, it was said in time."""
        return len(data)

    def sendall(self, data: bytes) -> None:
        data = bytes(data)
        if not self._outbox:
            try:
                sent = self.client.send(data)
            except BlockingIOError:
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
        if not self._outbox or isinstance(self._outbox[-1], Part):
            self._outbox.append(Shelf())
        try:
            self._outbox[-1].put(data)
        except OSError:
            self._outbox.append(Shelf())  # the disk is full: in memory then, a part at a time

    def sendfile(self, file, offset: int = 0, count: int = 0) -> int:
        self._outbox.append(Part(file, offset, count))
        return count

    def shutdown(self, how: int) -> None:
        """When all is sent; but nothing more is read."""
        self._closing = True

    def close(self) -> None:
        """Of gunicorn: it has answered."""
        if not self.answered:
            self.answered = True
            self._inbox.close()
            self._begin()

    def gettimeout(self) -> float:
        return 0.0

    def settimeout(self, seconds: float | None) -> None:
        """Nothing here waits."""

    # -- The answer goes.

    def send_on(self) -> bool:
        """Send what the visitor takes, then hear them out: whether all is over. Raises as receive() does."""
        while self._outbox:
            data = self._outbox[0].peek(CHUNK)
            if data:
                sent = self.client.send(data)
                self._outbox[0].skip(sent)
                self._progress(sent)
                return False  # another's turn
            self._outbox.popleft().close()
        if not self.lingering:
            self.lingering = True
            self.heard = time.monotonic()
            self.client.shutdown(socket.SHUT_WR)
        # Closed on unread bytes, the kernel would say « reset », and the visitor lose the end of the answer.
        return not self.client.recv(CHUNK)

    def end(self) -> None:
        for kept in (self._inbox, *self._outbox):
            kept.close()
        self.client.close()
