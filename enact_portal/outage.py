"""What a visitor gets when database or disk are away: 503 with Retry-After, and the words that were typed.

Nothing here touches session, person or database. What was posted comes back as a form that sends the same again with
one click, to the same address: every form of the portal bears a repetition (R-02).
"""

import errno
import logging
import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from foundation.logs import masked

log = logging.getLogger(__name__)

RETRY_AFTER = {"Retry-After": "10"}  # seconds: a database is back within as many
LONG = 60  # signs from which a value is shown as text to be read, and copied
NEVER_SHOWN = ("password", "code", "credential", "csrfmiddlewaretoken")
_GONE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def failed(request: HttpRequest) -> HttpResponse:
    """handler500: 503 where the fault is an outage that passes, else the page that says something broke."""
    error = sys.exc_info()[1]
    if error is not None and any(map(_passes, _causes(error))):
        log.error("outage at %s: %s", masked(request.path), type(error).__name__)
        return come_back(request)
    return server_error(request)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _passes(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _GONE
    return isinstance(error, OperationalError | InterfaceError)


def come_back(request: HttpRequest) -> HttpResponse:
    """503 for this request, in the language that is active."""
    if request.path.startswith("/api/") or request.headers.get("accept", "").startswith("application/json"):
        answer = JsonResponse({"detail": "temporarily unavailable"}, status=503, headers=RETRY_AFTER)
    else:
        words = {"kept": _kept(request), "address": request.get_full_path()}
        answer = HttpResponse(render_to_string("503.html", words), status=503, headers=RETRY_AFTER)
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"  # the address may be a key
    return answer


def _kept(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(name, value, whether it is long) of what was posted; nothing of signing in, whose codes and passwords no page
    repeats."""
    if request.method != "POST" or request.path.startswith("/compte/"):
        return []
    try:
        posted = [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # a body that could not be read to its end, or was read by somebody else
        return []
    token = request.META.get("CSRF_COOKIE", "")
    kept = [(name, value, len(value) > LONG) for name, value in posted if not name.startswith(NEVER_SHOWN)]
    return [*kept, ("csrfmiddlewaretoken", token, False)] if kept else []


class NoRoomMiddleware:
    """Files that the disk has no room for were dropped as they came (files.uploadhandler): said before any view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or not request.headers.get("content-type", "").startswith("multipart/"):
            return None
        _read = request.POST
        return come_back(request) if getattr(request, "no_room", False) else None
