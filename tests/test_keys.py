"""The address of a page opened by a link is its key: no other site, no cache and no log ever has it."""

import logging
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from foundation.logs import HIDDEN, MaskedFormatter, masked
from tests import cast as casting
from tests.test_access import ALL, address
from tests.triage.partner.helpers import follow_token, token_of


def by_link():
    return [(name, entry) for name, entry in ALL if getattr(entry.callback, "access_rule", "") == "link"]


@pytest.mark.django_db
def test_pages_opened_by_a_link_send_no_referrer_and_are_kept_nowhere(client):
    said = {}
    for name, entry in by_link():
        response = client.get(address(name, entry))
        said[name] = (response.headers.get("Referrer-Policy"), response.headers.get("Cache-Control"))
    assert len(said) >= 20 and set(said.values()) == {("no-referrer", "no-store, private")}
    assert client.get("/").headers["Referrer-Policy"] == "same-origin"


def test_forms_of_these_pages_work_without_origin_referrer_or_cookie(cast):
    """What browsers send from a page without referrer: « Origin: null »."""
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    referral = casting.asked(cast)[0]
    url = reverse("triage:accept", args=[token_of(referral)])
    assert strict.post(url, {"version": referral.version}).status_code == 302
    url = reverse("triage:disclose", args=[follow_token(cast.irritant), referral.public_id])
    assert strict.post(url).status_code == 303
    signed_in = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    signed_in.force_login(cast.coordinator, backend="accounts.backends.RoleBackend")
    take = reverse("admin:workbench_take", args=[cast.irritant.public_id])
    assert signed_in.post(take).status_code == 403  # a session is not a link: its forms stay guarded


@pytest.fixture
def console(monkeypatch):
    """What the console would show, formatted as in the settings."""
    from django.conf import settings

    lines: list[str] = []
    formatter = MaskedFormatter(settings.LOGGING["formatters"]["plain"]["format"], style="{")

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(formatter.format(record))

    assert settings.LOGGING["formatters"]["plain"]["()"] == "foundation.logs.MaskedFormatter"
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_no_log_line_holds_a_token(client, cast, console):
    referral = casting.asked(cast)[0]
    token, followed = token_of(referral), follow_token(cast.irritant)
    client.post(reverse("triage:decline", args=[token]), {"version": referral.version})  # 422
    client.get(reverse("triage:answer", args=[followed]))  # 404: another purpose
    client.get(reverse("triage:accept", args=[token]))  # 405
    from foundation import clock

    with clock.at(clock.now() + timedelta(days=400)):
        client.get(reverse("intake:follow", args=[followed]))  # 410
    told = "\n".join(console)
    assert len(console) >= 4 and told.count(HIDDEN) >= 4
    assert token not in told and followed not in told


def test_tracebacks_are_masked_too(console):
    token = secrets.token_urlsafe(24)
    try:
        raise ValueError(f"/demande/{token}/vous/")
    except ValueError:
        logging.getLogger("journal.jobs").exception("failed at /suivi/%s/", token)
    assert token not in "\n".join(console) and HIDDEN in console[0]


def test_words_and_identifiers_are_left_alone():
    kept = (
        "/propositions/3f2b7c6e-7b5e-4a3b-9c2d-0a1b2c3d4e5f/ /partenaires/laboratoire-lorrain-de-recherche-en-info/ "
        "ENACT-7F3K-92 sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    assert masked(kept) == kept
    assert all(masked(secrets.token_urlsafe(24)) == HIDDEN for _time in range(500))


def test_gunicorn_masks_its_own_lines(capfd):
    from enact_portal.webserver import MaskedLogger

    token = secrets.token_urlsafe(32)
    config = Config()
    config.set("errorlog", "-")
    logger = MaskedLogger(config)
    logger.error("Error handling request /suivi/%s/", token)
    assert token not in capfd.readouterr().err
    atoms = logger.atoms(
        type("Response", (), {"status": "200 OK", "sent": 1, "headers": []})(),
        type("Request", (), {"headers": [("REFERER", f"/suivi/{token}/")]})(),
        {
            "RAW_URI": f"/suivi/{token}/",
            "REQUEST_METHOD": "GET",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "PATH_INFO": f"/suivi/{token}/",
            "QUERY_STRING": "",
            "HTTP_REFERER": f"/suivi/{token}/",
        },
        timedelta(0),
    )
    assert token not in "".join(map(str, atoms.values()))
