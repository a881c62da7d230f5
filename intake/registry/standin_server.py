"""The stand-in over HTTP, with the failures of a real service: for tests, and `manage.py registry_standin`."""

import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from intake.registry import standin

PER_SECOND = 7  # requests of one address, as published
FAULTS = ("429", "429-proxy", "500", "slow", "drip", "cut", "malformed", "types", "html", "redirect", "huge")
_HTML = b"<html><head><title>429 Too Many Requests</title></head><body>nginx</body></html>"


class StandinServer(ThreadingHTTPServer):
    """`fault`: one of FAULTS, or "" to behave; `marked`: it says that it is the stand-in; `requests`: how many
    came; `seen`: headers of the last one."""

    daemon_threads = True

    def __init__(self, port: int = 0, *, fault: str = "", limit: int = PER_SECOND):
        super().__init__(("127.0.0.1", port), _Handler)
        self.fault, self.limit, self.marked, self.requests = fault, limit, True, 0
        self.seen: dict[str, str] = {}
        self._recent: deque[float] = deque()
        self._lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def too_many(self) -> bool:
        with self._lock:
            self.requests += 1
            now = time.monotonic()
            while self._recent and self._recent[0] < now - 1:
                self._recent.popleft()
            self._recent.append(now)
            return len(self._recent) > self.limit

    def handle_error(self, request, client_address):
        """A caller that hung up is none of our business."""

    def __enter__(self):
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: StandinServer

    def do_GET(self):
        self.server.seen = {name.lower(): value for name, value in self.headers.items()}
        fault = "429" if self.server.too_many() else self.server.fault
        split = urlsplit(self.path)
        status, headers, body = standin.answer(split.path, split.query)
        match fault:
            case "429":
                self._send(
                    429,
                    {"content-type": "application/octet-stream", "retry-after": "3"},
                    b"Too Many Requests.",
                )
            case "429-proxy":
                self._send(429, {"content-type": "text/html"}, _HTML)
            case "500":
                self._send(500, {"content-type": "application/json"}, b'{"erreur": "interne"}')
            case "slow":
                time.sleep(6)
                self._send(status, headers, body)
            case "drip":
                self._drip()
            case "cut":
                self._send(status, headers, body, sent=len(body) // 2)
            case "malformed":
                self._send(200, headers, body[: len(body) // 2])
            case "types":
                self._send(200, headers, b'{"results": [{"siren": 130015506, "nom_complet": ["x"]}]}')
            case "html":
                self._send(200, {"content-type": "text/html"}, b"<html>maintenance</html>")
            case "redirect":
                self._send(302, {"location": self.server.url + "/search?q=exemple"}, b"")
            case "huge":
                self._send(200, headers, b'{"results": [' + b" " * 3_000_000 + b"]}")
            case _:
                self._send(status, headers, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes, *, sent: int | None = None):
        self.send_response(status)
        for name, value in headers.items():
            if name != standin.MARK or self.server.marked:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:sent])

    def _drip(self):
        """A header that never ends, a sign at a time: each one comes within any time-out of the socket."""
        for _sign in range(60):
            self.wfile.write(b"H")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_arguments):
        pass
