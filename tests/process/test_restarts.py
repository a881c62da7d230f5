"""PostgreSQL restarted at once and Redis gone, under load: 503 for a moment or nothing at all, and nothing twice."""

import http.client
import os
import time

import pytest

from benchmarks import servers
from benchmarks.soak_clients import Clients
from benchmarks.soak_portal import Portal, Post

pytestmark = [
    pytest.mark.process,
    pytest.mark.once,
    pytest.mark.shows("R-05", "R-08", "R-21"),
    pytest.mark.skipif(
        not os.environ.get("ENACT_FULL"), reason="servers of its own, minutes: with ENACT_FULL=1"
    ),
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    post = Post()
    portal = Portal(tmp_path_factory.mktemp("restarts"), post.port)
    try:
        try:
            portal.use(servers.Postgresql(max_connections="60"), servers.Redis())
        except FileNotFoundError as missing:
            pytest.skip(str(missing))
        portal.start()
        _until(lambda: _get(portal, "/health/live").status == 200)
        portal.post = post
        portal.sent = {}
        yield portal
    finally:
        portal.stop()
        post.stop()


def _get(portal, path: str, language: str = "fr"):
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept-Language": language})
        answer = connection.getresponse()
        answer.words = answer.read().decode()
        return answer
    finally:
        connection.close()


def _until(condition, seconds: float = 60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.2)


def test_a_database_that_is_away_is_503_and_comes_back_by_itself(portal):
    clients = Clients(portal, 1, rate=3)
    web = portal._running["web"].pid
    clients.start()
    time.sleep(4)
    portal.database.stop()
    away = _get(portal, "/catalogue/?q=acier", "de")
    assert (away.status, away.headers["Retry-After"]) == (503, "10")
    assert '<html lang="de"' in away.words
    time.sleep(2)
    portal.database.start()
    _until(lambda: _get(portal, "/catalogue/?q=acier").status == 200, 10)
    time.sleep(3)
    clients.stop()
    assert portal._running["web"].pid == web and portal._running["web"].poll() is None
    assert clients.acknowledged and "500" not in clients.answers, clients.answers
    portal.sent |= clients.acknowledged


def test_without_redis_a_portal_goes_on(portal):
    portal.redis.stop()
    clients = Clients(portal, 2, rate=3)
    clients.start()
    time.sleep(5)
    pages = {path: _get(portal, path).status for path in ("/", "/catalogue/", "/compte/login/", "/demande/")}
    clients.stop()
    assert set(pages.values()) == {200}, pages
    assert set(clients.answers) <= {"303", "200"} and clients.acknowledged, clients.answers
    portal.sent |= clients.acknowledged
    portal.redis.start()


def test_nothing_is_lost_and_nothing_is_there_twice(portal):
    """Within a minute of Redis's return the backlog is done."""
    assert portal.settled(60) is not None
    portal.stop_processes()
    cut = 4  # a worker's two processes may each have stood before a commit that the restart undid
    said = portal.ask("judge", portal.sent, portal.post.accepted, cut)
    assert said["broken"] == []
    assert said["demands"] >= len(portal.sent) > 10
