"""Skills: the catalogue, who is at which level, who judged whom, what jobs need."""

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.text import fold
from people.api.fields import IdFilter
from people.api.resources import Resource, must
from people.models import Person
from training import policies
from training.actions import skills as actions
from training.api.serializers.skills import (
    GiveSkillIn,
    HeldOut,
    JobOut,
    JudgeSkillIn,
    NeedsIn,
    SkillIn,
    SkillOut,
    SkillSignOffOut,
)
from training.models import ModuleSkill, Skill, SkillNeed, SkillSignOff
from training.models.skills import SkillSignOffQuerySet
from training.reports import skills as reports


class SkillFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    archived = django_filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)


class Skills(Resource):
    """What one sees at each level, and which modules give it."""

    queryset = Skill.objects.none()
    serializer_class = SkillOut
    filterset_class = SkillFilter
    orderings = {"name": ("name", "pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Skills; archived ones for those who edit them."""
        return self.page(_visible(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One skill."""
        return self.answer(self.find(_visible(self.person), pk))

    @extend_schema(request=SkillIn, responses={201: SkillOut})
    def create(self, request: Request) -> Response:
        """Describe a skill. Then say which modules give it."""
        must(policies.can_edit_skills(self.person))
        given = self.given(SkillIn)
        return self.once(
            lambda: actions.create_skill(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(_visible(self.person), pk), made=True),
        )

    @extend_schema(request=SkillIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change its words; what you leave out stays."""
        skill = self._to_edit(pk)
        given = self.given(SkillIn, partial=True)
        actions.edit_skill(skill=skill, by=self.person, at=timezone.now(), **given)
        return self._told(pk)

    @extend_schema(request=None)
    def archive(self, request: Request, pk: int) -> Response:
        """Show it nowhere and ask it of nobody; what is on record stays. Twice is once."""
        actions.archive_skill(skill=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(pk)

    @extend_schema(request=None)
    def restore(self, request: Request, pk: int) -> Response:
        """Use it again. Twice is once."""
        actions.restore_skill(skill=self._to_edit(pk), by=self.person, at=timezone.now())
        return self._told(pk)

    @extend_schema(request=GiveSkillIn)
    def give(self, request: Request, pk: int) -> Response:
        """A module gives the skill at a level, or no more. Everybody's levels follow at once."""
        skill = self._to_edit(pk)
        actions.set_given_level(skill=skill, by=self.person, at=timezone.now(), **self.given(GiveSkillIn))
        return self._told(pk)

    def _to_edit(self, pk: int) -> Skill:
        skill = self.find(_visible(self.person), pk)
        must(policies.can_edit_skills(self.person))
        return skill

    def _told(self, pk: int) -> Response:
        return self.answer(self.reread(_visible(self.person), pk))


def _visible(person: Person) -> "QuerySet[Skill]":
    given = ModuleSkill.objects.select_related("module").order_by("-level", "module__name", "pk")
    seen = Q() if policies.can_edit_skills(person) else Q(archived_at__isnull=True)
    found = Skill.objects.filter(seen)
    return found.prefetch_related(Prefetch("modules", given.filter(module__archived_at__isnull=True)))


# --- of people --------------------------------------------------------------------------------------------------------


class PersonSkills(Resource):
    """Where somebody stands."""

    queryset = Skill.objects.none()
    serializer_class = HeldOut
    pagination_class = None
    required_scope = "training"

    def list(self, request: Request, pk: int) -> Response:
        """All that the person can do or that their job needs, largest gaps first: your own, or of whose training you
        may see."""
        person = self.find(Person.objects.all(), pk)
        if not policies.can_view_training_of(self.person, person):
            raise Http404
        return self.everything(reports.lines_of(person, self.person, at=timezone.now()))


class SkillSignOffFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    person = IdFilter(field_name="person")
    skill = IdFilter(field_name="skill")


class SkillSignOffs(Resource):
    """Judgements with their words: your own, and of those whom you may judge."""

    queryset = SkillSignOff.objects.none()
    serializer_class = SkillSignOffOut
    filterset_class = SkillSignOffFilter
    orderings = {"newest": ("-at", "-pk"), "oldest": ("at", "pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Judgements. The last one of a person and skill counts, until its day is over."""
        return self.page(_judged(self.person))

    @extend_schema(request=JudgeSkillIn, responses={201: SkillSignOffOut})
    def create(self, request: Request) -> Response:
        """Say at which level somebody is, and what you saw. It counts from now on, and they are told."""
        given = self.given(JudgeSkillIn)
        must(policies.can_judge_skills_of(self.person, given["person"]))
        return self.once(
            lambda: actions.judge_skill(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(_judged(self.person), pk), made=True),
        )


def _judged(person: Person) -> SkillSignOffQuerySet:
    return SkillSignOff.objects.visible_to(person).select_related("person", "skill", "by")


class SkillNeeds(Resource):
    """What jobs need."""

    queryset = SkillNeed.objects.none()
    serializer_class = JobOut
    pagination_class = None
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Every job title that somebody has or that needs something, by name."""
        must(policies.can_edit_skills(self.person))
        return self.everything(reports.jobs())

    @extend_schema(request=NeedsIn, responses=JobOut)
    def replace(self, request: Request) -> Response:
        """Say what a job needs; skills that you do not name stay as they are. Gaps and rules follow at once."""
        must(policies.can_edit_skills(self.person))
        given = self.given(NeedsIn)
        actions.set_needs(job_title=given["title"], levels=given["needs"], by=self.person, at=timezone.now())
        key = fold(given["title"])
        found = next((job for job in reports.jobs() if job.key == key), None)
        return self.answer(found or reports.Job(given["title"], key, 0, ()))
