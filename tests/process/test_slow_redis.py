"""Redis that answers half a second late, or not at all: pages answer, demands are taken, mails leave, nothing twice."""

import os
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.process.conftest import own_stack
from tests.process.latency import Proxy
from tests.process.running import Workers
from tests.process.test_doors import Doors
from tests.process.test_portal import wait_for

pytestmark = [
    pytest.mark.process,
    pytest.mark.shows("R-05"),
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="a portal without Redis asks none"),
]
PAGES = ("/", "/catalogue/", "/compte/login/", "/demande/")
WAITS = 3  # for Redis, in one page


@pytest.fixture(scope="module")
def proxy():
    proxy = Proxy(urlsplit(os.environ["REDIS_URL"]).port)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def doors(tmp_path_factory, proxy, mails):
    with own_stack(tmp_path_factory) as environment:
        url = urlsplit(environment["REDIS_URL"])._replace(netloc=f"127.0.0.1:{proxy.port}").geturl()
        environment |= {"REDIS_URL": url, "ENACT_DEMO": "0", "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}"}
        doors = Doors(environment, tmp_path_factory.mktemp("slow-redis"))
        try:
            doors.start()
            yield doors
        finally:
            doors.stop()


@pytest.fixture(scope="module")
def mails():
    from tests.process.running import Sink

    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


def send(doors, name: str) -> list[int | None]:
    """A demand, sent twice."""
    draft = doors.ask("draft", name)
    return [doors.post(f"/demande/{draft['token']}/verifier/", **draft["sent"]) for _twice in range(2)]


def asked(doors, proxy, act) -> int:
    """How often Redis is waited for in this."""
    before = proxy.asked
    assert act() == 200
    return proxy.asked - before


def test_a_page_waits_for_redis_a_few_times_at_most(doors, proxy):
    proxy.delay = 0.5
    for path in PAGES:  # the first time a process opens a connection
        assert doors.request("GET", path) == 200
    waits = {path: asked(doors, proxy, lambda path=path: doors.request("GET", path)) for path in PAGES}

    def wrong() -> int:
        return doors.post("/compte/login/", login="personne@exemple.example", password="faux")

    waits["sign-in"] = [asked(doors, proxy, wrong) for _ in range(3)][-1]
    assert max(waits.values()) <= WAITS and waits["sign-in"] > 0, waits


def test_demands_are_taken_and_mails_leave_when_redis_becomes_slow(doors, proxy, mails, tmp_path):
    proxy.delay = 0
    workers = Workers(doors.environment, tmp_path / "log")
    workers.start()
    try:
        assert send(doors, "avant") == [303, 303]
        wait_for(lambda: len(mails.accepted) == 1, 60)  # the worker works
        proxy.delay = 0.5
        assert [send(doors, f"lente{number}") for number in range(3)] == [[303, 303]] * 3
        state = workers.settle()
    finally:
        workers.kill()
    assert (state["irritants"], state["runs_per_irritant"], state["dead"], state["unsent"]) == (4, [1], [], 0)
    assert len(state["messages"]) == 4
    assert Counter(mails.accepted) == Counter(state["messages"].values())


def test_a_redis_that_says_nothing_keeps_nobody(doors, proxy):
    """Nothing answered ends the page, however many times it asks; and it is asked again once it answers."""
    proxy.silent = True
    try:
        for path in PAGES:
            assert doors.request("GET", path) == 200
        assert send(doors, "muette") == [303, 303]
    finally:
        proxy.silent = False
    before = proxy.asked
    wait_for(lambda: doors.request("GET", "/") == 200 and proxy.asked > before)
