import pytest
from django.test import Client
from django.urls import reverse


@pytest.fixture
def sign_in():
    """A browser in which this person is signed in."""

    def signed(user, **options) -> Client:
        client = Client(**options)
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return signed


@pytest.fixture
def browser(cast, sign_in):
    return sign_in(cast.coordinator)


@pytest.fixture
def at():
    """The address of a workbench page about an irritant."""
    return lambda name, row, *args: reverse(f"admin:workbench_{name}", args=[row.public_id, *args])
