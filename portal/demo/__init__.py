"""The demo: a believable service organisation with known passwords, on this machine only."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PASSWORD = "welcome to the demo"  # noqa: S105 (known on purpose; load_demo runs nowhere but in the demo)
DOMAIN = "@demo.example"


def is_loaded() -> bool:
    """Whether the database holds the demo's accounts."""
    from people.models import Person

    return Person.objects.filter(email__endswith=DOMAIN).exists()


def refuse_in_production() -> None:
    """Raise ImproperlyConfigured when a production process meets a database with the demo's known passwords."""
    if settings.PRODUCTION and is_loaded():
        raise ImproperlyConfigured("This database holds the demo, whose passwords are known. Start from an empty one.")
