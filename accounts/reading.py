"""The language in which somebody reads who came by a link, without account."""

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
