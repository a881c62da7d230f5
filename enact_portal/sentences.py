"""The sentences that a page says once, in a cookie as Django keeps them, which no other host name can set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class Storage(FallbackStorage):
    storage_classes = (HostCookieStorage, SessionStorage)
