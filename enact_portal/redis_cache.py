"""Django's cache in Redis, for a Redis that may be away, silent or slow: a page waits little for it, and only once.

Nothing that the portal promises lies in the cache: whoever asks it goes on without an answer.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache.backends import redis as django_redis
from redis import Redis
from redis.exceptions import ConnectionError, TimeoutError

REST = 3.0  # seconds in which this process does not ask a Redis that just failed
_rests_until = 0.0


class Resting(ConnectionError):
    """Not asked: it failed a moment ago."""


def forget() -> None:
    """Ask again at once."""
    global _rests_until
    _rests_until = 0.0


@contextmanager
def _asking() -> Iterator[None]:
    global _rests_until
    if time.monotonic() < _rests_until:
        raise Resting("it failed a moment ago")
    try:
        yield
    except (ConnectionError, TimeoutError):
        _rests_until = time.monotonic() + REST
        raise


class _Redis(Redis):
    def execute_command(self, *arguments, **options):
        with _asking():
            return super().execute_command(*arguments, **options)


class Client(django_redis.RedisCacheClient):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._client = _Redis

    def count(self, key: str, by: int, seconds: int) -> int:
        pipe = self.get_client(key, write=True).pipeline()
        with _asking():
            return pipe.set(key, 0, ex=seconds, nx=True).incrby(key, by).execute()[1]


class Cache(django_redis.RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = Client

    def count(self, key: str, by: int, seconds: int) -> int:
        """One round trip for foundation.counting."""
        return self._cache.count(self.make_and_validate_key(key), by, seconds)
