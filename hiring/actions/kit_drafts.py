"""Editing a draft. Every change names the revision it was made against and makes a new one, so that two tabs or two
colleagues never overwrite each other unseen: the later one meets Conflict and nothing of either is lost."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Refused
from hiring.kit_files.reading import MOST_COMPETENCIES, MOST_QUESTIONS
from hiring.models import Competency, KitCompetency, KitQuestion, KitVersion, Question
from hiring.reports.kits import DETAILS
from people.actions import audit
from people.models import Person

WORDING = ("name", "definition", "anchor_1", "anchor_2", "anchor_3", "anchor_4", "anchor_5", "no_evidence")
COMPETENCY_FIELDS = (*WORDING, "weight", "minimum")
QUESTION_FIELDS = ("competency_id", "kind", "text", "probes", "minutes")

Rows = Mapping[int, Mapping[str, Any]]
Part = TypeVar("Part", KitCompetency, KitQuestion)


@transaction.atomic
def save_draft(
    *,
    version: KitVersion,
    revision: int,
    by: Person,
    at: datetime,
    details: Mapping[str, Any] | None = None,
    competencies: Rows | None = None,
    questions: Rows | None = None,
    competency_order: Sequence[int] = (),
    question_order: Sequence[int] = (),
) -> KitVersion:
    """Write what was changed, all at once; returns the draft with its present revision.

    `details` holds some of reports.kits.DETAILS; `competencies` and `questions` map pk to some of COMPETENCY_FIELDS
    and QUESTION_FIELDS; an order lists pks, and what it leaves out comes last in the old order. Saving what is there
    already changes nothing, not even the revision. Raises Conflict when `revision` is not the present one, or a row is
    gone, and Refused (code "not_a_draft") when the version is no draft any more.
    """
    draft = _claim(version, revision)
    _only(details or {}, DETAILS)
    changed = [name for name, value in (details or {}).items() if getattr(draft, name) != value]
    for name in changed:
        setattr(draft, name, (details or {})[name])
    parts = [
        *_written(
            draft.competencies.order_by("position", "pk"), competencies or {}, competency_order, COMPETENCY_FIELDS
        ),
        *_written(draft.questions.order_by("position", "pk"), questions or {}, question_order, QUESTION_FIELDS),
    ]
    if changed or parts:
        draft.save(update_fields=changed)
        _bump(draft, by=by, at=at, did="hiring.kit_draft_saved", changes={"fields": changed, "parts": parts})
    return draft


@transaction.atomic
def add_competencies(
    *, version: KitVersion, revision: int, competencies: Iterable[Competency], by: Person, at: datetime
) -> list[KitCompetency]:
    """Copy competencies of the library to the end of the draft; those it has already are passed over.

    Raises as save_draft does, and Refused beyond the most that a kit may hold.
    """
    draft = _claim(version, revision)
    present = set(draft.competencies.values_list("key", flat=True))
    wanted = [one for one in competencies if one.key not in present and one.archived_at is None]
    if len(present) + len(wanted) > MOST_COMPETENCIES:
        raise Refused(_("A kit judges at most %(most)d competencies.") % {"most": MOST_COMPETENCIES})
    last = draft.competencies.aggregate(last=Max("position"))["last"] or 0
    added = [
        KitCompetency(
            version=draft,
            position=last + place,
            key=one.key,
            group=one.group,
            **{name: getattr(one, name) for name in WORDING},
        )
        for place, one in enumerate(wanted, start=1)
    ]
    if added:
        KitCompetency.objects.bulk_create(added)
        keys = [one.key for one in added]
        _bump(draft, by=by, at=at, did="hiring.kit_competencies_added", changes={"competencies": keys})
    return added


@transaction.atomic
def remove_competency(*, competency: KitCompetency, revision: int, by: Person, at: datetime) -> None:
    """Take a competency out of its draft, with its questions. Raises as save_draft does."""
    draft = _claim(competency.version, revision)
    _there(KitCompetency.objects.filter(version=draft), competency.pk).delete()
    changes = {"competencies": [competency.key]}
    _bump(draft, by=by, at=at, did="hiring.kit_competency_removed", changes=changes)


@transaction.atomic
def take_over_competency(
    *, competency: KitCompetency, original: Competency, revision: int, by: Person, at: datetime
) -> None:
    """Give the draft's copy the library's wording; weight and minimum stay. Raises as save_draft does."""
    wording = {name: getattr(original, name) for name in WORDING}
    save_draft(version=competency.version, revision=revision, by=by, at=at, competencies={competency.pk: wording})


@transaction.atomic
def add_questions(
    *, version: KitVersion, revision: int, questions: Iterable[Question], by: Person, at: datetime
) -> list[KitQuestion]:
    """Copy questions of the library to the end of the draft, each under the draft's copy of its competency.

    Those that the draft has already, and those whose competency it does not judge, are passed over. Raises as
    save_draft does, and Refused beyond the most that a kit may hold.
    """
    draft = _claim(version, revision)
    competencies = {one.key: one for one in draft.competencies.all()}
    taken = set(draft.questions.values_list("key", flat=True))
    present = set(draft.questions.values_list("competency__key", "key"))
    added: list[KitQuestion] = []
    last = draft.questions.aggregate(last=Max("position"))["last"] or 0
    for one in questions:
        competency = competencies.get(one.competency.key)
        prefixed = f"{one.competency.key}--{one.key}"[:80]
        if competency is None or (competency.key, one.key) in present or prefixed in taken:
            continue
        # Two competencies of the library may each have a question of this key; in a kit the key is there once.
        key = prefixed if one.key in taken else one.key
        taken.add(key)
        added.append(
            KitQuestion(
                version=draft,
                competency=competency,
                position=last + len(added) + 1,
                key=key,
                kind=one.kind,
                text=one.text,
                probes=one.probes,
                minutes=one.minutes,
            )
        )
    _refuse_too_many_questions(draft, len(added))
    if added:
        KitQuestion.objects.bulk_create(added)
        keys = [one.key for one in added]
        _bump(draft, by=by, at=at, did="hiring.kit_questions_added", changes={"questions": keys})
    return added


@transaction.atomic
def write_question(
    *,
    competency: KitCompetency,
    revision: int,
    by: Person,
    at: datetime,
    kind: str = Question.Kind.BEHAVIOURAL,
    text: str = "",
    probes: Sequence[str] = (),
    minutes: int = 6,
) -> KitQuestion:
    """A question of the draft's own, at the end, to be worded there. Raises as add_questions does."""
    draft = _claim(competency.version, revision)
    _there(KitCompetency.objects.filter(version=draft), competency.pk)
    _refuse_too_many_questions(draft, 1)
    taken = set(draft.questions.values_list("key", flat=True))
    key = next(key for n in range(1, len(taken) + 2) if (key := f"{competency.key}-own-{n}"[-80:]) not in taken)
    last = draft.questions.aggregate(last=Max("position"))["last"] or 0
    question = KitQuestion.objects.create(
        version=draft,
        competency=competency,
        position=last + 1,
        key=key,
        kind=kind,
        text=text,
        probes=list(probes),
        minutes=minutes,
    )
    _bump(draft, by=by, at=at, did="hiring.kit_questions_added", changes={"questions": [key]})
    return question


@transaction.atomic
def remove_question(*, question: KitQuestion, revision: int, by: Person, at: datetime) -> None:
    """Take a question out of its draft. Raises as save_draft does."""
    draft = _claim(question.version, revision)
    _there(KitQuestion.objects.filter(version=draft), question.pk).delete()
    _bump(draft, by=by, at=at, did="hiring.kit_question_removed", changes={"questions": [question.key]})


@transaction.atomic
def take_over_question(*, question: KitQuestion, original: Question, revision: int, by: Person, at: datetime) -> None:
    """Give the draft's copy the library's wording; its minutes and place stay. Raises as save_draft does."""
    wording = {"kind": original.kind, "text": original.text, "probes": original.probes}
    save_draft(version=question.version, revision=revision, by=by, at=at, questions={question.pk: wording})


def _claim(version: KitVersion, revision: int) -> KitVersion:
    """The draft, locked for this transaction, if it is still what the editor saw."""
    draft = (
        KitVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("kit")
        .filter(pk=version.pk)
        .first()
    )
    if draft is None or not draft.is_draft:
        raise Refused(
            _("This draft was published or discarded meanwhile, so nothing can be saved in it."), code="not_a_draft"
        )
    if draft.revision != revision:
        raise _conflict()
    return draft


def _bump(draft: KitVersion, *, by: Person, at: datetime, did: str, changes: dict[str, Any]) -> None:
    """The next revision, unless somebody else made it since `_claim` (where the engine has no row locks)."""
    mine = KitVersion.objects.filter(pk=draft.pk, revision=draft.revision, state=KitVersion.State.DRAFT)
    if not mine.update(revision=F("revision") + 1):
        raise _conflict()
    draft.revision += 1
    audit.record(by=by, did=did, thing=draft, changes=changes, at=at)


def _written(rows: Any, given: Rows, order: Sequence[int], fields: Sequence[str]) -> list[str]:
    """Write what differs; returns "key: fields" of each row that did, for the trail."""
    present = {row.pk: row for row in rows}
    if set(given) - set(present):
        raise _conflict()
    places = {pk: place for place, pk in enumerate(dict.fromkeys(pk for pk in order if pk in present), start=1)}
    arranged = sorted(present.values(), key=lambda row: places.get(row.pk, len(present) + row.position))
    told = []
    for position, row in enumerate(arranged, start=1):
        _only(given.get(row.pk, {}), fields)
        wanted = {**given.get(row.pk, {}), **({"position": position} if places else {})}
        changed = [name for name, value in wanted.items() if getattr(row, name) != value]
        if not changed:
            continue
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=changed)
        told.append(f"{row.key}: {', '.join(changed)}")
    return told


def _only(given: Mapping[str, Any], known: Sequence[str]) -> None:
    if unknown := set(given) - set(known):
        raise TypeError(f"a draft has no {', '.join(sorted(unknown))}")


def _there(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise _conflict()
    return found


def _refuse_too_many_questions(draft: KitVersion, more: int) -> None:
    if draft.questions.count() + more > MOST_QUESTIONS:
        raise Refused(_("A kit asks at most %(most)d questions.") % {"most": MOST_QUESTIONS})


def _conflict() -> Conflict:
    return Conflict(
        _("This draft was changed in another tab or by a colleague since you opened it. What you typed is not lost.")
    )
