"""What leaves the portal, and what it makes of what comes in by the protocol: cookies, errors, types, redirections."""

import ast
import io
import logging
from types import SimpleNamespace

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from foundation.logs import MaskedFormatter
from foundation.visitors import address_of
from tests import cast as casting
from tests.accounts.codes import code_in_mail
from tests.security.test_sources import PYTHON, ROOT
from tests.test_settings import PRODUCTION, start

pytestmark = pytest.mark.shows("S-19", "S-21", "S-28")


def _cookies_set() -> list[str]:
    """Wherever the code sets a cookie: Python that gives its name."""
    found = []
    for path in PYTHON:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "set_cookie":
                found.append(f"eval({ast.unparse(node.args[0])!r}, vars(import_module({module!r})))")
    return found


@pytest.mark.shows("asvs 3.3.1 3.3.3")
def test_every_cookie_of_production_belongs_to_this_host_alone(tmp_path):
    """Those of the libraries, and each that our own code sets."""
    ours = _cookies_set()
    shown = (
        "import django; django.setup(); from importlib import import_module; "
        "from django.conf import settings as s; from enact_portal.sentences import HostCookieStorage as H; "
        f"print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, H.cookie_name, {', '.join(ours)})"
    )
    done = start(tmp_path, shown, **PRODUCTION)
    names = done.stdout.split()
    assert len(ours) >= 2 and len(names) == 3 + len(ours), done.stderr
    assert [name for name in names if not name.startswith("__Host-")] == []


@pytest.mark.shows("asvs 3.3.2 3.3.4 3.4.1 13.4.2")
def test_production_guards_its_cookies_and_asks_for_https_for_two_years(tmp_path):
    names = (
        *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"),
        *("CSRF_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_HTTPONLY", "SECURE_HSTS_INCLUDE_SUBDOMAINS"),
        "SECURE_SSL_REDIRECT",
    )
    shown = "import django; django.setup(); from django.conf import settings as s; print("
    shown += ", ".join(f"s.{name}" for name in names)
    shown += ", s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE, s.SECURE_HSTS_SECONDS, s.DEBUG)"
    done = start(tmp_path, shown, **PRODUCTION, ENACT_DEBUG="1")
    assert done.stdout.split() == ["True"] * len(names) + ["Lax", "Lax", "63072000", "False"], done.stderr


@pytest.mark.django_db
@pytest.mark.shows("asvs 3.4.1 12.2.1")
def test_what_comes_without_tls_is_sent_to_https(settings, client):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    browser = Client()  # the middleware reads its settings once
    answer = browser.get("/", HTTP_HOST="localhost")
    assert (answer.status_code, answer["Location"]) == (301, "https://localhost/")
    for path in ("/", "/rien/", "/health/live"):
        said = browser.get(path, secure=True, HTTP_HOST="localhost")["Strict-Transport-Security"]
        assert said.startswith("max-age=63072000; includeSubDomains"), path


@pytest.mark.django_db
@pytest.mark.shows("asvs 4.1.1")
def test_every_kind_of_answer_says_its_type_and_signs(client):
    expected = {
        "/": "text/html; charset=utf-8",
        "/rien/ici/": "text/html; charset=utf-8",
        "/health/live": "application/json",
        "/api/v1/openapi.json": "application/json",
        "/robots.txt": "text/plain",
        "/sitemap.xml": "application/xml",
    }
    said = {path: client.get(path).headers["Content-Type"] for path in expected}
    assert {path: kind for path, kind in expected.items() if not said[path].startswith(kind)} == {}, said


@pytest.mark.django_db
@pytest.mark.shows("asvs 13.4.3 13.4.4")
def test_no_folder_is_listed_and_nothing_is_echoed(client):
    assert client.get("/static/").status_code == 404 and client.get("/static/css/").status_code == 404
    assert client.get("/media/").status_code == 404
    answer = client.trace("/", HTTP_X_SECRET="echo-me")
    assert answer.status_code == 405 and b"echo-me" not in answer.content


@pytest.mark.django_db
@pytest.mark.shows("asvs 3.7.2")
@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(client, target):
    casting.person("witness@enact.example")
    chosen = client.post(reverse("set_language"), {"language": "fr", "next": target})
    client.post(reverse("account_request_login_code"), {"email": "witness@enact.example", "next": target})
    typed = client.post(reverse("account_confirm_login_code"), {"code": code_in_mail(), "next": target})
    assert typed.status_code == 302 and "_auth_user_id" in client.session
    assert [chosen["Location"], typed["Location"]] == [reverse("home"), reverse("space")]


@pytest.mark.django_db
@pytest.mark.shows("asvs 15.3.7")
def test_an_address_does_not_speak_for_the_form(client):
    """What is posted counts, whatever the query repeats beside it; of one field told twice, the last."""
    client.post(reverse("set_language") + "?language=de&next=/evil", {"language": "en", "next": "/"})
    assert client.cookies[configured.LANGUAGE_COOKIE_NAME].value == "en"
    client.post(reverse("set_language"), {"language": ["de", "fr"], "next": "/"})
    assert client.cookies[configured.LANGUAGE_COOKIE_NAME].value == "fr"


@pytest.fixture
def console():
    lines: list[str] = []
    formatter = MaskedFormatter(configured.LOGGING["formatters"]["plain"]["format"], style="{")

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(formatter.format(record))

    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.shows("asvs 16.3.4 16.5.1")
def test_what_breaks_is_told_to_the_log_and_not_to_the_visitor(monkeypatch, console):
    from enact_portal import views

    def broken(_request):
        raise RuntimeError("password=hunter2 SELECT * FROM accounts_user")

    monkeypatch.setattr(views, "_home", broken)
    answer = Client(raise_request_exception=False).get("/?x=1")
    page = answer.content.decode()
    assert answer.status_code == 500 and "<h1" in page
    for inside in ("hunter2", "Traceback", "RuntimeError", "accounts_user", "views.py"):
        assert inside not in page
    assert any("RuntimeError" in line and "Traceback" in line for line in console)


@pytest.mark.django_db
@pytest.mark.shows("asvs 16.4.1")
def test_nobody_writes_a_line_of_the_log(client, console):
    client.get("/rien/%0a2026-11-27%20ERROR%20accounts:%20forged/")
    assert len(console) == 1 and "\n" not in console[0] and "\r" not in console[0]


@pytest.mark.shows("asvs 4.1.3 15.3.4")
def test_only_our_own_proxy_says_where_a_visitor_comes_from(settings):
    claimed = {"HTTP_X_FORWARDED_FOR": "192.0.2.66, 198.51.100.7", "REMOTE_ADDR": "127.0.0.1"}
    settings.SECURE_PROXY_SSL_HEADER = None
    assert address_of(claimed) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(claimed) == "198.51.100.7"  # the one that the proxy added; what came before is a claim


SMUGGLED = [
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
]


@pytest.mark.shows("asvs 4.2.1")
@pytest.mark.parametrize("raw", SMUGGLED)
def test_a_message_with_two_ends_is_no_message(raw):
    with pytest.raises(ParseException):
        next(RequestParser(Config(), io.BytesIO(raw), ("127.0.0.1", 1)))


@pytest.mark.shows("asvs 14.2.3 3.4.3")
def test_the_policy_names_no_other_site():
    """Without an identity provider no browser is ever led to ask anybody but the portal."""
    said = SimpleNamespace(**configured.CONTENT_SECURITY_POLICY).DIRECTIVES
    assert {source for sources in said.values() for source in sources} <= {
        *("'none'", "'self'", "data:", "'script'", "default", "enact"),
    }
    assert said["default-src"] == said["base-uri"] == said["frame-ancestors"] == ["'none'"]
    assert "data:" not in {*said["script-src"], *said["style-src"], *said["connect-src"]}


@pytest.mark.django_db
@pytest.mark.shows("asvs 14.2.2 14.3.2")
def test_no_page_of_a_person_is_kept_by_anybody(cast):
    for user, names in (
        (cast.coordinator, ("admin:index", "admin:intake_contact_changelist", "mfa_index")),
        (cast.editor, ("space", "account_set_password")),
        (cast.funder, ("insights:figures",)),
    ):
        client = Client()
        client.force_login(user, backend="accounts.backends.RoleBackend")
        for name in names:
            answer = client.get(reverse(name), follow=True)
            assert "no-store" in answer["Cache-Control"], name


@pytest.mark.django_db
@pytest.mark.shows("asvs 3.4.2")
def test_other_sites_read_the_public_catalogue_and_nothing_else(cast):
    outside = {"origin": "https://elsewhere.example"}
    client = Client(headers=outside)
    assert client.get("/api/v1/catalogue/topics")["Access-Control-Allow-Origin"] == "*"
    client.force_login(cast.coordinator, backend="accounts.backends.RoleBackend")
    for path in ("/", "/api/v1/offers", reverse("space"), reverse("admin:index"), "/health/live"):
        assert "Access-Control-Allow-Origin" not in client.get(path), path
