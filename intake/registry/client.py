"""Asking the company search: at most two seconds, remembered for a day, never an exception to the caller.

`COMPANY_REGISTRY_URL`: "https://…" asks that address, "standin:" the illustrative answers in this process, "" nobody.
"""

import hashlib
import logging
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from foundation import clock
from foundation.identifiers import compact
from intake.registry import breaker, standin
from intake.registry.reading import Listed, Malformed, read_answer

log = logging.getLogger(__name__)

TIMEOUT = 2  # seconds for everything: name, connection, answer
LARGEST = 1_000_000  # bytes of an answer
SHORTEST, LONGEST = 3, 120  # signs of a query
SHOWN = 8
REMEMBERED, REMEMBERED_NOTHING = 24 * 3600, 3600  # seconds
USER_AGENT = "enact-portal/1.0 (+{site}; formulaire de demande)"
_SHAPE = 1  # of what is remembered: raised when Listed changes


@dataclass(frozen=True)
class Answer:
    """`state`: "ok" (with `found`, possibly empty), "short", "off", "unavailable". `illustrative`: nobody real."""

    state: str
    found: tuple[Listed, ...] = ()
    illustrative: bool = False


class Unavailable(Exception):
    """Nothing usable came back. `retry_after`: seconds, when the registry said so."""

    def __init__(self, why: str, retry_after: int | None = None):
        super().__init__(why)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Reply:
    """What came over the wire. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def is_on() -> bool:
    return bool(settings.COMPANY_REGISTRY_URL)


def is_illustrative() -> bool:
    return settings.COMPANY_REGISTRY_URL == standin.ADDRESS


def search(query: str) -> Answer:
    """Companies of this name, SIREN or SIRET, best first, at most SHOWN."""
    query = " ".join(query.split())[:LONGEST]
    if compact(query).isdigit():
        query = compact(query)
    if not is_on():
        return Answer("off")
    if len(query) < SHORTEST:
        return Answer("short")
    key = _key(query)
    known = breaker.safely(lambda: cache.get(key), None)
    if known is not None:
        return _answer(known)
    if not breaker.may_ask():
        return Answer("unavailable")
    try:
        found, illustrative = _ask(query)
    except Unavailable as error:
        log.warning("company registry: %s", error)
        breaker.failed(error.retry_after)
        return Answer("unavailable")
    breaker.succeeded()
    known = {"found": [entity.plain() for entity in found], "illustrative": illustrative}
    breaker.safely(lambda: cache.set(key, known, REMEMBERED if found else REMEMBERED_NOTHING), None)
    return _answer(known)


def lookup(number: str) -> Answer:
    """The one entity of a SIREN or SIRET, in `found`. That a number is not listed proves nothing."""
    number = compact(number)
    answer = search(number)
    return Answer(
        answer.state,
        tuple(entity for entity in answer.found if number in (entity.siren, entity.site.siret))[:1],
        answer.illustrative,
    )


def _answer(known: dict) -> Answer:
    found = [Listed.from_plain(stored) for stored in known["found"]]
    return Answer("ok", tuple(entity for entity in found if entity), known["illustrative"])


def _key(query: str) -> str:
    about = f"{_SHAPE}\n{settings.COMPANY_REGISTRY_URL}\n{query.casefold()}"
    return f"registry.answer.{hashlib.sha256(about.encode()).hexdigest()[:32]}"


def parameters(query: str) -> str:
    """The query string: nobody's name is asked for; filters would be ignored beside a number."""
    return urlencode(
        {
            "q": query,
            "page": 1,
            "per_page": SHOWN,
            "minimal": "true",
            "include": "siege,complements,matching_etablissements",
        }
    )


def _ask(query: str) -> tuple[list[Listed], bool]:
    reply = fetch(settings.COMPANY_REGISTRY_URL, query)
    if reply.status == 429:
        after = reply.headers.get("retry-after", "")
        raise Unavailable("429", int(after) if after.isascii() and after.isdigit() else breaker.OPEN_FOR)
    if reply.status == 400:  # the question was not understood: the service is well
        log.info("company registry: a query was refused")
        return [], False
    if reply.status != 200:
        raise Unavailable(f"status {reply.status}")
    if reply.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Unavailable("no JSON")
    try:
        found = read_answer(reply.body, clock.today())
    except Malformed as error:
        raise Unavailable(f"malformed: {error}") from error
    return found[:SHOWN], standin.MARK in reply.headers


def fetch(base: str, query: str) -> Reply:
    """The raw answer to a query, whatever its status. Raises Unavailable when there is none in time."""
    if base == standin.ADDRESS:
        return Reply(*standin.answer("/search", parameters(query)))
    request = urllib.request.Request(
        f"{base.rstrip('/')}/search?{parameters(query)}",
        headers={"User-Agent": USER_AGENT.format(site=settings.SITE_URL), "Accept": "application/json"},
    )
    return _in_time(request)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None  # a redirection is then an answer like any other, of status 3xx


_opener = urllib.request.build_opener(_NoRedirect)


def _in_time(request: urllib.request.Request) -> Reply:
    """The answer within TIMEOUT. A thread, because neither names nor headers that come drop by drop keep to a
    socket's time-out; one that is late ends by itself and nobody waits for it."""
    deadline = time.monotonic() + TIMEOUT
    outcome: list[Reply | Exception] = []

    def run():
        try:
            outcome.append(_read(request, deadline))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    if not outcome:
        raise Unavailable("too slow")
    if isinstance(outcome[0], Exception):
        raise Unavailable(type(outcome[0]).__name__) from outcome[0]
    return outcome[0]


def _read(request: urllib.request.Request, deadline: float) -> Reply:
    try:
        response = _opener.open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = bytearray()
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > LARGEST:
                raise Unavailable("too large")
            if time.monotonic() > deadline:
                raise Unavailable("too slow")
        expected = headers.get("content-length", "")
        if expected.isdigit() and len(body) != int(expected):
            raise Unavailable("cut short")
        return Reply(response.status, headers, bytes(body))
