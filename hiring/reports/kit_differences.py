"""What differs between two versions of a kit, or between a kit's copy and the library: word by word, to be read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hiring.kit_files import KitFile, KitFileCompetency, KitFileQuestion
from hiring.models import Competency, KitCompetency, KitQuestion, KitVersion, Question

# Comparing word by word takes time with the product of the lengths where words repeat; beyond this, a text that
# changed in the middle is shown as one that went and one that came.
_MOST_PAIRS = 400_000

_FEWEST_WORDS = 2

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have, or only the newer, or only the older."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Block:
    """A competency or a question that came, went, moved or was changed."""

    title: str
    state: Literal["added", "removed", "changed"]
    changes: list[Change]


@dataclass(frozen=True)
class Comparison:
    """All that differs; empty lists when nothing does."""

    details: list[Change]
    competencies: list[Block]
    questions: list[Block]

    @property
    def is_empty(self) -> bool:
        return not (self.details or self.competencies or self.questions)


def words(old: str, new: str) -> list[Piece]:
    """The way from the old text to the new one; joined, its pieces give either text back."""
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle_before, middle_after = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces = [
        Piece("same", "".join(before[:head])),
        *_middle(middle_before, middle_after),
        Piece("same", "".join(before[len(before) - tail :])),
    ]
    return [piece for piece in pieces if piece.text]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(before: list[str], after: list[str]) -> list[Piece]:
    if len(before) * len(after) > _MOST_PAIRS:
        return [Piece("removed", "".join(before)), Piece("added", "".join(after))]
    pieces: list[Piece] = []
    gone, come = "", ""
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[i1:i2]), "".join(after[j1:j2])
        # A word or two that happen to stand in both, between changes, only break up what is read.
        if verb == "equal" and len(old.split()) > _FEWEST_WORDS:
            pieces += [Piece("removed", gone), Piece("added", come), Piece("same", old)]
            gone, come = "", ""
        else:
            gone, come = gone + old, come + new
    return [*pieces, Piece("removed", gone), Piece("added", come)]


_DETAILS = {
    "name": gettext_lazy("Name"),
    "purpose": gettext_lazy("Purpose"),
    "basis": gettext_lazy("Job analysis"),
    "length_minutes": gettext_lazy("Length in minutes"),
    "opening_minutes": gettext_lazy("Minutes to open"),
    "opening_text": gettext_lazy("How the panel opens"),
    "closing_minutes": gettext_lazy("Minutes to close"),
    "closing_text": gettext_lazy("The candidate's questions"),
    "guidance": gettext_lazy("Guidance for the panel"),
    "panel_size": gettext_lazy("Panel size"),
    "same_panel": gettext_lazy("Same panel for all candidates"),
    "panel_training": gettext_lazy("How the panel is trained"),
    "application_hidden": gettext_lazy("Panel does not see the application"),
}


def compare_kits(old: KitFile, new: KitFile) -> Comparison:
    """What changed from the old to the new, in the order of the new; what went comes last."""
    details = {str(label): (getattr(old, name), getattr(new, name)) for name, label in _DETAILS.items()}
    competencies = [{one.key: (one.name, _competency(one)) for one in kit.competencies} for kit in (old, new)]
    questions = [{one.key: (one.text, _question(one, kit)) for one in kit.questions} for kit in (old, new)]
    return Comparison(details=_changes(details), competencies=_blocks(*competencies), questions=_blocks(*questions))


def _competency(competency: KitFileCompetency) -> dict[str, object]:
    anchors = {
        _("What a %(score)d looks like") % {"score": score}: text
        for score, text in enumerate(competency.anchors, start=1)
    }
    return {
        _("Name"): competency.name,
        _("Group"): Competency.Group(competency.group).label,
        _("Weight"): competency.weight,
        _("Must-have minimum"): competency.minimum,
        _("Definition"): competency.definition,
        **anchors,
        _("What no evidence means"): competency.no_evidence,
    }


def _question(question: KitFileQuestion, kit: KitFile) -> dict[str, object]:
    names = {competency.key: competency.name for competency in kit.competencies}
    return {
        _("Competency"): names.get(question.competency, question.competency),
        _("Kind"): Question.Kind(question.kind).label,
        _("Minutes"): question.minutes,
        _("Question"): question.text,
        _("Probes"): "\n".join(question.probes),
    }


Entries = Mapping[str, tuple[str, dict[str, object]]]


def _moved(old: Entries, new: Entries) -> set[str]:
    """Keys that changed places with others; those that only moved up because one before them went did not."""
    before, after = [key for key in old if key in new], [key for key in new if key in old]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {before[block.a + step] for block in blocks for step in range(block.size)}
    return set(before) - stayed


def _blocks(old: Entries, new: Entries) -> list[Block]:
    blocks = []
    moved = _moved(old, new)
    places = {key: place for place, key in enumerate(new, start=1)}
    former = {key: place for place, key in enumerate(old, start=1)}
    for key, (title, fields) in new.items():
        pairs = {label: (old[key][1].get(label) if key in old else "", value) for label, value in fields.items()}
        if key in moved:
            pairs = {_("Place"): (former[key], places[key])} | pairs
        if changes := _changes(pairs):
            blocks.append(Block(title, "changed" if key in old else "added", changes))
    gone = [(title, fields) for key, (title, fields) in old.items() if key not in new]
    return blocks + [
        Block(title, "removed", _changes({label: (value, "") for label, value in fields.items()}))
        for title, fields in gone
    ]


def _changes(fields: Mapping[str, tuple[object, object]]) -> list[Change]:
    return [Change(label, words(_said(old), _said(new))) for label, (old, new) in fields.items() if old != new]


def _said(value: object) -> str:
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


_WORDING = ("name", "definition", "anchor_1", "anchor_2", "anchor_3", "anchor_4", "anchor_5", "no_evidence")
_ASKING = ("kind", "text", "probes")


@dataclass(frozen=True)
class Departure:
    """A copy that is not worded as the library is now: the id of its place ("competency-7"), its title, and the way
    from the copy's words to the library's."""

    place: str
    title: str
    changes: list[Change]


def from_library(version: KitVersion, questions: Mapping[int, Question]) -> list[Departure]:
    """Where the copies of a version fetched by `with_content` are worded differently; what the library does not have
    is no departure. `questions` is what library_questions found."""
    library = {one.key: one for one in Competency.objects.filter(key__in=[c.key for c in version.competencies.all()])}
    found = [
        Departure(f"competency-{one.pk}", one.name, _library_changes(one, library.get(one.key), _WORDING))
        for one in version.competencies.all()
    ]
    found += [
        Departure(f"question-{one.pk}", one.text, _library_changes(one, questions.get(one.pk), _ASKING))
        for one in version.questions.all()
    ]
    return [departure for departure in found if departure.changes]


def library_questions(version: KitVersion) -> dict[int, Question]:
    """The library's question behind each of the version's questions, by the pk of the latter."""
    keys = {competency.key for competency in version.competencies.all()}
    rows = Question.objects.filter(competency__key__in=keys).select_related("competency")
    known = {(row.competency.key, row.key): row for row in rows}
    found = {}
    for question in version.questions.all():
        competency = question.competency.key
        bare = question.key.removeprefix(f"{competency}--")
        row = known.get((competency, question.key)) or known.get((competency, bare))
        if row is not None:
            found[question.pk] = row
    return found


def _library_changes(
    copy: KitCompetency | KitQuestion, original: Competency | Question | None, fields: Sequence[str]
) -> list[Change]:
    if original is None:
        return []
    pairs = {
        str(copy._meta.get_field(name).verbose_name).capitalize(): (  # type: ignore[union-attr]
            _lines(getattr(copy, name)),
            _lines(getattr(original, name)),
        )
        for name in fields
    }
    return _changes(pairs)


def _lines(value: object) -> object:
    return "\n".join(value) if isinstance(value, list) else value
