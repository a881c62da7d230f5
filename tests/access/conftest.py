"""One world for the whole package, in a transaction that ends undone; every cell is undone by itself (walking.py)."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests.access import world as worlds
from tests.access.walking import browsers, known_at_once


@pytest.fixture(autouse=True)
def _private_folders():
    """The world's folder is the package's, not the test's."""


@pytest.fixture(autouse=True)
def _no_memory_between_tests():
    """What is kept between requests knows one world only."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def _django_db_helper():
    """pytest-django's own transaction per test would end the package's."""


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("access")
    changed = {
        "VAR": folder,
        "MEDIA_ROOT": folder / "media",
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        # In the cookie: a cell that signs out leaves the next one signed in.
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "STORAGES": {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
    with django_db_blocker.unblock(), override_settings(**changed):
        atomic = transaction.atomic()
        atomic._from_testcase = True  # as Django's own TestCase: what must be durable may be nested here
        with atomic:
            made = worlds.build()
            made.browsers = browsers(made)
            cache.clear()
            with known_at_once(made):
                yield made
            transaction.set_rollback(True)
        cache.clear()
