"""What `manage.py check --deploy` says about this installation beyond Django's own remarks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def limits_are_shared(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """people.W001: limits and used codes are counted in the cache, so several processes must share one."""
    own_memory = settings.CACHES["default"]["BACKEND"].endswith(".LocMemCache")
    if not (settings.PRODUCTION and own_memory and settings.WEB_PROCESSES > 1):
        return []
    return [
        checks.Warning(
            "Each web process counts failed sign-ins and used codes by itself.",
            hint="Set CACHE_URL to a cache that all processes share, such as Redis, or run one with WEB_WORKERS=1.",
            id="people.W001",
        )
    ]
