"""Modules as their pages show them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from people.models import Person
from training import policies
from training.contents import ModuleContent, Part
from training.models import Assignment, Completion, Module, ModulePart, ModuleVersion
from training.reports.lateness import late_among
from training.reports.standings import standings_of
from training.reports.waits import first_of
from training.standing import Standing


def content_of(version: ModuleVersion) -> ModuleContent:
    """The version as a file would say it."""
    module = version.module
    return ModuleContent(
        key=module.key,
        name=module.name,
        summary=module.summary,
        kind=module.kind,
        manager_too=module.manager_too,
        valid_for_months=module.valid_months,
        needs=tuple(sorted(module.prerequisites.values_list("needed__key", flat=True))),
        parts=tuple(
            Part(
                key=part.key,
                kind=part.kind,
                title=part.title,
                minutes=part.minutes,
                skipped_in_renewal=part.skipped_in_renewal,
                content=part.content,
            )
            for part in version.parts.order_by("position")
        ),
    )


def left_by_a_draft(content: ModuleContent, present: ModuleContent) -> list[str]:
    """What a text says of its module that a draft leaves as it is: in words, where it differs."""
    names = {
        "name": _("the name"),
        "summary": _("the summary"),
        "kind": _("the kind"),
        "manager_too": _("whether line managers take it too"),
        "valid_for_months": _("how long it is valid"),
        "needs": _("what comes first"),
    }
    return [words for name, words in names.items() if getattr(content, name) != getattr(present, name)]


def offered_keys() -> set[str]:
    """The keys of the modules that can be taken: what a file may need."""
    return set(Module.objects.published().values_list("key", flat=True))


@dataclass(frozen=True)
class Row:
    """A line of the catalogue."""

    module: Module
    published: ModuleVersion | None
    draft: ModuleVersion | None
    standing: Standing


def listed(reader: Person, *, q: str = "", kind: str = "", show: str = "") -> QuerySet[Module]:
    """The catalogue: what may be taken; trainers find drafts, and what is archived when they ask for it."""
    found = Module.objects.matching(q)
    if kind:
        found = found.filter(kind=kind)
    if not policies.can_edit_modules(reader):
        return found.published()
    return found.filter(archived_at__isnull=False) if show == "archived" else found.in_use()


def rows_of(modules: list[Module], reader: Person, *, at: datetime) -> list[Row]:
    """The modules with their versions and where the reader stands with each; a fixed number of queries."""
    versions = ModuleVersion.objects.filter(module__in=modules).exclude(state="superseded").defer("change_note")
    by_state = {(one.module_id, one.state): one for one in versions}
    standings = standings_of([reader], modules, at=at)
    return [
        Row(
            module=one,
            published=by_state.get((one.pk, "published")),
            draft=by_state.get((one.pk, "draft")),
            standing=standings[reader.pk, one.pk],
        )
        for one in modules
    ]


def needed_by(module: Module, reader: Person, *, at: datetime) -> list[tuple[Module, Standing]]:
    """What has to be done before it, with where the reader stands with each. One query when there is nothing."""
    needed = first_of(module)
    standings = standings_of([reader], needed, at=at) if needed else {}
    return [(one, standings[reader.pk, one.pk]) for one in needed]


def history(module: Module) -> QuerySet[ModuleVersion]:
    """The versions, newest first, with how many people took or are taking each."""
    taken = Count("assignments", filter=~Q(assignments__state=Assignment.State.WITHDRAWN))
    return module.versions.annotate(taken=taken).select_related("published_by", "created_by").order_by("-number")


def with_parts(versions: QuerySet[ModuleVersion]) -> QuerySet[ModuleVersion]:
    """Versions with their module and their parts in order."""
    parts = Prefetch("parts", ModulePart.objects.order_by("position"))
    return versions.select_related("module").prefetch_related(parts)


@dataclass(frozen=True)
class Numbers:
    """How a module stands with all whom the reader may see."""

    open: int
    overdue: int
    done: int


def numbers_of(module: Module, reader: Person, *, at: datetime) -> Numbers:
    """People with the module open, those of them whose lateness is their own, and those whose last completion holds
    still, in UTC."""
    assignments = Assignment.objects.visible_to(reader).filter(module=module, person__is_active=True)
    done = Completion.objects.visible_to(reader).filter(module=module, person__is_active=True).latest()
    return Numbers(
        open=assignments.open().count(),
        overdue=sum(late.cause == "own" for late in late_among(assignments, at=at)),
        done=done.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=at.date())).count(),
    )
