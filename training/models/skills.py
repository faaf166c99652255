"""Skills: what each level looks like, which modules give one, what people judged, what a job needs.

Levels are stored nowhere: `reports.skills` reads them for the people of a page, `level_in_sql` and `below_need` here
say the same to the database, for rules and counts.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Greatest, Lower
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.text import fold, validate_line, validate_text
from people.models import Person, Role
from people.models.person import PersonQuerySet
from training.models.assignments import Completion, Zones, past_due, zones_at
from training.models.modules import Module
from training.skill_levels import LEVELS, NONE


class SkillQuerySet(models.QuerySet["Skill"]):
    def in_use(self) -> Self:
        return self.filter(archived_at__isnull=True)


class Skill(models.Model):
    """Something that people here can do, at four levels, each described by what one sees."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    level_1 = models.CharField(_("level 1"), max_length=300, validators=[validate_line])
    level_2 = models.CharField(_("level 2"), max_length=300, validators=[validate_line])
    level_3 = models.CharField(_("level 3"), max_length=300, validators=[validate_line])
    level_4 = models.CharField(_("level 4"), max_length=300, validators=[validate_line])
    archived_at = models.DateTimeField(null=True, blank=True)
    starter_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = SkillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("key", name="training_skill_key_is_unique"),
            models.UniqueConstraint(Lower("name"), name="training_skill_name_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("training:skill-detail", self.pk)

    @property
    def anchors(self) -> list[tuple[int, str]]:
        """Each level with what one sees at it."""
        return [(level, getattr(self, f"level_{level}")) for level in LEVELS]


class ModuleSkill(models.Model):
    """Whoever holds the module has the skill at this level."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="modules")
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "skill"], name="training_module_gives_a_skill_once"),
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=4), name="training_module_gives_level_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} → {self.skill} {self.level}"


class SkillSignOffQuerySet(models.QuerySet["SkillSignOff"]):
    def visible_to(self, reader: Person) -> Self:
        """With its words: twin of policies.can_view_skill_sign_off. The level itself is seen with the training."""
        if not reader.is_active:
            return self.none()
        scope = reader.scope_of(Role.TRAINER)
        if scope.everywhere:
            return self
        seen = models.Q(person=reader) | models.Q(person__in=Person.objects.in_reporting_line_of(reader))
        return self.filter(seen if scope.nowhere else seen | scope.rows("person__team"))

    def standing(self, at: datetime, zones: Zones | None = None) -> Self:
        """Of each person and skill the last one, if its day is not over where the person is."""
        same = SkillSignOff.objects.filter(person=models.OuterRef("person"), skill=models.OuterRef("skill"))
        later = same.filter(
            models.Q(at__gt=models.OuterRef("at")) | models.Q(at=models.OuterRef("at"), pk__gt=models.OuterRef("pk"))
        )
        holds = models.Q(valid_until__isnull=True) | ~past_due(at, "valid_until", zones)
        return self.filter(~models.Exists(later)).filter(holds)


class SkillSignOff(models.Model):
    """Somebody who saw a person at work judged their level; 0 when they have not shown it yet. Append-only."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="skill_sign_offs")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="sign_offs")
    level = models.PositiveSmallIntegerField(_("level"))
    evidence = models.TextField(_("what you saw, and when"), validators=[validate_text])
    valid_until = models.DateField(_("holds until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = SkillSignOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level__lte=4), name="training_skill_is_judged_0_to_4"),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("person")), name="training_nobody_judges_their_own_skill"
            ),
        ]
        indexes = [models.Index(fields=["person", "skill", "at"], name="training_skill_sign_offs_last")]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill} {self.level}"


class SkillNeed(models.Model):
    """A job needs a skill at a level. `title_key` is the folded job title: by it people and needs find each other."""

    job_title = models.CharField(_("job title"), max_length=120, validators=[validate_line])
    title_key = models.CharField(max_length=480, editable=False)
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="needs")
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["title_key", "skill"], name="training_job_needs_a_skill_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="training_job_needs_1_to_4"),
            models.CheckConstraint(condition=~models.Q(title_key=""), name="training_need_is_of_a_job"),
        ]

    def __str__(self) -> str:
        return f"{self.job_title}: {self.skill} {self.level}"


def level_in_sql(skill: Skill, at: datetime) -> Greatest:
    """The level of a row of people, 0 to 4: `skill_levels.source_of`, said to the database."""
    zones = zones_at(at)
    judged = SkillSignOff.objects.standing(at, zones).filter(skill=skill)
    since = judged.filter(person=models.OuterRef("person"), at__gte=models.OuterRef("completed_at"))
    completed = Completion.objects.held(at, zones).filter(person=models.OuterRef("pk"), module__skills__skill=skill)
    given = completed.filter(~models.Exists(since)).order_by("-module__skills__level")
    levels = (
        judged.filter(person=models.OuterRef("pk")).values("level")[:1],
        given.values("module__skills__level")[:1],
    )
    number = models.PositiveSmallIntegerField()
    return Greatest(*(Coalesce(models.Subquery(one), models.Value(NONE), output_field=number) for one in levels))


def below_need(people: PersonQuerySet, skill: Skill, at: datetime) -> PersonQuerySet:
    """Those whose level is below what their job needs. An archived skill is needed by nobody.

    Titles are folded here and not in the database, whose engines fold differently.
    """
    needs = dict(skill.needs.values_list("title_key", "level")) if skill.archived_at is None else {}
    titles = Person.objects.active().order_by().values_list("job_title", flat=True).distinct() if needs else ()
    of_level: dict[int, list[str]] = {}
    for title in titles:
        if level := needs.get(fold(title)):
            of_level.setdefault(level, []).append(title)
    if not of_level:
        return people.none()
    cases = [models.When(job_title__in=named, then=models.Value(level)) for level, named in of_level.items()]
    need = models.Case(*cases, output_field=models.PositiveSmallIntegerField())
    return people.alias(skill_need=need, skill_level=level_in_sql(skill, at)).filter(
        job_title__in=[title for named in of_level.values() for title in named],
        skill_level__lt=models.F("skill_need"),
    )
