"""Mails that warn the owner of an account: somebody signed in from a new browser, a proof of who they are changed.

At once, like the codes, and never stored. When no server takes them, what was done stays done: the log says it.
"""

import logging
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.utils.translation import gettext_noop

from accounts import throttles
from accounts.models import User
from accounts.sessions import browser_of
from foundation import clock

log = logging.getLogger(__name__)
NEW = timedelta(hours=1)  # an account as young as that has no browser yet that would be the usual one

PASSWORD = gettext_noop("Le mot de passe a été choisi ou changé.")
ADDED = gettext_noop("Un second facteur a été ajouté.")
REMOVED = gettext_noop("Un second facteur a été retiré.")
CODES = gettext_noop("De nouveaux codes de récupération ont été créés.")


def of_new_browser(request, user: User) -> None:
    """After a sign-in, where this account was never opened before (accounts.throttles.knows)."""
    if clock.now() - user.date_joined > NEW and not throttles.knows(request, user.email):
        _send(request, user, "account/email/new_browser", {})


def of_change(request, user: User, what: str) -> None:
    """what: one of the sentences above."""
    _send(request, user, "account/email/proof_changed", {"what": what})


def _send(request, user: User, template: str, context: dict) -> None:
    if not request.META.get("REMOTE_ADDR"):
        return  # no browser: a management command
    browser = browser_of(request.headers.get("User-Agent", ""))
    context |= {"user": user, "request": request, "browser": browser, "at": clock.now()}
    try:
        with request_context(request):  # what waited for the end of a transaction may run outside of it
            get_adapter(request).send_mail(template, user.email, context)
    except ImmediateHttpResponse:
        log.error("warning of an account not sent")
