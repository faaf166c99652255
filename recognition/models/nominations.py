"""Who is nominated for an award, by whom, and what is said for them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_text
from people.models import Person
from recognition.models.awards import Criterion, Round
from recognition.models.posts import Reach


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_candidacy, once announced: one's own, and winners as far as they wish."""
        if not reader.is_active:
            return self.none()
        wish = Coalesce(models.F("nominee__recognition_wish__reach"), int(Reach.EVERYONE))
        near = models.Q(nominee__manager=reader)
        if reader.team_id is not None:
            near |= models.Q(nominee__team=reader.team_id)
        wished = models.Q(wish=Reach.EVERYONE) | models.Q(near, wish=Reach.TEAM)
        won = models.Q(wished, is_winner=True, nominee__is_active=True)
        return self.filter(round__state=Round.State.ANNOUNCED).alias(wish=wish).filter(won | models.Q(nominee=reader))


class Candidacy(models.Model):
    """One nominee of a round, with all who nominated them: made when nominating is over. `number` is what the panel
    calls them before reveal."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="candidacies")
    nominee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="candidacies")
    number = models.PositiveSmallIntegerField()
    # From reveal on; before there is nothing to leak.
    mean = models.FloatField(null=True)
    lowest = models.FloatField(null=True)
    ballot_count = models.PositiveSmallIntegerField(null=True)
    is_winner = models.BooleanField(default=False)
    is_tied = models.BooleanField(default=False)
    citation = models.TextField(blank=True, validators=[validate_text])

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "nominee"], name="recognition_nominee_is_one_candidacy"),
            models.UniqueConstraint(fields=["round", "number"], name="recognition_candidacies_are_numbered"),
        ]

    def __str__(self) -> str:
        return self.label  # never the name: it would be told by oversight

    def get_absolute_url(self) -> str:
        return address_of("recognition:candidacy-detail", self.pk)

    @property
    def label(self) -> str:
        """What the panel calls them before reveal."""
        return str(_("Nominee %(number)d")) % {"number": self.number}


class NominationQuerySet(models.QuerySet["Nomination"]):
    def handed_in(self) -> Self:
        return self.filter(state=Nomination.State.HANDED_IN)

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_nomination: one's own; what was said of oneself once it is announced."""
        if not reader.is_active:
            return self.none()
        said = models.Q(nominee=reader, candidacy__isnull=False, round__state=Round.State.ANNOUNCED)
        return self.filter(models.Q(nominator=reader) | said)


class Nomination(models.Model):
    """One colleague's case for another, in a round. A draft keeps whatever was typed, and is read by nobody else."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HANDED_IN = "handed_in", _("Handed in")

    round = models.ForeignKey(Round, models.PROTECT, related_name="nominations")
    nominator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="nominations_made")
    nominee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="nominations_got")
    candidacy = models.ForeignKey(Candidacy, models.PROTECT, null=True, related_name="nominations")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "nominator", "nominee"], name="recognition_nomination_of_each_is_one"
            ),
            models.CheckConstraint(
                condition=~models.Q(nominee=models.F("nominator")), name="recognition_nobody_nominates_themselves"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", handed_in_at__isnull=True, candidacy__isnull=True)
                | models.Q(state="handed_in", handed_in_at__isnull=False, nominee__isnull=False),
                name="recognition_nomination_names_whom_when_handed_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:nomination-edit", self.pk)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Argument(models.Model):
    """What speaks for the nominee by one criterion."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="arguments")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    words = models.TextField(validators=[validate_text])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "criterion"], name="recognition_argument_is_one_a_criterion"),
            models.CheckConstraint(condition=~models.Q(words=""), name="recognition_argument_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}"
