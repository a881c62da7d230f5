"""A code opens one door, once, for ten minutes, in the browser that asked; reading a mail consumes nothing."""

import re
from datetime import timedelta

import pytest
from allauth.account import app_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.sealed import SealedSerializer
from tests.accounts import codes

pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-16")]

ASK, TYPE = "account_request_login_code", "account_confirm_login_code"


def asked(person, client=None) -> tuple[Client, str]:
    """A browser that asked for a code, and the code."""
    client = client or Client()
    client.post(reverse(ASK), {"email": person.email})
    return client, codes.code_in_mail()


def enters(client, code: str) -> bool:
    client.post(reverse(TYPE), {"code": code})
    return client.get(reverse("my_sessions")).status_code == 200


def wait(monkeypatch, **passed):
    """The library asks the system's clock."""
    import time

    now = time.time() + timedelta(**passed).total_seconds()
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.mark.shows("asvs 6.5.1")
def test_a_code_is_used_once(cast):
    client, code = asked(cast.company)
    assert enters(client, code)
    client.post(reverse("account_logout"))
    assert not enters(client, code)


@pytest.mark.shows("asvs 6.5.5")
def test_a_code_lives_ten_minutes(cast, monkeypatch):
    client, code = asked(cast.company)
    late, late_code = asked(cast.company)
    with monkeypatch.context() as patch:
        wait(patch, minutes=9, seconds=58)
        assert enters(client, code)
    with monkeypatch.context() as patch:
        wait(patch, minutes=10, seconds=1)
        assert not enters(late, late_code)
    assert (
        app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT <= 600 >= app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT
    )


def test_with_a_longer_life_it_would_still_open(cast, monkeypatch, settings):
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 3600
    client, code = asked(cast.company)
    wait(monkeypatch, minutes=10, seconds=1)
    assert enters(client, code)


@pytest.mark.parametrize(("wrong", "opens"), [(4, True), (5, False)])
def test_five_wrong_ones_void_it(cast, wrong, opens):
    client, code = asked(cast.company)
    for _ in range(wrong):
        client.post(reverse(TYPE), {"code": "BBBB-BBBB"})
    assert enters(client, code) == opens


@pytest.mark.shows("asvs 6.6.2")
def test_a_code_is_bound_to_the_browser_that_asked_and_void_when_another_is_sent(cast):
    client, code = asked(cast.company)
    stranger = Client()
    assert not enters(stranger, code)
    thief, _own = asked(cast.stranger)
    assert not enters(thief, code)
    client.post(reverse(TYPE), {"action": "resend"})
    newer = codes.code_in_mail()
    assert newer != code and not enters(client, code) and enters(client, newer)


def test_reading_consumes_nothing(cast):
    """What a mail scanner does: every address of the mail, ten times, and the page of the code itself."""
    client, code = asked(cast.company)
    for address in re.findall(r"https?://\S+", mail.outbox[-1].body):
        for _ in range(10):
            Client().get(address)
    for _ in range(10):
        client.get(reverse(TYPE), {"code": code})
    assert client.get(reverse("my_sessions")).status_code == 302
    assert enters(client, code)


@pytest.mark.shows("asvs 6.5.2", "asvs 6.5.3", "asvs 6.5.4")
def test_a_code_is_long_enough_and_never_lies_readable_in_the_database(cast, settings):
    client, code = asked(cast.company)
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", code)  # 34 bits
    row = Session.objects.get(session_key=client.session.session_key)
    assert client.session["account_login"]
    import django.core.signing as signing

    sealed = signing.loads(row.session_data, salt="django.contrib.sessions.SessionStore", serializer=Raw)
    assert code.encode() not in sealed and b"account_login" not in sealed
    assert b"account_login" in signing.JSONSerializer().dumps(
        SealedSerializer().loads(sealed)
    )  # and there it is
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key, since yesterday"
    assert SealedSerializer().loads(sealed)["account_login"]
    settings.SECRET_KEY_FALLBACKS = []
    assert SealedSerializer().loads(sealed) == {}


class Raw:
    def loads(self, data):
        return data


@pytest.mark.shows("asvs 6.4.3")
def test_a_forgotten_password_is_chosen_anew_by_a_code_and_signs_nobody_in(cast):
    client, words = Client(), "une phrase bien plus longue"
    client.post(reverse("account_reset_password"), {"email": cast.coordinator.email})
    code = codes.code_in_mail()
    other = Client()
    other.post(reverse("account_confirm_password_reset_code"), {"code": code})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    typed = {"password1": words, "password2": words}
    assert other.post(reverse("account_complete_password_reset"), typed).status_code == 302
    cast.coordinator.refresh_from_db()
    assert not cast.coordinator.check_password(words)
    assert client.post(reverse("account_complete_password_reset"), typed).status_code == 302
    cast.coordinator.refresh_from_db()
    assert cast.coordinator.check_password(words)
    assert client.get(reverse("my_sessions")).status_code == 302
