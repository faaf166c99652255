"""Chats and programs of teams: where facts for a whole team are posted, and what came back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import ciphers
from foundation.http import address_of
from foundation.text import validate_line
from people.models import Person, Role, Team

PURPOSE = "notifications.webhook"


def teams_led_by(person: Person) -> models.QuerySet[Team]:
    """Teams of which this person is the line manager as a whole: everybody in them and below, but for the person,
    reports to the person, directly or not; and there is somebody."""
    people = Person.objects.active()
    line = people.in_reporting_line_of(person)
    theirs = Team.objects.above(_teams_of(line))
    others = Team.objects.above(_teams_of(people.exclude(pk=person.pk).exclude(pk__in=line.values("pk"))))
    return theirs.exclude(pk__in=others.values("pk"))


def _teams_of(people: models.QuerySet[Person]) -> list[int]:
    return list(people.exclude(team=None).values_list("team", flat=True).distinct())


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, person: Person) -> Self:
        """Row-level twin of policies.can_manage_webhooks: whoever sees one may change it."""
        if not person.is_active:
            return self.none()
        mine = person.scope_of(Role.PEOPLE_ADMIN).rows("team")
        return self.filter(mine | Q(team__in=teams_led_by(person)) if person.leads_people else mine)

    def hearing_of(self, teams: Collection[int]) -> Self:
        """Those of one of the teams, and those of teams above that want to hear of what is below."""
        return self.filter(Q(team__in=teams) | Q(teams_below=True, team__in=Team.objects.above(teams)))


class Webhook(models.Model):
    """An address outside to which facts for a team are posted. The address and the secret can be read by nobody but
    the worker; `host` is all that a page shows."""

    class Form(models.TextChoices):
        SLACK = "slack", _("Slack")
        TEAMS = "teams", _("Microsoft Teams")
        GENERIC = "generic", _("Another program")

    class State(models.TextChoices):
        ON = "on", _("On")
        PAUSED = "paused", _("Paused")
        OFF = "off", _("Switched off")

    class OffReason(models.TextChoices):
        GONE = "gone", _("Its receiver said that it is gone for good (410).")
        FAILING = "failing", _("For three days nothing arrived there.")
        REFUSED = "refused", _("Its receiver refused message after message.")
        UNREADABLE = "unreadable", _("Its address can no longer be read: enter it again.")

    team = models.ForeignKey(Team, models.PROTECT, related_name="webhooks")
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    form = models.CharField(max_length=8, choices=Form)
    host = models.CharField(max_length=255)
    encrypted_address = models.TextField()
    encrypted_secret = models.TextField(blank=True)
    encrypted_earlier_secret = models.TextField(blank=True)
    earlier_secret_until = models.DateTimeField(null=True)
    events = models.JSONField(default=list)
    teams_below = models.BooleanField(default=False)
    time_zone = models.CharField(_("time zone"), max_length=64)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=6, choices=State, default=State.ON)
    off_reason = models.CharField(max_length=10, choices=OffReason, blank=True)
    state_since = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # tries in a row of which none got through
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="off") & ~Q(off_reason="") | ~Q(state="off") & Q(off_reason=""),
                name="notifications_webhook_says_why_it_is_off",
            ),
            models.CheckConstraint(
                condition=Q(form="generic") & ~Q(encrypted_secret="") | ~Q(form="generic") & Q(encrypted_secret=""),
                name="notifications_webhook_signs_what_programs_read",
            ),
            models.CheckConstraint(
                condition=Q(encrypted_earlier_secret="", earlier_secret_until__isnull=True)
                | (~Q(encrypted_earlier_secret="") & Q(earlier_secret_until__isnull=False)),
                name="notifications_earlier_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("notifications:webhook-detail", self.pk)

    @property
    def reader(self) -> str:
        """Its name in the ledger."""
        return f"webhook:{self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON

    def address(self) -> str:
        """Where to post to: a secret, for the worker alone. Raises ciphers.Unreadable."""
        return ciphers.decrypt(self.encrypted_address, purpose=PURPOSE)

    def secrets(self, at: datetime) -> list[str]:
        """What to sign with, the newest first. Raises ciphers.Unreadable."""
        encrypted = [self.encrypted_secret]
        if self.earlier_secret_until and at < self.earlier_secret_until:
            encrypted.append(self.encrypted_earlier_secret)
        return [ciphers.decrypt(each, purpose=PURPOSE) for each in encrypted if each]


class WebhookTryQuerySet(models.QuerySet["WebhookTry"]):
    def tests(self) -> Self:
        return self.filter(event="")

    def latest_of(self, webhooks: Iterable[Webhook]) -> Self:
        """The last try of each."""
        last = self.filter(webhook__in=list(webhooks)).values("webhook").annotate(last=models.Max("pk"))
        return self.filter(pk__in=last.values("last"))


class WebhookTry(models.Model):
    """One message posted, and what came back: kept for the page, the newest few of each webhook."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="tries")
    delivery = models.ForeignKey("notifications.Delivery", models.SET_NULL, null=True, related_name="+")
    event = models.CharField(max_length=80, blank=True)  # "" for a test message
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=40, blank=True)  # why there is no status
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=200, blank=True)

    objects = WebhookTryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.status or self.problem} in {self.milliseconds} ms"

    @property
    def was_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
