"""How often one key, one address and all wrong keys of an address may ask in a minute."""

import logging
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache

from foundation import clock, counting
from foundation.visitors import address_of, network_of

log = logging.getLogger(__name__)
WINDOW = 60  # seconds
PER_WINDOW = {"key": 600, "address": 120, "refused": 30}  # settings.API_PACE multiplies them; 0: none


@dataclass(frozen=True)
class Quota:
    """As the headers say it (draft-ietf-httpapi-ratelimit-headers): requests per WINDOW, those left, seconds to go."""

    name: str
    most: int
    left: int
    seconds: int

    @property
    def exceeded(self) -> bool:
        return self.left < 0

    def put_into(self, response) -> None:
        response["RateLimit-Policy"] = f'"{self.name}";q={self.most};w={WINDOW}'
        response["RateLimit"] = f'"{self.name}";r={max(self.left, 0)};t={self.seconds}'
        if self.exceeded:
            response["Retry-After"] = str(self.seconds)


def of_address(meta: dict) -> str:
    """Who asks, for the name of a counter: nobody reads an address out of the cache."""
    said = f"{settings.SECRET_KEY}{network_of(address_of(meta))}"
    return sha256(said.encode()).hexdigest()[:24]


def count(name: str, who: str, *, by: int = 1) -> Quota | None:
    """Count a request in the minute that runs; None where nothing is limited. With the cache down, nothing is.

    by: 0 only looks whether one more would be too many.
    """
    most = PER_WINDOW[name] * settings.API_PACE
    if not most:
        return None
    now = int(clock.now().timestamp())
    key = f"api.{name}.{who}.{now // WINDOW}"
    try:
        if by:
            used = counting.count(key, 2 * WINDOW, by)
        else:
            used = cache.get(key, 0) + 1
    except Exception as error:  # the cache is down, or the key ran out just now: the catalogue stays open
        log.warning("rate limit not applied: %s", type(error).__name__)
        return None
    return Quota(name, most, most - used, WINDOW - now % WINDOW)
