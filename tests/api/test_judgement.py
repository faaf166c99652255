"""The comparison of a stage, and decisions."""

import pytest

from hiring.models import Decision, Interview
from hiring.reports.comparison import stage_table
from tests.api.caller import Caller, assert_problem, faults
from tests.api.scene import Scene, break_seal, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


@pytest.fixture
def recruiter(scene) -> Caller:
    return Caller(scene.people["recruiter"])


# --- comparison -------------------------------------------------------------------------------------------------------


def test_comparison_tells_what_the_page_tells(scene, recruiter):
    break_seal(scene, scene.sealed)
    told = recruiter.get(f"/hiring/stages/{scene.stage.pk}/comparison/").json()
    table = stage_table(scene.people["recruiter"], scene.stage, scene.opening.rules.get())
    assert [row["application"]["id"] for row in told["rows"]] == [row.application.pk for row in table.rows]
    assert len(told["rows"]) == 2
    for row, shown in zip(told["rows"], table.rows, strict=True):
        assert (row["score"], row["low"], row["high"]) == (str(shown.score), str(shown.low), str(shown.high))
        assert (row["panellists"], row["ratings"]) == (shown.standing.score.raters, shown.standing.score.ratings)
        assert row["ranks"] == {"best": shown.standing.ranks.best, "worst": shown.standing.ranks.worst}
        assert row["cautions"] == shown.standing.cautions
        assert len(row["cells"]) == len(told["columns"]) == 2
    assert (told["confidence"], told["candidates"], told["withheld"]) == ("0.95", 2, None)
    assert (told["pairs"], told["told_apart"]) == (1, table.comparison.told_apart)
    assert told["rule_digest"] == scene.opening.rules.get().digest
    assert told["rows"][0]["decided"] == "Hold"


def test_ranks_are_withheld_with_the_reason(scene, recruiter):
    told = recruiter.get(f"/hiring/stages/{scene.stage.pk}/comparison/").json()
    assert told["withheld"]
    assert (told["rows"][0]["ranks"], told["rows"][0]["group"]) == (None, None)
    assert (told["rows"][0]["low"], told["rows"][0]["high"]) != (None, None)


def test_a_stage_that_no_rule_combines_has_no_comparison(scene, recruiter):
    blank = scene.opening.stages.filter(kit_version=None)[0]
    assert_problem(recruiter.get(f"/hiring/stages/{blank.pk}/comparison/"), 404)
    without_rule = scene.draft.stages.exclude(kit_version=None).get()
    assert_problem(recruiter.get(f"/hiring/stages/{without_rule.pk}/comparison/"), 404)


def test_a_panel_has_no_comparison(scene):
    for role in ("wrote", "owes", "shadow", "stranger"):
        assert_problem(Caller(scene.people[role]).get(f"/hiring/stages/{scene.stage.pk}/comparison/"), 404)


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_decision_is_recorded_beside_what_the_rule_said(scene, recruiter):
    body = {"application": scene.revealed.application_id, "outcome": "advance", "reason": "Listens, and recovers."}
    made = recruiter.post("/hiring/decisions/", body)
    told = made.json()
    assert (made.status_code, told["score"], told["departure"], told["rule_version"]) == (201, "4.0000", None, 1)
    assert (told["stage"]["name"], told["to_stage"]["name"]) == ("Interview", "Offer")
    assert told["application"] == {
        "id": scene.revealed.application_id,
        "label": "REVEALED-NAME",
        "is_masked": False,
    }
    assert recruiter.get(f"/hiring/decisions/{told['id']}/").json() == told
    assert recruiter.get(f"/hiring/applications/{scene.revealed.application_id}/").json()["stage"]["name"] == "Offer"


def test_a_departure_from_the_rule_is_said(scene, recruiter):
    body = {"application": scene.planned.application_id, "outcome": "offer", "reason": "We know her work."}
    told = recruiter.post("/hiring/decisions/", body).json()
    assert "no score" in told["departure"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"reason": ""}, ("/reason", "blank")),
        ({"reason": None}, ("/reason", "null")),
        ({"reason": "x" * 4001}, ("/reason", "max_length")),
        ({"outcome": "maybe"}, ("/outcome", "invalid_choice")),
        ({"application": 10**6}, ("/application", "does_not_exist")),
        ({"to_stage": 10**6}, ("/to_stage", "does_not_exist")),
        ({"score": 5}, ("/score", "unknown_field")),
        ({"by": 1}, ("/by", "unknown_field")),
        ({"departure": ""}, ("/departure", "unknown_field")),
    ],
)
def test_a_decision_is_refused_at_the_field_that_is_wrong(scene, recruiter, changes, fault):
    body = {"application": scene.revealed.application_id, "outcome": "reject", "reason": "No.", **changes}
    assert faults(recruiter.post("/hiring/decisions/", body)) == {fault}
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("outcome", "name"), [("hire", "revealed"), ("advance", "sealed"), ("hold", "revealed")])
def test_what_cannot_be_decided_now_is_refused(scene, recruiter, outcome, name):
    body = {"application": getattr(scene, name).application_id, "outcome": outcome, "reason": "Now."}
    assert_problem(recruiter.post("/hiring/decisions/", body), 409, "refused")
    assert Decision.objects.count() == 1


def test_a_stage_of_another_opening_is_no_way_forward(scene, recruiter):
    foreign = scene.blind.stages.order_by("-position")[0]
    body = {
        "application": scene.revealed.application_id,
        "outcome": "advance",
        "reason": "x",
        "to_stage": foreign.pk,
    }
    assert_problem(recruiter.post("/hiring/decisions/", body), 409, "refused")


def test_whoever_sat_on_the_panel_reads_the_reasons_and_decides_nothing(scene):
    wrote = Caller(scene.people["wrote"])
    (row,) = wrote.rows("/hiring/decisions/")
    assert (row["outcome"], row["reason"]) == ("hold", "REASON-OF-DECISION")
    body = {"application": scene.revealed.application_id, "outcome": "reject", "reason": "x"}
    assert faults(wrote.post("/hiring/decisions/", body)) == {("/application", "does_not_exist")}


def test_a_decision_about_a_masked_application_names_a_number(scene):
    """Blind, one's own scorecard in, not revealed: the reasons are open, the name is not."""
    decision = scene.masked.application.decisions.create(
        stage=scene.masked.stage, outcome="hold", reason="Wait.", by=scene.people["recruiter"], at=scene.masked.ends_at
    )
    told = Caller(scene.people["wrote"]).get(f"/hiring/decisions/{decision.pk}/").json()
    assert told["application"] == {"id": scene.masked.application_id, "label": "Candidate 1", "is_masked": True}
    assert told["reason"] is None
    assert_problem(Caller(scene.people["owes"]).get(f"/hiring/decisions/{decision.pk}/"), 404)


def test_decisions_are_filtered(scene, recruiter):
    body = {"application": scene.planned.application_id, "outcome": "withdraw", "reason": "Rang us."}
    recruiter.post("/hiring/decisions/", body)

    def outcomes(query):
        return [row["outcome"] for row in recruiter.rows(f"/hiring/decisions/?{query}")]

    assert outcomes("") == ["withdraw", "hold"]
    assert outcomes("ordering=oldest") == ["hold", "withdraw"]
    assert outcomes("outcome=hold") == ["hold"]
    assert outcomes(f"application={scene.planned.application_id}") == ["withdraw"]
    assert outcomes(f"opening={scene.blind.pk}") == []
    assert outcomes(f"stage={scene.stage.pk}") == ["withdraw", "hold"]
    assert Interview.objects.get(pk=scene.planned.pk).state == "cancelled"
