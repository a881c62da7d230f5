"""The language follows the person; private pages are never kept by a browser or a proxy, nor their address told;
staff have two factors; one policy of contents for all pages."""

from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.shortcuts import redirect
from django.utils import translation

from accounts.access import rule_of


class PersonLanguageMiddleware:
    """A signed-in person's stored language wins over the browser's; the switcher stores it (accounts.views)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class OnePolicyMiddleware(CSPMiddleware):
    """django-csp's, for a policy that is the same on every page: written once, not twice for each.

    Without nonces and policies of single views, which it would have to ask for.
    """

    def process_request(self, request):
        """No nonce is offered."""

    def process_response(self, request, response):
        if HEADER not in response and not getattr(response, "_csp_exempt", False):
            response[HEADER] = _policy()
        return response


_policy = lru_cache(build_policy)


class PrivatePagesMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        rule = getattr(request, "access_rule", None)
        if rule != "public" and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        if rule == "link":
            response["Referrer-Policy"] = "no-referrer"  # the address is the key
        return response

    def process_view(self, request, view, args, kwargs):
        """Staff reach nothing that their role opens until a second factor is set up (ASVS 6.3.3)."""
        if not settings.STAFF_SECOND_FACTOR:
            return None
        if rule_of(view, request.resolver_match.view_name) not in ("coordinator", "administrator", "funder"):
            return None  # before the person is asked for: a public page needs no session
        if not request.user.is_authenticated or not request.user.is_staff:
            return None
        from allauth.mfa.utils import is_mfa_enabled

        return None if is_mfa_enabled(request.user) else redirect("mfa_index")
