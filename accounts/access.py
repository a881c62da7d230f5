"""Who may open a URL: deny by default, one declared rule per view, read by the permission test.

Rules: `public` (anyone) · `link` (whoever holds a genuine link, checked by the view) · `signed_in` ·
`coordinator` · `administrator` · `funder` (and coordinators) · `machine` (health checks) · `key` (whoever presents
a key of the API, checked by the view; a session opens nothing there).
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.views.decorators.csrf import csrf_exempt

RULES = ("public", "link", "signed_in", "coordinator", "administrator", "funder", "machine", "key")

# Views that are not ours declare their rule here, by URL namespace or name prefix.
FOREIGN = {
    "admin:": "coordinator",
    "admin:login": "public",
    "admin:logout": "public",
    "account_login": "public",
    "account_signup": "public",
    "account_request_login_code": "public",
    "account_confirm_login_code": "public",
    "account_logout": "public",
    "account_email_verification_sent": "public",
    "account_confirm_email": "public",
    "account_reset_password": "public",
    "account_confirm_password_reset_code": "public",
    "account_complete_password_reset": "public",
    "account_password_reset_completed": "public",
    "account_inactive": "public",
    "account_": "signed_in",
    "mfa_authenticate": "public",
    "mfa_login_webauthn": "public",
    "mfa_": "signed_in",
    "usersessions_": "signed_in",
    "socialaccount_login_": "public",
    "socialaccount_signup": "public",
    "socialaccount_": "signed_in",
    "compte/social/": "public",  # redirections without a name
    "set_language": "public",
}


def rule_of(callback: Callable, name: str) -> str | None:
    """The rule of a resolved view: its own declaration, else the longest matching FOREIGN prefix, else None."""
    own = getattr(callback, "access_rule", None)
    if own:
        return own
    prefixes = [prefix for prefix in FOREIGN if name.startswith(prefix)]
    return FOREIGN[max(prefixes, key=len)] if prefixes else None


def _declare(rule: str, check: Callable | None, anonymous: bool) -> Callable:
    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            request.access_rule = rule
            if check and not check(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access_rule = rule
        return login_not_required(guarded) if anonymous else guarded

    return decorate


public = _declare("public", None, anonymous=True)
# Whoever knows the address may act: a CSRF cookie would prove nothing more, and these pages send no referrer, so that
# browsers say « Origin: null » with their forms.
_link = _declare("link", None, anonymous=True)


def by_link(view):
    return csrf_exempt(_link(view))


machine = _declare("machine", None, anonymous=True)
by_key = _declare("key", None, anonymous=True)
signed_in = _declare("signed_in", None, anonymous=False)
coordinator = _declare("coordinator", lambda user: user.is_coordinator, anonymous=False)
administrator = _declare("administrator", lambda user: user.is_superuser, anonymous=False)
funder = _declare("funder", lambda user: user.is_coordinator or user.is_funder, anonymous=False)
