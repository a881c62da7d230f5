"""How often signing in may be tried: counted by visitor, and by visitor and account together, never by account alone.

Counting by account would let anybody keep its owner out (ASVS 6.1.1). A browser that this account was opened in
before has a count of its own, so that an office behind one address, or an attacker there, keeps nobody out either.
Counted before any form is read: nothing is hashed for whoever is past the limit. With the cache down nothing is
limited, and the log says so. docs/decisions/0044-accounts.md.
"""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.shortcuts import render
from django.utils.crypto import get_random_string, salted_hmac

from accounts.models import User
from foundation import clock
from foundation.counting import count
from foundation.visitors import address_of, network_of

log = logging.getLogger(__name__)
WINDOW = 600  # seconds
KNOWN_FOR = 180 * 86400  # seconds that a browser is remembered after a sign-in
ACCOUNTS_KEPT = 8  # of one browser, the latest
KNOWN = "__Host-known" if settings.HTTPS else "known"
_SALT = "accounts.known"


@dataclass(frozen=True)
class Limit:
    """Acts in a WINDOW: of a network, of a network with one account, of a known browser with one account.

    account: of an account from everywhere together; only where its first proof was given, so that no stranger counts.
    """

    network: int
    pair: int
    browser: int
    account: int = 0


LIMITS = {
    "ask": Limit(network=60, pair=5, browser=10),  # for a code by mail
    "try": Limit(network=100, pair=15, browser=30),  # a code or a password
    "factor": Limit(network=100, pair=15, browser=30, account=60),
}
# URL name → limit, and the field that names the account ("": the one that is signing in, or is signed in).
VIEWS = {
    "account_login": ("try", "login"),
    "account_request_login_code": ("ask", "email"),
    "account_signup": ("ask", "email"),
    "account_reset_password": ("ask", "email"),
    "account_confirm_login_code": ("try", ""),
    "account_confirm_password_reset_code": ("try", ""),
    "account_email_verification_sent": ("try", ""),
    "account_reauthenticate": ("try", ""),
    "account_change_password": ("try", ""),
    "confirm": ("try", ""),
    "mfa_authenticate": ("factor", ""),
    "mfa_reauthenticate": ("factor", ""),
    "mfa_login_webauthn": ("try", ""),
}


def _mark(text: str) -> str:
    """What stands for an address or an account in the cache and in the cookie: nobody reads it back."""
    return salted_hmac(_SALT, text.strip().casefold(), algorithm="sha256").hexdigest()[:24]


def _cookie(request) -> dict:
    try:
        return signing.loads(request.COOKIES.get(KNOWN, ""), salt=_SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}


def knows(request, account: str) -> bool:
    """Whether this account was opened in this browser before."""
    return _mark(account) in _cookie(request).get("of", [])


def remember(request, response, user: User) -> None:
    """Have the browser remember that this account was opened in it."""
    known, mark = _cookie(request), _mark(user.email)
    accounts = [*(one for one in known.get("of", []) if one != mark), mark][-ACCOUNTS_KEPT:]
    response.set_cookie(
        KNOWN,
        signing.dumps({"id": known.get("id") or get_random_string(22), "of": accounts}, salt=_SALT),
        max_age=KNOWN_FOR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def too_many(request, name: str, account: str) -> bool:
    """Count one act of LIMITS[name]; True when it is one too many. `account`: an e-mail address, "" when unknown."""
    limit, who = LIMITS[name], _mark(account) if account else ""
    if who and who in (known := _cookie(request)).get("of", []):
        return _count(f"{name}.browser.{known['id']}.{who}") > limit.browser
    network = _mark(network_of(address_of(request.META)))
    if limit.account and who and _count(f"{name}.account.{who}") > limit.account:
        return True
    if who and _count(f"{name}.pair.{network}.{who}") > limit.pair:
        return True
    return _count(f"{name}.network.{network}") > limit.network


def _count(what: str) -> int:
    """How often in this window, this time included; 0 with the cache down."""
    key = f"sign-in.{what}.{int(clock.now().timestamp()) // WINDOW}"
    try:
        return count(key, 2 * WINDOW)
    except Exception as error:  # the cache is down, or the key ran out just now: the doors stay in use
        log.warning("limit of sign-in not applied: %s", type(error).__name__)
        return 0


def come_back_later(request):
    """The answer past a limit: the same whoever has the account."""
    wait = WINDOW - int(clock.now().timestamp()) % WINDOW
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(wait)
    return response


class ThrottleMiddleware:
    """Counts what VIEWS names, and marks a browser in which somebody has just signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if user := getattr(request, "just_signed_in", None):
            remember(request, response, user)
        return response

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.resolver_match.view_name not in VIEWS:
            return None
        name, field = VIEWS[request.resolver_match.view_name]
        account = request.POST.get(field, "")[:254] if field else _account_at_work(request)
        return come_back_later(request) if too_many(request, name, account) else None


def _account_at_work(request) -> str:
    if request.user.is_authenticated:
        return request.user.email
    pending = request.session.get("account_login")  # where the library keeps a sign-in that is under way
    return (pending.get("email") or "") if isinstance(pending, dict) else ""
