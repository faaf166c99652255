"""People, teams and sites to read; one's own profile to change."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from people.actions import people as actions
from people.api.fields import IdFilter, WordsFilter
from people.api.resources import Resource
from people.api.serializers import MeIn, MeOut, PersonOut, SiteOut, TeamOut
from people.models import Person, Site, Team


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="filter_q", help_text="Name, address, job title, team or site.")
    team = IdFilter(method="filter_team", help_text="In this team or below it.")
    manager = IdFilter(field_name="manager", help_text="Who reports to this person directly.")
    site = IdFilter(field_name="site")
    is_active = django_filters.BooleanFilter(field_name="is_active")

    def filter_q(self, people: "QuerySet[Person]", _name: str, value: str) -> "QuerySet[Person]":
        return people.filter(pk__in=Person.objects.matching(value).values("pk"))

    def filter_team(self, people: "QuerySet[Person]", _name: str, value: int) -> "QuerySet[Person]":
        return people.filter(team__in=Team.objects.below([value]))


class People(Resource):
    """Colleagues, and leavers where there is cause to see them."""

    queryset = Person.objects.none()
    serializer_class = PersonOut
    filterset_class = PersonFilter
    orderings = {"name": ("full_name", "pk"), "started": ("started_on", "pk"), "newest": ("-started_on", "-pk")}
    required_scope = "people"

    def list(self, request: Request) -> Response:
        """The people whom you may see."""
        return self.page(Person.objects.visible_to(self.person).with_place())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One person."""
        return self.answer(self.find(Person.objects.visible_to(self.person).with_place(), pk))


class Me(Resource):
    """Whoever asks."""

    queryset = Person.objects.none()
    serializer_class = MeOut
    required_scope = "people"

    def retrieve(self, request: Request) -> Response:
        """Your own profile and roles."""
        return self._own()

    @extend_schema(request=MeIn)
    def partial_update(self, request: Request) -> Response:
        """Change what is your own to change; what you leave out stays."""
        actions.edit_own_profile(person=self.person, at=timezone.now(), **self.given(MeIn, partial=True))
        return self._own()

    def _own(self) -> Response:
        return self.answer(Person.objects.with_place().get(pk=self.person.pk))


class TeamFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = WordsFilter(method="filter_q", help_text="Words of the path.")
    parent = IdFilter(field_name="parent", help_text="Right below this team.")

    def filter_q(self, teams: "QuerySet[Team]", _name: str, value: str) -> "QuerySet[Team]":
        return teams.filter(pk__in=Team.objects.matching(value).values("pk"))


class Teams(Resource):
    """The team tree, which is open to everyone who works here."""

    queryset = Team.objects.none()
    serializer_class = TeamOut
    filterset_class = TeamFilter
    orderings = {"path": ("path", "pk")}
    required_scope = "people"

    def list(self, request: Request) -> Response:
        """All teams; `path` says where each hangs."""
        return self.page(Team.objects.visible_to(self.person).with_headcount())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One team."""
        return self.answer(self.find(Team.objects.visible_to(self.person).with_headcount(), pk))


class Sites(Resource):
    """Where people work."""

    queryset = Site.objects.none()
    serializer_class = SiteOut
    orderings = {"name": ("name", "pk")}
    required_scope = "people"

    def list(self, request: Request) -> Response:
        """All sites."""
        return self.page(Site.objects.with_headcount())
