"""Settings: one file, read from the environment, safe by default.

Every variable is explained in docs/operations.md. Production (DEBUG off, no demo) refuses to start on a default
secret, without allowed hosts, or on data made for the demo.

Long because every setting stands in one file, with the reason beside it.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

# --- what kind of installation this is ------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# The demo has known passwords and no second factor. It never listens beyond this machine and never runs on real data.
RAPPORT_DEMO = env.bool("RAPPORT_DEMO", default=False)
PRODUCTION = not DEBUG and not RAPPORT_DEMO

INSECURE_SECRET = "not-a-secret-for-development-and-demo-only"  # noqa: S105 (refused in production, below)
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_SECRET)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else LOCAL_HOSTS)
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

if PRODUCTION:
    if SECRET_KEY == INSECURE_SECRET or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("Set SECRET_KEY to a random text of 50 characters or more (see docs/operations.md).")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to the host names of this installation, separated by commas.")
    if not PUBLIC_URL.startswith("https://"):
        raise ImproperlyConfigured("Set PUBLIC_URL to the https:// address people use; links in mail begin with it.")
    if env.str("RAPPORT_FAULT", default=""):
        raise ImproperlyConfigured("RAPPORT_FAULT makes processes die on purpose, for tests: unset it.")
if RAPPORT_DEMO and set(ALLOWED_HOSTS) - {*LOCAL_HOSTS, "testserver"}:
    raise ImproperlyConfigured("The demo has known passwords, so it serves this machine only: unset ALLOWED_HOSTS.")

# --- applications ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "anymail",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "template_partials",
    # Ours come last: they have the last word over what the others connect (people.adapters.happenings).
    "people",
    "notifications",
    "hiring",
    "training",
    "recognition",
    "portal",
    "foundation",
]

MIDDLEWARE = [
    "foundation.middleware.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Headers outside whatever answers, static files included.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.middleware.HeadersMiddleware",
    # Here and not in the proxy: Django pads what it packs, so that lengths tell less of what a page holds.
    "foundation.middleware.PackingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.api.problems.ProblemMiddleware",
    "foundation.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.middleware.ReaderMiddleware",
    "foundation.middleware.FullPageRedirectMiddleware",
    "people.middleware.SignInMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "people.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "portal.context.rail",
            ],
        },
    },
]

# So that templates/django/forms/ comes before Django's own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database, cache, tasks -----------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'rapport.sqlite3'}")
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured with eight writers and a worker: no "database is locked" in 4,392 writes; Django's defaults lost 3 of 4.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling a query that returns a page of rows takes PostgreSQL half a second, and running it a few milliseconds.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    # Planning the queries of a page takes PostgreSQL longer than running them: what a connection has asked twice it
    # keeps planned.
    if env.bool("DATABASE_KEEPS_PLANS", default=True):
        DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=8),
    }

# How many machines serve this installation: what lives on one machine's disk can't be shared by several.
SERVING_MACHINES = env.int("SERVING_MACHINES", default=1)
if SERVING_MACHINES > 1 and DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    raise ImproperlyConfigured("SQLite serves one machine. Set DATABASE_URL to PostgreSQL, or SERVING_MACHINES to 1.")

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
if SERVING_MACHINES > 1 and CELERY_BROKER_URL.startswith("filesystem"):
    raise ImproperlyConfigured("Several machines need a broker they share: set CELERY_BROKER_URL to Redis.")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
# With a broker that cannot wake it (the folder) Celery's processes share a lock: one that is killed while it waits for
# work takes the lock with it, and the worker lives on without ever working again. Threads die or live together.
CELERY_WORKER_POOL = env.str(
    "TASK_POOL", default="threads" if CELERY_BROKER_URL.startswith("filesystem") else "prefork"
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A queue of its own for each worker, in which it hears its own pulse (portal/watchdog.py).
CELERY_WORKER_DIRECT = True
CELERY_BEAT_SCHEDULER = "portal.clock:Clock"
WORKER_WATCHDOG_MINUTES = env.int("WORKER_WATCHDOG_MINUTES", default=5)
if CELERY_BROKER_URL.startswith("filesystem"):
    BROKER_DIR = Path(env.str("CELERY_BROKER_DIR", default=str(VAR_DIR / "broker")))
    for folder in ("queue", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }

# --- the ledger of what is told --------------------------------------------------------------------------------------

# Where the installation remembers, outside the database, when it last worked: so that a restored backup is noticed.
LEDGER_MEMORY = Path(env.str("LEDGER_MEMORY", default=str(VAR_DIR / "ledger-memory.json")))
DELIVERIES_KEPT_DAYS = env.int("DELIVERIES_KEPT_DAYS", default=400)
if DELIVERIES_KEPT_DAYS < 30:
    raise ImproperlyConfigured("DELIVERIES_KEPT_DAYS is at least 30: what the ledger forgets it would tell again.")

# --- mail -----------------------------------------------------------------------------------------------------------

if (MAIL_BY_SERVICE := env.str("EMAIL_URL", default="")).startswith("anymail://"):
    EMAIL_BACKEND = f"anymail.backends.{MAIL_BY_SERVICE.removeprefix('anymail://')}.EmailBackend"
else:
    MAIL_BY_SERVICE = ""
    vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "notifications.smtp.EmailBackend"  # the ledger asks it how far a failed try came
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Rapport <rapport@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
# Mail services that tell what became of mails, each at /mail/webhooks/<service>/ under the secret (portal.mail_services
# knows which there are). Several while an installation moves from one to another. ANYMAIL holds their keys, by the
# names of anymail's documentation.
MAIL_SERVICES: list[str] = env.list("MAIL_SERVICES", default=[])
ANYMAIL: dict[str, Any] = {
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
    **env.json("ANYMAIL", default={}),
    "WEBHOOK_SECRET": env.list("ANYMAIL_WEBHOOK_SECRET", default=[]),
}
if MAIL_SERVICES and not ANYMAIL["WEBHOOK_SECRET"]:
    raise ImproperlyConfigured("MAIL_SERVICES tell of mails under a secret: set ANYMAIL_WEBHOOK_SECRET, name:password.")
if any(":" not in secret or len(secret) < 20 for secret in ANYMAIL["WEBHOOK_SECRET"]):
    raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET is name:password, together at least 20 characters.")

# --- webhooks: what the portal posts to addresses outside -------------------------------------------------------------

WEBHOOK_PORTS = [int(port) for port in env.list("WEBHOOK_PORTS", default=["443"])]
# Addresses of this machine, with http and any port.
WEBHOOK_LOOPBACK = env.bool("WEBHOOK_LOOPBACK", default=False)
if PRODUCTION and WEBHOOK_LOOPBACK:
    raise ImproperlyConfigured("WEBHOOK_LOOPBACK lets webhooks reach this very machine, for development: unset it.")
OUTGOING_PROXY = env.str("OUTGOING_PROXY", default="")
if OUTGOING_PROXY and not OUTGOING_PROXY.startswith("http://"):
    raise ImproperlyConfigured("Set OUTGOING_PROXY to the http:// address of a proxy that takes CONNECT, or unset it.")

# --- sign-in --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["people.adapters.backend.Backend"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    # ASVS 5.0, 6.2: at least 12 characters, no composition rules, common and organisation words refused offline.
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("full_name", "preferred_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.passwords.DressedUpValidator"},
    {"NAME": "people.passwords.OrganisationWordsValidator"},
]
MAILS_A_DAY = env.int("MAILS_A_DAY", default=10)  # to one person; what is not urgent waits for the digest after them
ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="Your organisation")
PASSWORD_RESET_TIMEOUT = 60 * 60
INVITATION_DAYS = 14

ACCOUNT_ADAPTER = "people.adapters.account.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "people.adapters.single_sign_on.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody signs up (people.account_urls has no such page); allauth's own checks want to know that an address is needed.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_CHANGE_EMAIL = False
# Passwords, factors and tokens are changed by someone who proved who they are in the last five minutes.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "people.forms.account.LoginForm",
    "reauthenticate": "people.forms.account.ReauthenticateForm",
    "change_password": "people.forms.account.ChangePasswordForm",
    "set_password": "people.forms.account.SetPasswordForm",
    "reset_password_from_key": "people.forms.account.ResetPasswordKeyForm",
}
# Counted in the cache, so that all web processes must share one (people.W001). Which address counts as the caller's is
# people.adapters.account's business: the same as in the audit trail.
ACCOUNT_RATE_LIMITS = {
    "change_password": "5/m/user",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "mail_switch": "30/m/ip",  # links of mails that were made up; true ones are not counted
    "certificate": "30/m/ip",  # the same of certificates
    "customer_link": "30/m/ip",  # and of links for customers
    "screen": "30/m/ip",  # and of screens; one that was revoked asks once a minute, and then no more
    # What customers write: by address, which a whole shop may share, and by link, however many addresses write to it.
    "customer_words": "20/h/ip,120/h/key",
}
WEB_PROCESSES = env.int("WEB_WORKERS", default=2)
MFA_ADAPTER = "people.adapters.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "people.forms.account.AuthenticateForm",
    "reauthenticate": "people.forms.account.ReauthenticateByCodeForm",
    "activate_totp": "people.forms.account.ActivateAppForm",
    "add_webauthn": "people.adapters.second_factor.AddPasskeyForm",
    "authenticate_webauthn": "people.adapters.second_factor.AuthenticatePasskeyForm",
    "login_webauthn": "people.adapters.second_factor.LoginPasskeyForm",
    "reauthenticate_webauthn": "people.adapters.second_factor.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Rapport"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Who must use a second factor: "roles" (everyone who sees candidates or others' data), "everyone", or "nobody" (demo).
SECOND_FACTOR = env.str("SECOND_FACTOR", default="nobody" if RAPPORT_DEMO else "roles")
if SECOND_FACTOR not in {"roles", "everyone", "nobody"}:
    raise ImproperlyConfigured('SECOND_FACTOR is one of "roles", "everyone" and "nobody".')
if PRODUCTION and SECOND_FACTOR == "nobody":
    raise ImproperlyConfigured('SECOND_FACTOR "nobody" is for the demo; use "roles" or "everyone".')

# Single sign-on: OIDC_PROVIDERS is a JSON list of {"id", "name", "issuer", "client_id", "secret"}, and if need be
# "trusted_domains" (addresses there count as verified although the provider does not say so) and
# "trusted_second_factor" (it asks for a second factor itself, so we do not ask again).
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider["secret"],
                "settings": {
                    "server_url": provider["issuer"],
                    "token_auth_method": "client_secret_post",
                    "verified_email": list(provider.get("trusted_domains", [])),
                    "trusted_second_factor": provider.get("trusted_second_factor") is True,
                },
            }
            for provider in env.json("OIDC_PROVIDERS", default=[])
        ],
    }
}

# --- sessions, cookies, transport -----------------------------------------------------------------------------------

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
# What pages ask for by themselves while they stay open. It does not keep a session alive.
POLLED_PATHS = ("/notices/unread/",)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=8 * 60 if RAPPORT_DEMO else 60)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
# Not the cookie: what a message says can hold names.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Redirects to these replace the page, not the panel that htmx was about to swap.
FULL_PAGE_PATHS = ["/account/"]
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS: list[str] = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# --- files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "portal.static_storage.StaticStorage" if PRODUCTION else "portal.static_storage.PlainStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "gz", "woff2", "webp", "jpg"]

# Lessons: the largest file and the largest video that a trainer may bring, in MB.
LESSON_FILE_MB = env.int("LESSON_FILE_MB", default=20)
LESSON_VIDEO_MB = env.int("LESSON_VIDEO_MB", default=200)

# Hosts whose videos may be played in a frame of a lesson, once the reader has asked for it.
VIDEO_HOSTS: list[str] = env.list("VIDEO_HOSTS", default=[])
# Evidence that nobody needs any more is deleted after so many days.
# So long may whoever thanked somebody change their words.
RECOGNITION_EDIT_MINUTES = env.int("RECOGNITION_EDIT_MINUTES", default=30)
# Managers are reminded of their people whom nobody has thanked for so many days.
RECOGNITION_UNSEEN_DAYS = env.int("RECOGNITION_UNSEEN_DAYS", default=60)
if RECOGNITION_UNSEEN_DAYS < 14:
    raise ImproperlyConfigured("RECOGNITION_UNSEEN_DAYS is at least 14: a reminder each week would be a quota.")
# What customers wrote is deleted after so many days, even if no steward has compared it with what the masking left.
PRAISE_ORIGINALS_DAYS = env.int("PRAISE_ORIGINALS_DAYS", default=30)
if PRAISE_ORIGINALS_DAYS < 1:
    raise ImproperlyConfigured("PRAISE_ORIGINALS_DAYS is at least 1: stewards need a day to look.")
# So many days after an idea was proposed its author has an answer.
IDEA_ANSWER_DAYS = env.int("IDEA_ANSWER_DAYS", default=14)
if not 1 <= IDEA_ANSWER_DAYS <= 180:
    raise ImproperlyConfigured("IDEA_ANSWER_DAYS is from 1 to 180.")
EVIDENCE_KEPT_DAYS = env.int("EVIDENCE_KEPT_DAYS", default=180)

# --- language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
# Looking texts up costs a quarter of a page, and with one language finds nothing that the page does not say itself.
USE_I18N = len(LANGUAGES) > 1

# --- API ------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api.authentication.TokenAuthentication",
        "people.api.authentication.SignedInSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["people.api.permissions.MayUseApi"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["foundation.api.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["foundation.api.filters.StrictFilters"],
    # One representation: `?format=` would be a parameter that no view lists.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_PAGINATION_CLASS": "foundation.api.paging.SignedCursorPagination",
    "DEFAULT_SCHEMA_CLASS": "foundation.api.schema.ProblemAutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["people.api.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": "600/min"},
    "EXCEPTION_HANDLER": "foundation.api.problems.handle",
    "DEFAULT_VERSIONING_CLASS": None,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Rapport API",
    "DESCRIPTION": "Hiring by evidence: the same actions and permissions as the pages. docs/api.md explains it.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": None,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Choices stand where they are used; made-up names for those that several resources share would help nobody.
    "POSTPROCESSING_HOOKS": [],
}

# --- logging --------------------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.logs.DiscreetFormatter",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # At INFO it names credentials.
    "loggers": {"fido2": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

SILENCED_SYSTEM_CHECKS = [
    "fields.W161",  # a fixed hour as default (nine to half past five) is meant; the check warns at that very hour only
    "auth.W004",  # unique by a constraint on the lower-case form, which the check does not look at
    "models.W038",  # SQLite goes without the deferrable constraint on the order of stages; PostgreSQL has it
]
