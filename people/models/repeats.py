"""What a caller of the API has made under a key of theirs, so that repeating a request makes nothing twice."""

from django.conf import settings
from django.db import models


class RequestKey(models.Model):
    """One key of one person: which request it came with, and the id of what that made. Kept for a day.

    Of the answer nothing is kept: a repeated request is told of the thing as it stands, and as the caller may see it by
    then.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="request_keys")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    made_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="people_request_key_is_used_once")]
        indexes = [models.Index(fields=["at"], name="people_request_keys_by_time")]

    def __str__(self) -> str:
        return self.key
