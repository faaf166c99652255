"""What a learner did with the parts of an assignment: read, wrote, tried, talked, practised before somebody."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_text
from people.models import Person
from training.models.assignments import Assignment
from training.models.modules import ModulePart, asked


class PartRecord(models.Model):
    """One part of one assignment. `text` is what the learner wrote there; `revision` counts its savings."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="records")
    part = models.ForeignKey(ModulePart, models.PROTECT, related_name="records")
    text = models.TextField(blank=True, validators=[validate_text])
    revision = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "part"], name="training_record_is_there_once")]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.part}"


class Attempt(models.Model):
    """One try at a quiz or a conversation. `asked` and `answers` are of quizzes.Drawn and its answers; of a
    conversation, `answers` holds the places of the choices under "choices"."""

    record = models.ForeignKey(PartRecord, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    asked = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="training_attempt_number_is_unique"),
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(submitted_at__isnull=True),
                name="training_one_open_attempt_per_record",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, percent__isnull=True, passed__isnull=True)
                | models.Q(submitted_at__isnull=False, percent__isnull=False, passed__isnull=False),
                name="training_submitted_attempt_has_its_marks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.number}"


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def waiting(self) -> Self:
        return self.filter(state=SignOff.State.WAITING)

    def waiting_at(self, moment: datetime) -> Self:
        """Those that an observer had been asked and had not judged by then. What was taken back is not counted: when
        that was is not on record."""
        return (
            self.filter(asked_at__lte=moment)
            .exclude(state=SignOff.State.WITHDRAWN)
            .filter(models.Q(judged_at__isnull=True) | models.Q(judged_at__gt=moment))
        )

    def holding_up(self) -> Self:
        """Waiting, and all that the learner could do meanwhile is done: lateness is not theirs any more."""
        handed_over = models.Q(done_at__isnull=False) | models.Q(sign_offs__state=SignOff.State.WAITING)
        of_part = PartRecord.objects.filter(
            handed_over, assignment=models.OuterRef(models.OuterRef("record__assignment")), part=models.OuterRef("pk")
        )
        wanted = asked(whole=models.OuterRef("record__assignment__is_whole"))
        left = ModulePart.objects.filter(wanted, version=models.OuterRef("record__assignment__version"))
        return self.waiting().filter(~models.Exists(left.filter(~models.Exists(of_part))))

    def waiting_on(self, observer: Person) -> Self:
        return self.waiting().filter(observer=observer)

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_sign_off: its observer, and the learner. What was written goes no
        further; that somebody passed is on the assignment."""
        if not reader.is_active:
            return self.none()
        return self.filter(models.Q(observer=reader) | models.Q(learner=reader))


class SignOff(models.Model):
    """A practice that an observer is asked to judge. `levels` has 1 to 5 for each key of the rubric."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the observer")
        ACCEPTED = "accepted", _("Signed off")
        RETURNED = "returned", _("To be tried again")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    record = models.ForeignKey(PartRecord, models.PROTECT, related_name="sign_offs")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    observer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_offs_asked")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    note = models.TextField(_("what you did, and when"), blank=True, validators=[validate_text])
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    levels = models.JSONField(default=dict)
    comment = models.TextField(_("comment"), blank=True, validators=[validate_text])
    judged_at = models.DateTimeField(null=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="training_sign_off_number_is_unique"),
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(state="waiting"), name="training_one_waiting_sign_off_per_record"
            ),
            models.CheckConstraint(
                condition=~models.Q(observer=models.F("learner")), name="training_nobody_signs_off_themselves"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("accepted", "returned")) | models.Q(judged_at__isnull=False),
                name="training_judged_sign_off_says_when",
            ),
        ]
        indexes = [models.Index(fields=["observer", "state"], name="training_sign_offs_of_observer")]

    def __str__(self) -> str:
        return f"{self.record}: {self.number}"
