"""The team tree and the sites."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import validate_line
from foundation.trees import ancestors, descendants

if TYPE_CHECKING:
    from people.models.person import Person


class SiteQuerySet(models.QuerySet["Site"]):
    def with_headcount(self) -> Self:
        active = models.Q(members__is_active=True)
        return self.annotate(headcount=models.Count("members", filter=active))


class Site(models.Model):
    """A place where people work."""

    name = models.CharField(_("name"), max_length=100, validators=[validate_line])

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("name", name="people_site_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(models.QuerySet["Team"]):
    def below(self, roots: Iterable[int]) -> Self:
        """The given teams and everything under them, in one recursive query on either engine."""
        return self.filter(pk__in=descendants(Team, "parent", list(roots)))

    def above(self, teams: Iterable[int]) -> Self:
        """The given teams and everything over them."""
        return self.filter(pk__in=ancestors(Team, "parent", list(teams)))

    def with_headcount(self) -> Self:
        active = models.Q(members__is_active=True)
        return self.annotate(headcount=models.Count("members", filter=active))

    def matching(self, words: str) -> Self:
        """Those whose path holds every word, whatever case."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(path__icontains=word)
        return found

    def visible_to(self, person: "Person") -> Self:
        """The team tree is open to everyone who works here."""
        return self if person.is_active else self.none()


class Team(models.Model):
    """A node of the organisation's tree; `path` is its name from the root, as imports and exports write it."""

    name = models.CharField(_("name"), max_length=100, validators=[validate_line])
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(_("path"), max_length=500, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("path", name="people_team_path_is_unique"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="people_team_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("people:team-detail", self.pk)

    def lineage(self) -> "list[Team]":
        """From the root down to this team, in one query."""
        return sorted(Team.objects.above([self.pk]), key=lambda team: len(team.path))
