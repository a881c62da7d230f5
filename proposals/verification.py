"""Whether a paper is genuine and current, by its number and the first signs of its hash: nothing else is told.

Number and signs are printed on the paper and in its QR code. Whoever has neither learns nothing: numbers are random
(25 signs, ten of them: 46 bits), the signs are 32 bits more, and wrong ones are counted by network.
"""

import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from foundation import clock
from foundation.counting import count
from foundation.visitors import address_of, network_of
from proposals.models import ProposalStage, ProposalVersion

log = logging.getLogger(__name__)
# No 0/O, 1/I/L, 5/S, 8/B, U/V: a number is read from paper and typed.
_ALPHABET = "234679ACDEFGHJKMNPQRTWXYZ"
_NUMBER, _CHECK = re.compile(rf"[{_ALPHABET}]{{10}}"), re.compile(r"[0-9a-f]{8}")
WRONG, WINDOW = 30, 600  # tries that fail, from one network, in so many seconds

CURRENT, REPLACED, ENDED, UNKNOWN = "current", "replaced", "ended", "unknown"
_ENDED = (ProposalStage.DECLINED, ProposalStage.EXPIRED, ProposalStage.WITHDRAWN)
_RUNS_OUT = (ProposalStage.SUBMITTED, ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Verdict:
    """`day`: when the paper was sent, or submitted to partners; None for an unknown one."""

    code: str
    day: datetime | None = None


def new_number() -> str:
    return "".join(secrets.choice(_ALPHABET) for _sign in range(10))


def sealed(snapshot: dict, number: str, check: str) -> dict:
    """The snapshot with what is printed for checking it. `check`: of the snapshot without it (writing.freeze)."""
    url = settings.SITE_URL.rstrip("/") + reverse("proposals:verified", args=[f"{number}-{check}"])
    return {**snapshot, "verify": {"number": number, "check": check, "url": url}}


def asked(number: str, check: str) -> str:
    """« number-check » as the address of the page has it, from what was typed; "" when it cannot be one."""
    number = re.sub(r"[\s\u00a0\u202f-]", "", number).upper()
    check = re.sub(r"[\s\u00a0\u202f-]", "", check).lower()[:8]
    return f"{number}-{check}" if _NUMBER.fullmatch(number) and _CHECK.fullmatch(check) else ""


def verdict(code: str) -> Verdict:
    """What is known of a paper; a paper that nobody was given is unknown, like one that never was."""
    number, _dash, check = code.partition("-")
    if not (_NUMBER.fullmatch(number) and _CHECK.fullmatch(check)):
        return Verdict(UNKNOWN)
    version = ProposalVersion.objects.given().select_related("proposal").filter(verify_number=number).first()
    known = version.seal if version else hashlib.sha256(number.encode()).hexdigest()[:8]
    if not hmac.compare_digest(known, check) or version is None:
        return Verdict(UNKNOWN)
    return Verdict(_standing(version), version.sent_at or version.submitted_at)


def _standing(version: ProposalVersion) -> str:
    proposal = version.proposal
    newest = proposal.sent_version if version.sent_at else proposal.asked_version
    if newest is None or newest.pk != version.pk:
        return REPLACED
    # The clock may be a few minutes behind midnight: the day decides, not the stage alone.
    if proposal.stage in _ENDED or (proposal.stage in _RUNS_OUT and _last_day(proposal) < clock.today()):
        return ENDED
    return CURRENT


def _last_day(proposal) -> date:
    return proposal.valid_until


def _counter(meta: dict) -> str:
    """Of the tries of a network: nobody reads an address out of the cache."""
    who = hashlib.sha256(f"{settings.SECRET_KEY}{network_of(address_of(meta))}".encode()).hexdigest()[:24]
    return f"verify.wrong.{who}.{int(clock.now().timestamp()) // WINDOW}"


def too_many(meta: dict) -> bool:
    """Whether this network failed too often; with the cache down, nobody did."""
    try:
        return cache.get(_counter(meta), 0) >= WRONG
    except Exception as error:
        log.warning("rate limit not applied: %s", type(error).__name__)
        return False


def failed(meta: dict) -> None:
    """Count a try that found nothing."""
    key = _counter(meta)
    try:
        count(key, 2 * WINDOW)
    except Exception as error:  # the cache is down, or the key ran out just now
        log.warning("rate limit not applied: %s", type(error).__name__)
