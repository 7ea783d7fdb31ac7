"""One settings file, read from the environment (CONTRACT: names of the variables).

DEBUG, DEMO, tests and production differ by variables only. A missing or malformed
required variable stops the start with one line that names it. A secret may come as
`NAME_FILE`, the path of a file that holds it.
"""

import os
import sys
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()


def _refuse(message: str) -> None:
    sys.exit(f"Configuration refusée : {message}")


def env_bool(name: str) -> bool:
    """`1` or `0` (true/false, oui/non); any other word stops the start."""
    raw = os.environ.get(name, "0").strip().lower()
    if raw in {"1", "true", "oui", "yes"}:
        return True
    if raw not in {"0", "false", "non", "no", ""}:
        _refuse(f"{name} doit valoir 0 ou 1 (lu : « {raw} »).")
    return False


DEBUG = env_bool("DEBUG")
DEMO = env_bool("DEMO")
TESTING = env_bool("TESTING")
# On plain http (demo, development, tests): cookies without Secure or prefix, no HSTS.
PLAIN_HTTP = DEBUG or DEMO or TESTING


def required(name: str, relaxed: str | None = None) -> str:
    """A variable production cannot do without; `relaxed` serves demo, debug, tests."""
    try:
        value = env.str(name, default="").strip()
    except (ImproperlyConfigured, OSError) as error:
        _refuse(f"{name} : {error}")
    if value:
        return value
    if relaxed is not None and (DEBUG or DEMO or TESTING):
        return relaxed
    _refuse(f"la variable {name} (ou {name}_FILE) manque.")
    raise AssertionError  # _refuse never returns


PORTAL_VAR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var")))

# -- Core --------------------------------------------------------------------------
SECRET_KEY = required(
    "SECRET_KEY", relaxed="clef-pour-tests-et-developpement-seulement"
)
SITE_URL = required("SITE_URL", relaxed="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = [
    h for h in required("ALLOWED_HOSTS", relaxed="127.0.0.1").split(",") if h
]
if DEBUG or DEMO or TESTING:
    ALLOWED_HOSTS += ["localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
REAL_DATA_ACT = env.str("REAL_DATA_ACT", default="")
# Name, address and telephone of the host, which the law wants in the legal notice.
LEGAL_HOSTING = env.str("LEGAL_HOSTING", default="")
if DEMO and REAL_DATA_ACT:
    _refuse("DEMO et REAL_DATA_ACT s’excluent : une démonstration reste fictive.")

ROOT_URLCONF = "spip_portal.urls"
WSGI_APPLICATION = "spip_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "widget_tweaks",
    "dsfr",
    "csp",
    "django_prose_editor",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # Ours come after: accounts.admin takes out what the others registered.
    "spip_portal.security",
    "spip_portal.accounts",
    "spip_portal.journal",
    "spip_portal.vault",
    "spip_portal.outbox",
    "spip_portal.pdf",
    "spip_portal.pages",
    "spip_portal.search",
    "spip_portal.drafts",
    "spip_portal.ui",
    "partners",
    "cases",
    "newsletters",
    "meetings",
]
if DEMO or TESTING:
    INSTALLED_APPS.append("spip_portal.demo")

MIDDLEWARE = [
    # The first two stand outside of whatever answers early: redirects, static files.
    "spip_portal.security.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "spip_portal.journal.middleware.RefusalMiddleware",
    "spip_portal.security.middleware.ActorMiddleware",
    "spip_portal.security.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "spip_portal.security.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "spip_portal.drafts.middleware.DraftMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "spip_portal.ui.context_processors.portal",
            ],
        },
    }
]
FORM_RENDERER = "spip_portal.ui.forms.DsfrRenderer"

# -- PostgreSQL, Redis, Celery -------------------------------------------------------
# Web and worker connect as `portal_app`; migrations as `portal_owner`: bin/roles.sql.
try:
    DATABASES = {"default": env.db_url_config(required("DATABASE_URL"))}
except (ValueError, ImproperlyConfigured) as error:
    _refuse(f"DATABASE_URL est illisible ({error}).")
DATABASES["default"].update(
    CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=False
)

REDIS_URL = required("REDIS_URL")
if not REDIS_URL.startswith(("unix://", "redis://", "rediss://")):
    _refuse("REDIS_URL doit commencer par unix://, redis:// ou rediss://.")
CACHES = {
    "default": {
        "BACKEND": "spip_portal.security.cache.SurvivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
CELERY_BROKER_URL = REDIS_URL
if REDIS_URL.startswith("unix://"):
    # Celery's own words for a socket and for the number of a database.
    CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
    CELERY_BROKER_URL = CELERY_BROKER_URL.replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker delivers mail without a broker
# Publishing gives up at once (kombu would try for seconds): a lost bell loses nothing.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# -- Accounts ------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "cases.backends.LiveShareBackend",
]
DJANGO_PASSWORDS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{DJANGO_PASSWORDS}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": f"{DJANGO_PASSWORDS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{DJANGO_PASSWORDS}.CommonPasswordValidator"},
    {"NAME": f"{DJANGO_PASSWORDS}.NumericPasswordValidator"},
    {"NAME": "spip_portal.accounts.passwords.FrenchWordsValidator"},
]
if TESTING:
    # Speed of the suite only: the hash of a test password protects nobody.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:home"

ACCOUNT_ADAPTER = "spip_portal.accounts.adapter.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.split(":")[0]
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
# A mail to an unknown address would tell its owner that somebody tried, and cost a
# mail to strangers: the page answers the same either way.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Failures of one account are counted in PostgreSQL (accounts.services.note_failure).
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip",
    "newsletter_subscribe": "20/h/ip",
    "registration": "20/h/ip",
    "registration_draft": "40/h/ip",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_ADAPTER = "spip_portal.accounts.adapter.MfaAdapter"
MFA_FORMS = {
    "authenticate": "spip_portal.accounts.forms.CountedAuthenticateForm",
    "reauthenticate": "spip_portal.accounts.forms.CountedReauthenticateForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Portail SPIP"
# A phone's clock may be off: the code before and the one after are taken too.
MFA_TOTP_TOLERANCE = 1

# guardian: only direct foreign-key rows are used (cases.ShareRecipient).
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
# W001 asks for guardian's stock backend, which grants revoked shares: ours replaces it
# (cases.backends) and cases.checks verifies that it is there.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=10)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "session" if PLAIN_HTTP else "__Host-session"
CSRF_COOKIE_NAME = "csrf" if PLAIN_HTTP else "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Not in a cookie of theirs: what a message says stays on the server.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Headers --------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^sante/"]  # probes of the container speak plain http
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = len(TRUSTED_PROXIES)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Nothing touches the disk in clear: uploads stay in memory, within these bounds.
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
UPLOAD_REQUEST_MAX_BYTES = 100 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["spip_portal.vault.uploads.BoundedMemoryUploadHandler"]

# -- Mail, vault, journal --------------------------------------------------------------
vars().update(
    env.email_url_config(required("EMAIL_URL", relaxed="smtp://127.0.0.1:1025"))
)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = required(
    "DEFAULT_FROM_EMAIL", relaxed="Portail du SPIP <portail@spip.example>"
)
try:
    validate_email(parseaddr(DEFAULT_FROM_EMAIL)[1])
except ValidationError:
    _refuse(
        f"DEFAULT_FROM_EMAIL doit contenir une adresse (lu : « {DEFAULT_FROM_EMAIL} »)."
    )
SERVER_EMAIL = DEFAULT_FROM_EMAIL
VAULT_ROOT = Path(required("VAULT_ROOT", relaxed=str(PORTAL_VAR / "vault")))
VAULT_KEYS_DIR = Path(
    required("VAULT_KEYS_DIR", relaxed=str(PORTAL_VAR / "vault-keys"))
)
JOURNAL_SEAL_KEY = required("JOURNAL_SEAL_KEY", relaxed="")
JOURNAL_ANCHOR_EMAIL = required("JOURNAL_ANCHOR_EMAIL", relaxed="")
CLAMD_SOCKET = required("CLAMD_SOCKET", relaxed="")

# -- Language, time, static files ----------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(PORTAL_VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "spip_portal.ui.staticfiles.PortalAppDirectoriesFinder",
]
STORAGES = {
    # Uploads go to the vault (spip_portal.vault), never to a storage.
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Each client of a test is a process of its own to WhiteNoise: it finds a file when one
# is asked for, rather than list all of them each time.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
# The manifest storage rewrites files: DSFR's own checksums would block the CSS.
DSFR_USE_INTEGRITY_CHECKSUMS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "filters": {"no_address": {"()": "spip_portal.security.logs.RedactFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_address"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # They tell every step of every PDF.
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
    },
}
