"""Training for the scene: an employee under way with a module, one whose quiz was handed in, modules in every state and
rules, with a canary in whatever somebody wrote for few eyes."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from people.actions import imports, leaves
from people.models import Person
from tests.access.scene import Scene, canary
from tests.cast import NOW, PRACTICE, QUIZ, SCENARIO, finish, give, make_module, make_person, module_content
from training import contents
from training.actions import (
    assignments,
    bookings,
    certificates,
    completion_imports,
    evidence,
    files,
    learning,
    modules,
    outside,
    paths,
    rules,
    sessions,
    sign_offs,
    skills,
)
from training.models import Assignment, Module, ModulePart, ModuleVersion, Waiver

DUE = NOW.date() + timedelta(days=10)
KINDS = ("lesson", "writing", "quiz", "scenario", "practice")


def add_to(scene: Scene) -> Scene:
    """The same scene, with training in it."""
    things = scene.things
    things["leave.employee"] = leaves.record_leave(
        person=scene.people["employee"], from_on=date(2027, 3, 1), until_on=date(2027, 3, 5), by=None, at=NOW
    )
    for name in ("open", "seen", "fresh"):
        things[f"module.{name}"] = _module(name)
    for name in ("free", "waived", "withdrawn"):
        things[f"module.{name}"] = make_module()
    things["module.new"] = _module("new", published=False, name=f"New {canary('module.name')}")
    things["module.archived"] = make_module(archived_at=NOW)
    things["version.new"] = things["module.new"].versions.get()
    for name in ("seen", "fresh"):
        things[f"version.{name}"] = things[f"module.{name}"].versions.get()
    content = _content("draft")
    things["version.free"] = things["module.free"].versions.get()
    things["version.draft"] = modules.write_draft(
        module=things["module.free"], content=content, by=scene.people["trainer"], at=NOW
    )
    pk = things["module.free"].pk
    things["draft.lesson"] = {"pk": pk, "part": "lesson"}
    things["draft.quiz"] = {"pk": pk, "part": "quiz"}
    things["draft.question"] = {"pk": pk, "part": "quiz", "item": "one"}
    _rules(scene)
    _skills(scene)
    _given(scene)
    _under_way(scene)
    _handed_in(scene)
    _foreign(scene)
    _sessions(scene)
    _completed(scene)
    _imports(scene)
    _paths(scene)
    _files(scene)
    _evidence(scene)
    return scene


def _paths(scene: Scene) -> None:
    """Published, drafted, and retired with somebody on it."""
    by, things = scene.people["trainer"], scene.things
    for name in ("free", "draft", "retired"):
        words = {"description": canary("path.draft") if name == "draft" else name, "language": "English"}
        path = paths.create_path(
            name=f"Path {name}", steps=[(make_module(), 7), (make_module(), None)], owner=by, by=by, at=NOW, **words
        )
        things[f"path.{name}"] = path
        if name != "draft":
            paths.publish_path(path=path, by=by, at=NOW)
    people = [scene.people["employee"]]
    given = paths.assign_path(path=things["path.retired"], people=people, note=canary("path.given"), by=by, at=NOW)
    (things["path-given.employee"],) = given.paths
    paths.retire_path(path=things["path.retired"], by=by, at=NOW)


def _rules(scene: Scene) -> None:
    """One that is on and matches nobody, one that is off."""
    by = scene.people["trainer"]
    for name in ("on", "off"):
        scene.things[f"rule.{name}"] = rules.create_rule(
            module=scene.things["module.free"], name=f"Rule {name}", why=canary(f"rule.{name}"),
            job_title="Nobody has this title", by=by, at=NOW,
        )  # fmt: skip
    rules.switch_on(rule=scene.things["rule.on"], by=by, at=NOW)


def _skills(scene: Scene) -> None:
    """One in use, that the manager judged of the employee; one that is archived, of which only its editors learn."""
    things, by = scene.things, scene.people["trainer"]
    words = {f"level_{level}": f"Level {level}." for level in (1, 2, 3, 4)}
    things["skill.used"] = skills.create_skill(name="Used", by=by, at=NOW, **words)
    words["level_4"] = canary("skill.archived")
    things["skill.archived"] = skills.create_skill(name="Archived", by=by, at=NOW, **words)
    skills.set_needs(job_title="Agent", levels={things["skill.used"]: 3}, by=by, at=NOW)
    skills.archive_skill(skill=things["skill.archived"], by=by, at=NOW)
    employee = scene.people["employee"]
    things["judged.employee"] = {"pk": employee.pk, "skill": things["skill.used"].pk}
    skills.judge_skill(
        person=employee, skill=things["skill.used"], level=2, evidence=canary("skill.judged"),
        by=scene.people["manager"], at=NOW,
    )  # fmt: skip


def _module(mark: str, *, published: bool = True, **fields: Any) -> Module:
    version: ModuleVersion = modules.create_module(content=_content(mark, **fields), by=None, at=NOW)
    if published:
        modules.publish_version(version=version, by=None, at=NOW)
    return version.module


def _content(mark: str, **fields: Any) -> contents.ModuleContent:
    """One part of each kind, with a canary in each answer of the quiz and of the conversation."""
    one, word = QUIZ.questions
    options = (replace(one.options[0], why=canary(f"why.{mark}")), one.options[1])
    questions = (
        replace(one, options=options, explanation=canary(f"explanation.{mark}")),
        replace(word, accepted=(canary(f"accepted.{mark}"),)),
    )
    start, *others = SCENARIO.scenes
    choices = (replace(start.choices[0], why=canary(f"because.{mark}")), *start.choices[1:])
    marked: dict[str, contents.Content] = {
        "quiz": replace(QUIZ, pass_percent=100, questions=questions),
        "scenario": replace(SCENARIO, scenes=(replace(start, choices=choices), *others)),
    }
    plain = module_content(*KINDS, **fields)
    return replace(plain, parts=tuple(replace(one, content=marked.get(one.kind, one.content)) for one in plain.parts))


def _given(scene: Scene) -> None:
    """Assignments, and what became of them."""
    people, things = scene.people, scene.things
    for name, person in (
        ("open", "employee"), ("seen", "employee"), ("fresh", "employee"), ("waived", "employee"),
        ("withdrawn", "employee"), ("elsewhere", "recruiterb"),
    ):  # fmt: skip
        given = assignments.assign(
            module=things["module.free" if name == "elsewhere" else f"module.{name}"], people=[people[person]],
            by=people["trainer"], at=NOW, due_on=DUE, note=canary(f"given.{name}"),
        )  # fmt: skip
        things[f"assignment.{name}"] = given.assignments[0]
    done = assignments.assign(module=make_module(), people=[people["employee"]], by=people["trainer"], at=NOW)
    things["completion.employee"] = finish(done.assignments[0]).completion
    by = people["manager"]
    assignments.extend(
        assignment=things["assignment.open"], until_on=DUE + timedelta(days=7), reason=canary("extended"), by=by, at=NOW
    )
    assignments.waive(
        assignment=things["assignment.waived"], kind=Waiver.Kind.OUTSIDE, reason=canary("waived"), by=by, at=NOW
    )
    assignments.withdraw(assignment=things["assignment.withdrawn"], reason=canary("withdrawn"), by=by, at=NOW)


def _under_way(scene: Scene) -> None:
    """Something written; a second attempt at the quiz and a conversation begun; an observer asked."""
    assignment = scene["assignment.open"]
    records = _opened(scene, "open")
    learning.save_writing(record=records["writing"], text=canary("written.open"), revision=0, at=NOW)
    _try_quiz(records["quiz"], canary("answered.open"))
    learning.start_attempt(record=records["quiz"], chance=Random(2), at=NOW)
    learning.start_attempt(record=records["scenario"], chance=Random(2), at=NOW)
    scene.things["sign-off.waiting"] = sign_offs.ask_for_sign_off(
        record=records["practice"], observer=scene.people["manager"], note=canary("asked.waiting"), at=NOW
    )
    scene.things["assignment.open"] = Assignment.objects.get(pk=assignment.pk)


def _handed_in(scene: Scene) -> None:
    """A quiz failed, a conversation held, a practice returned by a colleague."""
    records, observer = _opened(scene, "seen"), scene.people["owing"]
    _try_quiz(records["quiz"], canary("answered.seen"))
    attempt = learning.start_attempt(record=records["scenario"], chance=Random(2), at=NOW)
    for step in (0, 1):
        attempt = learning.choose(attempt=attempt, step=step, choice=0, at=NOW)
    asked = sign_offs.ask_for_sign_off(
        record=records["practice"], observer=observer, note=canary("asked.judged"), at=NOW
    )
    levels = {line.key: 1 for line in PRACTICE.rubric}
    scene.things["sign-off.judged"] = sign_offs.judge(
        sign_off=asked, by=observer, levels=levels, comment=canary("judged"), at=NOW
    )


def _completed(scene: Scene) -> None:
    """What the employee completed, and what was revoked of it; what a people admin of the other team completed."""
    things, people = scene.things, scene.people
    for name, person in (("done", "employee"), ("revoked", "employee"), ("elsewhere", "recruiterb")):
        row = finish(give(make_module(), people[person]), at=NOW)
        things[f"completion.{name}"] = row.completion
        things[f"certificate.{name}"] = row.completion.paper
        things[f"paper.{name}"] = {"token": str(row.completion.certificate)}
    things["paper.made_up"] = {"token": "8a0f5d0e-0000-4000-8000-000000000000"}
    certificates.revoke(completion=things["completion.revoked"], by=people["admin"], reason=canary("revoked"), at=NOW)


def _imports(scene: Scene) -> None:
    """Completions from elsewhere, on record and on their way in."""
    module, by = make_module(), scene.people["trainer"]
    outside.record_one(
        person=scene.people["employee"], module=module, completed_on=NOW.date(), expires_on=None,
        source=canary("source"), evidence=canary("evidence"), by=by, at=NOW,
    )  # fmt: skip
    head = "email,module,completed_on,source,evidence\n"
    address = scene.people["other"].email
    for name, day in (("ready", "2026-01-02"), ("rejected", "never")):
        row = f"{address},{module.key},{day},Elsewhere,{canary('completions.row')}\n"
        scene.things[f"completions.{name}"] = run = completion_imports.start_import(
            data=(head + row).encode(), file_name=f"{canary('completions.file')}.csv", by=by, at=NOW
        )
        imports.check_import(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()


def _foreign(scene: Scene) -> None:
    """Parts of a module that was not begun, of one that is over, and of another module than the assignment's."""
    things = scene.things
    for part in ModulePart.objects.filter(version=things["assignment.fresh"].version_id):
        things[f"{part.kind}.fresh"] = {"pk": things["assignment.fresh"].pk, "part": part.pk}
        things[f"{part.kind}.foreign"] = {"pk": things["assignment.open"].pk, "part": part.pk}
    (lesson,) = ModulePart.objects.filter(version=things["assignment.waived"].version_id)
    things["lesson.waived"] = {"pk": things["assignment.waived"].pk, "part": lesson.pk}


def _opened(scene: Scene, name: str) -> Mapping[str, Any]:
    """A record of each part of that assignment; the parts are things by their kind."""
    assignment, found = scene[f"assignment.{name}"], {}
    for part in ModulePart.objects.filter(version=assignment.version_id):
        scene.things[f"{part.kind}.{name}"] = {"pk": assignment.pk, "part": part.pk}
        found[part.kind] = learning.open_part(assignment=assignment, part=part, at=NOW)
    return found


def _try_quiz(record: Any, said: str) -> None:
    """Hand in an attempt that is wrong in all its answers."""
    attempt = learning.start_attempt(record=record, chance=Random(1), at=NOW)
    learning.submit_quiz(attempt=attempt, answers={"word": said}, at=NOW)


def _sessions(scene: Scene) -> None:
    """To come, with a seat for the employee; to come with none; held; of a module that is archived. Held by nobody of
    the scene."""
    people, things, holder = scene.people, scene.things, make_person()
    things["colleague"] = make_person()
    module = things["module.live"] = make_module("session")
    learners = [people["employee"], people["manager"], things["colleague"]]
    given = assignments.assign(module=module, people=learners, by=people["trainer"], at=NOW - timedelta(days=9))
    (assignment,) = [one for one in given.assignments if one.person == people["employee"]]
    (part,) = ModulePart.objects.filter(version=assignment.version_id)
    things["session-part.open"] = {"pk": assignment.pk, "part": part.pk}
    for number, name in enumerate(("seat", "free", "over", "archived")):
        word = canary(f"link.{name}") if name in {"free", "archived"} else name
        starts_at = NOW - timedelta(hours=3) if name == "over" else NOW + timedelta(days=3 + number)
        things[f"session.{name}"] = sessions.plan_session(
            module=make_module("session") if name == "archived" else module, part_key="session", starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1), seats=4, trainer=holder, place="Room 4",
            link=f"https://call.example/{word}", by=people["trainer"], at=NOW - timedelta(days=8),
        )  # fmt: skip
    modules.archive_module(module=things["session.archived"].module, by=people["trainer"], at=NOW)
    things["booking.over"] = _booked(scene, "over")
    things["booking.unmarked"] = _booked(scene, "over", things["colleague"])
    bookings.mark(
        session=things["session.over"], there={things["booking.over"].pk: False}, by=people["trainer"], at=NOW
    )
    things["booking.seat"] = _booked(scene, "seat")


def _booked(scene: Scene, name: str, person: Person | None = None) -> Any:
    person = person or scene.people["employee"]
    at = NOW - timedelta(days=7)
    return bookings.book(session=scene[f"session.{name}"], people=[person], by=person, at=at)[0]


def _files(scene: Scene) -> None:
    """A file of a draft, of a module that everybody may take, and of one that is archived."""
    things, by = scene.things, scene.people["trainer"]
    for name, version in (("draft", things["version.draft"]), ("free", None), ("archived", None)):
        made = version or modules.create_module(content=module_content(), by=None, at=NOW)
        upload = io.BytesIO(canary(f"lesson.{name}").encode())
        things[f"file.{name}"] = files.add_file(version=made, upload=upload, name="list.txt", by=by, at=NOW)
        if version is None:
            modules.publish_version(version=made, by=None, at=NOW)
            if name == "archived":
                modules.archive_module(module=made.module, by=by, at=NOW)


def _evidence(scene: Scene) -> None:
    """A document that the employee handed in to their manager, and a part that nothing was handed in for."""
    things, people = scene.things, scene.people
    for name in ("handed", "missing"):
        row = give(make_module("evidence"), people["employee"])
        (part,) = ModulePart.objects.filter(version=row.version_id)
        things[f"evidence.{name}"] = {"pk": row.pk, "part": part.pk}
    record = learning.open_part(assignment=Assignment.objects.get(pk=things["evidence.handed"]["pk"]),
                                part=ModulePart.objects.get(pk=things["evidence.handed"]["part"]), at=NOW)  # fmt: skip
    paper = f"%PDF-1.7\n{canary('handed.paper')}\n%%EOF\n".encode()
    things["paper.handed"] = evidence.hand_in(
        record=record, observer=people["manager"], title=canary("handed.title"), done_on=date(2026, 3, 2),
        upload=io.BytesIO(paper), name="aid.pdf", note=canary("handed.note"), at=NOW,
    )  # fmt: skip
    things["assignment.handed"] = record.assignment
    things["sign-off.handed"] = things["paper.handed"].sign_off
