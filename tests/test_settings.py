"""The settings stop loudly: no secret, no production; no demonstration where real people are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "ENACT_ENV": "production",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "portail.example",
    "SITE_URL": "https://portail.example",
}


_SHOWN = (
    "import django; django.setup(); from django.conf import settings as s; "
    "print(s.SESSION_COOKIE_NAME, s.DEBUG, s.ALLAUTH_TRUSTED_PROXY_COUNT)"
)


def start(tmp_path, code: str = _SHOWN, **environment) -> subprocess.CompletedProcess:
    """Read the settings in a process of their own."""
    names = ("PATH", "HOME", "LANG")
    clean = {name: os.environ[name] for name in names if name in os.environ} | {
        "ENACT_VAR": str(tmp_path / "var")
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean | {"DJANGO_SETTINGS_MODULE": "enact_portal.settings"} | environment,
        capture_output=True,
        text=True,
    )


def test_production_starts_with_its_secrets(tmp_path):
    done = start(tmp_path, **PRODUCTION)
    assert done.stdout.split() == ["__Host-session", "False", "0"], done.stderr


def test_behind_a_proxy_the_limits_of_sign_in_count_visitors(tmp_path):
    done = start(tmp_path, **PRODUCTION, BEHIND_PROXY="1")
    assert done.stdout.split()[-1] == "1", done.stderr


def test_forms_may_lead_on_to_the_identity_provider_alone(tmp_path):
    """The browser follows a form's redirection only where the policy allows it."""
    code = _SHOWN.replace("s.SESSION_COOKIE_NAME", "*s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']")
    keys = {"PROCONNECT_CLIENT_ID": "enact", "PROCONNECT_CLIENT_SECRET": "x"}
    done = start(tmp_path, code, **PRODUCTION, PROCONNECT_URL="https://op.example/api/v2/", **keys)
    assert done.stdout.split()[:2] == ["'self'", "https://op.example"], done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"ENACT_DEMO": "1"}, "refused in production"),
        ({"ENACT_ENV": "prod"}, "ENACT_ENV"),
        ({"COMPANY_REGISTRY_URL": "standin:"}, "refused in production"),
        ({"COMPANY_REGISTRY_URL": "file:///etc/passwd"}, "must be an address"),
        ({"PROCONNECT_URL": "https://op.example/api/v2"}, "PROCONNECT_CLIENT_ID"),
        ({"PROCONNECT_URL": "http://op.example/api/v2"}, "must begin with 'https://'"),
        ({"BACKUP_DIR": "/srv/backups"}, "BACKUP_RECIPIENT"),
        ({"MAIL_PROVIDER": "mailgun"}, "ANYMAIL_WEBHOOK_SECRET"),
        ({"MAIL_PROVIDER": "pigeon", "ANYMAIL_WEBHOOK_SECRET": "a:b"}, "knows no such provider"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_start(tmp_path, change, said):
    environment = {name: value for name, value in {**PRODUCTION, **change}.items() if value is not None}
    done = start(tmp_path, **environment)
    assert done.returncode != 0
    assert said in done.stderr


def test_the_demonstration_refuses_production_by_itself(settings):
    from django.core.exceptions import ImproperlyConfigured

    from demo.apps import DemoConfig

    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        DemoConfig.ready(None)


def test_without_demonstration_its_pages_do_not_exist(client, db):
    for path in ("/demo/", "/demo/etre/administration/", "/demo/mailbox/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
