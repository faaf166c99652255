"""What a learner sees: my training, one assignment, one part. Answers of a quiz leave this module only after it was
handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, QuerySet, When

from people.models import Person, Role, RoleGrant
from training.contents import Practice, Question, Quiz, Scenario
from training.models import Assignment, Attempt, Completion, Evidence, ModulePart, PartRecord, SignOff
from training.models.modules import asked
from training.quizzes import Drawn, is_right, shown_items
from training.reports.paths import Read
from training.reports.standings import standings_of
from training.scenarios import Walk, walk
from training.standing import Standing


@dataclass(frozen=True)
class Mine:
    """One line of *my training*: what is open, with how far one has come."""

    assignment: Assignment
    standing: Standing
    done: int
    parts: int


def with_progress(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Parts that are asked for, and how many of them are done: never more than there are."""
    whole = F("is_whole")
    done = Q(records__done_at__isnull=False, records__part__version=F("version"))
    done &= asked(whole=whole, prefix="records__part__")
    return assignments.annotate(
        parts_done=Count("records", filter=done, distinct=True),
        parts_all=Count("version__parts", filter=asked(whole=whole, prefix="version__parts__"), distinct=True),
    )


def open_of(person: Person, *, at: datetime) -> list[Mine]:
    """What the person has open, what is due first at the top, what has no day last."""
    return open_and_paths_of(person, at=at, paths=None)[0]


def open_and_paths_of(
    person: Person, *, at: datetime, paths: Read | None
) -> tuple[list[Mine], Mapping[tuple[int, int], Standing]]:
    """The same, and where they stand with all of that and with the modules of these paths."""
    rows = list(with_progress(Assignment.objects.open().filter(person=person)).select_related("module", "version"))
    modules = {row.module_id: row.module for row in rows} | dict(paths.modules if paths else {})
    standings = standings_of([person], modules.values(), at=at)
    mine = [
        Mine(row, standings[person.pk, row.module_id], row.parts_done, row.parts_all)  # type: ignore[attr-defined]
        for row in rows
    ]
    return sorted(mine, key=lambda one: (one.assignment.due_on or date.max, one.assignment.pk)), standings


def done_by(person: Person) -> QuerySet[Completion]:
    """The person's last completion of each module, newest first: with what they open with, their transcript."""
    return (
        Completion.objects.latest().filter(person=person).select_related("module", "version").order_by("-completed_at")
    )


@dataclass(frozen=True)
class PartLine:
    """A part of an assignment with what became of it."""

    part: ModulePart
    record: PartRecord | None
    waiting: SignOff | None
    is_asked: bool = True

    @property
    def is_done(self) -> bool:
        return self.record is not None and self.record.done_at is not None


def lines_of(assignment: Assignment) -> list[PartLine]:
    """The parts of the version assigned, in order, those too that a shorter path does not ask for."""
    records = {record.part_id: record for record in assignment.records.all()}
    waiting = SignOff.objects.waiting().filter(record__assignment=assignment).select_related("observer")
    observers = {sign_off.record_id: sign_off for sign_off in waiting}
    parts = assignment.version.parts.order_by("position")
    lines = []
    for part in parts.annotate(is_asked=ExpressionWrapper(asked(whole=assignment.is_whole), BooleanField())):
        record = records.get(part.pk)
        lines.append(PartLine(part, record, observers.get(record.pk) if record else None, part.is_asked))
    return lines


def next_of(lines: Sequence[PartLine]) -> PartLine | None:
    """Where to go on: the first part asked for that is neither done nor waits on somebody."""
    return next((line for line in lines if line.is_asked and not line.is_done and line.waiting is None), None)


def evidence_of(assignment: Assignment, lines: Sequence[PartLine], reader: Person) -> list[Evidence]:
    """What was handed in and the reader may see, the last first; no query where nothing could be."""
    if all(line.part.kind != ModulePart.Kind.EVIDENCE for line in lines):
        return []
    theirs = Evidence.objects.visible_to(reader).filter(sign_off__record__assignment=assignment)
    return list(theirs.select_related("sign_off__observer").order_by("-pk"))


# --- quiz -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question as it is asked: without a word that tells its answer."""

    key: str
    type: str
    text: str
    items: list[str]
    lefts: list[str]


def asked_of(quiz: Quiz, drawn: Sequence[Drawn]) -> list[Asked]:
    """The questions of an attempt, in its order."""
    questions = {question.key: question for question in quiz.questions}
    return [
        Asked(
            key=one.key,
            type=questions[one.key].type,
            text=questions[one.key].text,
            items=shown_items(questions[one.key], one.order),
            lefts=[pair.left for pair in questions[one.key].pairs],
        )
        for one in drawn
    ]


@dataclass(frozen=True)
class Said:
    """One option, step or pair of a question that was answered."""

    text: str
    chosen: bool
    right: bool
    why: str = ""


@dataclass(frozen=True)
class Answered:
    """A question after it was handed in: what was said, what is right, and why."""

    question: Question
    right: bool
    said: list[Said]


def answered_of(quiz: Quiz, drawn: Sequence[Drawn], answers: Mapping[str, Any]) -> list[Answered]:
    """The questions of a submitted attempt with their answers. Never call it for one that is open."""
    questions = {question.key: question for question in quiz.questions}
    return [
        Answered(
            questions[one.key],
            is_right(questions[one.key], one.order, answers.get(one.key)),
            _said(questions[one.key], one.order, answers.get(one.key)),
        )
        for one in drawn
    ]


def _said(question: Question, order: Sequence[int], answer: Any) -> list[Said]:
    if question.type == "text":
        return [Said(str(answer or ""), True, is_right(question, order, answer))]
    places = answer if isinstance(answer, list) else [answer]
    if question.type in {"single", "multiple"}:
        return [
            Said(
                question.options[index].text,
                place in places,
                question.options[index].right,
                question.options[index].why,
            )
            for place, index in enumerate(order)
        ]
    items = shown_items(question, order)
    given = [items[place] if isinstance(place, int) and 0 <= place < len(items) else "" for place in places]
    given += [""] * (len(order) - len(given))
    if question.type == "order":
        return [Said(text, True, text == step) for text, step in zip(given, question.steps, strict=False)]
    return [
        Said(f"{pair.left} → {text or '–'}", True, text == pair.right)
        for pair, text in zip(question.pairs, given, strict=False)
    ]


# --- conversation ---------------------------------------------------------------------------------------------------


def walk_of(attempt: Attempt, scenario: Scenario) -> Walk:
    """How far the conversation of the attempt has come."""
    return walk(scenario, attempt.answers["choices"])


# --- practice -------------------------------------------------------------------------------------------------------


def observers_for(assignment: Assignment, *, at: datetime, colleagues: bool = True) -> list[Person]:
    """Who may judge the learner's practice now: their manager, first; trainers in whose scope they are; with
    `colleagues`, people of their team who hold the module. Never themselves. At most a hundred, in one query."""
    learner = assignment.person
    trainers = RoleGrant.objects.in_force(at).covering([learner.team_id]).filter(role=Role.TRAINER).values("person")
    holders = Completion.objects.counting().filter(module=assignment.module_id).values("person")
    judges = Q(pk=learner.manager_id) | Q(pk__in=trainers)
    if colleagues:
        judges |= Q(team=learner.team_id, team__isnull=False, pk__in=holders)
    found = Person.objects.active().filter(judges)
    first = Case(When(pk=learner.manager_id or 0, then=0), default=1)
    return list(found.exclude(pk=learner.pk).order_by(first, "full_name", "pk")[:100])


def judged_lines(practice: Practice, sign_off: SignOff) -> list[tuple[str, int, str]]:
    """Behaviour, level and that level's anchor, for a practice that was judged."""
    return [
        (line.behaviour, sign_off.levels[line.key], line.anchors[sign_off.levels[line.key] - 1])
        for line in practice.rubric
        if line.key in sign_off.levels
    ]
