"""What customers said: waiting to be checked, then shown, or kept as a lesson, or gone."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from people.models import Person, Role, Site, Team
from people.models.roles import Scope
from recognition.models.links import CustomerLink


class PraiseQuerySet(models.QuerySet["Praise"]):
    def waiting(self) -> Self:
        return self.filter(state=Praise.State.WAITING)

    def with_original_since(self, before: datetime) -> Self:
        """Those whose original has waited since before this moment, the oldest first."""
        waiting = self.waiting().filter(forgotten_at__isnull=True, entered_at__lte=before)
        return waiting.order_by("entered_at", "pk")

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_praise."""
        if not reader.is_active:
            return self.none()
        kept = self.exclude(state=Praise.State.DISCARDED)
        scope = reader.scope_of(Role.STEWARD)
        if scope.everywhere:
            return kept
        about = Praise.about.through.objects.filter(praise=models.OuterRef("pk"), person__is_active=True)
        led = Person.objects.active().filter(manager=reader, team=models.OuterRef("team"))
        leads = models.Exists(about.filter(person__manager=reader)) | models.Exists(led)
        mine = models.Q(models.Exists(about.filter(person=reader)), state=Praise.State.SHOWN)
        checked = models.Q(state__in=[Praise.State.SHOWN, Praise.State.LESSON])
        return kept.filter(mine | (checked & models.Q(leads)) | self._within(scope))

    def checkable_by(self, reader: Person) -> Self:
        """Row-level twin of policies.can_check_praise."""
        return self.filter(self._within(reader.scope_of(Role.STEWARD))) if reader.is_active else self.none()

    @staticmethod
    def _within(scope: Scope) -> models.Q:
        """About a team of the scope, or about anybody in one; what names neither belongs to the whole organisation."""
        if scope.everywhere or scope.nowhere:
            return scope.rows("team")
        about = Praise.about.through.objects.filter(scope.rows("person__team"), praise=models.OuterRef("pk"))
        return scope.rows("team") | models.Q(models.Exists(about))


class Praise(models.Model):
    """A customer's words about people, a team or a site.

    `original`, `customer` and `whom` are what came; they are there only while it waits, and only stewards read them.
    `words` are what the masking left, then what a steward left; whoever may see it later reads these alone. `link`: by
    which it came, from a customer without an account; nobody entered it then. `forgotten_at`: it waited too long, and
    what came was deleted; the words still wait.
    """

    class Kind(models.TextChoices):
        PRAISE = "praise", _("Praise")
        COMPLAINT = "complaint", _("Complaint")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be checked")
        SHOWN = "shown", _("Praise")
        LESSON = "lesson", _("Lesson")
        DISCARDED = "discarded", _("Discarded")

    class Channel(models.TextChoices):
        CALL = "call", _("On the phone")
        PERSON = "person", _("In person")
        MAIL = "mail", _("By mail or letter")
        CHAT = "chat", _("In a chat")
        SURVEY = "survey", _("In a survey")
        ONLINE = "online", _("In a public review")
        LINK = "link", _("By the link at a site")

    ENTERED_BY = Channel.choices[:-1]  # all but the last: what a person or a program may say

    kind = models.CharField(_("what it is"), max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    original = models.TextField(blank=True, validators=[validate_text])
    customer = models.CharField(_("customer's name"), max_length=200, blank=True, validators=[validate_line])
    whom = models.CharField(
        _("whom the customer means"), max_length=200, blank=True, db_default="", validators=[validate_line]
    )
    words = models.TextField(blank=True, validators=[validate_text])
    channel = models.CharField(_("how it reached us"), max_length=10, choices=Channel)
    source = models.CharField(_("where exactly"), max_length=200, blank=True, validators=[validate_line])
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("site"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    about = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="praised", blank=True)
    link = models.ForeignKey(CustomerLink, models.PROTECT, null=True, related_name="praises")
    said_on = models.DateField(_("said on"))
    consent = models.BooleanField(_("the customer agrees that we show it"), default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    token = models.UUIDField(editable=False, unique=True)
    forgotten_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    objects = PraiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting")
                | models.Q(original="", customer="", whom="", checked_at__isnull=False),
                name="recognition_praise_keeps_no_original_once_checked",
            ),
            models.CheckConstraint(
                condition=models.Q(forgotten_at__isnull=True) | models.Q(original="", customer="", whom=""),
                name="recognition_praise_forgets_what_waited_too_long",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="shown") | models.Q(consent=True, kind="praise"),
                name="recognition_praise_is_shown_with_consent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="lesson") | models.Q(kind="complaint"),
                name="recognition_lesson_is_a_complaint",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="discarded") | models.Q(words=""), name="recognition_discarded_says_nothing"
            ),
        ]
        indexes = [models.Index(fields=["state", "-said_on", "-id"], name="recognition_praise_by_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.said_on.isoformat()}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:praise-detail", self.pk)

    @property
    def original_ends_at(self) -> datetime:
        """From then on what came is deleted, checked or not."""
        return self.entered_at + timedelta(days=settings.PRAISE_ORIGINALS_DAYS)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
