"""Lasting harm asks first who is there, whatever the role; what was typed is not lost by the question."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import fresh
from accounts.access import rule_of
from foundation import clock
from tests import test_access
from tests.accounts import codes

SESSIONS_END = True
pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-17", "asvs 7.5.1")]

PATTERNS = dict(test_access.ALL)
WORDS = "une phrase assez longue"


def later(**passed):
    return clock.at(clock.now() + timedelta(**passed))


def asks(response) -> bool:
    return response.status_code == 303 and response["Location"].startswith(reverse("confirm"))


def address(name: str) -> str:
    return test_access.address(name, PATTERNS[name]) or reverse(name, args=[1])


def walk(client) -> dict[str, bool]:
    """URL name → whether every method that ACTS names for it asks first."""
    return {
        name: all(asks(getattr(client, method.lower())(address(name))) for method in methods)
        for name, methods in fresh.ACTS.items()
    }


def test_the_list_speaks_of_real_pages():
    assert fresh.ACTS.keys() - PATTERNS.keys() == set()
    assert {rule_of(PATTERNS[name].callback, name) for name in fresh.ACTS} <= {
        "signed_in",
        "coordinator",
        "administrator",
    }


@pytest.mark.once
@pytest.mark.parametrize("who", ["administrator", "editor"])
def test_a_session_left_open_does_no_lasting_harm(cast, who):
    client = Client()
    client.force_login(getattr(cast, who))
    assert not any(walk(client).values())
    with later(minutes=10):
        assert [name for name, asked in walk(client).items() if not asked] == []


def test_without_the_middleware_nothing_asks(cast, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "FreshMiddleware" not in one]
    client = Client()
    client.force_login(cast.administrator)
    with later(minutes=10):
        assert not any(walk(client).values())


def test_nobody_else_is_asked(cast):
    for name in fresh.ACTS:
        where = address(name)
        assert not asks(Client().post(where))


@pytest.mark.shows("asvs 7.2.4", "asvs 6.6.2")
def test_a_code_by_mail_confirms_and_what_was_typed_goes_on(cast):
    client = Client()
    client.force_login(cast.administrator)
    where = reverse("admin:accounts_user_change", args=[cast.company.pk])
    typed = {"full_name": "Nom « gardé » & <b>", "role": "", "language": "de", "is_active": "on"}
    with later(minutes=11):
        asked = client.post(where, typed)
        assert asks(asked)
        assert "Recevoir un code" in client.get(asked["Location"]).content.decode()
        client.post(asked["Location"], {"send": "1"})
        first = codes.code_in_mail()
        client.post(asked["Location"], {"send": "1"})
        wrong = client.post(asked["Location"], {"code": first})  # void since the second was sent
        assert wrong.status_code == 200 and "Ce n’est pas le code" in wrong.content.decode()
        other = Client()
        other.force_login(cast.administrator)
    with later(minutes=12):
        former = client.cookies["session"].value
        done = client.post(asked["Location"], {"code": codes.code_in_mail()})
        assert done["Location"] == reverse("resume")
        assert client.cookies["session"].value != former
        page = client.get(done["Location"]).content.decode()
        assert 'value="Nom « gardé » &amp; &lt;b&gt;"' in page and f'action="{where}"' in page
        cast.company.refresh_from_db()
        assert cast.company.language == "fr"  # nothing goes off by itself
        assert client.post(where, typed).status_code == 302
        cast.company.refresh_from_db()
        assert cast.company.language == "de" and "kept" not in client.session
    with later(minutes=23):
        assert asks(client.post(where, typed))


@pytest.mark.shows("asvs 6.5.1", "asvs 6.5.5", "S-16")
def test_the_code_ends_after_ten_minutes_five_tries_and_one_use(cast):
    client = Client()
    client.force_login(cast.company)
    where = reverse("confirm") + "?next=/espace/"
    with later(minutes=11):
        client.post(where, {"send": "1"})
        code = codes.code_in_mail()
        for _ in range(5):
            assert client.post(where, {"code": "AAAA-AAAA"}).status_code == 200
        assert client.post(where, {"code": code})["Location"].startswith(reverse("confirm"))
        assert not fresh_now(client)
        client.post(where, {"send": "1"})
        code = codes.code_in_mail()
    with later(minutes=21, seconds=1):
        client.post(where, {"code": code})
        assert not fresh_now(client)
        client.post(where, {"send": "1"})
        code = codes.code_in_mail()
        assert client.post(where, {"code": code})["Location"] == "/espace/"
        assert fresh_now(client)
    with later(minutes=32):
        client.post(where, {"code": code})
        assert not fresh_now(client)


def fresh_now(client) -> bool:
    return not asks(client.get(reverse("mfa_activate_totp")))


def test_a_second_factor_confirms_where_there_is_one(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.coordinator, secret)
    client = Client()
    client.force_login(cast.coordinator)
    with later(minutes=11):
        asked = client.post(
            reverse("my_sessions"), {"which": "others"}, headers={"referer": "http://evil.example/x"}
        )
        sent = client.get(asked["Location"])
        assert sent["Location"].startswith(reverse("mfa_reauthenticate"))
        client.post(asked["Location"], {"send": "1"})
        assert not any("confirme" in one.subject for one in mail.outbox)
        done = client.post(sent["Location"], {"code": codes.totp(secret)})
        assert done["Location"] == reverse("resume")
        assert fresh_now(client)


def test_a_password_is_kept_in_no_session(cast):
    cast.company.set_password(WORDS)
    cast.company.save()
    client = Client()
    client.force_login(cast.company)
    page = reverse("account_change_password")
    typed = {"oldpassword": WORDS, "password1": WORDS * 2, "password2": WORDS * 2}
    with later(minutes=11):
        asked = client.post(page, typed, headers={"referer": f"http://testserver{page}"})
        assert asks(asked) and not client.session["kept"]
        assert re.search(r"Plutôt avec mon mot de passe", client.get(asked["Location"]).content.decode())
        client.post(asked["Location"], {"send": "1"})
        done = client.post(asked["Location"], {"code": codes.code_in_mail()})
        assert done["Location"] == page


def test_nobody_is_led_elsewhere(cast):
    client = Client()
    client.force_login(cast.company)
    for elsewhere in (
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "",
    ):
        answer = client.get(reverse("confirm"), {"next": elsewhere})
        assert answer["Location"] == reverse("space")
