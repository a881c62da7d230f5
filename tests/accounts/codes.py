"""Sign-in by code, as a person does who reads their mail."""

import re

from allauth.mfa.totp.internal import auth
from django.core import mail


def code_in_mail() -> str:
    """The code of the newest mail: alone on its line, set in."""
    return re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.M)[1]


def totp(secret: str) -> str:
    """What the application on the telephone shows now for this key."""
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
