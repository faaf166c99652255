"""Who judges a round, what is too close to them, and what they scored: sealed until all of it is in."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_text
from people.models import Person
from recognition.models.awards import Criterion, Round
from recognition.models.nominations import Candidacy


class JudgeQuerySet(models.QuerySet["Judge"]):
    def live(self) -> Self:
        """Those whose ballots are waited for."""
        return self.filter(released_at=None, person__is_active=True)


class Judge(models.Model):
    """One of a round's panel. Released, nothing more is waited for; what they scored counts."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="judges")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects = JudgeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="recognition_judge_sits_once")]

    def __str__(self) -> str:
        return f"{self.round}: {self.person}"


class Recusal(models.Model):
    """A judge does not judge this nominee: found when judging begins, or said by the judge."""

    class Why(models.TextChoices):
        NOMINEE = "nominee", _("nominated in this round themselves")
        NOMINATOR = "nominator", _("nominated them")
        TEAM = "team", _("in the same team")
        LINE = "line", _("in the same reporting line")
        OWN = "own", _("said so themselves")

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="recusals")
    candidacy = models.ForeignKey(Candidacy, models.PROTECT, related_name="recusals")
    why = models.CharField(max_length=10, choices=Why)
    reason = models.TextField(blank=True, validators=[validate_text])
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "candidacy"], name="recognition_recusal_is_said_once"),
            models.CheckConstraint(
                condition=~models.Q(why="own") | ~models.Q(reason=""),
                name="recognition_recusal_of_oneself_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge}: {self.candidacy}"


class BallotQuerySet(models.QuerySet["Ballot"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_ballot: one's own; all of a round whose results one may see."""
        if not reader.is_active:
            return self.none()
        open_ = Round.objects.with_results_for(reader).values("pk")
        return self.filter(models.Q(judge__person=reader) | models.Q(judge__round__in=open_))


class Ballot(models.Model):
    """One judge's scores for one nominee, with the reason. Final, and the database keeps it as it is."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="ballots")
    candidacy = models.ForeignKey(Candidacy, models.PROTECT, related_name="ballots")
    reason = models.TextField(validators=[validate_text])
    at = models.DateTimeField()

    objects = BallotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "candidacy"], name="recognition_ballot_is_cast_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="recognition_ballot_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.judge}: {self.candidacy}"


class Mark(models.Model):
    """One score of a ballot."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "criterion"], name="recognition_mark_is_one_a_criterion"),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="recognition_mark_is_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"
