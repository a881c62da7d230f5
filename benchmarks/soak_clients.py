"""The companies of `benchmarks.soak`: each sends one demand, one in ten with a file, and tries again until it is told
that it has arrived; one in ten clicks twice."""

from __future__ import annotations

import hashlib
import http.client
import random
import threading
import time
from collections import Counter
from urllib.parse import urlencode

from benchmarks.soak_portal import Portal

THREADS = 4
PATIENCE = 120  # seconds that somebody tries for
BOUNDARY = "soak-f7c1"


class Clients:
    """`acknowledged`: form token → SHA-256 of the files of which the portal said that it has them."""

    def __init__(self, portal: Portal, seed: int, rate: float):
        self.portal, self.pause = portal, THREADS / rate
        self.acknowledged: dict[str, list[str]] = {}
        self.answers: Counter = Counter()
        self._over, self._lock = threading.Event(), threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(number, random.Random(f"{seed}-{number}")), daemon=True)
            for number in range(THREADS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE + 10)

    def _run(self, number: int, choice: random.Random) -> None:
        sent = 0
        while not self._over.is_set():
            began = time.monotonic()
            made = self.portal.ask("draft", f"e{number}-{sent}")
            sent += 1
            if "token" in made:
                self._demand(made, choice, f"{number}-{sent}".encode())
            self._over.wait(max(0.0, self.pause - (time.monotonic() - began)))

    def _demand(self, made: dict, choice: random.Random, words: bytes) -> None:
        token, digests = made["token"], []
        if choice.random() < 0.1:
            content = b"releve du four " + words * 50
            if self._until(f"/demande/{token}/documents/", *_multipart(content), good=(200,)):
                digests = [hashlib.sha256(content).hexdigest()]
        form = urlencode({"consent": "on", "work": made["work"]}).encode()
        sending = (f"/demande/{token}/verifier/", form, "application/x-www-form-urlencoded")
        twice = choice.random() < 0.1
        if twice:
            second = threading.Thread(target=self._until, args=sending)
            second.start()
        if self._until(*sending):
            with self._lock:
                self.acknowledged[token] = digests
        if twice:
            second.join()

    def _until(self, path: str, body: bytes, kind: str, good: tuple[int, ...] = (303,)) -> bool:
        """Post, again as long as the portal does not take it; whether it did."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status = self._post(path, body, kind)
            with self._lock:
                self.answers[str(status)] += 1
            if status in good:
                return True
            if status is not None and status < 500:
                return False
            time.sleep(0.5)
        return False

    def _post(self, path: str, body: bytes, kind: str) -> int | None:
        connection = http.client.HTTPConnection(self.portal.door(), self.portal.port, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": kind, "Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _multipart(content: bytes) -> tuple[bytes, str]:
    head = 'Content-Disposition: form-data; name="attachments"; filename="releve.txt"\r\nContent-Type: text/plain'
    body = f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"
