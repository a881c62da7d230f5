"""Counters of the cache, whichever it is; and a Redis that says nothing, which is waited for once."""

import socket
import threading
import time
from contextlib import suppress

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

from enact_portal import redis_cache
from foundation.counting import count


@pytest.mark.django_db
@pytest.mark.database
def test_a_counter_adds_up_and_ends():
    assert [count("seen", 100), count("seen", 100, by=4), count("other", 100)] == [1, 5, 1]
    assert cache.get("seen") == 5
    assert count("short", 1) == 1
    deadline = time.monotonic() + 30
    while cache.get("short") is not None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert count("short", 1) == 1


@pytest.fixture
def silent():
    """The address of a server that takes connections and never answers."""
    redis_cache.forget()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    redis_cache.forget()


@pytest.mark.shows("R-05")
def test_a_redis_that_says_nothing_is_waited_for_once(silent):
    ours = redis_cache.Cache(silent, {"OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 0.2}})
    with pytest.raises(TimeoutError):
        ours.get("key")
    for act in (
        lambda: ours.get("key"),
        lambda: ours.set("key", 1),
        lambda: ours.add("key", 1),
        lambda: ours.count("key", 1, 60),
        lambda: ours.delete_many(["key"]),
    ):
        with pytest.raises(redis_cache.Resting):
            act()
    redis_cache.forget()
    with pytest.raises(TimeoutError):
        ours.count("key", 1, 60)
    with pytest.raises(redis_cache.Resting):
        ours.get("key")


def test_django_s_own_keeps_waiting(silent):
    """The twin, as long as anybody wants to watch."""
    theirs = RedisCache(silent, {})

    def ask():
        with suppress(ConnectionError, TimeoutError):  # when the server ends
            theirs.get("key")

    waiting = threading.Thread(target=ask, daemon=True)
    waiting.start()
    waiting.join(2)
    assert waiting.is_alive()
