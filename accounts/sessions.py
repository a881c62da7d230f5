"""How long a session lasts, and what ends it before (docs/decisions/0044-accounts.md).

In the session: `began` and `seen`, seconds since 1970 of its first and latest request (the latter by the minute).
The library's row for each (allauth.usersessions) says which browser it is, for the page « Mes sessions ».
"""

from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.utils.translation import gettext as _

from accounts.models import User
from foundation import clock

MINUTE = 60
LONGEST = 12 * 60 * MINUTE  # of any session, however busy (ASVS 7.3.2)
IDLE_STAFF = 30 * MINUTE  # of whoever sees other people's cases or figures (ASVS 7.3.1)
IDLE = 4 * 60 * MINUTE  # of companies and partners, who see their own


def now() -> int:
    return int(clock.now().timestamp())


def longest_idle(user: User) -> int:
    """Seconds without a request after which this person's session is over."""
    return IDLE_STAFF if user.is_staff or user.is_funder else IDLE


def begin(request) -> None:
    """A sign-in has just succeeded: the times start, and the browser is listed."""
    request.session["began"] = request.session["seen"] = now()
    _list(request)


def _list(request) -> None:
    if request.META.get("REMOTE_ADDR"):  # a request that comes from a browser
        UserSession.objects.create_from_request(request)


class SessionTimesMiddleware:
    """Ends a session that is too old or was left alone; says so on the page that follows."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            request.session_over = self._over(request)
            if request.session_over:
                UserSession.objects.filter(session_key=request.session.session_key).delete()
                logout(request)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Here messages can be left: their middleware has seen the request."""
        if said := getattr(request, "session_over", ""):
            messages.info(request, said)

    def _over(self, request) -> str:
        moment, session = now(), request.session
        if moment - session.get("began", 0) >= LONGEST:
            return _("Une session dure douze heures au plus. Connectez-vous à nouveau pour continuer.")
        if moment - session["seen"] >= longest_idle(request.user):
            return _("Votre session s’est fermée, faute d’activité. Connectez-vous à nouveau pour continuer.")
        if moment - session["seen"] >= MINUTE:
            session["seen"] = moment
            seen = datetime.fromtimestamp(moment, UTC)
            if not UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=seen):
                _list(request)
        return ""


def of(user: User) -> list[UserSession]:
    """Those that are open, the latest used first; rows whose session is gone are forgotten."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda row: row.last_seen_at, reverse=True)


def end(user: User, *, but: str | None = None, only: int | None = None) -> int:
    """End this person's sessions: none opens anything at its next request. How many there were.

    but: the key of the one that goes on; only: the primary key of the single row that is meant.
    """
    rows = UserSession.objects.filter(user=user)
    if only is not None:
        rows = rows.filter(pk=only)
    rows = [row for row in rows if row.session_key != but]
    for row in rows:
        row.end()
    return len(rows)


BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_of(user_agent: str) -> str:
    """ "Firefox, Windows": what a person recognises of the words with which a browser presents itself."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or _("Navigateur inconnu")
