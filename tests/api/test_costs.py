"""Every list costs the same queries at 1, 3 and 50 rows, and no more than 12."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hiring import models as hiring
from hiring.actions.scores import refresh_stage_score
from hiring.models.scorecards import Recommendation
from people.models import Person, Role
from recognition.actions.comments import comment
from recognition.actions.moderation import report
from recognition.actions.nominations import save_draft
from recognition.actions.praise import check_praise
from tests.api.caller import Caller, operations
from tests.cast import (
    NOW,
    fill_scorecard,
    finish,
    finish_idea,
    give,
    grant,
    interview_stage,
    make_application,
    make_interview,
    make_kit_version,
    make_module,
    make_opening,
    make_person,
    make_programme,
    make_recruiter,
    make_round,
    make_session,
    make_site,
    make_skill,
    make_team,
    make_value,
    nominate,
    propose,
    said,
    thank,
)
from training import models as training
from training.actions import learning
from training.actions import paths as path_actions
from training.actions.assignments import waive
from training.actions.bookings import book
from training.actions.certificates import revoke
from training.actions.rules import create_rule
from training.actions.sign_offs import ask_for_sign_off
from training.actions.skills import judge_skill

pytestmark = pytest.mark.django_db
MOST = 12


def people(reader: Person, count: int) -> str:
    boss = make_person("Boss")
    for _number in range(count):
        make_person(team=make_team(f"Service/Unit {_number}"), manager=boss, site=make_site(f"Site {_number}"))
    return "/people/people/"


def teams(reader: Person, count: int) -> str:
    for number in range(count):
        make_team(f"Service/Unit {number}")
    return "/people/teams/"


def sites(reader: Person, count: int) -> str:
    for number in range(count):
        make_site(f"Site {number}")
    return "/people/sites/"


def competencies(reader: Person, count: int) -> str:
    for number in range(count):
        key = f"k-{count}-{number}"
        row = hiring.Competency.objects.create(key=key, name=key, group="service", definition="D")
        row.questions.create(key="q", kind="behavioural", text="When?")
    return "/hiring/competencies/"


def kits(reader: Person, count: int) -> str:
    for _number in range(count):
        make_kit_version()
    return "/hiring/kits/"


def versions(reader: Person, count: int) -> str:
    kit = make_kit_version().kit
    for number in range(2, count + 1):
        kit.versions.create(
            number=number, state="superseded", created_at=NOW, published_at=NOW, created_by=make_person()
        )
    return f"/hiring/kits/{kit.pk}/versions/"


def openings(reader: Person, count: int) -> str:
    for number in range(count):
        opening = make_opening(site=make_site(f"Site {number}"), recruiters=(make_person(), make_person()))
        make_application(opening)
    return "/hiring/openings/"


def rules(reader: Person, count: int) -> str:
    opening = make_opening()
    for number in range(1, count + 1):
        opening.rules.create(
            number=number,
            document={"format": 1, "compensatory": True, "within": "mean of panellists", "stages": []},
            digest=f"{number}",
            reason="Because.",
            set_by=make_person(),
            set_at=NOW,
        )
    return f"/hiring/openings/{opening.pk}/rules/"


def stages(reader: Person, count: int) -> str:
    opening = make_opening()
    for number in range(count):
        opening.stages.create(position=number + 10, name=f"Stage {number}", kit_version=make_kit_version())
    return f"/hiring/openings/{opening.pk}/stages/"


def candidates(reader: Person, count: int) -> str:
    for _number in range(count):
        make_application(make_opening(), candidate=make_application(make_opening()).candidate)
    return "/hiring/candidates/"


def applications(reader: Person, count: int) -> str:
    for number in range(count):
        application = make_application(make_opening(blind=number % 2 == 0))
        make_interview(application, (reader, make_person()))
    return "/hiring/applications/"


def notes(reader: Person, count: int) -> str:
    application = make_application(make_opening())
    for _number in range(count):
        application.notes.create(author=make_person(), text="A note.", written_at=NOW)
    return f"/hiring/applications/{application.pk}/notes/"


def files(reader: Person, count: int) -> str:
    application = make_application(make_opening())
    for number in range(count):
        application.files.create(name="cv.pdf", content_type="application/pdf", size=1, digest=number, uploaded_at=NOW)
    return f"/hiring/applications/{application.pk}/files/"


def interviews(reader: Person, count: int) -> str:
    panel = (make_person(), make_person())
    for number in range(count):
        interview = make_interview(make_application(make_opening(blind=number % 2 == 0)), panel)
        fill_scorecard(interview, panel[0])
    return "/hiring/interviews/"


def revealed(reader: Person, count: int) -> list[hiring.Interview]:
    opening, panel = make_opening(), (make_person(), make_person())
    opening.rules.create(
        number=1,
        document={
            "format": 1,
            "compensatory": True,
            "within": "mean of panellists",
            "stages": [
                {
                    "stage": str(interview_stage(opening).pk),
                    "terms": [{"competency": "empathy", "weight": "1", "minimum": "3"}],
                }
            ],
        },
        digest="d",
        set_at=NOW,
    )
    sat = []
    for number in range(count):
        interview = make_interview(make_application(opening), panel)
        for person, score in zip(panel, (number % 5 + 1, 3), strict=True):
            fill_scorecard(interview, person, {"empathy": score}, recommendation=Recommendation.YES)
        hiring.Interview.objects.filter(pk=interview.pk).update(revealed_at=NOW, reveal="complete")
        refresh_stage_score(application=interview.application, stage=interview.stage, at=NOW)
        sat.append(interview)
    return sat


def scorecards(reader: Person, count: int) -> str:
    revealed(reader, count)
    return "/hiring/scorecards/"


def comparison(reader: Person, count: int) -> str:
    return f"/hiring/stages/{revealed(reader, count)[0].stage_id}/comparison/"


def decisions(reader: Person, count: int) -> str:
    for interview in revealed(reader, count):
        interview.application.decisions.create(
            stage=interview.stage, outcome="hold", reason="Wait.", by=make_person(), at=timezone.now()
        )
    return "/hiring/decisions/"


def recognitions(reader: Person, count: int) -> str:
    for _number in range(count):
        thank(make_person(team=make_team()), make_person(is_active=True), team=make_team("Service/Empty"))
    return "/recognition/recognitions/"


def ideas(reader: Person, count: int) -> str:
    for _number in range(count):
        finish_idea(propose(team=make_team(), is_named=False), make_person())
    return "/recognition/ideas/"


def comments(reader: Person, count: int) -> str:
    one = thank(make_person())
    for _number in range(count):
        comment(recognition=one, words="I was there, with @Nobody.", by=make_person(), at=NOW)
    return f"/recognition/recognitions/{one.pk}/comments/"


def values(reader: Person, count: int) -> str:
    for _number in range(count):
        make_value()
    return "/recognition/values/"


def praises(reader: Person, count: int) -> str:
    steward = make_person(roles={Role.STEWARD: None})
    for _number in range(count):
        one = said("Kind.", about=[make_person()], team=make_team(), site=make_site())
        check_praise(praise=one, words="Kind.", decision="shown", by=steward, at=NOW)
    return "/recognition/customers/"


def cases(reader: Person, count: int) -> str:
    for _number in range(count):
        report(recognition=thank(make_person()), kind="private", by=make_person(), at=NOW)
    return "/recognition/reports/"


def programmes(reader: Person, count: int) -> str:
    for _number in range(count):
        make_programme(teams=[make_team()], sites=[make_site()])
    return "/recognition/programmes/"


def rounds(reader: Person, count: int) -> str:
    for _number in range(count):
        make_round()
    return "/recognition/rounds/"


def nominations(reader: Person, count: int) -> str:
    row = make_round(make_programme(most=20))
    for number in range(count):
        if number < 20:
            nominate(row, make_person(), by=reader)
        else:
            save_draft(round_=row, nominee=make_person(), words={}, by=reader, at=NOW)
    return "/recognition/nominations/"


def modules(reader: Person, count: int) -> str:
    for _number in range(count):
        make_module("lesson", "quiz")
    return "/training/modules/"


def assignments(reader: Person, count: int) -> str:
    """Overdue, so that the cause of each is asked for: with a session that nobody offered, and on leave."""
    module = make_module("session")
    for number in range(count):
        person = make_person()
        given = give(make_module() if number % 2 else module, person, due_on=NOW.date())
        training.Assignment.objects.filter(pk=given.pk).update(due_on=NOW.date() - timedelta(days=9))
    return "/training/assignments/?overdue=true"


def completions(reader: Person, count: int) -> str:
    for _number in range(count):
        finish(give(make_module(), make_person()))
    return "/training/completions/?latest=true"


def training_rules(reader: Person, count: int) -> str:
    module = make_module()
    for number in range(count):
        team = make_team(f"Service/Unit {number}")
        create_rule(
            module=module, name="R", why="W", team=team, site=make_site(f"S {number}"), by=make_person(), at=NOW
        )
    return "/training/rules/"


def statements(reader: Person, count: int) -> str:
    for _number in range(count):
        finish(give(make_module(), make_person()))
    return "/training/statements/"


def module_versions(reader: Person, count: int) -> str:
    module = make_module()
    for number in range(2, count + 1):
        module.versions.create(
            number=number, state="superseded", created_at=NOW, published_at=NOW, created_by=make_person()
        )
    return f"/training/modules/{module.pk}/versions/"


def paths(reader: Person, count: int) -> str:
    for number in range(count):
        steps = [(make_module(), 1), (make_module(), 2)]
        words = {"name": f"Path {number} of {count}", "description": "You can.", "language": "English"}
        path = path_actions.create_path(steps=steps, by=reader, at=NOW, **words)
        path_actions.publish_path(path=path, by=reader, at=NOW)
    return "/training/paths/"


def path_assignments(reader: Person, count: int) -> str:
    paths(reader, count)
    for path in training.Path.objects.order_by("-pk")[:count]:
        path_actions.assign_path(path=path, people=[make_person()], by=reader, at=NOW)
    return "/training/path-assignments/"


def sign_offs(reader: Person, count: int) -> str:
    module = make_module("practice")
    for _number in range(count):
        row = give(module, make_person())
        record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
        ask_for_sign_off(record=record, observer=reader, at=NOW)
    return f"/training/sign-offs/?observer={reader.pk}&state=waiting"


def sessions(reader: Person, count: int) -> str:
    module, soon = make_module("session"), timezone.now() + timedelta(days=2)
    for _number in range(count):
        make_session(module, make_person(), starts_at=soon)
    return "/training/sessions/?show=coming"


def seats(reader: Person, count: int) -> str:
    module = make_module("session")
    session = make_session(module, seats=100)
    people = [make_person() for _number in range(count)]
    for person in people:
        give(module, person)
    book(session=session, people=people, by=reader, at=NOW)
    return f"/training/sessions/{session.pk}/bookings/"


def skills(reader: Person, count: int) -> str:
    for _number in range(count):
        make_skill({make_module(): 2})
    return "/training/skills/"


def skill_sign_offs(reader: Person, count: int) -> str:
    for _number in range(count):
        person = make_person()
        judge_skill(person=person, skill=make_skill(), level=2, evidence="Seen.", by=make_person(), at=NOW)
    return "/training/skill-sign-offs/"


def person_skills(reader: Person, count: int) -> str:
    person, done = make_person(job_title="Agent"), make_module()
    finish(give(done, person))
    for number in range(count):
        skill = make_skill({done: 1, make_module(): 3} if number % 2 else {})
        judge_skill(person=person, skill=skill, level=2, evidence="Seen.", by=reader, at=NOW)
        training.SkillNeed.objects.create(job_title="Agent", title_key="agent", skill=skill, level=4)
    return f"/training/people/{person.pk}/skills/"


def skill_needs(reader: Person, count: int) -> str:
    for number in range(count):
        make_person(job_title=f"Agent {number}")
        training.SkillNeed.objects.create(
            job_title=f"Agent {number}", title_key=f"agent {number}", skill=make_skill(), level=4
        )
    return "/training/skill-needs/"


def transcript(reader: Person, count: int) -> str:
    person = make_person()
    for number in range(count):
        row = give(make_module(), person)
        if number % 3:
            done = finish(row).completion
            if number % 3 == 2:
                revoke(completion=done, by=reader, at=NOW, reason="No.")
        else:
            waive(assignment=row, kind=training.Waiver.Kind.OUTSIDE, by=reader, at=NOW, reason="Elsewhere.")
    return f"/training/people/{person.pk}/transcript/"


LISTS: list[Callable[[Person, int], str]] = [
    people, teams, sites, competencies, kits, versions, openings, rules, stages, candidates, applications, notes, files,
    interviews, scorecards, comparison, decisions, modules, assignments, completions, training_rules,
    statements, module_versions, paths, path_assignments, sign_offs, sessions, seats, skills, skill_sign_offs,
    person_skills, skill_needs, transcript, recognitions, comments, values, ideas,
    praises, cases, programmes, rounds, nominations,
]  # fmt: skip


def cost(caller: Caller, address: str) -> int:
    caller.get(address)  # the token notes its use once a minute
    with CaptureQueriesContext(connection) as queries:
        answer = caller.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("fill", LISTS, ids=lambda fill: fill.__name__)
@pytest.mark.once
def test_list_costs_the_same_however_many_rows(fill):
    costs = {}
    for count in (1, 3, 50):
        reader = make_recruiter()
        grant(reader, Role.PEOPLE_ADMIN)
        grant(reader, Role.TRAINER)
        grant(reader, Role.STEWARD)
        costs[count] = cost(Caller(reader), fill(reader, count))
    assert costs[1] == costs[3] == costs[50] <= MOST, costs


def test_every_list_is_among_them():
    measured = {
        "/api/v1/hiring/stages/{}/comparison/",
        "/api/v1/hiring/openings/{}/stages/",
        "/api/v1/training/sessions/{}/bookings/",
        "/api/v1/training/people/{}/skills/",
        "/api/v1/training/people/{}/transcript/",
        "/api/v1/training/skill-needs/",
    }
    many = {
        path
        for (method, path), each in operations().items()
        if method == "GET" and any(parameter["name"] == "cursor" for parameter in each.get("parameters", []))
    }
    assert len(many | measured) == len(LISTS)


@pytest.mark.parametrize("filters", ["", "?q=unit&team={team}&is_active=true&ordering=newest"])
def test_a_walk_costs_the_same_on_each_page(filters):
    team = make_team()
    for number in range(9):
        make_person(f"Unit {number}", team=team, started_on=NOW.date() - timedelta(days=number))
    caller = Caller(make_recruiter())
    address = "/people/people/" + filters.format(team=team.pk)
    address += "&page_size=3" if filters else "?page_size=3"
    caller.get(address)
    costs = []
    while address:
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get(address)
        costs.append(len(queries))
        address = answer.json()["next"]
    assert len(costs) >= 3
    assert len(set(costs)) == 1
