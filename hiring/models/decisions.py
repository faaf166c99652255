"""What was computed at reveal (never by hand), what the panel said in the debrief, and what a person decided."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_text
from hiring.models.candidates import Application
from hiring.models.interviews import Interview, Panellist
from hiring.models.openings import CombinationRule, Opening, Stage, sees_all_openings
from hiring.models.sealing import seats_before_reveal

if TYPE_CHECKING:
    from people.models import Person


class StageScoreQuerySet(models.QuerySet["StageScore"]):
    def visible_to(self, person: "Person") -> Self:
        """Scores of openings the person may see, without applications on which they owe a scorecard."""
        judged = self.exclude(seats_before_reveal(person, "application", owing=True))
        if sees_all_openings(person):
            return judged
        return judged.filter(application__opening__in=Opening.objects.visible_to(person))


class StageScore(models.Model):
    """An application's result at a stage by the rule, refreshed in the transaction that reveals an interview; there is
    no row before reveal. `parts` holds what hiring.combination computed, so that pages need no raw ratings."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="stage_scores")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="scores")
    rule = models.ForeignKey(CombinationRule, models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    raters = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=dict)
    refreshed_at = models.DateTimeField()

    objects = StageScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "stage"], name="hiring_stage_is_scored_once"),
        ]
        indexes = [models.Index(fields=["stage", "-score"], name="hiring_scores_by_stage")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.score}"


class DebriefNote(models.Model):
    """A note of the debrief, after reveal, on one competency or on the whole."""

    interview = models.ForeignKey(Interview, models.PROTECT, related_name="debrief_notes")
    competency_key = models.SlugField(max_length=60, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), validators=[validate_text])
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["interview", "written_at"], name="hiring_debrief_by_time")]

    def __str__(self) -> str:
        return self.text[:60]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, person: "Person") -> Self:
        """A decision's reasons are judgement: for those who may see the opening, or sat on the panel, and owe no
        scorecard on the application."""
        if not person.is_active:
            return self.none()
        judged = self.exclude(seats_before_reveal(person, "application", owing=True))
        if sees_all_openings(person):
            return judged
        panels = Panellist.objects.filter(person=person).values("interview__application_id")
        return judged.filter(
            models.Q(application__opening__in=Opening.objects.visible_to(person)) | models.Q(application__in=panels)
        )


class Decision(models.Model):
    """Who decided what, and why, beside what the rule said then. Never changed; a later decision is another row."""

    class Outcome(models.TextChoices):
        ADVANCE = "advance", _("Advance")
        HOLD = "hold", _("Hold")
        REJECT = "reject", _("Reject")
        OFFER = "offer", _("Offer")
        HIRE = "hire", _("Hire")
        WITHDRAW = "withdraw", _("Withdraw")
        RECONSIDER = "reconsider", _("Reconsider")

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    to_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    reason = models.TextField(_("reasons"), validators=[validate_text])
    rule = models.ForeignKey(CombinationRule, models.PROTECT, null=True, related_name="+")
    score = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    departure = models.TextField(_("departs from the rule"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="hiring_decision_has_reasons"),
        ]
        indexes = [models.Index(fields=["application", "-at"], name="hiring_decisions_by_time")]

    def __str__(self) -> str:
        return self.get_outcome_display()
