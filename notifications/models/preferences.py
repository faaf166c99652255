"""How people want to be told, where that differs from what a kind does by itself."""

from datetime import time

from django.conf import settings
from django.db import models

from notifications.models.choices import Cadence, Channel


class Preference(models.Model):
    """One kind by one channel, as one person wants it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=Channel)
    cadence = models.CharField(max_length=6, choices=Cadence)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="notifications_one_wish_for_each_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}: {self.cadence}"


class OutsiderWish(models.Model):
    """One kind by one channel that somebody without an account has switched off: the row says so by being there."""

    reader = models.CharField(max_length=80)  # as in the ledger
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=Channel)
    stopped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "kind", "channel"], name="notifications_one_wish_of_an_outsider")
        ]

    def __str__(self) -> str:
        return f"{self.reader}: no {self.kind} {self.channel}"


class QuietHours(models.Model):
    """When one person gets no mail, and at what hour a digest. Who has no row is left alone by night; days off are
    quiet for everybody."""

    SINCE, UNTIL, DIGEST_AT = time(20), time(7), time(8)

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="quiet_hours"
    )
    since = models.TimeField(default=SINCE)
    until = models.TimeField(default=UNTIL)
    digest_at = models.TimeField(default=DIGEST_AT, db_default=DIGEST_AT)
    paused_until = models.DateField(null=True, blank=True)  # the first day with mail again, where the person works

    def __str__(self) -> str:
        return f"{self.since:%H:%M}–{self.until:%H:%M}"
