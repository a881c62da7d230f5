"""What every answer tells the browser, whatever it is: page, form, download, refusal, static file, mail preview."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from files import store

pytestmark = pytest.mark.shows("S-06", "S-19", "asvs 3.2.1 3.4.3 3.4.4 3.4.5 3.4.6 3.5.8")


def policy(response) -> dict[str, list[str]]:
    """Directive → sources of a Content-Security-Policy."""
    parts = response["Content-Security-Policy"].split(";")
    return {name: sources for name, *sources in (part.split() for part in parts)}


@pytest.fixture
def answers(cast, client):
    """One answer of every class of pages, by its name."""

    def as_(user) -> Client:
        someone = Client()
        someone.force_login(user)
        return someone

    forged = reverse("intake:follow", args=["A" * 43])
    return {
        "home": client.get(reverse("home")),
        "form": client.get(reverse("intake:start")),
        "form refused": client.post(reverse("intake:start"), {"text": "x"}),
        "catalogue": client.get(reverse("catalogue")),
        "sign-in": client.get(reverse("account_login")),
        "partner": as_(cast.editor).get(reverse("space"), follow=True),
        "queue": as_(cast.coordinator).get(reverse("admin:index")),
        "administration": as_(cast.administrator).get(reverse("admin:accounts_user_changelist")),
        "not found": client.get("/rien/ici/"),
        "forged link": client.get(forged),
        "method not allowed": client.post(reverse("home")),
        "machine": client.get(reverse("health_live")),
        "redirection": client.get(reverse("space")),
    }


def test_one_policy_without_any_exception(answers):
    for name, response in answers.items():
        directives = policy(response)
        assert directives["default-src"] == ["'none'"], name
        assert "unsafe" not in response["Content-Security-Policy"], name
        assert not any(
            source in ("*", "data:", "blob:", "https:")
            for source in directives["script-src"] + directives["style-src"]
        ), name
        assert directives["base-uri"] == directives["frame-ancestors"] == ["'none'"], name
        assert directives["require-trusted-types-for"] == ["'script'"], name


def test_nothing_of_ours_is_used_by_others_nor_guessed(answers):
    for name, response in answers.items():
        assert response["X-Content-Type-Options"] == "nosniff", name
        assert response["X-Frame-Options"] == "DENY", name
        assert response["Referrer-Policy"] in ("same-origin", "no-referrer"), name
        assert response["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "camera=()" in response["Permissions-Policy"], name
        assert "Access-Control-Allow-Origin" not in response, name


@pytest.mark.django_db
def test_what_was_sent_in_can_only_be_saved():
    row = store.receive(SimpleUploadedFile("relevés.csv", b"a;b\n"), uuid4())
    response = store.stream(row)
    response.close()
    assert policy(response) == {"sandbox": [], "default-src": ["'none'"]}
