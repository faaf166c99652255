"""Addresses under which calendar programs fetch what their owner has before them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def open(self) -> Self:
        """Those of people who work here."""
        return self.filter(person__is_active=True)

    def used_before(self, at: datetime) -> Self:
        return self.filter(models.Q(used_at=None) | models.Q(used_at__lte=at))


class CalendarFeed(models.Model):
    """One person's secret address. Only a digest of it is kept: who reads the table can fetch nothing."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("digest", name="notifications_feed_address_is_unique")]

    def __str__(self) -> str:
        return f"feed of {self.pk}"
