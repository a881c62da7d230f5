"""Settings of the portal: one file, every value from the environment, a loud stop on a missing secret."""

import os
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env("ENACT_ENV", default="development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured("ENACT_ENV must be 'development' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"
DEMO = env.bool("ENACT_DEMO", default=False)
if PRODUCTION and DEMO:
    raise ImproperlyConfigured(
        "Demonstration mode (ENACT_DEMO=1) signs anyone in as anyone: refused in production."
    )
DEBUG = env.bool("ENACT_DEBUG", default=False) and not PRODUCTION

# -- Data that the portal writes: one folder to back up, readable by its owner alone.
VAR = Path(env("ENACT_VAR", default=str(BASE_DIR / "var")))
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _development_key() -> str:
    """A random key kept beside the data, so that links survive a restart."""
    path = VAR / "secret_key"
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.chmod(0o600)
        with suppress(FileExistsError):
            path.hardlink_to(fresh)  # atomic: of several processes starting at once, one key wins
        fresh.unlink()
    return path.read_text()


SECRET_KEY = env("SECRET_KEY") if PRODUCTION else env("SECRET_KEY", default="") or _development_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env("SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}").rstrip("/")
SITE_NAME = "ENACT"
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "enact_portal.admin_apps.WorkbenchAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts.proconnect",
    "django_htmx",
    "csp",
    "simple_history",
    "foundation",
    "accounts",
    "journal",
    "files",
    "partners",
    "programs",
    "intake",
    "triage",
    "proposals",
    "insights",
    "operations",
    "enact_portal",
]
if DEMO:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "accounts.middleware.OnePolicyMiddleware",  # before the static files: they carry it too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.KnownMethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "enact_portal.outage.NoRoomMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.SessionTimesMiddleware",
    "accounts.throttles.ThrottleMiddleware",
    "journal.standing_in.StandInMiddleware",
    "accounts.middleware.PersonLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "accounts.fresh.FreshMiddleware",
    "journal.access.AccessLogMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "enact_portal.urls"
WSGI_APPLICATION = "enact_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- Database. SQLite as Django configures it by default loses writes to "database is locked";
# with synchronous=NORMAL an acknowledged irritant is not yet on disk.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "foundation.sqlite"
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # one for each process that runs tests
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            "PRAGMA foreign_keys=ON;"
            # a log of 16 MB before it is copied into the file: pages written again and again are copied once
            "PRAGMA wal_autocheckpoint=4000"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opened anew for every page, SQLite would parse the schema again, and the last one to close would copy the whole log.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis where there is one; else the file-system broker and the database cache.
REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "enact_portal.redis_cache.Cache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},  # seconds
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {
            "MAX_ENTRIES": 20_000
        },  # of 300, each answer of the registry would cost a rate limit its count
    }
}

CELERY_BROKER_URL = REDIS_URL or "fsx://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # With these, a publish while Redis is down costs the visitor 10 ms instead of 6 s.
    {
        "max_retries": 0,
        "socket_connect_timeout": 1,
        "socket_timeout": 10,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }
    if REDIS_URL
    else {"data_folder": env("ENACT_QUEUE", default=str(VAR / "queue"))}
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_LOST_WAIT = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE = {
    "sweep-owed-jobs": {"task": "journal.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "run-the-clock": {"task": "journal.tick", "schedule": 60.0, "options": {"expires": 120}},
}

# -- Mail. In demonstration mode every mail lands in the portal's own mailbox page.
_MAILBOX = "demo+mailbox://" if DEMO else "smtp://localhost:25"
_email_url = env("EMAIL_URL", default=_MAILBOX)
if _email_url == "demo+mailbox://":
    EMAIL_BACKEND = "demo.mailbox.MailboxBackend"
else:
    vars().update(env.email_url_config(_email_url))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ENACT <portail@enact.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_REPLY_TO = env("MAIL_REPLY_TO", default="")  # a mailbox that somebody reads, when the sender's is none
# A provider that django-anymail knows ("mailgun", "postmark", …) instead of SMTP; empty: none. Its keys are the
# ANYMAIL_* variables; events come back to SITE_URL/courriels/retours/<provider>/ with the secret (docs/mails.md).
MAIL_PROVIDER = env("MAIL_PROVIDER", default="")
ANYMAIL = {
    # Personal links stay as they are written, and nobody's reading is watched.
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
    "IGNORE_UNSUPPORTED_FEATURES": True,
    **{
        name.removeprefix("ANYMAIL_"): value
        for name, value in os.environ.items()
        if name.startswith("ANYMAIL_")
    },
}
if MAIL_PROVIDER:
    if find_spec(f"anymail.backends.{MAIL_PROVIDER}") is None:
        raise ImproperlyConfigured(f"MAIL_PROVIDER={MAIL_PROVIDER}: django-anymail knows no such provider.")
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
    if ":" not in ANYMAIL.get("WEBHOOK_SECRET", ""):
        raise ImproperlyConfigured(
            "MAIL_PROVIDER needs ANYMAIL_WEBHOOK_SECRET=name:password: without it anyone could report bounces."
        )

# -- People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "space"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = (
    False  # accounts.throttles: theirs count by account, and fail with the cache
)
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True  # typed in the browser that asked: a link would open anywhere
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = False
MFA_FORMS = {"activate_totp": "accounts.forms.ActivateTOTPForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ENABLED = True
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAdapter"
# ProConnect, or any OpenID Connect provider with the same rules (docs/operations.md); empty: off.
PROCONNECT_URL = env("PROCONNECT_URL", default="").rstrip("/")
if PROCONNECT_URL:
    if PRODUCTION and not PROCONNECT_URL.startswith("https://"):
        raise ImproperlyConfigured("PROCONNECT_URL must begin with 'https://'.")
    _proconnect = {
        name: env(f"PROCONNECT_{name}", default="") for name in ("CLIENT_ID", "CLIENT_SECRET", "ACR")
    }
    if not (_proconnect["CLIENT_ID"] and _proconnect["CLIENT_SECRET"]):
        raise ImproperlyConfigured("PROCONNECT_URL needs PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET.")
    _proconnect_app = {
        "provider_id": "proconnect",
        "name": env("PROCONNECT_NAME", default="ProConnect"),
        "client_id": _proconnect["CLIENT_ID"],
        "secret": _proconnect["CLIENT_SECRET"],
        "settings": {
            "server_url": PROCONNECT_URL,
            "scope": env("PROCONNECT_SCOPE", default="openid email given_name usual_name").split(),
            "auth_params": {"acr_values": _proconnect["ACR"]} if _proconnect["ACR"] else {},
            "pkce": env.bool("PROCONNECT_PKCE", default=False),
        },
    }
    SOCIALACCOUNT_PROVIDERS = {"proconnect": {"APPS": [_proconnect_app]}}
# Staff without a second factor reach nothing but the page that sets one up.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=PRODUCTION)

# -- Languages: French is the source.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("de", _("Allemand")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["enact_portal.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# -- Static and private files.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Collected by the builder of an image, read by the portal's own user.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_MANIFEST_STRICT = True
# A cache: what the matching engine maps. Emptied, it is made again from the database.
MATCHING_INDEX = Path(env("ENACT_INDEX", default=str(VAR / "index")))
MEDIA_ROOT = VAR / "media"  # private: streamed by authorised views, never under a URL of its own
FILE_UPLOAD_HANDLERS = [
    "files.uploadhandler.QuotaUploadHandler",  # first: what it drops fills neither memory nor disk
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
LEAST_ROOM = (
    4 * 1024 * 1024
)  # bytes that stay free for the database when a file comes: without them it is refused
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a proposal of three options with twelve steps each
DATA_UPLOAD_MAX_NUMBER_FILES = 20  # more than the form takes: the form then says so itself

# -- Antivirus of the files received: "unix:///run/clamav/clamd.ctl" or "tcp://host:3310". Empty: none, lists say so.
CLAMD_URL = env("CLAMD_URL", default="")
if CLAMD_URL and not CLAMD_URL.startswith(("unix:///", "tcp://")):
    raise ImproperlyConfigured("CLAMD_URL must begin with 'unix:///' or 'tcp://'.")

# -- Browser-side protection.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Where the forms of signing in and out lead on to, when there is such a provider.
        "form-action": [SELF, *(["/".join(PROCONNECT_URL.split("/")[:3])] if PROCONNECT_URL else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # What a script makes into elements passes static/js/trusted.js, in the administration too.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default", "enact"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
# Led to HTTPS a program would send its key in clear again and again: the API refuses instead (programs/api).
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$", r"^api/"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else the limits of sign-in count all visitors as one
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SERIALIZER = "accounts.sealed.SealedSerializer"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "django_language"
MESSAGE_STORAGE = "enact_portal.sentences.Storage"
CSRF_FAILURE_VIEW = "enact_portal.views.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LOG_FORMAT = env("LOG_FORMAT", default="plain")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT must be 'plain' or 'json'.")
# An address that takes errors as JSON, without words of anybody (foundation/reporting.py); empty: none.
ERROR_WEBHOOK_URL = env("ERROR_WEBHOOK_URL", default="")
if ERROR_WEBHOOK_URL and not ERROR_WEBHOOK_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("ERROR_WEBHOOK_URL must be an address.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Refused requests are logged with their address: the tokens in it are masked.
    "formatters": {
        "plain": {
            "()": "foundation.logs.MaskedFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "foundation.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        **(
            {"webhook": {"()": "foundation.reporting.ErrorPoster", "url": ERROR_WEBHOOK_URL}}
            if ERROR_WEBHOOK_URL
            else {}
        ),
    },
    "root": {
        "handlers": ["console", *(["webhook"] if ERROR_WEBHOOK_URL else [])],
        "level": env("LOG_LEVEL", default="INFO"),
    },
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}

# -- The State's company search (docs/decisions/0015): an address, "standin:" (illustrative companies), or "" (off).
COMPANY_REGISTRY_URL = env("COMPANY_REGISTRY_URL", default="standin:" if DEMO else "")
if COMPANY_REGISTRY_URL == "standin:" and PRODUCTION:
    raise ImproperlyConfigured(
        "COMPANY_REGISTRY_URL=standin: gives illustrative companies: refused in production."
    )
if COMPANY_REGISTRY_URL and not COMPANY_REGISTRY_URL.startswith(("standin:", "https://", "http://")):
    raise ImproperlyConfigured("COMPANY_REGISTRY_URL must be an address, 'standin:' or empty.")

# -- Ranking learns from what people decided before (docs/decisions/0012); 0 switches it off everywhere.
MATCHING_MEMORY = env.bool("MATCHING_MEMORY", default=True)
# -- An optional sentence-embedding model on this machine (docs/matching.md); empty: none. What its card asks to put
#    before a need and before an offer ("query: ", "passage: "), where its files do not say so.
MATCHING_EMBEDDER_DIR = env("MATCHING_EMBEDDER_DIR", default="")
MATCHING_EMBEDDER_QUERY = env("MATCHING_EMBEDDER_QUERY", default="")
MATCHING_EMBEDDER_PASSAGE = env("MATCHING_EMBEDDER_PASSAGE", default="")

# -- The open form (intake/gate.py): what multiplies its limits per hour, and how many keys a browser derives on average
#    before it may send (60: a tenth of a second on a desk, less than half a second on a slow phone).
FORM_PACE = env.int("FORM_PACE", default=1)
FORM_WORK = env.int("FORM_WORK", default=60)

# -- The API (programs/api/limits.py): what multiplies its limits per minute; 0: none.
API_PACE = env.int("API_PACE", default=1)

# -- The promises of the cluster: what the pages and the mails say.
FIRST_ANSWER_WORKING_DAYS = env.int("FIRST_ANSWER_WORKING_DAYS", default=10)
CALL_BACK_WORKING_DAYS = env.int("CALL_BACK_WORKING_DAYS", default=2)
REFERRAL_WORKING_DAYS = env.int("REFERRAL_WORKING_DAYS", default=7)

# -- Backups (docs/operations.md): public keys of age (age1…) that they are sealed to; a folder, for one every night, of
#    which so many are kept. Empty: none is made but by hand.
BACKUP_RECIPIENT = env.list("BACKUP_RECIPIENT", default=[])
BACKUP_DIR = env("BACKUP_DIR", default="")
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)
if BACKUP_DIR and not BACKUP_RECIPIENT:
    raise ImproperlyConfigured("BACKUP_DIR needs BACKUP_RECIPIENT: a backup that anybody can read is none.")
if BACKUP_KEEP < 1:
    raise ImproperlyConfigured("BACKUP_KEEP must be at least 1.")

# -- Watching: seconds after which work that is due, or a missing sign of life, makes readiness red; the token of
#    /metrics (empty: no such page).
HEALTH_SECONDS = env.int("HEALTH_SECONDS", default=120)
METRICS_TOKEN = env("METRICS_TOKEN", default="")
