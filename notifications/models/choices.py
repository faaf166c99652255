"""Words that the tables and the kinds share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """By which way a notice reaches its reader."""

    PORTAL = "portal", _("In the portal")
    MAIL = "mail", _("By e-mail")
    CHAT = "chat", _("In a team's chat")  # its reader is a webhook, no person


class Cadence(models.TextChoices):
    """How often: the first two of a notice, the next two of a digest."""

    NOW = "now", _("At once")
    DIGEST = "digest", _("In the digest")
    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never")
