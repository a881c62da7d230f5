"""Lines for machines: an allow-list of fields, one line each, nothing of anybody; errors told elsewhere say no more."""

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from foundation.logs import JsonFormatter, described
from foundation.reporting import ErrorPoster
from tests import cast as casting

pytestmark = pytest.mark.shows("S-30", "asvs 16.2.5", "asvs 16.4.1")
FIELDS = {"time", "level", "logger", "message", "view", "status", "error", "places"}
CANARY = "Mme Zibeline-Canari"
EMAIL, PHONE = "zibeline@canari.example", "06 12 34 56 78"


def failed(words: str = f"{CANARY} {EMAIL}") -> logging.LogRecord:
    try:
        raise ValueError(words)
    except ValueError as error:
        exc_info = (type(error), error, error.__traceback__)
        return logging.LogRecord("portal", logging.ERROR, __file__, 1, "it failed for %s", (EMAIL,), exc_info)


def test_a_line_holds_known_fields_and_no_words_of_the_error():
    line = JsonFormatter().format(failed())
    said = json.loads(line)
    assert set(said) <= FIELDS and "\n" not in line
    assert (said["error"], said["message"]) == ("ValueError", "it failed for […]")
    assert said["places"][-1].endswith("in failed")
    assert CANARY not in line and EMAIL not in line


def test_the_plain_format_would_have_told(caplog):
    """The negative twin: the words are there, it is the formatter that leaves them out."""
    assert CANARY in logging.Formatter().format(failed())


@pytest.mark.parametrize("inside", [EMAIL, PHONE, "+33612345678", "Ab1" + "x" * 40 + "Z", "a\r\nFORGED line"])
def test_addresses_numbers_tokens_and_line_breaks(inside):
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "Not Found: /suivi/%s/", (inside,), None)
    line = JsonFormatter().format(record)
    assert inside not in json.loads(line)["message"] and "\n" not in line


@pytest.fixture
def lines():
    """What the whole portal logs as JSON, from DEBUG on, while the test runs."""
    kept = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(JsonFormatter().format(record))

    keep, root = Keep(logging.DEBUG), logging.getLogger()
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.INFO)
    yield kept
    root.removeHandler(keep)
    root.setLevel(before)


@pytest.mark.django_db
def test_what_people_do_leaves_nothing_of_them_in_the_log(client, lines, cast):
    """A submission, its mails, pages found and not found, a failed sign-in, a form with an error, a broken page."""
    from journal import jobs

    made = casting.irritant(email=EMAIL, name=CANARY, phone=PHONE, company_name=f"{CANARY} SARL")
    jobs.run_owed()
    client.get(f"/suivi/{'Zz1' * 15}/?email={EMAIL}")
    client.get(f"/nulle-part/{EMAIL}/")
    client.post("/compte/login/code/", {"email": EMAIL}, headers={"user-agent": f"{CANARY}\r\nX: 1"})
    client.post("/irritant/", {"text": CANARY, "email": EMAIL})
    client.force_login(cast.coordinator)
    client.get(f"/admin/irritants/{made.public_id}/")
    client.raise_request_exception = False
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", f"/x/{EMAIL}", exc_info=failed().exc_info
    )
    assert lines, "then nothing was looked at"
    text = "\n".join(lines)
    assert all(set(json.loads(line)) <= FIELDS for line in lines)
    for secret in (CANARY, EMAIL, PHONE, "Zz1Zz1"):
        assert secret not in text


class Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_arguments):
        """Quiet."""


@pytest.fixture
def service():
    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        server.taken, server.status = [], 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def soon(condition) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_an_error_is_told_once_and_scrubbed(service):
    poster = ErrorPoster(f"http://127.0.0.1:{service.server_port}/errors")
    for _ in range(5):
        poster.handle(failed())
    assert soon(lambda: service.taken)
    assert [set(one) <= FIELDS for one in service.taken] == [True]
    assert CANARY not in str(service.taken) and service.taken[0]["error"] == "ValueError"


def test_a_service_that_is_down_or_refuses_costs_nothing(service):
    service.status = 500
    refusing = ErrorPoster(f"http://127.0.0.1:{service.server_port}/")
    dead = ErrorPoster("http://127.0.0.1:9/")
    began = time.monotonic()
    for poster in (refusing, dead):
        poster.emit(failed())
    assert time.monotonic() - began < 0.5
    assert soon(lambda: len(service.taken) == 1)
    refusing._told.clear()
    refusing.emit(failed())
    assert soon(lambda: len(service.taken) == 2), "its thread lives on"


def test_what_leaves_is_what_the_log_says():
    record = failed()
    assert json.loads(JsonFormatter().format(record)) == described(record)
