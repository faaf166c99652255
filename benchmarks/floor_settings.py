"""Settings of the floor: our database, tables and way of signing in; nothing else of ours is in a request's way."""

from portal.settings import *  # noqa: F403
from portal.settings import BASE_DIR

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # allauth refuses to load without; it costs next to nothing.
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "benchmarks/templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
