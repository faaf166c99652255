"""Paths: modules in an order; and who is on one."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from people.models import Person, Role
from training.models.assignments import Assignment, read_by
from training.models.modules import Module


class PathQuerySet(models.QuerySet["Path"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_path: those that are published, and those one is or was on; all there
        are for trainers."""
        if not reader.is_active:
            return self.none()
        if reader.holds(Role.TRAINER):
            return self.all()
        mine = models.Exists(PathAssignment.objects.filter(path=models.OuterRef("pk"), person=reader))
        return self.filter(models.Q(state=Path.State.PUBLISHED) | mine)


class Path(models.Model):
    """Modules to take one after the other: draft, then published, then retired, and perhaps published again.

    `in_order`: a step can be started when those before it are done; else they are taken in any order.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    description = models.TextField(_("what one can do after it"), validators=[validate_text])
    language = models.CharField(_("language"), max_length=40, validators=[validate_line])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    in_order = models.BooleanField(_("one after the other"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = PathQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("key", name="training_path_key_is_unique"),
            models.UniqueConstraint("name", name="training_path_name_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("training:path-detail", self.pk)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class PathStep(models.Model):
    """A module of a path. `due_days` counts from the day on which somebody's path begins; None is without a day."""

    path = models.ForeignKey(Path, models.CASCADE, related_name="steps")
    module = models.ForeignKey(Module, models.PROTECT, related_name="path_steps")
    position = models.PositiveSmallIntegerField()
    due_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "module"], name="training_step_is_there_once"),
            models.UniqueConstraint(fields=["path", "position"], name="training_step_has_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.position}: {self.module}"


class PathAssignmentQuerySet(models.QuerySet["PathAssignment"]):
    def visible_to(self, reader: Person) -> Self:
        return self.filter(read_by(reader))

    def open(self) -> Self:
        return self.filter(state=PathAssignment.State.OPEN)


class PathAssignment(models.Model):
    """Somebody is on a path: since when, why, by whom. Each of its modules that they have not done is an ordinary
    assignment, which names this one. `due_on`: one day for all of them, else each step has its days.

    `ended_by` is who took it back: nobody, when a rule held no longer or it was completed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Under way")
        COMPLETED = "completed", _("Completed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    path = models.ForeignKey(Path, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="path_assignments")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=10, choices=Assignment.Reason)
    rule = models.ForeignKey("training.Rule", models.PROTECT, null=True, related_name="path_assignments")
    note = models.CharField(_("why"), max_length=300, blank=True, validators=[validate_line])
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    due_on = models.DateField(_("due"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PathAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["path", "person"], condition=models.Q(state="open"), name="training_on_a_path_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at__isnull=True)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="training_ended_path_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} · {self.person}"
