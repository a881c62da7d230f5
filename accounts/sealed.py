"""Sessions are encrypted where they are stored: a code that was sent, or a form that waits, is not read in a backup.

A code of 34 bits would be found again from its hash at once; from this, not without SECRET_KEY.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(sha256(f"accounts.sealed {key}".encode()).digest())) for key in keys]
    )


class SealedSerializer:
    """For SESSION_SERIALIZER. A session that no key opens is an empty one."""

    def dumps(self, said: dict) -> bytes:
        return _box().encrypt(json.dumps(said, separators=(",", ":")).encode())

    def loads(self, sealed: bytes) -> dict:
        try:
            return json.loads(_box().decrypt(sealed))
        except InvalidToken:
            return {}
