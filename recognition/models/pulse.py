"""The monthly pulse: how a team sees its own service, kept as counts alone, so that nobody's answer can be found."""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models

from foundation.http import address_of
from people.models import Person, Team
from recognition import local_days
from recognition.pulse_groups import DAYS, QUESTIONS, SCORES, last_of

SETTLES_AFTER = timedelta(hours=1)  # what was sent in the last second has arrived


class Pulse(models.Model):
    """The pulse of one month. People answer on its last seven days, between their own midnights.

    Once settled, its counts are those of groups of five answers or more, and nobody knows any more who took part.
    """

    month = models.DateField(unique=True)  # its first day
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="recognition_pulse_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:pulse")

    @property
    def closes_on(self) -> date:
        return last_of(self.month)

    @property
    def opens_on(self) -> date:
        return self.closes_on - timedelta(days=DAYS - 1)

    @property
    def settles_at(self) -> datetime:
        """When nobody on earth can answer any more."""
        return local_days.is_over_everywhere_at(self.closes_on) + SETTLES_AFTER

    def is_open_to(self, person: Person, at: datetime) -> bool:
        """Between their own midnights."""
        zone = person.zone
        begins, ends = local_days.begins_at(self.opens_on, zone), local_days.ends_at(self.closes_on, zone)
        return self.settled_at is None and begins <= at < ends


class PulseCount(models.Model):
    """How many of a team gave a score to a question. All ten rows of a team are there before its first answer, so that
    their order tells of none. Of a settled pulse: of a group, at the team that stands for it."""

    pulse = models.ForeignKey(Pulse, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    question = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    answers = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pulse", "team", "question", "score"], name="recognition_pulse_count_is_one"
            ),
            models.CheckConstraint(
                condition=models.Q(question__range=(1, len(QUESTIONS)), score__range=(min(SCORES), max(SCORES))),
                name="recognition_pulse_count_is_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pulse_id}/{self.team_id}/{self.question}/{self.score}"


class PulsePart(models.Model):
    """That a person has taken part in a month; not when, and nothing of what they said. Gone once it is settled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pulse = models.ForeignKey(Pulse, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pulse", "person"], name="recognition_pulse_is_answered_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PulseGroup(models.Model):
    """Which group a team belongs to in a settled month: that which `head` stands for. Written once, for all readers; a
    team without one is withheld. Groups share no team, so that none can be taken from another."""

    pulse = models.ForeignKey(Pulse, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    head = models.ForeignKey(Team, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pulse", "team"], name="recognition_pulse_team_is_in_one_group"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} → {self.head_id}"
