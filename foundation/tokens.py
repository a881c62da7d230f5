"""Link tokens: the id of a row and an HMAC over what the row says, 43 URL-safe characters, never stored."""

import base64
import hmac
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

_MAC_BYTES = 16  # 128 bits


def _mac(key: str, row_id: UUID, purpose: str, generation: int) -> bytes:
    text = f"{row_id}|{purpose}|{generation}"
    return salted_hmac("enact.link", text, secret=key, algorithm="sha256").digest()[:_MAC_BYTES]


def make(row_id: UUID, purpose: str, generation: int) -> str:
    """The token of link `row_id`; raising the row's generation makes it void."""
    raw = row_id.bytes + _mac(settings.SECRET_KEY, row_id, purpose, generation)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def row_id_of(token: str) -> UUID | None:
    """The id a token names, before anything is proven; None when it cannot be a token."""
    if len(token) != 43:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(token + "=")[:16])
    except ValueError:
        return None


def is_genuine(token: str, row_id: UUID, purpose: str, generation: int) -> bool:
    """Constant-time check against the current key and its fallbacks."""
    given = base64.urlsafe_b64decode(token + "=")[16:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(given, _mac(key, row_id, purpose, generation)) for key in keys)
