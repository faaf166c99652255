"""Modules and their versions: draft, then published and frozen (triggers of migration 0002 hold that too)."""

from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from people.models import Person, Role
from training import contents
from training.recurrence import Anchor, Validity


class ModuleQuerySet(models.QuerySet["Module"]):
    def in_use(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def published(self) -> Self:
        """Those that somebody can take now."""
        return self.in_use().filter(
            models.Exists(ModuleVersion.objects.filter(module=models.OuterRef("pk"), state="published"))
        )

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_module: what may be taken; all there is for trainers."""
        if not reader.is_active:
            return self.none()
        return self.all() if reader.holds(Role.TRAINER) else self.published()

    def matching(self, words: str) -> Self:
        """Those whose name or summary hold every word."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(models.Q(name__icontains=word) | models.Q(summary__icontains=word))
        return found


class Module(models.Model):
    """A unit of training in numbered versions, and how long a completion of it holds."""

    class Kind(models.TextChoices):
        SOFT_SKILL = "soft_skill", _("Soft skill")
        TECHNICAL = "technical", _("Technical")

    class Anchor(models.TextChoices):
        EXPIRY = "expiry", _("From the end of the term before, when renewed in time")
        COMPLETION = "completion", _("From the day it is done")
        DATE = "date", _("Until a fixed day of the year")

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    summary = models.TextField(_("what one can do after it"), validators=[validate_text])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    manager_too = models.BooleanField(_("line managers take it too"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    anchor = models.CharField(_("the next term counts"), max_length=10, choices=Anchor, default=Anchor.EXPIRY)
    anchor_month = models.PositiveSmallIntegerField(_("month"), default=1)
    anchor_day = models.PositiveSmallIntegerField(_("day"), default=1)
    minimum_days = models.PositiveSmallIntegerField(_("valid for at least, in days"), default=0)
    window_days = models.PositiveSmallIntegerField(_("renewal opens so many days before the end"), default=60)
    archived_at = models.DateTimeField(null=True, blank=True)
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("key", name="training_module_key_is_unique"),
            models.CheckConstraint(
                condition=models.Q(valid_months__isnull=True) | models.Q(valid_months__gte=1, valid_months__lte=120),
                name="training_module_is_valid_for_1_to_120_months",
            ),
            models.CheckConstraint(
                condition=models.Q(anchor_month__gte=1, anchor_month__lte=12, anchor_day__gte=1, anchor_day__lte=31),
                name="training_module_anchor_is_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(window_days__lte=366, minimum_days__lte=3660),
                name="training_module_windows_are_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("training:module-detail", self.pk)

    @property
    def validity(self) -> Validity:
        return Validity(
            months=self.valid_months,
            anchor=cast("Anchor", self.anchor),
            month=self.anchor_month,
            day=self.anchor_day,
            minimum_days=self.minimum_days,
            window_days=self.window_days,
        )


class ModuleVersion(models.Model):
    """Frozen once published; a published version is superseded by the next one but stays with those who took it.

    `renewal_minutes`: what a renewal of it takes, None when that asks for every part.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")

    module = models.ForeignKey(Module, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    renewal_minutes = models.PositiveSmallIntegerField(_("minutes of a renewal"), null=True)
    change_note = models.CharField(_("what changed"), max_length=300, blank=True, validators=[validate_line])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="training_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["module"], condition=models.Q(state="draft"), name="training_module_has_one_draft"
            ),
            models.UniqueConstraint(
                fields=["module"], condition=models.Q(state="published"), name="training_module_has_one_published"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="training_published_version_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} · {self.number}"

    def get_absolute_url(self) -> str:
        return address_of("training:version-detail", self.pk)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


def asked(*, whole: Any, prefix: str = "") -> models.Q:
    """Parts that an assignment asks for: all of its version, or, when it is not whole, those that a renewal does not
    skip. The one definition; `whole` is a truth, or an expression for one."""
    return models.Q(**{f"{prefix}skipped_in_renewal__lte": whole})


class ModulePart(models.Model):
    """One part of a version: a lesson, a quiz, a conversation, something to write, to do before an observer, to
    attend, or to show that it was learned elsewhere."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        QUIZ = "quiz", _("Quiz")
        SCENARIO = "scenario", _("Conversation")
        WRITING = "writing", _("Writing")
        PRACTICE = "practice", _("Practice")
        SESSION = "session", _("Live session")
        EVIDENCE = "evidence", _("Evidence")

    version = models.ForeignKey(ModuleVersion, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=160, validators=[validate_line])
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    skipped_in_renewal = models.BooleanField(_("skipped in a renewal"), default=False, db_default=False)
    stored = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="training_part_is_there_once"),
            models.UniqueConstraint(fields=["version", "position"], name="training_part_has_its_place"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="training_part_takes_time"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def content(self) -> contents.Content:
        """What the part holds. It has a quiz's answers: show it through the reports of the player."""
        return contents.content_of(self.kind, self.stored)
