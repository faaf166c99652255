"""API tokens: stored hashed, shown once, with scopes and an end."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_line


class TokenScope(models.TextChoices):
    """What a token may be used for. Each is a noun that views ask for and what may be done with it."""

    PEOPLE_READ = "people:read", _("Read people, teams and sites")
    PEOPLE_WRITE = "people:write", _("Change your own profile")
    HIRING_READ = "hiring:read", _("Read kits, openings, candidates, interviews and what you may see of scorecards")
    HIRING_WRITE = "hiring:write", _("Change the library, openings, candidates, interviews and your own scorecards")
    TRAINING_READ = "training:read", _("Read modules, and whose training you may see")
    TRAINING_WRITE = "training:write", _("Give training, move its day, waive it, take it back")
    RECOGNITION_READ = "recognition:read", _("Read the wall as you see it, values, and how you wish to be thanked")
    RECOGNITION_WRITE = "recognition:write", _("Thank people, withdraw it, say how you wish to be thanked")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, at: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, person__is_active=True)


class ApiToken(models.Model):
    """Lets a program act as the person, within the scopes and never beyond what the person may do."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("digest", name="people_token_digest_is_unique"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="people_token_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.name
