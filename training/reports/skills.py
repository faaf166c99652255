"""Who is how good at what, where it comes from, and what their job needs. A fixed number of queries for any number."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from foundation.text import fold
from people.models import Person
from people.models.person import PersonQuerySet
from training import policies
from training.models import (
    Completion,
    Module,
    ModuleSkill,
    Rule,
    Skill,
    SkillNeed,
    SkillSignOff,
    below_need,
    level_in_sql,
    zones_at,
)
from training.models.assignments import Zones
from training.reports import teams
from training.skill_levels import NONE, Held, Source, source_of

Key = tuple[int, int]  # person, skill
Needs = Mapping[tuple[str, int], int]  # folded job title, skill: level
MOST_SKILLS = 40
EVERYBODY = teams.Wanted()


def held_by(
    people: Sequence[Person], skills: Iterable[Skill], *, at: datetime, needs: Needs | None = None
) -> Mapping[Key, Held]:
    """For every person and skill of these; the caller has made sure that the reader may know. `needs`: of needs_of,
    when the caller has them. At most four queries."""
    names = {person.pk: fold(person.job_title) for person in people}
    wanted = {skill.pk for skill in skills}
    zones = zones_at(at)
    given: dict[Key, list[Source]] = {}
    for person, skill, source in _completed(names, wanted, at, zones):
        given.setdefault((person, skill), []).append(source)
    judged = SkillSignOff.objects.standing(at, zones).filter(person__in=names, skill__in=wanted)
    judgements = {
        (person, skill): Source(level, made_at, until, sign_off=key)
        for person, skill, level, made_at, until, key in judged.values_list(
            "person", "skill", "level", "at", "valid_until", "pk"
        )
    }
    if needs is None:
        needs = needs_of(SkillNeed.objects.filter(skill__in=wanted, title_key__in=set(names.values())))
    return {
        (person, skill): Held(
            source_of(judgements.get((person, skill)), given.get((person, skill), ())), needs.get((title, skill), NONE)
        )
        for person, title in names.items()
        for skill in wanted
    }


def needs_of(rows: QuerySet[SkillNeed]) -> Needs:
    """Levels by folded job title and skill."""
    return {(title, skill): level for title, skill, level in rows.values_list("title_key", "skill", "level")}


def _completed(
    people: Iterable[int], skills: Iterable[int], at: datetime, zones: Zones
) -> Iterable[tuple[int, int, Source]]:
    """Each skill that each held completion gives."""
    rows = Completion.objects.held(at, zones).filter(person__in=people, module__skills__skill__in=skills)
    columns = ("person", "module", "completed_at", "expires_on", "module__skills__skill", "module__skills__level")
    for person, module, done_at, until, skill, level in rows.values_list(*columns):
        yield person, skill, Source(level, done_at, until, module=module)


def listed(reader: Person, *, archived: bool = False) -> QuerySet[Skill]:
    """The catalogue, by name, with the modules that give each; what is archived for whoever edits it."""
    given = ModuleSkill.objects.select_related("module").order_by("-level", "module__name", "pk")
    found = Skill.objects.prefetch_related(Prefetch("modules", given.filter(module__archived_at__isnull=True)))
    if archived and policies.can_edit_skills(reader):
        return found.filter(archived_at__isnull=False).order_by("name", "pk")
    return found.in_use().order_by("name", "pk")


@dataclass(frozen=True)
class Numbers:
    """How many of the people one sees are at each level, and how many are below what their job needs."""

    levels: Mapping[int, int]
    below: int


def numbers_of(skill: Skill, people: PersonQuerySet, *, at: datetime) -> Numbers:
    """Counted by the database, however many they are."""
    rows = people.order_by().annotate(skill_level=level_in_sql(skill, at)).values("skill_level")
    counts = rows.annotate(count=Count("pk")).values_list("skill_level", "count")
    return Numbers(Counter(dict(counts)), below_need(people, skill, at).count())


# --- of one person --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A skill of somebody: the module or the judgement that its level comes from, and whether the reader `reads` the
    words of the latter. `closing`: for a gap, modules that would lift the level, those that close it first."""

    skill: Skill
    held: Held
    module: Module | None
    sign_off: SkillSignOff | None
    reads: bool
    closing: Sequence[ModuleSkill]

    @property
    def anchor(self) -> str:
        """What one sees at the level; "" below the first."""
        return dict(self.skill.anchors).get(self.held.level, "")


def lines_of(person: Person, reader: Person, *, at: datetime) -> list[Line]:
    """All that they can do or need, largest gaps first; the caller has made sure that the reader may know."""
    skills = list(listed(reader))
    held = held_by([person], skills, at=at)
    sources = [one.source for one in held.values() if one.source]
    modules = Module.objects.in_bulk({one.module for one in sources if one.module})
    judged = SkillSignOff.objects.select_related("by").in_bulk({one.sign_off for one in sources if one.sign_off})
    read = set(SkillSignOff.objects.visible_to(reader).filter(pk__in=judged).values_list("pk", flat=True))
    offered = set(Module.objects.published().values_list("pk", flat=True))
    lines = [
        Line(
            skill,
            one,
            modules.get(one.source.module or 0) if one.source else None,
            judged.get(one.source.sign_off or 0) if one.source else None,
            bool(one.source and one.source.sign_off in read),
            closing(skill, one, offered),
        )
        for skill in skills
        if (one := held[person.pk, skill.pk]).source or one.need
    ]
    return sorted(lines, key=lambda line: -line.held.gap)


def closing(skill: Skill, held: Held, offered: set[int]) -> list[ModuleSkill]:
    """The modules on offer that would lift somebody who is below the need: those that reach it, the least first; or if
    none does, those that lift furthest."""
    if not held.gap:
        return []
    lifting = [one for one in skill.modules.all() if one.level > held.level and one.module_id in offered]
    reaching = [one for one in lifting if one.level >= held.need]
    best = min((one.level for one in reaching), default=0) or max((one.level for one in lifting), default=0)
    return [one for one in lifting if one.level == best]


def gap_behind(rule: Rule | None, person: Person, *, at: datetime) -> tuple[Skill, Held] | None:
    """Of a rule about a skill: how the person stands with it now; None for every other rule."""
    if rule is None or rule.skill is None:
        return None
    return rule.skill, held_by([person], [rule.skill], at=at)[person.pk, rule.skill.pk]


# --- of many --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SkillMatrix:
    """Rows in the order of `people`: those with most gaps first; cells in that of `skills`, by name."""

    people: list[Person]
    skills: list[Skill]
    cells: Mapping[Key, Held]
    more_people: bool

    @property
    def rows(self) -> list[tuple[Person, list[Held]]]:
        return [(person, [self.cells[person.pk, skill.pk] for skill in self.skills]) for person in self.people]

    @property
    def gaps(self) -> int:
        return sum(one.gap > 0 for one in self.cells.values())

    @property
    def with_gaps(self) -> int:
        return len({person for (person, _skill), one in self.cells.items() if one.gap})


def skill_matrix_of(
    people: PersonQuerySet,
    skills: Sequence[Skill],
    *,
    at: datetime,
    wanted: teams.Wanted = EVERYBODY,
    skill: int | None = None,
    gaps: bool = False,
) -> SkillMatrix:
    """The first two hundred by name who are wanted, against the skills that somebody among them has or needs. `gaps`:
    only people below what their job needs, of the one skill or of any."""
    columns = [one for one in skills if skill in {None, one.pk}][:MOST_SKILLS]
    needs = needs_of(SkillNeed.objects.filter(skill__in=columns))
    found = teams.narrowed(people, wanted)
    if gaps:
        found = below_need(found, columns[0], at) if skill and columns else found.filter(_with_a_need(needs))
    rows = list(found.select_related("team").order_by("full_name", "pk")[: teams.MOST_PEOPLE + 1])
    shown = rows[: teams.MOST_PEOPLE]
    cells = held_by(shown, columns, at=at, needs=needs)
    missing = Counter(person for (person, _skill), one in cells.items() if one.gap)
    if gaps:
        shown = [person for person in shown if missing[person.pk]]
        cells = {key: one for key, one in cells.items() if missing[key[0]]}
    used = {one for (_person, one), held in cells.items() if held.source or held.need}
    return SkillMatrix(
        sorted(shown, key=lambda person: -missing[person.pk]),
        [one for one in columns if one.pk in used],
        cells,
        len(rows) > teams.MOST_PEOPLE,
    )


def _with_a_need(needs: Needs) -> Q:
    keys = {title for title, _skill in needs}
    titles = Person.objects.active().order_by().values_list("job_title", flat=True).distinct()
    return Q(job_title__in=[title for title in titles if fold(title) in keys])


# --- what jobs need -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """A job title as people have it, how many have it, and what it needs: (skill, level) by name."""

    title: str
    key: str
    people: int
    needs: Sequence[tuple[Skill, int]]


def jobs() -> list[Job]:
    """Every title that somebody active has, or that needs something, by name; titles that differ by case are one."""
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    rows = Person.objects.active().exclude(job_title="").order_by().values("job_title").annotate(count=Count("pk"))
    for title, count in rows.order_by("-count", "job_title").values_list("job_title", "count"):
        counts[fold(title)] += count
        titles.setdefault(fold(title), title)
    needs: dict[str, list[tuple[Skill, int]]] = {}
    for need in (
        SkillNeed.objects.filter(skill__archived_at__isnull=True).select_related("skill").order_by("skill__name", "pk")
    ):
        needs.setdefault(need.title_key, []).append((need.skill, need.level))
        titles.setdefault(need.title_key, need.job_title)
    found = [Job(title, key, counts[key], needs.get(key, ())) for key, title in titles.items()]
    return sorted(found, key=lambda job: job.key)
