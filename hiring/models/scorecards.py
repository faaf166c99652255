"""Scorecards: one panellist's record of one interview. Triggers (migration 0002) freeze what was submitted."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_text
from hiring.models.interviews import Panellist
from hiring.models.kits import KitCompetency, KitQuestion
from hiring.models.openings import Opening, sees_all_openings
from hiring.models.sealing import seats_before_reveal

if TYPE_CHECKING:
    from people.models import Person


class Recommendation(models.IntegerChoices):
    """Four points without a middle."""

    STRONG_NO = 1, _("Strong no")
    NO = 2, _("No")
    YES = 3, _("Yes")
    STRONG_YES = 4, _("Strong yes")


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    def visible_to(self, person: "Person") -> Self:
        """Row-level twin of policies.can_read_scorecard: one's own; others' after reveal, to the entitled, once the
        reader owes no scorecard on the same application."""
        if not person.is_active:
            return self.none()
        revealed = models.Q(submitted_at__isnull=False, panellist__interview__revealed_at__isnull=False) & ~models.Q(
            seats_before_reveal(person, "panellist__interview__application", owing=True)
        )
        if sees_all_openings(person):
            return self.filter(models.Q(panellist__person=person) | revealed)
        panels = Panellist.objects.filter(person=person).values("interview_id")
        entitled = models.Q(
            panellist__interview__application__opening__in=Opening.objects.visible_to(person)
        ) | models.Q(panellist__interview__in=panels)
        return self.filter(models.Q(panellist__person=person) | entitled & revealed)

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)

    def counted(self) -> Self:
        """Submitted by leads and members of live interviews: what scores are made of."""
        return self.submitted().filter(panellist__role__in=Panellist.REQUIRED, panellist__interview__state="held")


class Scorecard(models.Model):
    """Draft until submitted, then sealed for good; `revision` counts saves, so that a second tab is noticed."""

    panellist = models.OneToOneField(Panellist, models.PROTECT, related_name="scorecard")
    recommendation = models.PositiveSmallIntegerField(
        _("recommendation"), choices=Recommendation, null=True, blank=True
    )
    summary = models.TextField(_("summary"), blank=True, validators=[validate_text])
    seconds_spent = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True) | models.Q(recommendation__isnull=False),
                name="hiring_submitted_scorecard_recommends",
            ),
            models.CheckConstraint(
                condition=models.Q(recommendation__isnull=True) | models.Q(recommendation__in=Recommendation.values),
                name="hiring_recommendation_has_no_middle",
            ),
        ]

    def __str__(self) -> str:
        return str(self.panellist)

    def get_absolute_url(self) -> str:
        return address_of("hiring:scorecard-detail", self.pk)

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None


class Rating(models.Model):
    """One competency of one scorecard: 1 to 5, or *no evidence*, which is never a low score, with what was heard."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="ratings")
    competency = models.ForeignKey(KitCompetency, models.PROTECT, related_name="ratings")
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    no_evidence = models.BooleanField(_("no evidence"), default=False)
    evidence = models.TextField(_("evidence"), blank=True, validators=[validate_text])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "competency"], name="hiring_competency_is_rated_once"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=1, score__lte=5),
                name="hiring_score_is_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(no_evidence=False),
                name="hiring_no_evidence_has_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.score or '–'}"


class QuestionRecord(models.Model):
    """Whether a question was asked, and the panellist's notes on the answer."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        SKIPPED = "skipped", _("Skipped")

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="question_records")
    question = models.ForeignKey(KitQuestion, models.PROTECT, related_name="records")
    state = models.CharField(max_length=7, choices=State, blank=True)
    notes = models.TextField(_("notes"), blank=True, validators=[validate_text])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "question"], name="hiring_question_is_recorded_once"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class LaterView(models.Model):
    """What a panellist thinks after reveal: beside the first rating, never over it, with the cause of the change."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="later_views")
    competency = models.ForeignKey(KitCompetency, models.PROTECT, null=True, related_name="later_views")
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    no_evidence = models.BooleanField(_("no evidence"), default=False)
    recommendation = models.PositiveSmallIntegerField(
        _("recommendation"), choices=Recommendation, null=True, blank=True
    )
    cause = models.TextField(_("cause"), validators=[validate_text])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(cause=""), name="hiring_later_view_has_a_cause"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=1, score__lte=5),
                name="hiring_later_score_is_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(competency__isnull=False, recommendation__isnull=True)
                | models.Q(competency__isnull=True, recommendation__isnull=False, score__isnull=True),
                name="hiring_later_view_is_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["scorecard", "at"], name="hiring_later_views_by_time")]

    def __str__(self) -> str:
        return self.cause[:60]
