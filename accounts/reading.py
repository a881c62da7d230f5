"""The language in which somebody reads who came by a link, without account; where a page is read again."""

from collections.abc import Callable

from django.conf import settings
from django.utils import translation


def read_in(request, language: Callable[[], str]) -> None:
    """Answer this request in the language of their mails, unless the reader chose one: by the switch, or signed in."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or (
        settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    )
    if not chosen:
        translation.activate(language())  # LocaleMiddleware activates anew for every request
        request.LANGUAGE_CODE = translation.get_language()


def read_at(request, address: str) -> None:
    """Where the page that answers this POST is read: its own address takes POSTs only, and the switch would lose it."""
    request.read_at = address
