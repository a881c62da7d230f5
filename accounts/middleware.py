"""The language follows the person; private pages are never kept by a browser or a proxy, nor their address told;
staff have two factors; one policy of contents for all pages, and methods that no page knows are refused."""

from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import translation

from accounts.access import rule_of

NOTHING_OF_THE_MACHINE = ", ".join(
    f"{part}=()" for part in ("camera", "microphone", "geolocation", "payment", "usb", "serial", "bluetooth")
)
LEAVING = ("account_logout", "admin:logout")
METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class KnownMethodsMiddleware:
    """No page of ours or of a library is told anything by another method: 405 before anybody is asked who they are.

    The API has methods of its own, and says so (`own_methods`, programs.api.answering).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method in METHODS or getattr(view, "own_methods", False):
            return None
        return HttpResponseNotAllowed(METHODS)


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

    Without nonces and policies of single views, which it would have to ask for. With it go what other sites may do with
    what is here (nothing) and what a page of ours may ask of the machine that shows it (nothing).
    """

    def process_request(self, request):
        """No nonce is offered."""

    def process_response(self, request, response):
        if HEADER not in response and not getattr(response, "_csp_exempt", False):
            response[HEADER] = _policy()
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = NOTHING_OF_THE_MACHINE
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
        if request.method == "POST" and getattr(request.resolver_match, "view_name", "") in LEAVING:
            response["Clear-Site-Data"] = (
                '"storage"'  # what other tabs of this browser still keep of the person
            )
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
