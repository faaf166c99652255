"""What readers reported, and what stewards decided about it."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_text
from people.models import Person, Role, RoleGrant
from recognition.models.comments import Comment
from recognition.models.posts import Recipient, Recognition

APPEAL = timedelta(days=14)


class CaseQuerySet(models.QuerySet["Case"]):
    def reviewable_by(self, reader: Person) -> Self:
        """Row-level twin of policies.can_review_case: whose author is in the steward's scope, who has no part in it."""
        if not reader.is_active:
            return self.none()
        thanked = Recipient.objects.filter(recognition=models.OuterRef("recognition"), person=reader)
        others = self.exclude(author=reader).exclude(recognition__giver=reader).exclude(models.Exists(thanked))
        return others.filter(reader.scope_of(Role.STEWARD).rows("author__team"))

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_case."""
        if not reader.is_active:
            return self.none()
        own = models.Q(author=reader)
        return self.filter(own | models.Q(pk__in=self.model.objects.reviewable_by(reader).values("pk")))

    def waiting(self) -> Self:
        """On a steward: a decision, or an answer to an appeal."""
        return self.filter(state__in=(Case.State.OPEN, Case.State.APPEALED))


class Case(models.Model):
    """A recognition, or a `comment` under it, was reported and hidden until a steward decides. `author`: whose words
    they are.

    open → restored | removed | withdrawn by its author; removed → appealed → upheld | overturned. Each step is one
    conditional UPDATE, so that of two stewards one decides.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a decision")
        RESTORED = "restored", _("Shown again")
        REMOVED = "removed", _("Removed")
        APPEALED = "appealed", _("An appeal waits")
        UPHELD = "upheld", _("Stays removed after an appeal")
        OVERTURNED = "overturned", _("Shown again after an appeal")
        WITHDRAWN = "withdrawn", _("Withdrawn meanwhile")

    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="cases")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="cases")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, validators=[validate_text])
    appeal = models.TextField(blank=True, validators=[validate_text])
    appealed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, validators=[validate_text])

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recognition"],
                condition=models.Q(state="open", comment__isnull=True),
                name="recognition_is_one_open_case",
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=models.Q(state="open", comment__isnull=False),
                name="recognition_comment_is_one_open_case",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "withdrawn"])
                | models.Q(decided_at__isnull=False, decided_by__isnull=False) & ~models.Q(reason=""),
                name="recognition_case_is_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["appealed", "upheld", "overturned"])
                | models.Q(appealed_at__isnull=False),
                name="recognition_case_is_appealed_before_it_is_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["upheld", "overturned"])
                | models.Q(answered_at__isnull=False, answered_by__isnull=False) & ~models.Q(answer=""),
                name="recognition_appeal_is_answered_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "-opened_at", "-id"], name="recognition_case_queue")]

    def __str__(self) -> str:
        return f"{self.recognition}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:case-detail", self.pk)

    @property
    def appeal_ends_at(self) -> datetime | None:
        """Until then its author may appeal, once."""
        return self.decided_at + APPEAL if self.decided_at and self.state == self.State.REMOVED else None

    def reviewers(self, at: datetime) -> models.QuerySet[Person]:
        """The stewards of its author's team who have no part in it."""
        grants = RoleGrant.objects.in_force(at).covering([self.author.team_id])
        grants = grants.filter(role=Role.STEWARD, person=models.OuterRef("pk"))
        thanked = Recipient.objects.filter(recognition=self.recognition_id, person=models.OuterRef("pk"))
        neutral = Person.objects.active().filter(models.Exists(grants)).exclude(models.Exists(thanked))
        return neutral.exclude(pk__in={self.author_id, self.recognition.giver_id})


class Report(models.Model):
    """One reader's report: never shown to whoever wrote what it is about. Append-only."""

    class Kind(models.TextChoices):
        HURTS = "hurts", _("It hurts or mocks somebody")
        PRIVATE = "private", _("It tells something private")
        CUSTOMER = "customer", _("It names a customer, or can be traced to one")
        UNTRUE = "untrue", _("It did not happen like this")
        OTHER = "other", _("Something else")

    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="+")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True, validators=[validate_text])
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recognition", "reporter"],
                condition=models.Q(comment__isnull=True),
                name="recognition_is_reported_once_by_each",
            ),
            models.UniqueConstraint(
                fields=["comment", "reporter"],
                condition=models.Q(comment__isnull=False),
                name="recognition_comment_is_reported_once_by_each",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["hurts", "private", "customer", "untrue", "other"]),
                name="recognition_report_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recognition}: {self.get_kind_display()}"
