"""The owner of an account hears of a new browser and of every change of a proof, in their own language."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts import codes
from tests.accounts.test_codes import ASK, TYPE, asked

pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-17")]

WORDS = "une phrase assez longue"


@pytest.fixture
def owner(cast):
    cast.company.date_joined -= timedelta(days=9)
    cast.company.language = "de"
    cast.company.save()
    return cast.company


def subjects(mailoutbox) -> list[str]:
    return [one.subject for one in mailoutbox if one.subject.startswith(("Eine Anmeldung", "Ihre Art"))]


def test_a_new_browser_is_told_once(owner, mailoutbox):
    client, code = asked(owner)
    client.post(reverse(TYPE), {"code": code})
    assert subjects(mailoutbox) == ["Eine Anmeldung mit einem neuen Browser"]
    assert "/compte/sessions/" in mailoutbox[-1].body and mailoutbox[-1].to == [owner.email]
    client.post(reverse("account_logout"))
    client.post(reverse(ASK), {"email": owner.email})
    client.post(reverse(TYPE), {"code": codes.code_in_mail()})
    assert len(subjects(mailoutbox)) == 1
    other, code = asked(owner)
    other.post(reverse(TYPE), {"code": code})
    assert len(subjects(mailoutbox)) == 2


def test_a_changed_proof_is_told(owner, mailoutbox, django_capture_on_commit_callbacks):
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    owner.set_unusable_password()
    owner.save()
    client.force_login(owner)
    client.post(reverse("account_set_password"), {"password1": WORDS, "password2": WORDS})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": codes.totp(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    told = [one.body for one in mailoutbox if one.subject == "Ihre Art, sich anzumelden, hat sich geändert"]
    for words in ("Das Passwort wurde", "zweiter Faktor wurde hinzugefügt", "zweiter Faktor wurde entfernt"):
        assert any(words in body and "Firefox, Linux" in body for body in told), words


def test_a_mail_server_that_is_down_stops_no_sign_in(owner, settings, caplog):
    client, code = asked(owner)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post(reverse(TYPE), {"code": code}).status_code == 302
    assert client.get(reverse("my_sessions")).status_code == 200
    assert "warning of an account not sent" in caplog.text
