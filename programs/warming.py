"""A web process learns to read before its first visitor writes: the thesaurus is compiled and the index mapped.

Without it the first text of each language waits one to four seconds (nothing compiled on the shelf, a busy machine).
"""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import connection

from programs import engine

log = logging.getLogger(__name__)

SAMPLES = {
    "fr": "Nos machines tombent en panne sans prévenir et nous rebutons des pièces.",
    "de": "Unsere Maschinen fallen ohne Vorwarnung aus und wir haben Ausschuss.",
    "en": "Our machines break down without warning and we scrap parts.",
}


def in_background() -> threading.Thread:
    """Warm this process up beside its first answers."""
    thread = threading.Thread(target=warm_up, name="warming", daemon=True)
    thread.start()
    return thread


def warm_up() -> None:
    """Read one text of each language and ask the engine once. Whatever goes wrong, the first visitor only waits."""
    started = time.monotonic()
    try:
        with _one_at_a_time():
            for language, text in SAMPLES.items():
                engine.recognise(text, language)
        engine.browse()
        log.info("ready to read after %.1f s", time.monotonic() - started)
    except Exception:
        log.exception("not warmed up")
    finally:
        connection.close()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of the processes of this machine one compiles; the others then map what it left on the shelf."""
    folder = settings.MATCHING_INDEX
    lock = None
    with suppress(OSError):  # a folder that cannot be written: each compiles its own
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / ".warming").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if lock:
            lock.close()
