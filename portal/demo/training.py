"""Two years of training in the demo: what Customer Care has taken, renewed, is taking, and is late with."""

import random
from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from people.actions import imports, leaves
from people.models import ImportRun, Person
from portal.demo.lessons import load_lessons
from training.actions import (
    assignments,
    certificates,
    completion_imports,
    learning,
    outside,
    paths,
    rules,
    sign_offs,
    skills,
    together,
)
from training.actions.prerequisites import set_prerequisites
from training.contents import Practice, Quiz, Scenario
from training.models import Assignment, Completion, Module, ModulePart, PartRecord, Path, Rule, Skill
from training.quizzes import Answer, Drawn

SEED = 20261122
DAY = timedelta(days=1)
YEARLY = "Everybody takes this once a year."
COMMENTS = (
    "You named what went wrong before you explained. Keep that.",
    "Calm from the first sentence on. Next time leave a pause after the apology.",
    "I heard the customer's own words come back in your summary. Good.",
)
NOTES = ("Saturday's early shift, two contacts at the desk.", "Yesterday, three calls; come and listen to the second.")


def load_training(accounts: dict[str, Person], *, at: datetime) -> None:
    """Assignments of two years, with what became of them; the accounts' own come last."""
    chance = random.Random(SEED)  # noqa: S311 (a demo that is the same every time)
    trainer, leader = accounts["trainer"], accounts["manager"]
    line = Person.objects.active().in_reporting_line_of(leader).select_related("manager").order_by("pk")
    people = [person for person in line[:26] if person.started_on and person.started_on < (at - 90 * DAY).date()]
    _history("the-basics", people, trainer, chance, since=at - 700 * DAY, again=at - 345 * DAY)
    _history("privacy", people, trainer, chance, since=at - 330 * DAY)
    _under_way("aware", people[:18], trainer, chance, at)
    _leave(people, leader, at)
    _own(accounts, at)
    together.nudge_many(people=people[-6:], module=Module.objects.get(key="aware"), by=leader, at=at - DAY)
    _records(accounts, people, at)
    assignments.open_renewals(at=at)
    _skills(people, trainer, at)
    _rules(trainer, at)
    _paths(accounts, at)
    load_lessons(accounts, people, at=at)


def _history(
    key: str,
    people: Sequence[Person],
    by: Person,
    chance: random.Random,
    *,
    since: datetime,
    again: datetime | None = None,
) -> None:
    """Given to all, taken by all within its month, and by most of them once more a year later."""
    for start, taking in ((since, people), (again, people[: len(people) - 4])):
        if start is None:
            continue
        given = _give(key, taking, by, start, days=30, note=YEARLY)
        for assignment in given:
            _take(assignment, start + chance.randint(2, 28) * DAY, chance)


def _under_way(key: str, people: Sequence[Person], by: Person, chance: random.Random, at: datetime) -> None:
    """Given five weeks ago: a third has done it, a third is on the way, a third has not begun, and most are late."""
    start = at - 35 * DAY
    given = _give(key, people, by, start, days=30, note="Complaints about how we recover have doubled since summer.")
    for number, assignment in enumerate(given):
        if number % 3 == 0:
            _take(assignment, start + chance.randint(5, 25) * DAY, chance)
        elif number % 3 == 1:
            _take(assignment, start + chance.randint(5, 20) * DAY, chance, most=chance.randint(2, 6))
    for assignment in given[-3:]:
        if assignment.is_open:
            assignments.extend(
                assignment=assignment,
                until_on=(at + 10 * DAY).date(),
                by=by,
                at=at - 6 * DAY,
                reason="Covered the late shift for two weeks.",
            )


def _leave(people: Sequence[Person], by: Person, at: datetime) -> None:
    """One who is away and was late before, one whose leave is still to come."""
    today = at.date()
    for person, first, last in (
        (people[1], today - 4 * DAY, today + 9 * DAY),
        (people[16], today + DAY, today + 6 * DAY),
    ):
        leaves.record_leave(person=person, from_on=first, until_on=last, by=by, at=at)


def _own(accounts: dict[str, Person], at: datetime) -> None:
    """Something for each of the demo's people: to take, to go on with, to judge."""
    chance = random.Random(SEED + 1)  # noqa: S311
    employee, interviewer, trainer = accounts["employee"], accounts["interviewer"], accounts["trainer"]
    (done,) = _give(
        "the-basics", [employee], trainer, at - 340 * DAY, days=30, note="Everybody takes this once a year."
    )
    _take(done, at - 325 * DAY, chance)
    (started,) = _give("empathy", [employee], trainer, at - 12 * DAY, days=20, note="You asked for it in your review.")
    _take(started, at - 5 * DAY, chance, most=4)
    _give("privacy", [employee], trainer, at - 40 * DAY, days=38, note=YEARLY)
    _give(
        "how-we-interview", [interviewer], trainer, at - 3 * DAY, days=14, note="You sit on panels from next month on."
    )
    _give(
        "feedback", [accounts["manager"]], trainer, at - 8 * DAY, days=30, note="Team leaders take it before January."
    )


def _records(accounts: dict[str, Person], people: Sequence[Person], at: datetime) -> None:
    """Completions of the system before, of a college, and one that was revoked."""
    trainer, employee = accounts["trainer"], accounts["employee"]
    head = "email,module,completed_on,expires_on,source,evidence\n"
    rows = []
    for number, person in enumerate([employee, *people[:11]]):
        day = (at - (90 + 40 * number) * DAY).date()
        rows.append(f"{person.email},letting-go,{day},,Former learning system,No. {4100 + number}\n")
    run = completion_imports.start_import(
        data=(head + "".join(rows)).encode(), file_name="former-system.csv", by=trainer, at=at - 60 * DAY
    )
    imports.check_import(run_id=run.pk, clock=lambda: at - 60 * DAY)
    run.refresh_from_db()
    if run.state == ImportRun.State.READY:
        imports.queue_import(run=run, by=trainer, at=at - 60 * DAY)
        imports.apply_import(run_id=run.pk, clock=lambda: at - 60 * DAY)
    outside.record_one(
        person=employee,
        module=Module.objects.get(key="listening"),
        completed_on=(at - 200 * DAY).date(),
        expires_on=None,
        source="Riverside College, evening course",
        evidence="Certificate RC-2214",
        by=trainer,
        at=at - 180 * DAY,
    )
    wrong = Completion.objects.filter(module__key="privacy", person__in=people[12:13]).first()
    if wrong is not None:
        certificates.revoke(
            completion=wrong, by=trainer, at=at - 9 * DAY, reason="The quiz was taken by a colleague at the same desk."
        )


NEEDS = {
    "Service agent": {"welcoming": 2, "listening": 2, "recovery": 2, "privacy": 2},
    "Senior agent": {"welcoming": 3, "listening": 3, "recovery": 3, "privacy": 2, "judgement": 2},
    "Team leader": {"listening": 3, "recovery": 3, "judgement": 3, "feedback": 3, "privacy": 2},
    "Unit manager": {"feedback": 3, "judgement": 3, "recovery": 3, "interviewing": 2},
    "Guest host": {"welcoming": 3, "recovery": 2},
}
SEEN = (
    (
        "recovery",
        3,
        "Rang a customer back before the hour was over, with bad news, and kept them. Tuesday's late shift.",
    ),
    ("listening", 2, "Said back what the caller wanted before opening the form, in four calls of five on Monday."),
    ("recovery", 1, "Knows the steps; offered a voucher before asking what it had caused. We practise it this week."),
    ("feedback", 3, "Told me in our one-to-one what my announcement had done to the shift. It was right."),
    ("privacy", 1, "Read an address out loud at the desk. We talked about it the same day."),
)


def _skills(people: Sequence[Person], by: Person, at: datetime) -> None:
    """What jobs need, and what some were seen doing by whoever leads them."""
    known = {skill.key: skill for skill in Skill.objects.all()}
    for title, needs in NEEDS.items():
        levels = {known[key]: level for key, level in needs.items()}
        skills.set_needs(job_title=title, levels=levels, by=by, at=at - 60 * DAY)
    employee = Person.objects.get(email="employee@demo.example")
    for number, person in enumerate([*people[:14], employee]):
        key, level, evidence = SEEN[number % len(SEEN)]
        if person.manager is not None:
            skills.judge_skill(
                person=person,
                skill=known[key],
                level=level,
                evidence=evidence,
                by=person.manager,
                at=at - (3 + 2 * number) * DAY,
                valid_until=(at + 300 * DAY).date() if number % 2 else None,
            )


def _rules(by: Person, at: datetime) -> None:
    """One that is on, and two to look at before they are switched on."""
    listening, thanking = Module.objects.get(key="listening"), Module.objects.get(key="thanking-well")
    joiners = rules.create_rule(
        module=listening,
        name="Everybody who joins",
        why="The first thing that everybody learns here.",
        joined_within_days=60,
        due=Rule.Due.JOINED,
        due_days=60,
        by=by,
        at=at,
    )
    rules.switch_on(rule=joiners, by=by, at=at)
    rules.create_rule(
        module=Module.objects.get(key="bending-rules"),
        name="Whoever needs more discretion",
        why="Your job asks you to decide where a rule ends.",
        skill=Skill.objects.get(key="judgement"),
        due_days=45,
        by=by,
        at=at,
    )
    rules.create_rule(
        module=thanking,
        name="Whoever leads people",
        why="Praise that is specific is remembered; you give most of it.",
        leads_people=True,
        by=by,
        at=at,
    )


def _paths(accounts: dict[str, Person], at: datetime) -> None:
    """Newcomers on the starter's path, each at another place of it; and a module that needs another."""
    trainer, leader = accounts["trainer"], accounts["manager"]
    chance = random.Random(SEED + 2)  # noqa: S311
    path = Path.objects.get(key="new-to-the-service-desk")
    line = Person.objects.active().in_reporting_line_of(leader).select_related("manager")
    newcomers = list(line.order_by("-started_on", "pk")[:6])
    start, note = at - 40 * DAY, "Everybody at the desk begins with it."
    given = paths.assign_path(path=path, people=[*newcomers, accounts["employee"]], by=leader, at=start, note=note)
    for number, one in enumerate(given.paths[:6]):
        rows = list(one.assignments.filter(module__path_steps__path=path).order_by("module__path_steps__position"))
        for row in rows[: number % 4]:
            if row.is_open:
                _take(row, start + chance.randint(2, 30) * DAY, chance)
    desk = rules.create_rule(
        path=path,
        name="New at a desk",
        why="Everybody at a desk begins with it.",
        job_title="Service agent",
        joined_within_days=30,
        due=Rule.Due.JOINED,
        by=trainer,
        at=at,
    )
    rules.switch_on(rule=desk, by=trainer, at=at)
    bending, aware = Module.objects.get(key="bending-rules"), Module.objects.get(key="aware")
    set_prerequisites(module=bending, needed=[aware], by=trainer, at=at)
    _give(
        "bending-rules",
        [accounts["employee"], *newcomers[:3]],
        leader,
        at - 2 * DAY,
        days=50,
        note="You decide more from January on.",
    )


def _give(key: str, people: Sequence[Person], by: Person, at: datetime, *, days: int, note: str) -> list[Assignment]:
    module = Module.objects.get(key=key)
    due: date = (at + days * DAY).date()
    return assignments.assign(module=module, people=people, by=by, at=at, due_on=due, note=note).assignments


def _take(assignment: Assignment, at: datetime, chance: random.Random, most: int = 99) -> None:
    """The first so many parts, each as somebody who knows it would do it."""
    at = datetime.combine(at.date(), time(9, 30), tzinfo=at.tzinfo)
    for part in list(assignment.version.parts.order_by("position"))[:most]:
        record = learning.open_part(assignment=assignment, part=part, at=at)
        at += timedelta(minutes=part.minutes)
        _do(record, part, at, chance)


def _do(record: PartRecord, part: ModulePart, at: datetime, chance: random.Random) -> None:
    content = part.content
    if isinstance(content, Quiz):
        attempt = learning.start_attempt(record=record, chance=chance, at=at)
        answers = _first_answers(content, learning.drawn(attempt=attempt), chance)
        if not learning.submit_quiz(attempt=attempt, answers=answers, at=at).passed:
            again = learning.start_attempt(record=record, chance=chance, at=at)
            right = {one.key: _right(content, one) for one in learning.drawn(attempt=again)}
            learning.submit_quiz(attempt=again, answers=right, at=at)
    elif isinstance(content, Scenario):
        attempt = learning.start_attempt(record=record, chance=chance, at=at)
        for step, choice in enumerate(best_way(content)):
            attempt = learning.choose(attempt=attempt, step=step, choice=choice, at=at)
    elif isinstance(content, Practice):
        _practise(record, content, at, chance)
    elif part.kind == ModulePart.Kind.WRITING:
        text = "Next week I let the customer finish before I open the form."
        learning.save_writing(record=record, text=text, revision=record.revision, at=at, finish=True)
    else:
        learning.finish_lesson(record=record, at=at)


def _practise(record: PartRecord, practice: Practice, at: datetime, chance: random.Random) -> None:
    observer = record.assignment.person.manager
    if observer is None:
        return
    asked = sign_offs.ask_for_sign_off(record=record, observer=observer, note=chance.choice(NOTES), at=at)
    levels = {line.key: chance.choice([practice.pass_level, 4, 4, 5]) for line in practice.rubric}
    sign_offs.judge(sign_off=asked, by=observer, levels=levels, comment=chance.choice(COMMENTS), at=at + 2 * DAY)


def _first_answers(quiz: Quiz, drawn: Sequence[Drawn], chance: random.Random) -> dict[str, Answer]:
    """Of somebody who knows the matter more or less, and who finds the later questions harder."""
    skill, answers = chance.random(), {}
    for number, one in enumerate(drawn):
        answers[one.key] = _right(quiz, one)
        if chance.random() > 0.55 + 0.5 * skill - 0.06 * number:
            question = next(each for each in quiz.questions if each.key == one.key)
            wrong = [
                place for place, index in enumerate(one.order) if question.options and not question.options[index].right
            ]
            answers[one.key] = wrong[0] if question.type == "single" else None
    return answers


def _right(quiz: Quiz, drawn: Drawn) -> Answer:
    question = next(one for one in quiz.questions if one.key == drawn.key)
    if question.type == "text":
        return question.accepted[0]
    right = [place for place, index in enumerate(drawn.order) if question.options and question.options[index].right]
    if question.type == "single":
        return right[0]
    return right if question.type == "multiple" else [drawn.order.index(index) for index in range(len(drawn.order))]


def best_way(scenario: Scenario) -> list[int]:
    """The choices of a shortest way to an ending that shows every behaviour."""
    scenes = {scene.key: scene for scene in scenario.scenes}
    waiting = deque([(scenario.scenes[0].key, frozenset[str](), [])])  # type: ignore[var-annotated]
    seen = set()
    while waiting:
        key, shown, way = waiting.popleft()
        if scenes[key].ending and len(shown) == len(scenario.behaviours):
            return way
        for number, choice in enumerate(scenes[key].choices):
            state = (choice.to, shown | set(choice.shows))
            if state not in seen:
                seen.add(state)
                waiting.append((*state, [*way, number]))
    return []
