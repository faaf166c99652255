"""Interviews: planned, moved, called off, revealed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hiring.models import Interview
from people.models import AuditEntry, Role
from tests.api.caller import Caller, assert_problem, faults
from tests.api.scene import Scene, set_scene
from tests.cast import grant, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


@pytest.fixture
def recruiter(scene) -> Caller:
    return Caller(scene.people["recruiter"])


def soon(**shift) -> str:
    return (timezone.now() + timedelta(**(shift or {"days": 3}))).isoformat(timespec="seconds")


def plan_of(scene: Scene, **changes):
    applied = scene.draft.applications.first()
    seats = [(scene.people["wrote"], "lead"), (scene.people["owes"], "member")]
    return {
        "application": applied.pk if applied else None,
        "stage": scene.stage.pk,
        "starts_at": soon(),
        "place": "Room 4",
        "panel": [{"person": person.pk, "role": role} for person, role in seats],
        **changes,
    }


@pytest.fixture
def fresh(scene, recruiter) -> int:
    """An application at the interview stage without an interview."""
    body = {"opening": scene.opening.pk, "full_name": "Ada", "phone": "1"}
    application = recruiter.post("/hiring/applications/", body).json()
    recruiter.post(f"/hiring/applications/{application['id']}/move/", {"stage": scene.stage.pk})
    return application["id"]


def test_an_interview_is_planned_for_as_long_as_the_stage_says(scene, recruiter, fresh):
    made = recruiter.post("/hiring/interviews/", plan_of(scene, application=fresh))
    told = made.json()
    assert (made.status_code, told["standing"], told["place"]) == (201, "to_come", "Room 4")
    interview = Interview.objects.get(pk=told["id"])
    assert interview.ends_at - interview.starts_at == timedelta(minutes=scene.stage.length_minutes)
    assert [(seat["person"]["name"], seat["role"], seat["has_submitted"]) for seat in told["panel"]] == [
        ("Wrote", "lead", False),
        ("Owes", "member", False),
    ]
    assert (told["sits"], told["owes_scorecard"], told["reveal"]) == (False, False, None)
    seen = Caller(scene.people["owes"]).get(f"/hiring/interviews/{told['id']}/").json()
    assert (seen["sits"], seen["owes_scorecard"], seen["progress"]) == (True, True, None)
    assert_problem(recruiter.post("/hiring/interviews/", plan_of(scene, application=fresh)), 409, "conflict")


@pytest.mark.parametrize(
    ("panel", "status", "fault"),
    [
        ([], 400, ("/panel", "min_length")),
        ([{"person": 10**6, "role": "lead"}], 400, ("/panel/0/person", "does_not_exist")),
        ([{"person": "x", "role": "lead"}], 400, ("/panel/0/person", "type")),
        ([{"person": 1, "role": "boss"}], 400, ("/panel/0/role", "invalid_choice")),
        ([{"person": 1}], 400, ("/panel/0/role", "required")),
        ([{"person": 1, "role": "lead", "name": "x"}], 400, ("/panel/0/name", "unknown_field")),
        ("lead", 400, ("/panel", "not_a_list")),
        ([("wrote", "member"), ("owes", "member")], 409, None),
        ([("wrote", "lead"), ("owes", "lead")], 409, None),
        ([("wrote", "lead"), ("wrote", "member")], 409, None),
        ([("wrote", "shadow")], 409, None),
    ],
)
def test_a_panel_is_refused_at_the_seat_that_is_wrong(scene, recruiter, fresh, panel, status, fault):
    if panel and isinstance(panel[0], tuple):
        panel = [{"person": scene.people[name].pk, "role": role} for name, role in panel]
    before = Interview.objects.count()
    answer = recruiter.post("/hiring/interviews/", plan_of(scene, application=fresh, panel=panel))
    assert answer.status_code == status, answer.content
    if fault:
        assert faults(answer) == {fault}
    assert Interview.objects.count() == before


def test_a_leaver_sits_on_no_panel(scene, recruiter, fresh):
    gone = make_person(is_active=False)
    panel = [{"person": gone.pk, "role": "lead"}]
    answer = recruiter.post("/hiring/interviews/", plan_of(scene, application=fresh, panel=panel))
    assert faults(answer) == {("/panel/0/person", "does_not_exist")}
    grant(scene.people["recruiter"], Role.PEOPLE_ADMIN)
    answer = recruiter.post("/hiring/interviews/", plan_of(scene, application=fresh, panel=panel))
    assert_problem(answer, 409, "refused")


def test_a_stage_of_another_opening_or_without_a_kit_is_refused(scene, recruiter, fresh):
    foreign = scene.blind.stages.exclude(kit_version=None).get()
    blank = scene.opening.stages.filter(kit_version=None).first()
    for stage in (foreign, blank):
        answer = recruiter.post("/hiring/interviews/", plan_of(scene, application=fresh, stage=stage.pk))
        assert_problem(answer, 409, "refused")


def test_an_interview_is_moved_and_keeps_its_place_unless_told(scene, recruiter):
    here = f"/hiring/interviews/{scene.planned.pk}/"
    recruiter.post(f"{here}reschedule/", {"starts_at": soon(days=5), "place": "Room 9"})
    moved = recruiter.post(f"{here}reschedule/", {"starts_at": "2027-03-28T00:30:00+00:00"}).json()
    assert (moved["starts_at"], moved["place"]) == ("2027-03-28T00:30:00Z", "Room 9")
    assert_problem(recruiter.post(f"/hiring/interviews/{scene.revealed.pk}/reschedule/", {"starts_at": soon()}), 403)


def test_a_panel_becomes_exactly_what_was_sent(scene, recruiter):
    new = make_person("New")
    panel = [{"person": new.pk, "role": "lead"}, {"person": scene.people["wrote"].pk, "role": "shadow"}]
    told = recruiter.put(f"/hiring/interviews/{scene.planned.pk}/panel/", {"panel": panel}).json()
    assert [(seat["person"]["name"], seat["role"]) for seat in told["panel"]] == [("New", "lead"), ("Wrote", "shadow")]
    assert_problem(Caller(scene.people["owes"]).get(f"/hiring/interviews/{scene.planned.pk}/"), 404)
    kept = [{"person": new.pk, "role": "lead"}]
    answer = recruiter.put(f"/hiring/interviews/{scene.sealed.pk}/panel/", {"panel": kept})
    assert_problem(answer, 409, "refused")


def test_calling_off_needs_a_reason_that_the_panel_sees(scene, recruiter):
    here = f"/hiring/interviews/{scene.planned.pk}/"
    assert faults(recruiter.post(f"{here}cancel/", {})) == {("/reason", "required")}
    assert faults(recruiter.post(f"{here}cancel/", {"reason": " "})) == {("/reason", "blank")}
    told = recruiter.post(f"{here}cancel/", {"reason": "The candidate is ill."}).json()
    assert (told["standing"], told["reason"], told["progress"]) == ("cancelled", "The candidate is ill.", None)
    assert Caller(scene.people["owes"]).get(here).json()["reason"] == "The candidate is ill."
    assert_problem(recruiter.post(f"{here}cancel/", {"reason": "Again."}), 403)


def test_a_no_show_is_marked_and_taken_back(scene, recruiter):
    here = f"/hiring/interviews/{scene.planned.pk}/"
    assert_problem(recruiter.post(f"{here}no-show/", {}), 403)
    start = timezone.now() - timedelta(hours=2)
    Interview.objects.filter(pk=scene.planned.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    assert recruiter.post(f"{here}no-show/", {"reason": "Did not answer."}).json()["standing"] == "no_show"
    assert_problem(recruiter.post(f"{here}no-show/", {}), 403)
    assert recruiter.post(f"{here}take-up/").json()["standing"] == "over"
    assert_problem(recruiter.post(f"{here}take-up/"), 403)


def test_breaking_the_seal_needs_a_reason_and_somebody_who_owes_nothing(scene, recruiter):
    here = f"/hiring/interviews/{scene.sealed.pk}/"
    assert faults(recruiter.post(f"{here}break-seal/", {})) == {("/reason", "required")}
    for role in ("recruiter on the panel", "hiring manager", "wrote", "owes"):
        assert_problem(Caller(scene.people[role]).post(f"{here}break-seal/", {"reason": "x"}), 403)
    told = recruiter.post(f"{here}break-seal/", {"reason": "The offer is due."}).json()
    assert {name: told["reveal"][name] for name in ("how", "reason")} == {
        "how": "broken",
        "reason": "The offer is due.",
    }
    assert told["reveal"]["by"] == {"id": recruiter.person.pk, "name": "Recruiter"}
    entry = AuditEntry.objects.get(did="hiring.seal_broken")
    assert (entry.actor, entry.reason, entry.channel) == (recruiter.person, "The offer is due.", "api")
    assert_problem(recruiter.post(f"{here}break-seal/", {"reason": "x"}), 403)
    untouched = f"/hiring/interviews/{scene.planned.pk}/"
    assert_problem(recruiter.post(f"{untouched}break-seal/", {"reason": "x"}), 409, "refused")


def test_interviews_are_filtered_and_ordered(scene, recruiter):
    names = {getattr(scene, name).pk: name for name in ("planned", "sealed", "revealed", "masked")}

    def found(query, caller=recruiter):
        return [names[row["id"]] for row in caller.rows(f"/hiring/interviews/?{query}")]

    assert set(found("")) == set(names.values())
    assert found("ordering=latest")[0] == "planned"
    assert found("ordering=soonest")[-1] == "planned"
    assert found("when=to_come") == ["planned"]
    assert set(found("when=waiting")) == {"sealed", "masked"}
    assert found("when=past") == ["revealed"]
    assert found(f"opening={scene.blind.pk}") == ["masked"]
    assert found(f"application={scene.sealed.application_id}&stage={scene.stage.pk}") == ["sealed"]
    assert found("sits=true") == []
    assert len(found("sits=false")) == 4
    now = timezone.now().isoformat(timespec="seconds").replace("+", "%2B")
    assert found(f"starts_from={now}") == ["planned"]
    assert "planned" not in found(f"starts_before={now}")
    panellist = Caller(scene.people["owes"])
    assert len(found("sits=true", panellist)) == 4
    assert set(found("when=waiting", panellist)) == {"sealed", "masked"}


def test_whoever_has_no_part_in_it_sees_none(scene):
    for role in ("stranger", "auditor", "people admin", "recruiter elsewhere"):
        assert Caller(scene.people[role]).rows("/hiring/interviews/") == []
