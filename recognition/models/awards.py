"""Awards: programmes, what they are judged by, and their rounds."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line, validate_text
from people.models import Person, Role, Site, Team
from recognition import local_days
from recognition.models.values import Value

FEWEST_CRITERIA, MOST_CRITERIA, ANCHORS = 2, 5, 5


class TieRule(models.TextChoices):
    """What happens when more are equally good than there are places. Never chance."""

    LOWEST = "lowest", _("The higher lowest score goes first; still tied, the panel decides in writing")
    SHARED = "shared", _("All who are tied win")


class Programme(models.Model):
    """What is awarded, to whom it can go, and how it is decided. `rubric`: its criteria, each with a name and five
    anchors in words; a round takes them over when it is published, and keeps them.

    Nobody may change it while one of its rounds runs.
    """

    name = models.CharField(_("name"), max_length=100, validators=[validate_line])
    purpose = models.TextField(_("what it is for"), validators=[validate_text])
    prize = models.CharField(_("what comes with it"), max_length=200, blank=True, validators=[validate_line])
    value = models.ForeignKey(Value, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("value"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    rubric = models.JSONField()
    quorum = models.PositiveSmallIntegerField(_("judges for each nominee, at least"), default=2)
    tie_rule = models.CharField(_("when nominees are equally good"), max_length=10, choices=TieRule, default="lowest")
    places = models.PositiveSmallIntegerField(_("winners of a round"), default=1)
    most = models.PositiveSmallIntegerField(_("nominations of each person"), default=2)
    cool_off = models.PositiveSmallIntegerField(_("rounds that a winner sits out"), default=2)
    teams = models.ManyToManyField(Team, blank=True, related_name="+")
    sites = models.ManyToManyField(Site, blank=True, related_name="+")
    months = models.PositiveSmallIntegerField(_("months with us, at least"), default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("name", name="recognition_programme_name_is_unique"),
            models.CheckConstraint(
                condition=models.Q(quorum__range=(1, 9), places__range=(1, 10), most__range=(1, 20))
                & models.Q(cool_off__lte=24, months__lte=120),
                name="recognition_programme_is_within_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(tie_rule__in=["lowest", "shared"]), name="recognition_programme_tie_rule_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_round: published ones to everybody, drafts to stewards."""
        if not reader.is_active:
            return self.none()
        return self if reader.scope_of(Role.STEWARD).everywhere else self.exclude(published_at=None)

    def with_results_for(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_results: revealed ones, for their panel, their owner and stewards, but
        for whoever is nominated in them."""
        if not reader.is_active:
            return self.none()
        found = self.filter(state__in=Round.REVEALED).exclude(candidacies__nominee=reader)
        if reader.scope_of(Role.STEWARD).everywhere:
            return found
        sits = models.Q(pk__in=Round.objects.filter(judges__person=reader).values("pk"))
        return found.filter(sits | models.Q(programme__owner=reader))

    def running(self) -> Self:
        return self.filter(state__in=Round.RUNNING)


class Round(models.Model):
    """One time that a programme is awarded. `opens_on` and `closes_on` are whole days at each nominator's own midnight.

    draft → open → judging → tied | decided → approved → announced; and cancelled, from any but the last. Each step is
    one conditional UPDATE. The clock takes it from open to judging, and from approved to announced.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        OPEN = "open", _("Nominations")
        JUDGING = "judging", _("Judging")
        TIED = "tied", _("Tied: the panel decides")
        DECIDED = "decided", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        ANNOUNCED = "announced", _("Announced")
        CANCELLED = "cancelled", _("Cancelled")

    RUNNING = (State.OPEN, State.JUDGING, State.TIED, State.DECIDED, State.APPROVED)
    REVEALED = (State.TIED, State.DECIDED, State.APPROVED, State.ANNOUNCED)

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=100, validators=[validate_line])
    opens_on = models.DateField(_("first day to nominate"))
    closes_on = models.DateField(_("last day to nominate"))
    judge_by = models.DateField(_("last day to judge"))
    announce_at = models.DateTimeField(_("announced at"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    token = models.UUIDField(editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    tie_places = models.PositiveSmallIntegerField(default=0)
    tie_reason = models.TextField(blank=True, validators=[validate_text])
    tie_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    tie_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True, validators=[validate_text])

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="recognition_round_name_is_unique"),
            models.CheckConstraint(
                condition=models.Q(opens_on__lte=models.F("closes_on"), judge_by__gt=models.F("closes_on")),
                name="recognition_round_days_are_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at__isnull=True)
                | models.Q(state="cancelled")
                | models.Q(published_at__isnull=False) & ~models.Q(state="draft"),
                name="recognition_round_is_published_before_it_opens",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["tied", "decided", "approved", "announced"])
                | models.Q(revealed_at__isnull=False),
                name="recognition_round_is_decided_after_reveal",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "announced"])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="recognition_round_is_announced_after_approval",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="announced")
                | models.Q(announced_at__isnull=False, announced_at__gte=models.F("announce_at")),
                name="recognition_round_is_announced_at_its_hour",
            ),
            models.CheckConstraint(
                condition=models.Q(tie_at__isnull=True) | models.Q(tie_by__isnull=False) & ~models.Q(tie_reason=""),
                name="recognition_tie_is_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled")
                | models.Q(cancelled_at__isnull=False) & ~models.Q(cancel_reason=""),
                name="recognition_round_is_cancelled_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "announce_at"], name="recognition_rounds_to_turn")]

    def __str__(self) -> str:
        return f"{self.programme}, {self.name}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:round-detail", self.pk)

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def is_revealed(self) -> bool:
        return self.state in self.REVEALED

    def opens_at(self, person: Person) -> datetime:
        """The midnight with which it opens where this person works."""
        return local_days.begins_at(self.opens_on, person.zone)

    def closes_at(self, person: Person) -> datetime:
        """The midnight with which it closes where this person works."""
        return local_days.ends_at(self.closes_on, person.zone)

    def is_open_to(self, person: Person, at: datetime) -> bool:
        """Whether this person can nominate now, by their own clock."""
        return self.state == self.State.OPEN and self.opens_at(person) <= at < self.closes_at(person)

    def judged_until(self, person: Person) -> datetime:
        """The end of the last day to judge where this person works."""
        return local_days.ends_at(self.judge_by, person.zone)


class Criterion(models.Model):
    """What nominees of a round are judged by: the programme's as it was when the round was published. Never changed."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    anchors = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="recognition_criteria_are_in_order"),
            models.CheckConstraint(
                condition=models.Q(position__range=(1, MOST_CRITERIA)), name="recognition_criteria_are_few"
            ),
        ]

    def __str__(self) -> str:
        return self.name
