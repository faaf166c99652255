"""How production keeps static files: every name carries a hash, so that browsers keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no stubs
    """Our modules import each other by hashed names too: after an upgrade no page runs a new one beside an old one.

    Ours only: Django's switch for it reads every script there is, and those of others import what they do not ship.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
