"""Keys of the API: made and revoked by the administrators of an organisation, known here by their digest alone."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import clock
from journal.actors import Actor
from journal.events import record
from journal.lifecycle import Refusal
from partners.models import Organisation
from programs.models import ApiKey, ApiScope

MOST_KEYS = 10  # usable ones of an organisation
DAYS = (30, 90, 180, 366)
_TOKEN = re.compile(r"enact_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_NOBODY = hashlib.sha256(b"").hexdigest()
_NOTED_EVERY = timedelta(minutes=10)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue(
    organisation: Organisation, *, name: str, scope: str, days: int, actor: Actor
) -> tuple[ApiKey, str]:
    """A new key and its token, which is kept nowhere. Raises Refusal."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.api_keys.usable().count() >= MOST_KEYS:
        text = ngettext(
            "%(count)s clé est déjà en service : révoquez-la d’abord.",
            "%(count)s clés sont déjà en service : révoquez-en une d’abord.",
            MOST_KEYS,
        )
        raise Refusal(text % {"count": MOST_KEYS}, "many")
    if scope not in ApiScope.values or days not in DAYS or not name:
        raise Refusal(_("Choisissez des droits et une durée."), "choice")
    prefix = secrets.token_hex(4)
    token = f"enact_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=prefix,
        digest=_digest(token),
        scope=scope,
        created_by=actor.user,
        expires_at=clock.now() + timedelta(days=days),
    )
    record("api_key.issued", case=key.public_id, subject=key, actor=actor, scope=scope, days=days)
    return key, token


@transaction.atomic
def revoke(key: ApiKey, *, actor: Actor) -> None:
    """From this moment on the key opens nothing. A second time changes nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        record("api_key.revoked", case=key.public_id, subject=key, actor=actor)


def holder_of(header: str) -> ApiKey | None:
    """The usable key of an Authorization header (RFC 6750, 2.1), else None: unknown, expired and revoked ones alike.

    The row is found by the public half; the secret one is compared in constant time, also where there is no row.
    """
    scheme, _sep, token = header.partition(" ")
    token = token.strip()
    found = _TOKEN.fullmatch(token) if scheme.lower() == "bearer" else None
    if found is None:
        return None
    key = ApiKey.objects.usable().select_related("organisation").filter(prefix=found.group(1)).first()
    genuine = constant_time_compare(_digest(token), key.digest if key else _NOBODY)
    return key if key and genuine else None


def note_use(key: ApiKey) -> None:
    """When it was last used, to ten minutes: a row that is read a thousand times is not written a thousand times."""
    now = clock.now()
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - _NOTED_EVERY:
        ApiKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=now)
