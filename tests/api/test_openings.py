"""Openings, their stages and rules."""

import pytest

from hiring.models import Opening
from people.models import AuditEntry, Person, Role
from tests.api.caller import Caller, assert_problem, faults
from tests.api.scene import Scene, set_scene
from tests.cast import (
    interview_stage,
    make_kit_version,
    make_opening,
    make_person,
    make_recruiter,
    make_site,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter() -> Caller:
    return Caller(make_recruiter())


def body_of(**changes):
    return {"title": "Host", "team": make_team().pk, "hiring_manager": make_person().pk, **changes}


def test_an_opening_is_prepared_with_all_that_it_says(recruiter):
    site, named = make_site(), make_recruiter("Named")
    body = body_of(site=site.pk, headcount=3, description="Two lines\nof text.", blind=True, recruiters=[named.pk])
    made = recruiter.post("/hiring/openings/", body)
    assert made.status_code == 201
    told = made.json()
    assert (told["team"]["id"], told["hiring_manager"]["id"]) == (body["team"], body["hiring_manager"])
    assert (told["site"], told["recruiters"]) == (
        {"id": site.pk, "name": site.name},
        [{"id": named.pk, "name": "Named"}],
    )
    assert (told["headcount"], told["description"], told["blind"]) == (3, "Two lines\nof text.", True)
    assert recruiter.get(f"/hiring/openings/{told['id']}/").json() == told
    assert [each["name"] for each in recruiter.get(f"/hiring/openings/{told['id']}/stages/").json()] == [
        "Applied",
        "Interview",
        "Offer",
    ]
    entry = AuditEntry.objects.filter(did="hiring.opening_created").get()
    assert (entry.actor, entry.channel) == (recruiter.person, "api")


def test_an_opening_goes_under_a_team_of_ones_own_only():
    own, other = make_team("Service/Retail"), make_team("Office")
    recruiter = Caller(make_recruiter(team=own))
    assert faults(recruiter.post("/hiring/openings/", body_of(team=other.pk))) == {("/team", "does_not_exist")}
    made = recruiter.post("/hiring/openings/", body_of(team=own.pk)).json()
    answer = recruiter.patch(f"/hiring/openings/{made['id']}/", {"team": other.pk})
    assert faults(answer) == {("/team", "does_not_exist")}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"title": ""}, ("/title", "blank")),
        ({"headcount": 0}, ("/headcount", "min_value")),
        ({"headcount": 1001}, ("/headcount", "max_value")),
        ({"headcount": "3"}, ("/headcount", "type")),
        ({"blind": "yes"}, ("/blind", "type")),
        ({"hiring_manager": 10**6}, ("/hiring_manager", "does_not_exist")),
        ({"recruiters": [10**6]}, ("/recruiters/0", "does_not_exist")),
        ({"recruiters": 5}, ("/recruiters", "type")),
        ({"site": 10**6}, ("/site", "does_not_exist")),
        ({"state": "open"}, ("/state", "unknown_field")),
    ],
)
def test_an_opening_is_refused_at_the_field_that_is_wrong(recruiter, changes, fault):
    assert faults(recruiter.post("/hiring/openings/", body_of(**changes))) == {fault}
    assert not Opening.objects.exists()


def test_only_recruiters_are_named_on_an_opening_and_each_once(recruiter):
    nobody, named = make_person(), make_recruiter("Named")
    answer = recruiter.post("/hiring/openings/", body_of(recruiters=[named.pk, nobody.pk]))
    assert faults(answer) == {("/recruiters/1", "does_not_exist")}
    assert faults(recruiter.post("/hiring/openings/", body_of(recruiters=[named.pk] * 2))) == {("/recruiters", "twice")}


def test_what_is_left_out_of_a_change_stays(recruiter):
    opening = make_opening(title="Before", headcount=2)
    changed = recruiter.patch(f"/hiring/openings/{opening.pk}/", {"headcount": 5, "site": None}).json()
    assert (changed["title"], changed["headcount"], changed["site"]) == ("Before", 5, None)


def test_who_takes_themselves_off_an_opening_is_told_so_and_sees_it_no_more():
    recruiter = Caller(make_recruiter(team=make_team("Office")))
    opening = make_opening(team=make_team("Service"), recruiters=(recruiter.person,))
    answer = recruiter.patch(f"/hiring/openings/{opening.pk}/", {"recruiters": []})
    assert (answer.status_code, answer.json()["recruiters"]) == (200, [])
    assert_problem(recruiter.get(f"/hiring/openings/{opening.pk}/"), 404)


def test_blindness_is_settled_by_the_first_interview():
    scene = set_scene()
    recruiter = Caller(scene.people["recruiter"])
    assert_problem(recruiter.patch(f"/hiring/openings/{scene.blind.pk}/", {"blind": False}), 409, "refused")
    assert recruiter.patch(f"/hiring/openings/{scene.draft.pk}/", {"blind": True}).json()["blind"] is True


def test_an_opening_opens_once_it_has_a_kit_and_closes_with_a_reason(recruiter):
    opening = recruiter.post("/hiring/openings/", body_of()).json()
    here = f"/hiring/openings/{opening['id']}/"
    assert_problem(recruiter.post(f"{here}open/"), 409, "refused")
    assert_problem(recruiter.post(f"{here}close/", {}), 409, "refused")
    recruiter.put(f"{here}stages/", {"stages": [{"name": "Talk", "kit_version": make_kit_version().pk}]})
    opened = recruiter.post(f"{here}open/").json()
    assert (opened["state"], opened["closed_at"]) == ("open", None)
    assert_problem(recruiter.post(f"{here}open/"), 409, "refused")
    assert recruiter.post(f"{here}close/", {"reason": "Filled."}).json()["state"] == "closed"
    assert AuditEntry.objects.get(did="hiring.opening_closed").reason == "Filled."


def test_openings_are_filtered_counted_and_ordered():
    scene = set_scene()
    recruiter = Caller(scene.people["recruiter"])

    def titles(query):
        return [row["title"] for row in recruiter.rows(f"/hiring/openings/?{query}")]

    assert titles("state=draft") == ["Concierge"]
    assert titles("q=host") == ["Night host", "Host at the front desk"]
    assert titles("q=host&ordering=oldest") == ["Host at the front desk", "Night host"]
    assert titles(f"team={scene.opening.team.parent_id}&state=open") == titles("state=open")
    assert titles(f"hiring_manager={scene.people['wrote'].pk}") == []
    rows = {row["title"]: (row["in_play"], row["hired"]) for row in recruiter.rows("/hiring/openings/")}
    assert rows == {"Host at the front desk": (3, 0), "Night host": (1, 0), "Concierge": (0, 0)}


# --- stages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def scene() -> Scene:
    return set_scene()


def stages_of(caller: Caller, pk: int) -> list[dict]:
    return [
        {"id": each["id"], "name": each["name"], "kit_version": each["kit_version"] and each["kit_version"]["id"]}
        for each in caller.get(f"/hiring/openings/{pk}/stages/").json()
    ]


def test_stages_become_exactly_what_was_sent(scene):
    recruiter = Caller(scene.people["recruiter"])
    here = f"/hiring/openings/{scene.draft.pk}/stages/"
    first, second, _third = stages_of(recruiter, scene.draft.pk)
    other = make_kit_version()
    wanted = [second, {**first, "name": "New name"}, {"name": "Trial", "kit_version": other.pk, "panel_size": 2}]
    told = recruiter.put(here, {"stages": wanted}).json()
    assert [(each["position"], each["name"], each["panel_size"]) for each in told] == [
        (1, "Interview", 3),
        (2, "New name", 3),
        (3, "Trial", 2),
    ]
    assert [each["id"] for each in told[:2]] == [second["id"], first["id"]]
    assert told[2]["kit_version"] == {"id": other.pk, "kit": other.kit_id, "name": other.kit.name, "number": 1}


@pytest.mark.parametrize(
    ("stages", "fault"),
    [
        ([], ("/stages", "min_length")),
        ([{"name": "A"}] * 21, ("/stages", "max_length")),
        ([{"name": ""}], ("/stages/0/name", "blank")),
        ([{"name": "A"}, {"name": "B", "kit_version": 10**6}], ("/stages/1/kit_version", "does_not_exist")),
        ([{"name": "A", "panel_size": 13}], ("/stages/0/panel_size", "max_value")),
        ([{"name": "A", "position": 1}], ("/stages/0/position", "unknown_field")),
        ("A", ("/stages", "not_a_list")),
        ([5], ("/stages/0", "invalid")),
    ],
)
def test_stages_are_refused_at_the_place_that_is_wrong(scene, stages, fault):
    recruiter = Caller(scene.people["recruiter"])
    before = stages_of(recruiter, scene.draft.pk)
    assert faults(recruiter.put(f"/hiring/openings/{scene.draft.pk}/stages/", {"stages": stages})) == {fault}
    assert stages_of(recruiter, scene.draft.pk) == before


def test_a_draft_of_a_kit_is_offered_to_no_stage(scene):
    recruiter = Caller(scene.people["recruiter"])
    draft = make_kit_version(state="draft")
    answer = recruiter.put(
        f"/hiring/openings/{scene.draft.pk}/stages/", {"stages": [{"name": "A", "kit_version": draft.pk}]}
    )
    assert faults(answer) == {("/stages/0/kit_version", "does_not_exist")}


def test_a_stage_that_is_in_use_stays_with_its_kit(scene):
    recruiter = Caller(scene.people["recruiter"])
    here = f"/hiring/openings/{scene.opening.pk}/stages/"
    applied, interview, offer = stages_of(recruiter, scene.opening.pk)
    assert_problem(recruiter.put(here, {"stages": [applied, offer]}), 409, "refused")
    other = {**interview, "kit_version": make_kit_version().pk}
    assert_problem(recruiter.put(here, {"stages": [applied, other, offer]}), 409, "refused")
    foreign = stages_of(recruiter, scene.blind.pk)[0]
    assert_problem(recruiter.put(here, {"stages": [applied, interview, offer, foreign]}), 409, "refused")
    assert stages_of(recruiter, scene.opening.pk) == [applied, interview, offer]


# --- rules ------------------------------------------------------------------------------------------------------------


def rule_of(stage: int, **changes):
    terms = [{"competency": "empathy", "weight": "3", "minimum": "2.5"}, {"competency": "ownership", "weight": "1"}]
    return {"compensatory": False, "stages": [{"stage": stage, "terms": terms}], **changes}


def test_until_the_first_interview_a_rule_is_rewritten_and_then_it_is_a_new_version(recruiter):
    opening = make_opening()
    path, stage = f"/hiring/openings/{opening.pk}/rules/", interview_stage(opening).pk
    first = recruiter.post(path, rule_of(stage)).json()
    again = recruiter.post(path, rule_of(stage, compensatory=True)).json()
    assert (first["version"], again["version"], again["compensatory"]) == (1, 1, True)
    opening.rules.update(fixed_at=opening.created_at)
    assert faults(recruiter.post(path, rule_of(stage))) == {("/reason", "invalid")}
    new = recruiter.post(path, rule_of(stage, reason="Empathy matters more.")).json()
    assert (new["version"], new["reason"], new["set_by"]["id"]) == (2, "Empathy matters more.", recruiter.person.pk)
    assert new["digest"] == first["digest"] != again["digest"]
    assert [each["version"] for each in recruiter.rows(path)] == [2, 1]


def test_the_same_rule_again_is_no_new_version(recruiter):
    opening = make_opening()
    path, stage = f"/hiring/openings/{opening.pk}/rules/", interview_stage(opening).pk
    first = recruiter.post(path, rule_of(stage)).json()
    opening.rules.update(fixed_at=opening.created_at)
    assert recruiter.post(path, rule_of(stage)).json()["version"] == first["version"]
    assert len(recruiter.rows(path)) == 1


def test_a_new_rule_computes_every_score_anew(scene):
    recruiter = Caller(scene.people["recruiter"])
    path = f"/hiring/stages/{scene.stage.pk}/comparison/"
    before = recruiter.get(path).json()
    rule = rule_of(scene.stage.pk, reason="Asked for.")
    recruiter.post(f"/hiring/openings/{scene.opening.pk}/rules/", rule)
    after = recruiter.get(path).json()
    assert (before["rule_version"], after["rule_version"]) == (1, 2)
    assert [column["weight"] for column in after["columns"]] == ["3", "1"]
    assert [column["minimum"] for column in after["columns"]] == ["2.5", None]
    assert after["rows"][0]["rule_version"] == 2


def test_a_rule_names_stages_of_its_own_opening(recruiter):
    opening, other = make_opening(), make_opening()
    path = f"/hiring/openings/{opening.pk}/rules/"
    assert_problem(recruiter.post(path, rule_of(interview_stage(other).pk)), 409, "refused")
    assert recruiter.rows(path) == []


def test_an_opening_without_a_rule_has_none(recruiter):
    assert recruiter.rows(f"/hiring/openings/{make_opening().pk}/rules/") == []


def test_recruiting_is_by_team_or_by_name():
    opening = make_opening(team=make_team("Service/Retail"))
    for recruiter, status in [
        (make_recruiter(team=make_team("Service")), 200),
        (make_recruiter(team=make_team("Office")), 404),
    ]:
        assert Caller(recruiter).patch(f"/hiring/openings/{opening.pk}/", {"headcount": 2}).status_code == status
    named = make_recruiter(team=make_team("Office"))
    opening.recruiters.add(named)
    assert Caller(Person.objects.get(pk=named.pk)).patch(f"/hiring/openings/{opening.pk}/", {}).status_code == 200
    assert not named.holds(Role.AUDITOR)
