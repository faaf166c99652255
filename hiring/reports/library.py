"""The library as pages and kits need it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from hiring.kit_files import CompetencyFile, CompetencyQuestion
from hiring.models import Competency, Kit, KitCompetency, KitVersion, Question

COMPETENCY_FIELDS = (
    "name",
    "group",
    "definition",
    "why",
    "anchor_1",
    "anchor_2",
    "anchor_3",
    "anchor_4",
    "anchor_5",
    "no_evidence",
)
QUESTION_FIELDS = ("kind", "text", "probes", "minutes")


def fingerprint(record: Competency | Question) -> str:
    """Changes whenever the record's content does; a form carries it, to notice that somebody else was faster."""
    fields = COMPETENCY_FIELDS if isinstance(record, Competency) else QUESTION_FIELDS
    content = json.dumps([getattr(record, name) for name in fields], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def in_groups(competencies: QuerySet[Competency]) -> QuerySet[Competency]:
    """By group (service, values alignment, culture add), then name; annotated with `place`, the rank of the group."""
    ranks = [When(group=group, then=Value(rank)) for rank, group in enumerate(Competency.Group.values)]
    ranked = competencies.annotate(place=Case(*ranks, default=Value(9), output_field=IntegerField()))
    return ranked.order_by("place", "name", "pk")


def listed(*, q: str = "", group: str = "", show: str = "") -> QuerySet[Competency]:
    """Competencies for the list: annotated with `place`, `anchored` and the number of `live_questions`."""
    found = in_groups(Competency.objects.all())
    if show != "all":
        found = found.filter(archived_at__isnull=show != "archived")
    if group:
        found = found.filter(group=group)
    if q:
        found = found.filter(Q(name__icontains=q) | Q(definition__icontains=q))
    return found.annotate(live_questions=Count("questions", filter=Q(questions__archived_at__isnull=True)))


@dataclass(frozen=True)
class LibraryRow:
    """A competency in the list, with the kits that judge it."""

    competency: Competency
    kits: list[Kit]

    @property
    def group(self) -> str:
        return self.competency.get_group_display()


def with_kits(competencies: list[Competency]) -> list[LibraryRow]:
    """One query however many rows."""
    kits = kits_by_competency(competency.key for competency in competencies)
    return [LibraryRow(competency, kits.get(competency.key, [])) for competency in competencies]


def kits_by_competency(keys: Iterable[str]) -> dict[str, list[Kit]]:
    """For each key the kits, not archived, whose published version or draft judges it, by name."""
    rows = (
        KitCompetency.objects.filter(key__in=list(keys), version__kit__archived_at__isnull=True)
        .exclude(version__state=KitVersion.State.SUPERSEDED)
        .select_related("version__kit")
        .order_by("version__kit__name", "version__kit_id")
    )
    found: dict[str, dict[int, Kit]] = {}
    for row in rows.only("key", "version__kit__name", "version__kit__key"):
        found.setdefault(row.key, {})[row.version.kit_id] = row.version.kit
    return {key: list(kits.values()) for key, kits in found.items()}


def with_live_questions(competencies: QuerySet[Competency]) -> QuerySet[Competency]:
    """Each with `asked`, its questions that are not archived, oldest first."""
    live = Question.objects.filter(archived_at__isnull=True).order_by("pk")
    return competencies.prefetch_related(Prefetch("questions", live, to_attr="asked"))


def as_files(competencies: QuerySet[Competency] | None = None) -> dict[str, CompetencyFile]:
    """The library as kit files speak of it, by key; what is archived is left out."""
    chosen = Competency.objects.in_use() if competencies is None else competencies
    return {competency.key: as_file(competency) for competency in with_live_questions(chosen)}


def as_file(competency: Competency) -> CompetencyFile:
    """One competency, fetched by `with_live_questions`, as its file."""
    questions: list[Question] = competency.asked  # type: ignore[attr-defined]
    return CompetencyFile(
        key=competency.key,
        name=competency.name,
        group=competency.group,
        definition=competency.definition,
        why=competency.why,
        anchors=tuple(text for _score, text in competency.anchors),
        no_evidence=competency.no_evidence,
        questions=tuple(
            CompetencyQuestion(
                key=question.key,
                kind=question.kind,
                minutes=question.minutes,
                text=question.text,
                probes=tuple(question.probes),
            )
            for question in questions
        ),
    )
