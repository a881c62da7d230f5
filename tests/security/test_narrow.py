"""Cookies, sign-out and the API where the portal is on HTTPS."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast as casting
from tests.test_settings import PRODUCTION, start

_NAMES = (
    "from django.conf import settings as s; from django.utils.module_loading import import_string;"
    "names = [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME];"
    "print(*names, import_string(s.MESSAGE_STORAGE).storage_classes[0].cookie_name)"
)


@pytest.mark.shows("S-17", "asvs 3.3.1 3.3.3")
def test_every_cookie_is_our_own_hosts_alone(tmp_path):
    done = start(tmp_path, _NAMES, **PRODUCTION)
    names = done.stdout.split()
    assert len(names) == 4 and all(name.startswith("__Host-") for name in names), done.stderr


def test_without_tls_no_browser_would_take_such_names(tmp_path):
    done = start(tmp_path, _NAMES, SITE_URL="http://localhost:8000")
    assert done.stdout.split() and "__Host-" not in done.stdout, done.stderr


@pytest.mark.django_db
@pytest.mark.shows("asvs 4.1.2")
def test_a_key_sent_in_clear_is_refused_and_not_led_on(settings):
    settings.SECURE_SSL_REDIRECT = True
    address = "/api/v1/offers"
    answer = Client().get(address, headers={"authorization": "Bearer enact_x"})
    assert answer.status_code == 403 and "HTTPS" in answer.json()["detail"]
    assert Client().get("/").status_code == 301, "a page is"
    assert Client().get(address, secure=True).status_code == 401


@pytest.mark.django_db
@pytest.mark.shows("asvs 14.3.1")
@pytest.mark.parametrize("name", ["account_logout", "admin:logout"])
def test_leaving_empties_what_other_tabs_keep(name):
    someone = Client()
    someone.force_login(casting.person("coordination@cluster.example", "coordinator"))
    assert someone.post(reverse(name))["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in someone.get("/")
