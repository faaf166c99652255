"""What the pages of one kit version show, put together from the other reports."""

from dataclasses import dataclass

from hiring.kit_files import KitFile
from hiring.models import Competency, Kit, KitVersion, Question
from hiring.reports.kit_differences import Departure, from_library, library_questions
from hiring.reports.kit_gaps import Gap, gaps
from hiring.reports.kits import Sheet, Structure, sheet_of, structure_of
from hiring.structure import check_structure, facts_of, structure_score


@dataclass(frozen=True)
class VersionPage:
    """A version, its structure check, what keeps it from being published (drafts only), where its wording is not
    the library's, and the library's question behind each of its own, by the pk of the latter."""

    sheet: Sheet
    structure: Structure
    gaps: list[Gap]
    departures: list[Departure]
    originals: dict[int, Question]


def version_page(version: KitVersion) -> VersionPage:
    """For a version fetched by reports.kits.with_content; two more queries."""
    sheet, originals = sheet_of(version), library_questions(version)
    missing = gaps(sheet) if version.is_draft else []
    return VersionPage(sheet, structure_of(version), missing, from_library(version, originals), originals)


@dataclass(frozen=True)
class DryRun:
    """What importing the file would do."""

    content: KitFile
    score: int
    same: Kit | None
    same_has_draft: bool
    new_competencies: list[str]
    new_questions: int

    @property
    def minutes(self) -> int:
        return self.content.length_minutes


def dry_run(content: KitFile) -> DryRun:
    """Looks, and changes nothing. `same` is the kit that has the file's key; `new_…` is what the library lacks."""
    same = Kit.objects.filter(key=content.key).first()
    known = set(Competency.objects.values_list("key", flat=True))
    questions = set(
        Question.objects.filter(competency__key__in=[one.key for one in content.competencies]).values_list(
            "competency__key", "key"
        )
    )
    return DryRun(
        content=content,
        score=structure_score(check_structure(facts_of(content))),
        same=same,
        same_has_draft=same is not None and same.versions.filter(state=KitVersion.State.DRAFT).exists(),
        new_competencies=[one.name for one in content.competencies if one.key not in known],
        new_questions=sum((one.competency, one.key) not in questions for one in content.questions),
    )
