"""Sign-in by OpenID Connect against a provider that runs: first time, next time, no takeover, all that may be wrong."""

import json
import subprocess
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as configured
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import cast as casting
from tests.accounts.codes import code_in_mail
from tests.accounts.oidc_provider import CLIENT, SECRET
from tests.process.conftest import free_port

pytestmark = pytest.mark.django_db
KNOWN = "labo-a@recherche.example"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Outside:
    """The provider's process, as the tests see it."""

    def __init__(self, port: int):
        self.base = f"http://127.0.0.1:{port}"

    def set(self, **change) -> None:
        urlopen(Request(f"{self.base}/control", json.dumps(change).encode(), method="PUT"))

    def seen(self) -> list:
        return json.load(urlopen(f"{self.base}/control"))

    def visit(self, url: str) -> str:
        """As the browser does: where the provider sends it back to, or "" when it refuses."""
        try:
            build_opener(_Stay).open(url)
        except HTTPError as answer:
            return answer.headers.get("Location") or ""
        return ""


@pytest.fixture(scope="module")
def process():
    port = free_port()
    running = subprocess.Popen([sys.executable, "-m", "tests.accounts.oidc_provider", str(port)])
    outside = Outside(port)
    for _try in range(100):
        try:
            outside.seen()
            break
        except URLError:
            time.sleep(0.1)
    yield outside
    running.terminate()
    running.wait(timeout=10)


@pytest.fixture
def outside(process, settings):
    process.set()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "proconnect": {
            "APPS": [
                {
                    "provider_id": "proconnect",
                    "name": "ProConnect",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {
                        "server_url": f"{process.base}/api/v2",
                        "scope": ["openid", "email", "given_name", "usual_name"],
                    },
                }
            ]
        }
    }
    return process


def _go(client: Client, outside: Outside):
    """From the button to the answer to the way back."""
    away = client.post(reverse("proconnect_login"))
    back = urlsplit(outside.visit(away["Location"]))
    return client.get(f"{back.path}?{back.query}")


def _first_time(client: Client, outside: Outside):
    """Through the code to the question."""
    answer = _go(client, outside)
    assert answer.status_code == 303 and answer["Location"].startswith(reverse("account_confirm_login_code"))
    typed = client.post(answer["Location"], {"code": code_in_mail(), "next": reverse("proconnect_link")})
    assert typed["Location"] == reverse("proconnect_link")
    return client.get(typed["Location"])


def _who(client: Client) -> str | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def test_off_unless_it_is_configured(client):
    assert "ProConnect" not in client.get(reverse("account_login")).content.decode()
    for name in ("proconnect_login", "proconnect_callback"):
        assert client.get(reverse(name)).status_code == 404
    assert configured.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]


def test_a_button_that_is_a_form(client, outside):
    page = client.get(reverse("account_login")).content.decode()
    assert "Se connecter avec ProConnect" in page and f'action="{reverse("proconnect_login")}' in page


def test_only_what_the_provider_knows_is_asked(client, outside):
    """Even if the address of the button is tampered with."""
    away = client.post(reverse("proconnect_login") + "?scope=siret&auth_params=prompt%3Dnone&process=connect")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked.keys() == {"client_id", "redirect_uri", "scope", "response_type", "state", "nonce"}
    assert set(asked["scope"][0].split()) == {"openid", "email", "given_name", "usual_name"}
    assert asked["redirect_uri"] == ["http://testserver/compte/proconnect/login/callback/"]
    assert min(len(asked["state"][0]), len(asked["nonce"][0])) >= 32


def test_pkce_where_the_provider_takes_it(client, outside, settings):
    settings.SOCIALACCOUNT_PROVIDERS["proconnect"]["APPS"][0]["settings"]["pkce"] = True
    asked = parse_qs(urlsplit(client.post(reverse("proconnect_login"))["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) >= 43
    assert "code_verifier" not in asked


def test_an_account_of_this_address_is_joined_after_a_code_and_a_yes(client, outside):
    """Never silently: before the code nobody is signed in, before the yes nothing is joined."""
    user = casting.person(KNOWN)
    answer = _go(client, outside)
    assert answer.status_code == 303 and _who(client) is None
    assert [one.to for one in mail.outbox] == [[KNOWN]]
    page = _first_time(Client(), outside)
    assert page.status_code == 200 and SocialAccount.objects.count() == 0
    mail.outbox.clear()

    browser = Client()
    _first_time(browser, outside)
    assert browser.post(reverse("proconnect_link"))["Location"] == reverse("space")
    joined = SocialAccount.objects.get()
    assert (joined.user, joined.provider, joined.uid, joined.extra_data) == (user, "proconnect", "sub-1", {})
    user.refresh_from_db()
    assert user.full_name == "Éditrice A" and SocialToken.objects.count() == 0


def test_the_second_time_it_is_enough_whatever_the_address_is_now(outside):
    casting.person(KNOWN)
    browser = Client()
    _first_time(browser, outside)
    browser.post(reverse("proconnect_link"))
    mail.outbox.clear()
    outside.set(who={"email": "nouvelle@recherche.example"})
    again = Client()
    assert _go(again, outside)["Location"] == reverse("space")
    assert _who(again) == KNOWN and mail.outbox == []
    assert User.objects.count() == 1


def test_another_identity_with_the_same_address_opens_nothing(outside):
    casting.person(KNOWN)
    browser = Client()
    _first_time(browser, outside)
    browser.post(reverse("proconnect_link"))
    outside.set(who={"sub": "sub-2"})
    thief = Client()
    assert _go(thief, outside)["Location"].startswith(reverse("account_confirm_login_code"))
    assert _who(thief) is None and thief.get(reverse("proconnect_link")).status_code == 302
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == ["sub-1"]


def test_an_identity_is_not_joined_to_an_account_of_another_address(outside):
    """Somebody leaves the code and signs in otherwise in the same browser: the question is not asked."""
    casting.person(KNOWN)
    other = casting.person("labo-b@recherche.example")
    browser = Client()
    _go(browser, outside)
    browser.force_login(other, backend="accounts.backends.RoleBackend")
    assert browser.post(reverse("proconnect_link"))["Location"] == reverse("space")
    assert SocialAccount.objects.count() == 0


def test_known_and_unknown_addresses_are_answered_alike(outside):
    casting.person(KNOWN)
    seen = []
    for email in (KNOWN, "inconnue@recherche.example"):
        outside.set(who={"email": email, "sub": email})
        seen.append((_go(Client(), outside).status_code, len(mail.outbox[-1].to)))
    assert seen == [(303, 1), (303, 1)]


def test_a_newcomer_has_an_account_once_the_code_is_typed(outside):
    outside.set(who={"email": "Nouvelle@recherche.example", "sub": "sub-9"})
    browser = Client()
    _first_time(browser, outside)
    browser.post(reverse("proconnect_link"))
    assert _who(browser) == "nouvelle@recherche.example"
    assert not User.objects.get(email="nouvelle@recherche.example").has_usable_password()


def test_the_two_can_be_parted_again(outside):
    casting.person(KNOWN)
    browser = Client()
    _first_time(browser, outside)
    browser.post(reverse("proconnect_link"))
    page = browser.get(reverse("proconnect_link"))
    assert page.status_code == 200 and "ProConnect ouvre ce compte" in page.content.decode()
    assert browser.post(reverse("proconnect_link"), {"part": "1"})["Location"] == reverse("space")
    assert SocialAccount.objects.count() == 0
    assert _who(browser) == KNOWN  # and a code still opens it
    assert browser.get(reverse("proconnect_link"))["Location"] == reverse("space")


def test_a_deactivated_account_stays_outside(outside):
    user = casting.person(KNOWN)
    _first_time(browser := Client(), outside)
    browser.post(reverse("proconnect_link"))
    User.objects.filter(pk=user.pk).update(is_active=False)
    again = Client()
    _go(again, outside)
    assert _who(again) is None


@pytest.mark.parametrize(
    "wrong", ["nonce", "signature", "unsigned", "audience", "expired", "other-sub", "issuer"]
)
def test_what_is_not_as_it_must_be_opens_nothing(outside, wrong):
    casting.person(KNOWN)
    outside.set(wrong=wrong)
    browser = Client()
    answer = _go(browser, outside)
    assert "ProConnect n’a pas pu vous reconnaître" in answer.content.decode()
    assert _who(browser) is None and mail.outbox == []


def test_another_browsers_way_back_opens_nothing(outside):
    casting.person(KNOWN)
    away = Client().post(reverse("proconnect_login"))
    back = urlsplit(outside.visit(away["Location"]))
    victim = Client()
    answer = victim.get(f"{back.path}?{back.query}")
    assert "ProConnect n’a pas pu vous reconnaître" in answer.content.decode() and mail.outbox == []


def test_while_it_is_down_the_page_says_so_and_the_code_stays(client, outside, settings):
    outside.set(wrong="down")
    page = client.post(reverse("proconnect_login")).content.decode()
    assert "Le service ne répond pas" in page and reverse("account_login") in page
    settings.SOCIALACCOUNT_PROVIDERS["proconnect"]["APPS"][0]["settings"]["server_url"] = (
        f"http://127.0.0.1:{free_port()}/api/v2"
    )
    assert "Le service ne répond pas" in client.post(reverse("proconnect_login")).content.decode()


def test_given_up_there_it_is_said_here(client, outside):
    outside.set(wrong="refused")
    answer = _go(client, outside)
    assert answer["Location"] == reverse("socialaccount_login_cancelled")
    assert "a été abandonnée" in client.get(answer["Location"]).content.decode()


def test_signing_out_here_is_signing_out_there(outside):
    casting.person(KNOWN)
    browser = Client()
    _first_time(browser, outside)
    browser.post(reverse("proconnect_link"))
    again = Client()
    _go(again, outside)
    away = again.post(reverse("account_logout"))["Location"]
    assert away.startswith(f"{outside.base}/api/v2/session/end?") and _who(again) is None
    back = urlsplit(outside.visit(away))
    assert back.path == reverse("proconnect_signed_out")
    assert again.get(back.path)["Location"] == reverse("home")


def test_signing_out_while_it_is_down(outside):
    casting.person(KNOWN)
    browser = Client()
    _first_time(browser, outside)
    outside.set(wrong="down")
    assert browser.post(reverse("account_logout"))["Location"] == reverse("home")
    assert _who(browser) is None
