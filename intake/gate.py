"""Protection of an open form against machines, without a puzzle for people and without a third party.

Watched when a demand is sent: a field that only machines fill, a shortest time, and a computation that the browser
does while its owner reads (altcha's proof of work). Who lacks one of them is not refused but asked for one more click,
and may then send less often. Their limits count rows that are there anyway: nothing more is written for them, and they
hold whatever becomes of the cache (docs/decisions/0017-form.md).
"""

import logging
import secrets
from datetime import datetime, timedelta
from functools import lru_cache

import altcha
from django.conf import settings
from django.core import signing
from django.db import connection
from django.utils.crypto import salted_hmac

from foundation import clock
from foundation.counting import count
from foundation.visitors import network_of
from intake.models import Draft

log = logging.getLogger(__name__)

TRAP = "complement"  # the name of the field that people do not see
LEAST = timedelta(seconds=4)  # from the first words kept to the sending: pasted, autofilled, by keyboard
PAUSE = timedelta(seconds=2)  # before the one more click
# How many in one hour. An address may be a whole company or a school; settings.FORM_PACE multiplies all of
# them; 0: counted, never applied.
PER_HOUR = {
    "begun": 200,  # drafts of an address
    "sent": 60,  # demands of an address
    "email": 10,  # demands of an e-mail address
    "everybody": 600,
    "unproven": 5,  # demands of an address without the proof of work
    "everybody_unproven": 9,
    "upload": 200,  # files of an address
}
# One derivation takes 1 ms on a server, some 5 ms on a slow phone; half of at most 2 × settings.FORM_WORK are needed.
_ALGORITHM, _ROUNDS = "PBKDF2/SHA-256", 5000


def challenge(draft: Draft, *, rounds: int = _ROUNDS) -> dict:
    """What the browser has to work out for this draft (one derivation of a key here, many there)."""
    made = altcha.create_challenge(
        _ALGORITHM,
        rounds,
        counter=1 + secrets.randbelow(2 * settings.FORM_WORK),
        data={"draft": str(draft.public_id)},
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    return made.to_dict()


@lru_cache
def _key(part: str) -> str:
    return salted_hmac("intake.gate", part, algorithm="sha256").hexdigest()


def is_proven(draft: Draft, post) -> bool:
    """Nothing speaks of a machine: the work is done for this very draft, which is sent once, the trap is empty."""
    unhurried = clock.now() - draft.created_at >= LEAST
    return unhurried and not post.get(TRAP) and _is_solved(draft, post.get("work", ""))


def _is_solved(draft: Draft, work: str) -> bool:
    if not work or len(work) > 4000:
        return False
    try:
        payload = altcha.Payload.from_base64(work)
        result = altcha.verify_solution(payload, _key("challenge"), hmac_key_secret=_key("solution"))
        return result.verified and payload.challenge.parameters.data == {"draft": str(draft.public_id)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def ticket(draft: Draft, post) -> str:
    """What the page that asks for one more click carries: the same one until it is old enough."""
    given = post.get("ticket", "")
    now = clock.now().timestamp()
    return given if _asked_at(draft, given) else signing.dumps([draft.pk, now], salt="intake.gate")


def is_confirmed(draft: Draft, post) -> bool:
    """The one more click: on a page of this draft, not at once, and without the field that people do not see."""
    asked = _asked_at(draft, post.get("ticket", ""))
    return asked is not None and not post.get(TRAP) and clock.now() - asked >= PAUSE


def _asked_at(draft: Draft, given: str) -> datetime | None:
    try:
        pk, moment = signing.loads(given, salt="intake.gate")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return datetime.fromtimestamp(moment, tz=clock.now().tzinfo) if pk == draft.pk else None


def too_many_begun(origin: str) -> bool:
    """Whether an origin has begun its share of drafts in this hour."""
    return _applied(_has(Draft.objects.filter(origin=origin), "begun").exists())


# What each limit counts. In SQL: the ORM takes longer to write this question than the database to answer it.
# Without an origin a demand did not come through the open form: the demonstration's never shut anybody out.
_SENT = "intake_draft WHERE submitted_at >= %(hour)s AND origin <> ''"
_COUNTED = {
    "sent": f"{_SENT} AND origin = %(origin)s",
    "email": (
        "intake_irritant JOIN intake_contact ON intake_contact.id = contact_id "
        "WHERE email = %(email)s AND created_at >= %(hour)s"
    ),
    "everybody": _SENT,
    "unproven": f"{_SENT} AND origin = %(origin)s AND NOT proven",
    "everybody_unproven": f"{_SENT} AND NOT proven",
}


def too_many_sent(email: str, origin: str, proven: bool) -> bool:
    """Whether one more demand would be too many in this hour: of this origin, of this e-mail address, of all.

    One statement, which reads no more rows than the limits allow.
    """
    reached = " OR ".join(
        f"EXISTS (SELECT 1 FROM {rows} LIMIT 1 OFFSET {_limit(name) - 1})"  # nosec B608
        for name, rows in _COUNTED.items()
        if not (proven and name.endswith("unproven"))
    )
    hour = connection.ops.adapt_datetimefield_value(_hour())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {reached}", {"hour": hour, "origin": origin, "email": email.casefold()})
        return _applied(bool(cursor.fetchone()[0]))


def _has(rows, name: str):
    """The one row that is there when a limit is reached."""
    return rows[_limit(name) - 1 : _limit(name)]


def _limit(name: str) -> int:
    return PER_HOUR[name] * max(settings.FORM_PACE, 1)


def _applied(reached: bool) -> bool:
    return reached and settings.FORM_PACE > 0


def too_many_uploads(address: str) -> bool:
    """Count one file of an address; True when it has had its share of this hour. With the cache down, never."""
    key = f"intake.upload.{origin_of(address)}"
    try:
        sent = count(key, 3600)
    except Exception as error:  # the cache is down, or the key ran out just now: the form stays open
        log.warning("rate limit not applied: %s", type(error).__name__)
        return False
    return _applied(sent > _limit("upload"))


def _hour() -> datetime:
    return clock.now().replace(minute=0, second=0, microsecond=0)


def next_hour() -> datetime:
    """When the limits count from nothing again."""
    return _hour() + timedelta(hours=1)


def origin_of(address: str) -> str:
    """Who asks, as far as a limit must know: an HMAC of network and hour, unlike that of any other hour."""
    text = f"{_hour().isoformat()} {network_of(address)}"
    return salted_hmac("intake.gate", text, algorithm="sha256").hexdigest()[:32]
