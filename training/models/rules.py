"""Rules: who is to have what module, by when. Everything that a rule asks for must hold."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line
from people.models import Person, Role, RoleGrant, Site, Team
from people.models.person import PersonQuerySet
from training.models.modules import Module
from training.models.paths import Path
from training.models.skills import Skill, below_need


class RuleQuerySet(models.QuerySet["Rule"]):
    def on(self) -> Self:
        """Those in force, of modules and paths that are still offered."""
        module = models.Q(module__isnull=False, module__archived_at__isnull=True)
        return self.filter(module | models.Q(path__state=Path.State.PUBLISHED), state=Rule.State.ON)


class Rule(models.Model):
    """Who is to have a module, or a path: of a team and all below it, a site, a job title, a role, here for so long,
    of a skill less than their job needs.

    `due_days` counts from the day it is given or the day the person joined; `due_on` is a fixed day. The steps of a
    path have their own days, which count from there.
    """

    class State(models.TextChoices):
        OFF = "off", _("Off")
        ON = "on", _("On")

    class Due(models.TextChoices):
        GIVEN = "given", _("so many days after it is given")
        JOINED = "joined", _("so many days after joining")
        FIXED = "fixed", _("on a fixed day")
        NEVER = "never", _("without a day")

    module = models.ForeignKey(Module, models.PROTECT, null=True, related_name="rules", verbose_name=_("module"))
    path = models.ForeignKey(Path, models.PROTECT, null=True, related_name="rules", verbose_name=_("path"))
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    why = models.CharField(_("why"), max_length=300, validators=[validate_line])
    state = models.CharField(max_length=5, choices=State, default=State.OFF)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    job_title = models.CharField(_("job title"), max_length=120, blank=True, validators=[validate_line])
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    leads_people = models.BooleanField(_("only whom somebody reports to"), default=False)
    joined_within_days = models.PositiveSmallIntegerField(_("joined within the last days"), null=True, blank=True)
    joined_before_days = models.PositiveSmallIntegerField(_("here for at least so many days"), null=True, blank=True)
    skill = models.ForeignKey(
        Skill,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("skill below what the job needs"),
    )
    due = models.CharField(_("due"), max_length=6, choices=Due, default=Due.GIVEN)
    due_days = models.PositiveSmallIntegerField(_("days"), default=30)
    due_on = models.DateField(_("day"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(due="fixed") | models.Q(due_on__isnull=False),
                name="training_rule_with_a_fixed_day_names_it",
            ),
            models.CheckConstraint(
                condition=models.Q(module__isnull=False, path__isnull=True)
                | models.Q(module__isnull=True, path__isnull=False),
                name="training_rule_gives_a_module_or_a_path",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("training:rule-detail", self.pk)

    @property
    def gives(self) -> Module | Path:
        """The module, or the path."""
        given = self.path if self.module is None else self.module
        assert given is not None  # noqa: S101 (a constraint says so)
        return given

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON

    def matching(self, at: datetime) -> PersonQuerySet:
        """The active people for whom everything that the rule asks holds. One query, whatever it asks,
        but that a skill asks for what it needs first."""
        found = self.still_matching(at)
        if self.joined_within_days is not None:
            found = found.filter(started_on__gte=at.date() - timedelta(days=self.joined_within_days))
        return found

    def still_matching(self, at: datetime) -> PersonQuerySet:
        """Those who keep what the rule gave them. Having joined lately lets somebody in, and nobody falls out of it by
        waiting: what they were given as a joiner stays theirs to do."""
        found = Person.objects.active()
        if self.team_id:
            found = found.filter(team__in=Team.objects.below([self.team_id]))
        if self.site_id:
            found = found.filter(site=self.site_id)
        if self.job_title:
            found = found.filter(job_title__iexact=self.job_title)
        if self.role:
            grants = RoleGrant.objects.in_force(at).filter(role=self.role)
            found = found.filter(pk__in=grants.values("person"))
        if self.leads_people:
            found = found.leading()
        if self.joined_before_days is not None:
            found = found.filter(started_on__lte=at.date() - timedelta(days=self.joined_before_days))
        return below_need(found, self.skill, at) if self.skill else found

    def starts_for(self, person: Person, at: datetime) -> date:
        """From which day the days of a path's steps count for somebody to whom it is given now."""
        joined = person.started_on if self.due == self.Due.JOINED else None
        return joined or at.astimezone(person.zone).date()

    def due_for(self, person: Person, at: datetime) -> date | None:
        """When it is due for somebody to whom it is given now: never before today, so that nobody is late at once."""
        today = at.astimezone(person.zone).date()
        days = timedelta(days=self.due_days)
        if self.due == self.Due.NEVER:
            return None
        if self.due == self.Due.FIXED and self.due_on is not None:
            return max(self.due_on, today)
        if self.due == self.Due.JOINED and person.started_on is not None:
            return max(person.started_on + days, today)
        return today + days
