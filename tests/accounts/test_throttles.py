"""Guessing is slowed down where it comes from; the owner of the account comes in meanwhile."""

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core.signing import dumps
from django.test import Client
from django.urls import reverse

from accounts import throttles
from tests.accounts import codes

pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-17", "asvs 6.1.1", "asvs 6.3.1", "asvs 6.6.3")]

WORDS = "une phrase assez longue"
HOME, ELSEWHERE = "192.0.2.10", "198.51.100.66"


@pytest.fixture
def owner(cast):
    cast.coordinator.set_password(WORDS)
    cast.coordinator.save()
    return cast.coordinator


def password(client, owner, words: str = WORDS, email: str = ""):
    return client.post(reverse("account_login"), {"login": email or owner.email, "password": words})


def test_the_sign_in_page_asks_for_a_password(client):
    page = client.get(reverse("account_login")).content.decode()
    assert 'type="password"' in page and 'autocomplete="current-password"' in page


def test_a_hundred_wrong_passwords_from_elsewhere_keep_nobody_out(owner):
    attacker = Client(REMOTE_ADDR=ELSEWHERE)
    answers = [password(attacker, owner, f"faux {number}").status_code for number in range(100)]
    assert answers == [200] * 15 + [429] * 85
    assert password(attacker, owner).status_code == 429  # the right one, guessed too late
    assert password(Client(REMOTE_ADDR=HOME), owner).status_code == 302


def test_counted_by_account_alone_they_would(owner, monkeypatch):
    monkeypatch.setattr(throttles, "network_of", lambda address: "everybody")
    for number in range(100):
        password(Client(REMOTE_ADDR=ELSEWHERE), owner, f"faux {number}")
    assert password(Client(REMOTE_ADDR=HOME), owner).status_code == 429


def test_a_browser_that_is_known_has_a_count_of_its_own(owner):
    """Even from the attacker's own network; and the same browser without its cookie has not."""
    known = Client(REMOTE_ADDR=HOME)
    assert password(known, owner).status_code == 302
    known.post(reverse("account_logout"))
    for number in range(100):
        password(Client(REMOTE_ADDR=HOME), owner, f"faux {number}")
    kept = known.cookies[throttles.KNOWN].value
    assert password(known, owner).status_code == 302
    forgetful = Client(REMOTE_ADDR=HOME)
    assert password(forgetful, owner).status_code == 429
    forged = dumps({"id": "x", "of": [throttles._mark(owner.email)]}, key="another", salt="accounts.known")
    for cookie in (forged, kept[:-1] + ("A" if kept[-1] != "A" else "B"), ""):
        forgetful.cookies[throttles.KNOWN] = cookie
        assert password(forgetful, owner).status_code == 429
    known.post(reverse("account_logout"))
    assert [password(known, owner, "faux").status_code for _ in range(40)].count(429) > 0


def test_codes_are_asked_for_by_each_visitor_and_not_for_the_owner(owner, mailoutbox):
    attacker, home = Client(REMOTE_ADDR=ELSEWHERE), Client(REMOTE_ADDR=HOME)
    where = reverse("account_request_login_code")
    answers = [attacker.post(where, {"email": owner.email}).status_code for _ in range(20)]
    assert answers == [302] * 5 + [429] * 15 and len(mailoutbox) <= 5
    unknown = Client(REMOTE_ADDR="203.0.113.9")
    assert [unknown.post(where, {"email": "nul@part.example"}).status_code for _ in range(20)] == answers
    assert home.post(where, {"email": owner.email}).status_code == 302
    assert home.post(reverse("account_confirm_login_code"), {"code": codes.code_in_mail()}).status_code == 302


def test_many_accounts_tried_from_one_network_are_too_many(owner):
    attacker = Client(REMOTE_ADDR=ELSEWHERE)
    answers = [password(attacker, owner, "faux", f"x{number}@x.example").status_code for number in range(120)]
    assert answers.count(429) == 20


def test_past_the_limit_nothing_is_hashed(owner, monkeypatch):
    hashed = []
    hasher = type(get_hasher())
    encode, verify = hasher.encode, hasher.verify
    monkeypatch.setattr(hasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    monkeypatch.setattr(hasher, "verify", lambda *a, **k: hashed.append(1) or verify(*a, **k))
    for _ in range(20):
        password(Client(REMOTE_ADDR=ELSEWHERE), owner, "faux")
    before = len(hashed)
    assert before >= 15
    for _ in range(20):
        assert password(Client(REMOTE_ADDR=ELSEWHERE), owner, "faux").status_code == 429
    assert len(hashed) == before


@pytest.mark.shows("R-05")
def test_with_the_cache_down_the_doors_stay_in_use_and_the_log_says_it(owner, settings, caplog):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    client = Client(REMOTE_ADDR=HOME)
    for _ in range(20):
        assert password(client, owner, "faux").status_code == 200
    client.post(reverse("account_request_login_code"), {"email": owner.email})
    assert (
        client.post(reverse("account_confirm_login_code"), {"code": codes.code_in_mail()}).status_code == 302
    )
    assert "limit of sign-in not applied" in caplog.text


def test_what_is_counted_names_nobody(owner):
    password(Client(REMOTE_ADDR=ELSEWHERE), owner, "faux")
    mark = throttles._mark(owner.email)
    assert owner.email not in mark and len(mark) == 24 and throttles._mark(f" {owner.email.upper()}") == mark


@pytest.mark.shows("asvs 6.6.3")
def test_second_factors_are_not_guessed_from_many_places(owner, monkeypatch):
    """Only where the first proof was given: from everywhere together there are so many tries and no more."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(owner, generate_totp_secret())
    answers = []
    for network in range(1, 8):
        client = Client(REMOTE_ADDR=f"198.51.{network}.1")
        assert password(client, owner)["Location"].startswith(reverse("mfa_authenticate"))
        answers += [
            client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(12)
        ]
    assert answers[:60].count(429) == 0 and set(answers[60:]) == {429}
    stranger = Client(REMOTE_ADDR=ELSEWHERE)
    stranger.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert password(Client(REMOTE_ADDR=HOME), owner).status_code == 302
