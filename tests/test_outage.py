"""Database or disk away: 503 with Retry-After, a page in the reader's language, and the words that were typed."""

import json
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from enact_portal.outage import come_back
from files.models import StoredFile
from intake.models import Draft
from tests.intake import walking

pytestmark = [pytest.mark.django_db, pytest.mark.shows("R-07", "R-08", "S-28")]


@contextmanager
def away(error=OperationalError):
    """Whatever is asked of the database, it has gone."""

    def gone(execute, sql, params, many, context):
        raise error("server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        yield


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_page_says_that_it_is_closed_for_a_moment(browser, error):
    with away(error):
        answer = browser.get("/catalogue/", headers={"accept-language": "de"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert '<html lang="de"' in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_what_was_typed_comes_back_and_is_sent_with_one_click(browser):
    draft = walking.begin(browser)
    path = walking.url(draft, "irritant")
    words = f"{walking.WORDS} <b>«\u202fvraiment\u202f»</b>"
    with away():
        answer = browser.post(path, {"text": words, "tried": "Rien.", "password": "secret"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert f'action="{path}"' in page and "&lt;b&gt;«\u202fvraiment" in page and "secret" not in page
    assert 'name="tried" value="Rien."' in page
    assert browser.post(path, {"text": words, "tried": "Rien."}).status_code == 303
    assert Draft.objects.get().answers["text"] == words


def test_codes_of_signing_in_are_repeated_by_no_page(rf):
    answer = come_back(rf.post("/compte/login/code/confirm/", {"code": "K7QX2M", "next": "/espace/"}))
    assert answer.status_code == 503 and "K7QX2M" not in answer.content.decode()
    assert "/espace/" in come_back(rf.post("/demande/", {"next": "/espace/"})).content.decode()


def test_machines_are_answered_as_machines(rf):
    answer = come_back(rf.get("/api/v1/offres", headers={"accept": "application/json"}))
    assert answer.status_code == 503 and json.loads(answer.content) == {"detail": "temporarily unavailable"}


def test_what_really_broke_stays_an_error_of_ours(browser, monkeypatch):
    """The twin: an outage is what passes by itself, nothing else is called one."""
    with away(ValueError):
        assert browser.get("/catalogue/").status_code == 500


def test_a_full_disk_takes_the_words_and_not_the_bytes(browser, settings):
    draft = walking.begin(browser)
    path, fields = walking.url(draft, "contexte"), {**walking.CONTEXT, "site_city": "Hayange"}
    settings.LEAST_ROOM = 1 << 62
    answer = browser.post(path, {**fields, "attachments": SimpleUploadedFile("note.txt", b"releve")})
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert 'name="site_city" value="Hayange"' in page and not StoredFile.objects.exists()
    assert browser.post(path, fields).status_code == 303, "words alone still come in"
    settings.LEAST_ROOM = 0
    answer = browser.post(path, {**fields, "attachments": SimpleUploadedFile("note.txt", b"releve")})
    assert answer.status_code == 303 and StoredFile.objects.get().name == "note.txt"
