"""Policies about one thing and `visible_to` about rows agree, for every role, in every state of an interview."""

from dataclasses import dataclass

import pytest

from hiring import policies
from hiring.models import (
    Application,
    Candidate,
    Decision,
    Interview,
    Opening,
    Scorecard,
    StageScore,
)
from hiring.models.interviews import owed_by
from hiring.reports import interviews
from people.models import Person, Role
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    grant,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_recruiter,
    make_team,
)

pytestmark = pytest.mark.django_db

ROLES = (
    "stranger",
    "gone",
    "auditor",
    "recruiter",
    "recruiter of the team",
    "recruiter above the team",
    "recruiter elsewhere",
    "recruiter elsewhere, named",
    "named without the role",
    "hiring manager",
    "panellist who wrote",
    "panellist who owes",
    "shadow who owes",
    "recruiter who owes",
    "manager who owes",
    "recruiter who wrote",
)
STATES = ("scheduled", "sealed", "revealed", "broken", "cancelled")


@dataclass
class Scene:
    person: Person
    interview: Interview
    application: Application


def set_scene(role: str, state: str, *, blind: bool, only_reads: bool = False) -> Scene:  # noqa: C901 (one cast for all roles reads best flat)
    team = make_team("Service/Front Desk/Unit 1")
    person = make_person("Rae Reader")
    opening = make_opening(team=team, blind=blind)
    if role in {"hiring manager", "manager who owes"}:
        opening.hiring_manager = person
        opening.save(update_fields=["hiring_manager"])
    scopes = {
        "recruiter": None,
        "recruiter who owes": None,
        "recruiter who wrote": None,
        "recruiter of the team": team,
        "recruiter above the team": team.parent,
        "recruiter elsewhere": make_team("Service/Retail"),
        "recruiter elsewhere, named": make_team("Service/Retail"),
    }
    if role in scopes:
        grant(person, Role.RECRUITER, scopes[role])
    if role == "auditor":
        grant(person, Role.AUDITOR)
    if "named" in role:
        opening.recruiters.add(person)
    others = make_person("Lea Lead"), make_person("Max Member")
    writes, owes = "wrote" in role, "owes" in role
    members = (*others, person) if (writes or owes) and role != "shadow who owes" else others
    shadows = (person,) if role == "shadow who owes" else ()
    interview = make_interview(make_application(opening), members, shadows=shadows)
    if state != "scheduled" and state != "cancelled":
        fill_scorecard(interview, others[0])
    if state in {"revealed", "broken"}:
        fill_scorecard(interview, others[1])
    if writes and state != "cancelled":
        fill_scorecard(interview, person)
    if state in {"revealed", "broken"}:
        Interview.objects.filter(pk=interview.pk).update(
            revealed_at=NOW,
            reveal="complete" if state == "revealed" else "broken",
            reveal_reason="" if state == "revealed" else "Somebody is ill.",
            state="held",
        )
    if state == "cancelled":
        Interview.objects.filter(pk=interview.pk).update(state="cancelled")
    application = interview.application
    Decision.objects.create(
        application=application, stage=application.stage, outcome="hold", reason="Wait.", by=others[0], at=NOW
    )
    rule = opening.rules.create(number=1, document={}, digest="x", set_at=NOW)
    if state in {"revealed", "broken"}:
        StageScore.objects.create(application=application, stage=interview.stage, rule=rule, raters=2, refreshed_at=NOW)
    if role == "gone":
        person.is_active = False
        person.save(update_fields=["is_active"])
    reader = fresh(person)
    reader.only_reads = only_reads
    return Scene(reader, Interview.objects.get(pk=interview.pk), application)


def sees(queryset, thing) -> bool:
    return queryset.filter(pk=thing.pk).exists()


@pytest.mark.parametrize("blind", [False, True], ids=["open", "blind"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_policies_agree_with_rows(role, state, blind):
    scene = set_scene(role, state, blind=blind)
    policies_agree_with_rows(scene, scene.person)
    reading = fresh(scene.person)
    reading.only_reads = True
    policies_agree_with_rows(scene, reading)


def policies_agree_with_rows(scene, person):
    interview, application = scene.interview, scene.application
    opening, candidate = application.opening, application.candidate
    assert policies.can_view_opening(person, opening) is sees(Opening.objects.visible_to(person), opening)
    assert policies.can_recruit_for(person, opening) is sees(Opening.objects.recruited_by(person), opening)
    assert policies.can_view_application(person, application) is sees(
        Application.objects.visible_to(person), application
    )
    assert policies.is_masked(person, application) is sees(Application.objects.masked_for(person), application)
    assert policies.is_masked(person, application) is not sees(Application.objects.unmasked_for(person), application)
    marked = Application.objects.with_mask(person).get(pk=application.pk)
    assert marked.is_masked is policies.is_masked(person, application)
    assert marked.owes_scorecard is policies.owes_scorecard(person, application)
    assert policies.can_view_candidate(person, candidate) is sees(Candidate.objects.visible_to(person), candidate)
    assert policies.can_view_interview(person, interview) is sees(Interview.objects.visible_to(person), interview)
    if policies.can_view_application(person, application):
        assert policies.can_open_candidate_of(person, marked) is policies.can_view_candidate(person, candidate)
    for scorecard in Scorecard.objects.all():
        assert policies.can_read_scorecard(person, scorecard) is sees(Scorecard.objects.visible_to(person), scorecard)
    decision = Decision.objects.get()
    assert policies.can_view_decision(person, decision) is sees(Decision.objects.visible_to(person), decision)
    for score in StageScore.objects.all():
        allowed = policies.can_view_application(person, application) and not policies.owes_scorecard(
            person, application
        )
        assert sees(StageScore.objects.visible_to(person), score) is allowed


@pytest.mark.parametrize("state", ["sealed", "broken", "revealed"])
@pytest.mark.parametrize("role", ["panellist who owes", "shadow who owes", "recruiter who owes", "manager who owes"])
@pytest.mark.parametrize("only_reads", [False, True], ids=["asked each time", "read once"])
def test_whoever_owes_a_scorecard_reads_no_judgement(role, state, only_reads):
    scene = set_scene(role, state, blind=False, only_reads=only_reads)
    person, interview = scene.person, scene.interview
    assert not Scorecard.objects.visible_to(person).exclude(panellist__person=person).exists()
    assert not StageScore.objects.visible_to(person).exists()
    assert not Decision.objects.visible_to(person).exists()
    assert not policies.can_see_progress(person, interview)
    assert not policies.can_view_judgement(person, interview)
    assert not policies.can_break_seal(person, interview)
    assert not policies.can_decide(person, scene.application)


@pytest.mark.parametrize("blind", [False, True], ids=["open", "blind"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_seats_that_are_read_once_say_the_same_as_the_database(role, state, blind):
    """With a seat on another application too, of which the first one's guards must say nothing."""
    scene = set_scene(role, state, blind=blind)
    make_interview(make_application(make_opening(blind=True)), (make_person(), scene.person))
    asking, reading = fresh(scene.person), fresh(scene.person)
    reading.only_reads = True

    def told(reader):
        sight = [
            sorted(model.objects.visible_to(reader).values_list("pk", flat=True))
            for model in (Candidate, Application, Interview, Scorecard, StageScore, Decision)
        ]
        marks = ("pk", "is_masked", "owes_scorecard")
        sight += [sorted(model.objects.with_mask(reader).values_list(*marks)) for model in (Application, Interview)]
        applications = Application.objects
        for found in (applications.masked_for(reader), applications.unmasked_for(reader)):
            sight += [sorted(found.values_list("pk", flat=True))]
        sight += [sorted(Interview.objects.live().filter(owed_by(reader)).values_list("pk", flat=True))]
        return sight

    assert told(reading) == told(asking)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_own_seat_read_from_panels_is_that_of_the_database(role, state):
    reader = fresh(set_scene(role, state, blind=False).person)
    rows = interviews.rows(reader, interviews.listed(reader), at=NOW)
    seats = {each.pk: each.own_seat for each in Interview.objects.visible_to(reader).with_seat(reader)}
    assert {row.interview.pk: row.interview.own_seat for row in rows} == seats


def test_sealed_scorecards_are_read_by_nobody_but_their_author():
    scene = set_scene("recruiter", "sealed", blind=False)
    author = Scorecard.objects.get().panellist.person
    assert not Scorecard.objects.visible_to(scene.person).exists()
    assert list(Scorecard.objects.visible_to(fresh(author))) == [Scorecard.objects.get()]
    assert policies.can_see_progress(scene.person, scene.interview)


def test_owing_on_one_stage_closes_judgement_of_another():
    scene = set_scene("recruiter", "revealed", blind=False)
    assert Scorecard.objects.visible_to(scene.person).count() == 2
    make_interview(scene.application, (make_person(), scene.person))
    assert not Scorecard.objects.visible_to(fresh(scene.person)).exists()


def test_label_is_refused_without_a_mask():
    application = make_application(make_opening(blind=True), name="Canary Bird")
    with pytest.raises(AttributeError):
        _ = Application.objects.get(pk=application.pk).label
    masked = make_recruiter()
    make_interview(application, (masked,))
    assert Application.objects.with_mask(masked).get().label == "Candidate 1"
    assert Application.objects.with_mask(make_recruiter()).get().label == "Canary Bird"
