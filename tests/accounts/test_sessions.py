"""A session ends by itself, by its owner, and by whatever makes it untrustworthy; and is then worth nothing."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import deactivating, sessions
from foundation import clock
from journal import clockwork
from tests.accounts import codes

SESSIONS_END = True
pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-17")]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def signed_in(person, agent: str = FIREFOX) -> Client:
    """A browser in which this person has signed in by a code, as people do."""
    client = Client(HTTP_USER_AGENT=agent)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    answer = client.post(reverse("account_confirm_login_code"), {"code": codes.code_in_mail()})
    assert answer.status_code == 302
    return client


def is_in(client) -> bool:
    return client.get(reverse("my_sessions")).status_code == 200


def later(**passed):
    return clock.at(clock.now() + timedelta(**passed))


@pytest.mark.shows("asvs 7.3.1")
@pytest.mark.parametrize(
    ("who", "minutes"),
    [("coordinator", 30), ("administrator", 30), ("funder", 30), ("company", 240), ("editor", 240)],
)
def test_a_session_left_alone_ends(cast, who, minutes):
    client = signed_in(getattr(cast, who))
    with later(minutes=minutes - 1):
        assert is_in(client)
    with later(minutes=2 * minutes - 2):  # counted from that request
        assert is_in(client)
    with later(minutes=3 * minutes - 1):
        answer = client.get(reverse("my_sessions"), follow=True)
        assert answer.redirect_chain[0][0].startswith(reverse("account_login"))
        assert "faute d’activité" in answer.content.decode()
    assert not is_in(client)
    assert not UserSession.objects.exists()


@pytest.mark.shows("asvs 7.3.2")
def test_a_busy_session_ends_after_twelve_hours(cast, monkeypatch):
    client = signed_in(cast.coordinator)
    for minutes in range(20, 720, 20):
        with later(minutes=minutes):
            assert is_in(client)
    with later(minutes=720):
        assert not is_in(client)
    monkeypatch.setattr(sessions, "LONGEST", 10**9)
    client = signed_in(cast.coordinator)
    for minutes in range(20, 740, 20):
        with later(minutes=minutes):
            assert is_in(client)


def test_without_the_middleware_nothing_would_end(cast, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SessionTimes" not in one]
    client = signed_in(cast.coordinator)
    with later(hours=11):
        assert is_in(client)


@pytest.mark.shows("asvs 7.5.2", "asvs 7.4.1")
def test_the_page_lists_them_and_ends_one_or_all_the_others(cast):
    here, there, third = (signed_in(cast.company, agent) for agent in (FIREFOX, EDGE, EDGE))
    page = here.get(reverse("my_sessions")).content.decode()
    assert "Firefox, Linux" in page and page.count("Edge, Windows</h2>") == 2 and page.count("celui-ci") == 1
    row = UserSession.objects.get(session_key=there.session.session_key)
    kept = there.cookies["session"].value
    here.post(reverse("my_sessions"), {"which": row.pk})
    assert not is_in(there) and is_in(third) and is_in(here)
    stolen = Client()
    stolen.cookies["session"] = kept
    assert not is_in(stolen)
    here.post(reverse("my_sessions"), {"which": "others"})
    assert not is_in(third) and is_in(here)


def test_nobody_ends_the_session_of_somebody_else(cast):
    mine, theirs = signed_in(cast.company), signed_in(cast.stranger)
    row = UserSession.objects.get(user=cast.stranger)
    for which in (row.pk, "others", "", "x", "9" * 30):
        assert mine.post(reverse("my_sessions"), {"which": which}).status_code == 302
    assert is_in(theirs) and is_in(mine)
    assert theirs.get(reverse("my_sessions")).content.decode().count("celui-ci") == 1


@pytest.mark.shows("asvs 7.4.3")
def test_a_new_password_ends_the_others(cast):
    words = "une phrase assez longue"
    cast.coordinator.set_unusable_password()
    cast.coordinator.save()
    here, there = signed_in(cast.coordinator), signed_in(cast.coordinator)
    answer = here.post(reverse("account_set_password"), {"password1": words, "password2": words})
    assert answer.status_code == 302
    assert is_in(here) and not is_in(there)


@pytest.mark.shows("asvs 7.4.3")
def test_a_second_factor_that_comes_or_goes_ends_the_others(cast, django_capture_on_commit_callbacks):
    here, there = signed_in(cast.company), signed_in(cast.company)
    page = here.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200, page["Location"]
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = here.post(reverse("mfa_activate_totp"), {"code": codes.totp(secret)})
    assert answer.status_code == 302 and Authenticator.objects.filter(user=cast.company).exists()
    assert is_in(here) and not is_in(there)
    device = Authenticator.objects.get(user=cast.company, type=Authenticator.Type.TOTP)
    admin = Client()
    admin.force_login(cast.administrator)
    admin.post(reverse("admin:accounts_secondfactor_delete", args=[device.pk]), {"post": "yes"})
    assert not Authenticator.objects.filter(pk=device.pk).exists() and not is_in(here)


@pytest.mark.shows("asvs 7.4.2")
def test_a_deactivated_account_is_out_everywhere(cast):
    client = signed_in(cast.company)
    deactivating.give_up(cast.company, by=cast.administrator)
    assert not is_in(client)
    client = signed_in(cast.company)
    cast.company.is_active = False
    cast.company.save()
    assert not is_in(client)


@pytest.mark.shows("asvs 7.4.5")
@pytest.mark.parametrize("change", [{"end_sessions": "on"}, {"role": "coordinator"}, {}])
def test_an_administrator_ends_those_of_a_person_and_a_new_role_begins_anew(cast, change):
    client, admin = signed_in(cast.company), Client()
    admin.force_login(cast.administrator)
    where = reverse("admin:accounts_user_change", args=[cast.company.pk])
    typed = {"full_name": "", "role": "", "language": "fr", "is_active": "on", **change}
    assert admin.post(where, typed).status_code == 302
    assert is_in(client) == (not change) and is_in(admin)


def test_what_is_over_is_forgotten(cast):
    signed_in(cast.company)
    with later(hours=11):
        clockwork.RULES["sessions.forget"]()
        assert UserSession.objects.count() == 1
    with later(hours=13):
        clockwork.RULES["sessions.forget"]()
        clockwork.RULES["retention.sessions"]()
        assert not UserSession.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", "Navigateur inconnu"),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent, said):
    assert sessions.browser_of(agent) == said
