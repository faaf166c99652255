"""The one settings file, under the environment of a test run. `bin/test` chooses database and cache by environment."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Tests leave nothing in var/, and two runs side by side do not meet. Workers of a parallel run end without clean-up,
# so they use folders within that of the process that started them.
_parent = os.environ.get("RAPPORT_TEST_SCRATCH")
_scratch = Path(tempfile.mkdtemp(prefix="rapport-tests-", dir=_parent))
if _parent is None:
    os.environ["RAPPORT_TEST_SCRATCH"] = str(_scratch)
    atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
os.environ.update(
    {
        "DEBUG": "0",
        "RAPPORT_DEMO": "0",
        "SECRET_KEY": "tests-" + "0123456789" * 6,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "PUBLIC_URL": "https://testserver",
        "SECURE_SSL_REDIRECT": "0",
        "SECOND_FACTOR": "roles",
        "EMAIL_URL": "memorymail://",
        "MAIL_SERVICES": "postmark,mailgun",
        "ANYMAIL": '{"MAILGUN_WEBHOOK_SIGNING_KEY": "key-of-the-tests"}',
        "ANYMAIL_WEBHOOK_SECRET": "service:password-of-the-tests",
        "CELERY_BROKER_URL": "memory://",
        "CELERY_TASK_ALWAYS_EAGER": "1",
        "MEDIA_ROOT": str(_scratch / "media"),
        "LEDGER_MEMORY": str(_scratch / "ledger-memory.json"),
        "TRUSTED_PROXY_COUNT": "0",
        "LOG_LEVEL": "WARNING",
    }
)
for _name in ("OIDC_PROVIDERS", "SESSION_IDLE_MINUTES", "ORGANISATION_NAME"):
    os.environ.pop(_name, None)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_scratch / 'unused.sqlite3'}")
os.environ.setdefault("CACHE_URL", "locmemcache://")
if os.environ["CACHE_URL"].startswith("redis://"):
    # Each worker of a parallel run empties its own database, never its neighbour's.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["CACHE_URL"] = f"{os.environ['CACHE_URL'].rstrip('/')}/{_worker}"

from portal.settings import *  # noqa: E402, F403 (the environment comes first)
from portal.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402

# Argon2 is slow on purpose; the strength of the hash has a test of its own.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# No collected files: a page may name an asset without a manifest.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
# Files are looked for when they are asked for: every client of the tests would read all of them first.
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = _scratch / "static"
STATIC_ROOT.mkdir()
# The test client speaks plain http.
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_NAME = "csrf"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = False
# The receivers of tests listen on this machine.
WEBHOOK_LOOPBACK = True
# `bin/check` asks it about the migrations.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {"no_cache": True}
# A request that asks the same question row by row fails its test.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# allauth asks these again at each of its steps, and every entry of the trail its head; whatever the number of rows.
ZEAL_ALLOWLIST = [
    {"model": "account.EmailAddress"},
    {"model": "mfa.Authenticator"},
    {"model": "people.AuditHead"},
    {"model": "sessions.Session"},
]
