"""Errors told to another service, where ERROR_WEBHOOK_URL names one: what is in a JSON line of the log, and no more.

A thread posts them, so that nobody waits for that service; what it does not take is dropped. The same error from the
same place is told once a minute.
"""

import json
import logging
import queue
import threading
import time
import urllib.request

from foundation.logs import described

SECONDS = 3  # for the service to answer
AGAIN = 60  # seconds before the same error is told again
WAITING = 100  # errors at most; later ones are dropped


class ErrorPoster(logging.Handler):
    """Posts each error as JSON. Never raises, never blocks, never logs (that would come back to it)."""

    def __init__(self, url: str):
        super().__init__(logging.ERROR)
        self._url, self._waiting, self._told = url, queue.Queue(WAITING), {}
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            error = described(record)
            same = (error["logger"], error.get("error"), *error.get("places", [error["message"]])[-1:])
            if time.monotonic() - self._told.get(same, -AGAIN) < AGAIN:
                return
            if len(self._told) > 1000:
                self._told.clear()
            self._told[same] = time.monotonic()
            self._waiting.put_nowait(error)
            if self._thread is None or not self._thread.is_alive():  # also in a forked child
                self._thread = threading.Thread(target=self._post_all, name="errors", daemon=True)
                self._thread.start()
        except Exception:
            return

    def _post_all(self) -> None:
        while True:
            content = json.dumps(self._waiting.get()).encode()
            request = urllib.request.Request(
                self._url, data=content, headers={"Content-Type": "application/json"}, method="POST"
            )
            try:
                urllib.request.urlopen(request, timeout=SECONDS).close()
            except Exception:
                continue
