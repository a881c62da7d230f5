"""Sessions that are over leave nothing behind."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from accounts.sessions import LONGEST
from foundation import clock
from journal.clockwork import rule

NONE_LEFT = timedelta(seconds=LONGEST)


@rule(
    "sessions.forget",
    title=_("Sessions : oublier celles qui sont terminées"),
    who=lambda: UserSession.objects.filter(last_seen_at__lt=clock.now() - NONE_LEFT),
    in_bulk=True,
)
def forget(rows) -> int:
    """Which browser it was. What the session itself held ends with it: journal.retention."""
    return rows.delete()[0]
