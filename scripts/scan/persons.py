"""Who looks while a scan runs: cookies and keys, made in the database of the portal that is being looked at."""

from scripts.throwaway import Portal

_SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import User
from accounts.sessions import now
person = User.objects.filter({which}, is_active=True).order_by("pk").first()
kept = import_module(settings.SESSION_ENGINE).SessionStore()
kept[SESSION_KEY], kept[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
kept[BACKEND_SESSION_KEY] = "accounts.backends.RoleBackend"
kept["began"] = kept["seen"] = now()
kept.save()
print(settings.SESSION_COOKIE_NAME + "=" + kept.session_key)
"""
_KEY = """
from journal.actors import SYSTEM_ACTOR
from partners.models import Organisation
from programs.api import keys
lab = Organisation.objects.filter(offers__status="published").first()
print(keys.issue(lab, name="scan", scope="write", days=30, actor=SYSTEM_ACTOR)[1])
"""


def cookie(portal: Portal, role: str, **environment: str) -> str:
    """ "name=value" of somebody who has this role ("partner": is a member of an organisation) and just signed in."""
    which = 'role="", memberships__isnull=False' if role == "partner" else f'role="{role}"'
    return _last(portal, _SESSION.format(which=which), environment)


def api_key(portal: Portal) -> str:
    return _last(portal, _KEY, {})


def _last(portal: Portal, code: str, environment: dict[str, str]) -> str:
    return portal.manage("shell", "--no-imports", "--command", code, **environment).splitlines()[-1]
