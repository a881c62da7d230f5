"""A key sent in clear, and what a browser keeps of somebody who left."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast as casting


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
