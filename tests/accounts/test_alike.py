"""Nothing on the pages of sign-in tells whether an address has an account (their time: python -m benchmarks.alike)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from benchmarks.alike import mann_whitney
from tests import cast as casting

pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-04", "asvs 6.3.1")]

KNOWN, UNKNOWN, OFF = "connue@enact.example", "autre1@enact.example", "partie@enact.example"


@pytest.fixture(autouse=True)
def _people(cast):
    casting.person(KNOWN)
    casting.person(OFF, is_active=False)


def seen(name: str, field: str, email: str, **typed) -> list:
    """Status, address and body of every answer until the page stands, with the address typed taken out."""
    client = Client()
    answer = client.post(reverse(name), {field: email, **typed}, follow=True)
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(
        email, "ADDRESS"
    )
    headers = sorted((key, len(value)) for key, value in answer.headers.items())
    return [answer.status_code, answer.redirect_chain, body, headers, sorted(client.cookies)]


@pytest.mark.parametrize(
    ("name", "field", "typed"),
    [
        ("account_request_login_code", "email", {}),
        ("account_login", "login", {"password": "fausse phrase de passe"}),
        ("account_reset_password", "email", {}),
        ("account_signup", "email", {}),
    ],
)
def test_known_unknown_and_deactivated_addresses_are_answered_alike(name, field, typed, mailoutbox):
    mailoutbox.clear()
    answers = []
    for email in (KNOWN, UNKNOWN, OFF):
        answers.append(seen(name, field, email, **typed))
        assert len(mailoutbox) == (0 if typed else len(answers)), (name, email)
    assert answers[0] == answers[1]
    if name != "account_signup":
        assert answers[2] == answers[1]


def test_a_wrong_code_is_answered_alike():
    said = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": email})
        answer = client.post(reverse("account_confirm_login_code"), {"code": "BBBB-BBBB"})
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        said.append((answer.status_code, body.replace(email, "ADDRESS")))
    assert said[0] == said[1]


def test_the_measure_tells_what_differs_from_what_does_not():
    times = [1 + number / 1000 for number in range(200)]
    assert mann_whitney(times, [time + 0.0001 for time in times]) > 0.9
    assert mann_whitney(times, [time + 0.05 for time in times]) < 0.01
