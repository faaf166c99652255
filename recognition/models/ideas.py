"""What somebody would do better, what was answered, and what came of it."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from people.models import Person, Role, Team
from recognition import local_days


class IdeaQuerySet(models.QuerySet["Idea"]):
    def shown(self) -> Self:
        return self.filter(state__in=Idea.SHOWN)

    def answerable_by(self, reader: Person) -> Self:
        """Row-level twin of idea_policies.may_answer_idea: those about a team in which the reader leads somebody, and
        those of a steward's scope; never one's own."""
        return self.filter(self._answering(reader)) if reader.is_active else self.none()

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of idea_policies.can_view_idea."""
        if not reader.is_active:
            return self.none()
        did = Idea.doers.through.objects.filter(idea=models.OuterRef("pk"), person=reader)
        part = models.Q(author=reader) | models.Q(doer=reader) | models.Q(models.Exists(did))
        seen = models.Q(is_open=True) | part | self._answering(reader)
        taken_down = models.Q(author=reader) | self._stewarded(reader)
        return self.filter(models.Q(seen, state__in=Idea.SHOWN) | models.Q(taken_down, state=Idea.State.REMOVED))

    def unnamed_to(self, reader: Person) -> Self:
        """Those whose author this reader may not know."""
        return self.filter(is_named=False).exclude(author=reader).exclude(self._answering(reader))

    @staticmethod
    def _answering(reader: Person) -> models.Q:
        led = Person.objects.active().filter(manager=reader, team__isnull=False).order_by().values("team")
        return (models.Q(team__in=led) & ~models.Q(author=reader)) | IdeaQuerySet._stewarded(reader)

    @staticmethod
    def _stewarded(reader: Person) -> models.Q:
        return reader.scope_of(Role.STEWARD).rows("team") & ~models.Q(author=reader)


class Idea(models.Model):
    """An improvement that somebody proposes, told by three questions; `team`: whom it concerns, or everybody.

    proposed → accepted | later | declined (an answer, that can be amended) → doing → done; withdrawn by its author
    before it is answered; removed by a steward. Each step is one conditional UPDATE. `answer_by` is the last day for
    the answer, as everybody reads it; it is over when it is over everywhere. `doer`, `do_by` and `look_again_on` are
    those of the latest answer. `is_open`: everybody who works here reads it; else its author and who answers or does
    it. Unless `is_named`, nobody but who answers learns whose it is.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for an answer")
        ACCEPTED = "accepted", _("We do it")
        LATER = "later", _("Not now")
        DECLINED = "declined", _("We don't do it")
        DOING = "doing", _("Being done")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REMOVED = "removed", _("Taken down by a steward")

    VERDICTS = (State.ACCEPTED, State.LATER, State.DECLINED)
    AMENDABLE = (*VERDICTS, State.DOING)
    SHOWN = (State.PROPOSED, *AMENDABLE, State.DONE)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ideas")
    is_named = models.BooleanField(_("show my name"), default=True)
    is_open = models.BooleanField(_("everybody who works here may read it"), default=True)
    title = models.CharField(_("title"), max_length=120, validators=[validate_line])
    obstacle = models.TextField(_("What gets in the way today?"), validators=[validate_text])
    instead = models.TextField(_("What could we do instead?"), validators=[validate_text])
    effect = models.TextField(_("Who would notice, and how?"), blank=True, validators=[validate_text])
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)
    doer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    do_by = models.DateField(null=True)
    look_again_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(_("What came of it?"), blank=True, validators=[validate_text])
    doers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removal = models.TextField(blank=True, validators=[validate_text])
    token = models.UUIDField(editable=False)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "token"], name="recognition_idea_is_proposed_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "withdrawn", "removed"])
                | models.Q(state__in=["accepted", "later", "declined", "doing", "done"], answered_at__isnull=False),
                name="recognition_idea_is_answered_before_it_is_done",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["accepted", "doing", "done"])
                | models.Q(doer__isnull=False, do_by__isnull=False),
                name="recognition_idea_says_who_does_it_by_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="later") | models.Q(look_again_on__isnull=False),
                name="recognition_idea_says_when_it_is_looked_at_again",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_at__isnull=False) & ~models.Q(outcome=""),
                name="recognition_idea_is_done_with_what_came_of_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="removed") | models.Q(removed_by__isnull=False) & ~models.Q(removal=""),
                name="recognition_idea_is_taken_down_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-proposed_at", "-id"], name="recognition_ideas"),
            models.Index(fields=["state", "-proposed_at", "-id"], name="recognition_ideas_of_state"),
            models.Index(fields=["team", "-proposed_at", "-id"], name="recognition_ideas_of_team"),
            models.Index(fields=["author", "-proposed_at", "-id"], name="recognition_ideas_of_author"),
            models.Index(fields=["state", "answer_by", "id"], name="recognition_ideas_to_answer"),
            models.Index(fields=["state", "look_again_on"], name="recognition_ideas_to_look_at"),
            models.Index(fields=["done_at"], condition=models.Q(state="done"), name="recognition_ideas_done"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("recognition:idea-detail", self.pk)

    @property
    def is_public(self) -> bool:
        """Whether everybody who works here may read it now."""
        return self.is_open and self.state in self.SHOWN

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def story(self) -> list[tuple[str, str]]:
        """Its questions with what was written, as far as it was."""
        names = ("obstacle", "instead", "effect")
        told = ((str(self._meta.get_field(name).verbose_name), getattr(self, name)) for name in names)  # type: ignore[union-attr]
        return [(question, text) for question, text in told if text]

    def is_overdue(self, at: datetime) -> bool:
        """Without an answer though its last day is over for everybody on earth."""
        return self.is_waiting and at >= local_days.is_over_everywhere_at(self.answer_by)

    def answered_until(self, reader: Person) -> datetime:
        """The last second for an answer, where the reader is."""
        return local_days.last_second(self.answer_by, reader.zone)

    def looks_again(self, today: date) -> bool:
        """Whether the day has come on which it is looked at again."""
        return self.state == self.State.LATER and self.look_again_on is not None and self.look_again_on <= today


class Answer(models.Model):
    """What was answered, and why. The latest counts; earlier ones stay readable. Append-only."""

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=[(one.value, one.label) for one in Idea.VERDICTS])
    reason = models.TextField(_("why"), validators=[validate_text])
    doer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    do_by = models.DateField(null=True)
    look_again_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=["accepted", "later", "declined"]),
                name="recognition_answer_to_an_idea_is_known",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="recognition_answer_to_an_idea_says_why"),
        ]
        indexes = [models.Index(fields=["idea", "-at", "-id"], name="recognition_answers_to_an_idea")]

    def __str__(self) -> str:
        return f"{self.idea}: {self.get_verdict_display()}"


class Second(models.Model):
    """One colleague says that it would help them, too. Nobody is told who."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="seconds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "person"], name="recognition_idea_is_seconded_once")]

    def __str__(self) -> str:
        return f"{self.idea}"
