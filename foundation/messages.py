"""Where the sentences wait that the next page says: a cookie, named as safe cookies are once the portal is on HTTPS."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage as Storage
from django.contrib.messages.storage.session import SessionStorage

__all__ = ["HostStorage", "Storage"]


class _HostCookieStorage(CookieStorage):
    cookie_name = "__Host-messages"


class HostStorage(Storage):
    """The prefix: only our own host may have set it, over TLS (RFC 6265bis, 4.1.3.2)."""

    storage_classes = (_HostCookieStorage, SessionStorage)
