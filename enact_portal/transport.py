"""A Celery broker made of files, for one machine: no server to install (scheme ``fsx://``).

kombu's own ``filesystem://`` reads its routing table while another process is writing it (kombu #1551: the
worker dies of JSONDecodeError) and deletes a message when it is taken, so a killed worker loses it. Here:

* a message is a file, written aside and renamed into its queue: seen whole or not at all, oldest first;
* taking it is locking it, acknowledging is unlinking it. The kernel drops the locks of a process the instant
  it dies, so what a killed worker held is there for the next one: no lease, no pid file, no recovery pass;
* a binding is an empty file whose name says it all: nothing to parse, nothing to lock.

Nothing is fsynced: the truth is the Job table, and its sweep sends again what a power cut took from here.
The folder (transport option ``data_folder``) must be on a local disk; POSIX only.
"""

import fcntl
import logging
import os
import time
from pathlib import Path
from queue import Empty
from shutil import rmtree
from urllib.parse import quote, unquote
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

# Path of each message that this process holds → descriptor that carries its lock. Shared by all channels:
# POSIX locks do not exclude within a process, and closing any descriptor of a file drops them. Nor are they
# inherited by forked pool children, which is what we want: the lock dies with the worker that took it.
_held: dict[str, int | None] = {}
ABANDONED = 3600  # seconds after which the reply queue of a vanished `celery inspect` is swept away


class Channel(virtual.Channel):
    supports_fanout = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._folder = Path(self.connection.client.transport_options["data_folder"])
        self._unacknowledged_queues = set()
        self._backlog = {}  # queue → names seen by the last listing and not yet tried, newest first

    def _queue(self, queue: str) -> Path:
        return self._folder / "queues" / quote(queue, safe="")

    def _bindings(self, exchange: str) -> Path:
        return self._folder / "bindings" / (quote(exchange, safe="") + ".exchange")

    # -- messages

    def _put(self, queue, message, **_kwargs):
        folder, name = self._queue(queue), f"{time.time_ns():020}-{uuid4().hex}"
        draft, content = folder / f".{name}", dumps(message)
        try:
            draft.write_text(content)
        except FileNotFoundError:  # the queue's first message
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_text(content)
        draft.rename(folder / f"{name}.msg")

    def _get(self, queue):
        names = self._backlog.get(queue) or self._list(queue)
        while names:
            if message := self._take(str(self._queue(queue) / names.pop())):
                self._backlog[queue] = names
                if queue in self._unacknowledged_queues:
                    self._finish(message["properties"]["delivery_tag"])
                return message
        raise Empty

    def _list(self, queue) -> list[str]:
        try:
            names = [file.name for file in os.scandir(self._queue(queue)) if file.name.endswith(".msg")]
            return sorted(names, reverse=True)
        except FileNotFoundError:
            return []

    def _take(self, path: str):
        """The message at this path, now locked by us; None if somebody else has it or had it."""
        claim = object()
        if _held.setdefault(path, claim) is not claim:
            return None
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            del _held[path]
            return None
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(descriptor).st_nlink:  # acknowledged between our open and our lock
                raise FileNotFoundError(path)
            with open(descriptor, "rb", closefd=False) as file:
                message = loads(file.read())
        except OSError:
            os.close(descriptor)
            del _held[path]
            return None
        except ValueError:  # what a power cut can leave of a file that was not fsynced
            logger.warning("Unreadable message dropped, the sweep will send it again: %s", path)
            _held[path] = descriptor
            self._finish(path)
            return None
        _held[path] = descriptor
        message["properties"]["delivery_tag"] = path  # what ack and reject will give us back
        return message

    def _finish(self, path: str, keep: bool = False):
        """Let go of a message we hold: done with it, or (keep) for anyone to take."""
        if not keep:
            Path(path).unlink(missing_ok=True)
        if (descriptor := _held.pop(path, None)) is not None:
            os.close(descriptor)

    def _restore(self, message):
        self._finish(message.delivery_tag, keep=True)

    def basic_ack(self, delivery_tag, multiple=False):
        self._finish(delivery_tag)
        super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag, requeue=False):
        super().basic_reject(delivery_tag, requeue)  # with requeue, comes back to _restore
        if not requeue:
            self._finish(delivery_tag)

    def basic_consume(self, queue, no_ack, *args, **kwargs):
        if no_ack:
            self._unacknowledged_queues.add(queue)
        return super().basic_consume(queue, no_ack, *args, **kwargs)

    def basic_get(self, queue, no_ack=False, **kwargs):
        message = super().basic_get(queue, no_ack, **kwargs)
        if message and no_ack:
            self._finish(message.delivery_tag)
        return message

    # -- queues and bindings

    def _new_queue(self, queue, **_kwargs):
        self._queue(queue).mkdir(mode=0o700, parents=True, exist_ok=True)
        for stale in self._queue("").glob("*.reply.*"):
            try:
                if time.time() - stale.stat().st_mtime > ABANDONED:
                    rmtree(stale)
                    for binding in self._folder.glob(f"bindings/*/*,{stale.name}"):
                        binding.unlink()
            except FileNotFoundError:
                continue  # another process swept it first

    def _has_queue(self, queue, **_kwargs):
        return self._queue(queue).is_dir()

    def _size(self, queue):
        return len(self._list(queue))

    def _purge(self, queue):
        taken = filter(None, (self._take(str(self._queue(queue) / name)) for name in self._list(queue)))
        return sum(1 for message in taken if self._finish(message["properties"]["delivery_tag"]) is None)

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        self._bindings(exchange).mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._bindings(exchange) / self._binding(routing_key, pattern, queue)).touch()

    @staticmethod
    def _binding(*parts) -> str:
        return ",".join(quote(part or "", safe="") for part in parts)

    def get_table(self, exchange):
        try:
            names = [file.name for file in os.scandir(self._bindings(exchange))]
        except FileNotFoundError:
            return []
        return [tuple(map(unquote, name.split(","))) for name in names]

    def _put_fanout(self, exchange, message, routing_key, **kwargs):
        for _key, _pattern, queue in self.get_table(exchange):
            self._put(queue, message)

    def _delete(self, queue, exchange, routing_key, pattern, *args, **kwargs):
        (self._bindings(exchange) / self._binding(routing_key, pattern, queue)).unlink(missing_ok=True)
        rmtree(self._queue(queue), ignore_errors=True)


class Transport(virtual.Transport):
    Channel = Channel
    polling_interval = 0.1
    default_port = 0
    driver_type = driver_name = "fsx"
    implements = virtual.Transport.implements.extend(exchange_type=frozenset({"direct", "topic", "fanout"}))

    def driver_version(self):
        return "1"


TRANSPORT_ALIASES["fsx"] = "enact_portal.transport:Transport"
