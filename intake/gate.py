"""Modest protection of an open form against machines, without a puzzle for people.

A field that only machines fill, a smallest time between the first page and the sending, and a number of acts
per address and hour. When the cache that counts is down, everybody may pass.
"""

import logging

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from foundation import clock
from intake.models import Draft

log = logging.getLogger(__name__)

TRAP = "complement"  # the name of the field that people do not see
LEAST_SECONDS = 1
PER_HOUR = {
    "start": 60,
    "submit": 20,
    "search": 200,
    "upload": 200,
}  # an address may be a whole company or a school


def looks_like_a_machine(draft: Draft, post) -> bool:
    """The hidden field is filled, or the whole form took less time than reading one line of it."""
    return bool(post.get(TRAP)) or (clock.now() - draft.created_at).total_seconds() < LEAST_SECONDS


def too_many(request_address: str, act: str) -> bool:
    """Count one `act` (a key of PER_HOUR) of an address; True when it has had its share of this hour."""
    hour = clock.now().strftime("%Y%m%d%H")
    who = salted_hmac("intake.gate", request_address, algorithm="sha256").hexdigest()[:24]
    key = f"intake.{act}.{hour}.{who}"
    try:
        if cache.add(key, 1, 3600):
            return False
        return cache.incr(key) > PER_HOUR[act]
    except Exception as error:  # the cache may be down, or the key just ran out: the form stays open
        log.warning("rate limit not applied: %s", type(error).__name__)
        return False


def address_of(meta: dict) -> str:
    """The visitor's address from request.META; behind our proxy, the last one it added."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return meta.get("REMOTE_ADDR", "")
