"""How static files are addressed; production's names carry a hash, so that browsers keep them for good."""

from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class KnownAddresses:
    """Puts each file's address together once: a page asks for twenty, and they stay the same while a process lives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = cache(super().url)  # type: ignore[misc]  # of the storage beside which this stands


class PlainStorage(KnownAddresses, StaticFilesStorage):
    """Everywhere but in production."""


class StaticStorage(KnownAddresses, CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no stubs
    """Our modules import each other by hashed names too: after an upgrade no page runs a new one beside an old one.

    Ours only: Django's switch for it reads every script there is, and those of others import what they do not ship.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
