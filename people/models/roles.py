"""Roles, granted with a scope and a time; line manager, interviewer and hiring manager are derived, never granted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text import validate_line
from people.models.team import Team

if TYPE_CHECKING:
    from people.models.person import Person


class Role(models.TextChoices):
    RECRUITER = "recruiter", _("Recruiter")
    TRAINER = "trainer", _("Trainer")
    STEWARD = "steward", _("Recognition steward")
    PEOPLE_ADMIN = "people_admin", _("People admin")
    AUDITOR = "auditor", _("Auditor")


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, at: datetime) -> Self:
        open_end = models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=at)
        return self.filter(open_end, starts_at__lte=at)

    def covering(self, teams: Iterable[int | None]) -> Self:
        """Those whose scope holds any of the teams; rows without a team belong to the whole organisation."""
        above = Team.objects.above([team for team in teams if team is not None])
        return self.filter(models.Q(team__isnull=True) | models.Q(team__in=above))

    def with_status(self, status: str, at: datetime) -> Self:
        """ "in_force", "planned" or "ended"."""
        if status == "planned":
            return self.filter(starts_at__gt=at).exclude(ends_at__lte=models.F("starts_at"))
        return self.filter(ends_at__lte=at) if status == "ended" else self.in_force(at)

    def visible_to(self, reader: "Person") -> Self:
        """Row-level twin of policies.can_view_grant: one's own; as people admin or auditor, those of one's scope, be it
        the scope of the role or the team of who holds it."""
        if not reader.is_active:
            return self.none()
        seen = models.Q(person=reader)
        for role in (Role.PEOPLE_ADMIN, Role.AUDITOR):
            scope = reader.scope_of(role)
            if scope.everywhere:
                return self
            seen |= scope.rows("team") | scope.rows("person__team")
        return self.filter(seen)


class RoleGrant(models.Model):
    """One role of one person: where, from when, until when, by whom. Ending it sets `ends_at`; rows are kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scope"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200, blank=True, validators=[validate_line])

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="people_role_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="people_role_is_known"),
        ]
        indexes = [models.Index(fields=["role", "starts_at"], name="people_grants_by_role")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person}"


@dataclass(frozen=True)
class Scope:
    """Where somebody holds a role. `rows` filters tables by it, `covers` answers for one team; both always agree."""

    everywhere: bool = False
    roots: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, grants: Iterable[RoleGrant]) -> "Scope":
        grants = list(grants)
        everywhere = any(grant.team_id is None for grant in grants)
        roots = frozenset(grant.team_id for grant in grants if grant.team_id is not None)
        return cls(everywhere=everywhere, roots=frozenset() if everywhere else roots)

    @property
    def nowhere(self) -> bool:
        return not self.everywhere and not self.roots

    def rows(self, team_field: str) -> models.Q:
        """Rows whose team (at this path) is in scope."""
        if self.everywhere:
            return models.Q()
        if self.nowhere:
            return models.Q(pk__in=[])
        return models.Q(**{f"{team_field}__in": Team.objects.below(self.roots)})

    @cached_property
    def _team_ids(self) -> frozenset[int]:
        return frozenset(Team.objects.below(self.roots).values_list("pk", flat=True))

    def covers(self, team_id: int | None) -> bool:
        """Whether the team is in scope; rows without a team belong to the whole organisation."""
        if self.everywhere:
            return True
        return bool(self.roots) and team_id is not None and team_id in self._team_ids
