"""Sign-in while no mail server answers: said politely, alike for known and unknown addresses."""

import socket

import pytest
from django.urls import reverse

from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture
def _nobody_listens(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with socket.socket() as bound_but_deaf:
        bound_but_deaf.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = bound_but_deaf.getsockname()[1]
        yield


@pytest.mark.parametrize("email", ["connue@enact.example", "inconnue@enact.example"])
def test_without_mail_server_sign_in_asks_to_come_back(client, _nobody_listens, email):
    casting.person("connue@enact.example")
    answer = client.post(reverse("account_request_login_code"), {"email": email})
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "Réessayez dans quelques minutes" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"
