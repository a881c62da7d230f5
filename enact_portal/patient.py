"""gunicorn's worker that waits for all visitors at once and works for one at a time.

A sync worker waits for the one it accepted: two visitors who send or read slowly keep two workers from everybody else.
Here a request reaches the application when it is whole, and an answer leaves as fast as it is taken, as nginx does in
front of a portal; the application still does one thing at a time, in one thread, with one database connection.
"""

import os
import selectors
import time

from gunicorn import util
from gunicorn.workers.sync import SyncWorker

from enact_portal.connection import Connection, TooLong
from files.uploadhandler import CUT_OFF


class PatientWorker(SyncWorker):
    stall = 60.0  # seconds in which nothing moves
    rate = 1000.0  # bytes a second, over all: a modem of 1990 is not turned away
    most = 250  # connections held at a time, each with up to three descriptors
    longest = CUT_OFF  # bytes of a body, beyond which it is not even kept until the application refuses it

    def run(self) -> None:
        self._held: set[Connection] = set()
        self._swept = time.monotonic()
        self._selector = selectors.DefaultSelector()
        for listener in self.sockets:
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self.PIPE[0], selectors.EVENT_READ)
        while self.alive and self.is_parent_alive():
            self._turn(1.0 if self._held else self.timeout or 1.0)
        for listener in self.sockets:
            self._selector.unregister(listener)
        self._finish()

    def _finish(self) -> None:
        """What moves may end, as long as gunicorn waits; nobody new is let in, and who stalls keeps nobody waiting."""
        deadline = time.monotonic() + max(1.0, self.cfg.graceful_timeout - 2)
        while self._held and time.monotonic() < deadline:
            self._turn(0.2)
            for connection in [one for one in self._held if one.heard < time.monotonic() - 2]:
                self._drop(connection)

    def _turn(self, seconds: float) -> None:
        self.notify()
        knocking = []
        for key, _events in self._selector.select(seconds):
            if key.data is not None:
                self._advance(key.data)
                self.notify()
            elif key.fileobj == self.PIPE[0]:  # a signal
                os.read(self.PIPE[0], 4096)
            else:
                knocking.append(key.fileobj)
        for listener in knocking:  # one each: while this worker is busy the next is another's
            if self.alive:
                self._accept(listener)
        if time.monotonic() > self._swept + 1:
            self._swept = time.monotonic()
            for connection in [one for one in self._held if one.overdue(self.stall, self.rate)]:
                self._drop(connection)

    def _accept(self, listener) -> None:
        try:
            client, address = listener.accept()
        except (
            BlockingIOError,
            ConnectionAbortedError,
        ):  # another worker was quicker, or the visitor is gone
            return
        util.close_on_exec(client)
        if len(self._held) >= self.most:
            self._drop(min(self._held, key=lambda one: one.heard))
        connection = Connection(client, address, listener, longest=self.longest)
        self._held.add(connection)
        self._advance(connection)

    def _advance(self, connection: Connection) -> None:
        try:
            if not connection.answered:
                self._hear(connection)
            if connection.answered and connection.send_on():
                self._drop(connection)
                return
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)
            return
        self._watch(connection)

    def _hear(self, connection: Connection) -> None:
        """Take what comes; the answer, once that is the whole request. Raises as Connection.receive() does."""
        try:
            if connection.receive():
                self.handle(
                    connection.listener, connection, connection.address
                )  # ends with connection.close()
        except TooLong:
            util.write_error(connection, 413, "Content Too Large", "")
            connection.close()

    def _watch(self, connection: Connection) -> None:
        key = self._selector.get_map().get(connection.client)
        if key is None:
            self._selector.register(connection.client, connection.events, connection)
        elif key.events != connection.events:
            self._selector.modify(connection.client, connection.events, connection)

    def _drop(self, connection: Connection) -> None:
        self._held.discard(connection)
        if self._selector.get_map().get(connection.client) is not None:
            self._selector.unregister(connection.client)
        connection.end()
