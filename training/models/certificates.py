"""What shows that somebody completed a module, and what takes that back."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_line
from training.models.assignments import Completion


class Certificate(models.Model):
    """Of one completion of a module of ours, with the names as they were that day. Append-only: a renewal has its own.

    Whoever knows the token, which is the completion's, may check it without signing in; nothing else tells of it.
    """

    completion = models.OneToOneField(Completion, models.PROTECT, related_name="paper")
    person_name = models.CharField(max_length=150)
    module_name = models.CharField(max_length=120)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.completion)

    @property
    def token(self) -> UUID:
        return self.completion.certificate


class Revocation(models.Model):
    """A completion does not count any more, and its certificate says so. It stays on record. Append-only."""

    completion = models.OneToOneField(Completion, models.PROTECT, related_name="revocation")
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_line])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.completion)
