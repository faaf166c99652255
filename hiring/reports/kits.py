"""Kits and their versions as pages, checks and files need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.cache import cache
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hiring.kit_files import KitFile, KitFileCompetency, KitFileQuestion
from hiring.models import Interview, Kit, KitCompetency, KitQuestion, KitVersion, Opening, Stage
from hiring.structure import Component, Number, check_structure, facts_of, structure_score

State = KitVersion.State

# What a version says besides its competencies and questions; the fields of KitFile have the same names.
DETAILS = (
    "length_minutes",
    "basis",
    "opening_text",
    "opening_minutes",
    "closing_text",
    "closing_minutes",
    "guidance",
    "panel_size",
    "panel_training",
    "same_panel",
    "application_hidden",
)


@dataclass(frozen=True)
class SheetQuestion:
    """A question with its number, and the minute of the interview at which its turn comes."""

    question: KitQuestion
    number: int
    starts: int

    @property
    def at(self) -> str:
        return clock(self.starts)


@dataclass(frozen=True)
class SheetCompetency:
    """A competency with its share of the score in whole percent, and its questions in the order of asking."""

    competency: KitCompetency
    share: int
    questions: list[SheetQuestion]


@dataclass(frozen=True)
class BarPart:
    """A part of the plan, in percent of the whole bar."""

    kind: Literal["frame", "question", "over"]
    x: float
    width: float


@dataclass(frozen=True)
class Sheet:
    """A kit version as the panel holds it in hand. `difference` is how many minutes it is over (+) or short (-)."""

    version: KitVersion
    competencies: list[SheetCompetency]
    questions: list[SheetQuestion]
    asking: int

    @property
    def planned(self) -> int:
        return self.version.opening_minutes + self.asking + self.version.closing_minutes

    @property
    def difference(self) -> int:
        return self.planned - self.version.length_minutes

    @property
    def short(self) -> int:
        return max(0, -self.difference)

    @property
    def bar(self) -> list[BarPart]:
        """Opening, questions and closing against the length, or against the plan where that is longer."""
        whole = max(self.planned, self.version.length_minutes, 1)
        parts, start = [], 0
        opening, closing = self.version.opening_minutes, self.version.closing_minutes
        kinds: list[tuple[Literal["frame", "question"], int]] = [("frame", opening)]
        kinds += [("question", asked.question.minutes) for asked in self.questions]
        for kind, minutes in [*kinds, ("frame", closing)]:
            parts.append(BarPart(kind, round(100 * start / whole, 2), round(max(0.0, 100 * minutes / whole - 0.4), 2)))
            start += minutes
        if self.difference > 0:
            over = 100 * self.version.length_minutes / whole
            parts.append(BarPart("over", round(over, 2), round(100 - over, 2)))
        return parts

    @property
    def closing_at(self) -> str:
        return clock(self.version.opening_minutes + self.asking)

    @property
    def ends_at(self) -> str:
        return clock(self.planned)


def with_content(versions: QuerySet[KitVersion]) -> QuerySet[KitVersion]:
    """Each with its kit, its competencies and its questions in order: three queries for any number of versions."""
    return versions.select_related("kit").prefetch_related(
        Prefetch("competencies", KitCompetency.objects.order_by("position", "pk")),
        Prefetch("questions", KitQuestion.objects.select_related("competency").order_by("position", "pk")),
    )


def load(pk: int) -> KitVersion:
    """One version with its content. Raises KitVersion.DoesNotExist."""
    return with_content(KitVersion.objects.all()).get(pk=pk)


def sheet_of(version: KitVersion) -> Sheet:
    """The sheet of a version fetched by `with_content`."""
    questions, minute = [], version.opening_minutes
    for number, question in enumerate(version.questions.all(), start=1):
        questions.append(SheetQuestion(question, number, minute))
        minute += question.minutes
    competencies = list(version.competencies.all())
    total = sum(competency.weight for competency in competencies)
    return Sheet(
        version=version,
        competencies=[
            SheetCompetency(
                competency,
                share_of(competency.weight, total),
                [asked for asked in questions if asked.question.competency_id == competency.pk],
            )
            for competency in competencies
        ],
        questions=questions,
        asking=minute - version.opening_minutes,
    )


def clock(minutes: int) -> str:
    """Minutes since the start, as the panel's clock shows them: "0:05", "1:20"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def share_of(weight: int, total: int) -> int:
    """The weight in percent of the total, rounded half up as static/js/kit-editor.js does; 0 of nothing."""
    return (200 * weight + total) // (2 * total) if total else 0


def as_file(version: KitVersion) -> KitFile:
    """The version, draft or not, with its kit's key, name and purpose. Three queries unless they were prefetched."""
    kit = version.kit
    competencies = sorted(version.competencies.all(), key=lambda competency: (competency.position, competency.pk))
    keys = {competency.pk: competency.key for competency in competencies}
    questions = sorted(version.questions.all(), key=lambda question: (question.position, question.pk))
    return KitFile(
        key=kit.key,
        name=kit.name,
        purpose=kit.purpose,
        basis=version.basis,
        length_minutes=version.length_minutes,
        opening_minutes=version.opening_minutes,
        opening_text=version.opening_text,
        closing_minutes=version.closing_minutes,
        closing_text=version.closing_text,
        guidance=version.guidance,
        panel_size=version.panel_size,
        same_panel=version.same_panel,
        panel_training=version.panel_training,
        application_hidden=version.application_hidden,
        competencies=tuple(_competency_file(competency) for competency in competencies),
        questions=tuple(_question_file(question, keys[question.competency_id]) for question in questions),
    )


def _competency_file(competency: KitCompetency) -> KitFileCompetency:
    return KitFileCompetency(
        key=competency.key,
        name=competency.name,
        group=competency.group,
        weight=competency.weight,
        minimum=competency.minimum,
        definition=competency.definition,
        anchors=tuple(competency.anchor_texts),
        no_evidence=competency.no_evidence,
    )


def _question_file(question: KitQuestion, competency: str) -> KitFileQuestion:
    return KitFileQuestion(
        competency=competency,
        key=question.key,
        kind=question.kind,
        minutes=question.minutes,
        text=question.text,
        probes=tuple(question.probes),
    )


@dataclass(frozen=True)
class Finding:
    """One of the 15 components of structure, and the id of the place in the editor where it is mended ("" for none)."""

    component: Component
    place: str


_MENDED_AT = {
    Number.JOB_ANALYSIS: "id_d-basis",
    Number.SAME_QUESTIONS: "questions",
    Number.LIMITED_PROMPTING: "questions",
    Number.QUESTION_TYPES: "questions",
    Number.LENGTH: "questions",
    Number.ANCILLARY_INFORMATION: "id_d-application_hidden",
    Number.QUESTIONS_AT_THE_END: "id_d-closing_minutes",
    Number.MULTIPLE_SCALES: "competencies",
    Number.ANCHORED_SCALES: "competencies",
    Number.SEVERAL_INTERVIEWERS: "id_d-panel_size",
    Number.SAME_INTERVIEWERS: "id_d-same_panel",
    Number.TRAINING: "id_d-panel_training",
    Number.STATISTICAL_COMBINATION: "competencies",
}


@dataclass(frozen=True)
class Structure:
    """The structure check of a version: how many of the 15 it has, and each of them, what is missing first."""

    score: int
    findings: list[Finding]


def structure_of(version: KitVersion) -> Structure:
    """The check of a version fetched by `with_content`."""
    components = check_structure(facts_of(as_file(version)))
    findings = [Finding(component, _MENDED_AT.get(component.number, "")) for component in components]
    return Structure(structure_score(components), sorted(findings, key=lambda finding: finding.component.has))


def structure_scores(versions: Iterable[int]) -> dict[int, int]:
    """Of published or superseded versions, by pk, how many of the 15 components they have.

    They never change, so each is computed once and then remembered.
    """
    wanted = {f"hiring.structure.{pk}": pk for pk in versions}
    known = {wanted[name]: score for name, score in cache.get_many(list(wanted)).items()}
    missing = [pk for pk in wanted.values() if pk not in known]
    if missing:
        frozen = KitVersion.objects.filter(pk__in=missing).exclude(state=State.DRAFT)
        fresh = {version.pk: structure_of(version).score for version in with_content(frozen)}
        cache.set_many({f"hiring.structure.{pk}": score for pk, score in fresh.items()}, timeout=None)
        known |= fresh
    return known


@dataclass(frozen=True)
class KitRow:
    """A kit in the list."""

    kit: Kit
    published: KitVersion | None
    draft: KitVersion | None
    openings: int
    score: int | None

    @property
    def changed_at(self) -> datetime | None:
        newest = self.draft or self.published
        return newest.published_at or newest.created_at if newest else None


def listed(*, q: str = "", show: str = "") -> QuerySet[Kit]:
    """Kits for the list."""
    found = Kit.objects.all()
    if show != "all":
        found = found.filter(archived_at__isnull=show != "archived")
    return found.filter(Q(name__icontains=q) | Q(purpose__icontains=q)) if q else found


def with_versions(kits: list[Kit]) -> list[KitRow]:
    """Rows of the list; the same few queries however many kits."""
    current = KitVersion.objects.filter(kit__in=kits, state__in=[State.DRAFT, State.PUBLISHED]).defer("guidance")
    by_state = {(version.kit_id, version.state): version for version in current}
    scores = structure_scores(version.pk for version in by_state.values() if version.state == State.PUBLISHED)
    openings = openings_using(kit.pk for kit in kits)
    rows = []
    for kit in kits:
        published = by_state.get((kit.pk, State.PUBLISHED))
        rows.append(
            KitRow(
                kit=kit,
                published=published,
                draft=by_state.get((kit.pk, State.DRAFT)),
                openings=openings.get(kit.pk, 0),
                score=scores.get(published.pk) if published else None,
            )
        )
    return rows


def openings_using(kits: Iterable[int]) -> dict[int, int]:
    """By kit, how many openings that are not closed have a stage with one of its versions."""
    rows = (
        Stage.objects.filter(kit_version__kit__in=list(kits))
        .exclude(opening__state=Opening.State.CLOSED)
        .values("kit_version__kit")
        .annotate(openings=Count("opening", distinct=True))
        .order_by()
    )
    return {row["kit_version__kit"]: row["openings"] for row in rows}


def history(kit: Kit) -> QuerySet[KitVersion]:
    """All versions, newest first, with who made and published them and in how many interviews they were `interviewed`
    with."""
    # A count of its own: joined, every interview would carry the version's row along to be grouped.
    interviews = Interview.objects.filter(kit_version=OuterRef("pk")).order_by().values("kit_version")
    interviewed = Coalesce(Subquery(interviews.annotate(number=Count("pk")).values("number")), 0)
    versions = kit.versions.select_related("created_by", "published_by")
    return versions.annotate(interviewed=interviewed).order_by("-number")


def current_version(kit: Kit) -> KitVersion | None:
    """The published version with its content, else the draft, else None."""
    found = with_content(kit.versions.exclude(state=State.SUPERSEDED))
    return found.filter(state=State.PUBLISHED).first() or found.first()
