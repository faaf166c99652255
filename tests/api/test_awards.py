"""An award over the API, from programme to announcement; who may do which step is in tests/access."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from people.models import Role
from recognition.models import Ballot, Round
from tests.api.caller import Caller, assert_problem
from tests.api.recognition_scene import set_awards, set_cases, set_recognition
from tests.cast import make_person, turn

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = "Stayed with a caller until the right doctor had rung back."


@pytest.fixture
def steward():
    return Caller(make_person("Stella Steward", roles={Role.STEWARD: None}))


def begun(steward):
    """A round that is open, over the API alone."""
    rubric = [{"name": name, "anchors": [f"{name} {score}" for score in range(1, 6)]} for name in ("Care", "Effect")]
    body = {"name": "Calm", "purpose": "More than the contract asks.", "owner": steward.person.pk, "criteria": rubric}
    programme = steward.post("/recognition/programmes/", body | {"quorum": 1}).json()
    assert programme["criteria"] == rubric
    today = timezone.now().date()
    days = {"opens_on": today - DAY, "closes_on": today + DAY, "judge_by": today + 5 * DAY}
    body = {name: str(day) for name, day in days.items()} | {"announce_at": f"{today + 9 * DAY}T09:00:00Z"}
    made = steward.post("/recognition/rounds/", body | {"programme": programme["id"], "name": "Winter"}).json()
    assert (made["state"], made["criteria"]) == ("draft", [])
    return steward.post(f"/recognition/rounds/{made['id']}/publish/").json()


def test_an_award_from_programme_to_announcement(steward):
    round_ = begun(steward)
    here = f"/recognition/rounds/{round_['id']}/"
    nina, judge = make_person("Nina Nominee"), Caller(make_person("Jo Judge"))
    staff = Caller(make_person("Sam Staff"))
    steward.post(f"{here}panel/", {"person": judge.person.pk})
    draft = staff.post("/recognition/nominations/", {"round": round_["id"], "nominee": nina.pk}).json()
    mine = f"/recognition/nominations/{draft['id']}/"
    missing = assert_problem(staff.post(f"{mine}hand-in/"), 400)
    assert {error["pointer"] for error in missing["errors"]} == {f"/words_{one['id']}" for one in round_["criteria"]}
    said = [{"criterion": one["id"], "words": f"Nina: {WORDS}"} for one in round_["criteria"]]
    assert staff.patch(mine, {"arguments": said}).json()["nominee"]["id"] == nina.pk  # what is left out stays
    assert staff.post(f"{mine}hand-in/").json()["state"] == "handed_in"
    assert_problem(steward.get(mine), 404)

    with time_machine.travel(timezone.now() + 3 * DAY):
        turn(Round.objects.get())
        steward, judge, staff = Caller(steward.person), Caller(judge.person), Caller(staff.person)
        (case,) = judge.get(f"{here}cases/").json()
        assert (case["number"], case["is_done"]) == (1, False)
        assert "Nina" not in str(case)
        assert_problem(steward.get(f"{here}cases/"), 404)
        scores = [{"criterion": one["id"], "score": 4} for one in round_["criteria"]]
        ballot = f"/recognition/nominees/{case['id']}/ballot/"
        assert judge.post(ballot, {"scores": scores, "reason": WORDS}).status_code == 204
        assert_problem(judge.post(ballot, {"scores": scores, "reason": WORDS}), 404)  # it is revealed: the last was in
        (result,) = judge.get(f"{here}results/").json()
        assert (result["nominee"]["name"], result["is_winner"], result["mean"]) == ("Nina Nominee", True, 4.0)
        assert result["ballots"] == [{"judge": {"id": judge.person.pk, "name": "Jo Judge"}, "scores": [4, 4],
                                      "reason": WORDS}]  # fmt: skip
        assert_problem(steward.post(f"{here}approve/"), 409)  # nothing to announce yet
        assert steward.send("PUT", f"/recognition/nominees/{case['id']}/citation/", {"words": WORDS}).status_code == 204
        assert steward.post(f"{here}approve/").json()["state"] == "approved"
        assert_problem(staff.get(f"{here}winners/"), 404)

    with time_machine.travel(timezone.now() + 10 * DAY):
        turn(Round.objects.get(), at=timezone.now())
        staff, winner = Caller(staff.person), Caller(nina)
        told = staff.get(f"{here}winners/").json()
        assert [one["person"]["name"] for one in told["winners"]] == ["Nina Nominee"]
        (own,) = winner.get(f"/recognition/nominees/{case['id']}/").json()["said"]
        assert own["nominator"]["name"] == "Sam Staff"
        assert staff.get(f"/recognition/nominees/{case['id']}/").json()["said"] == []


def test_a_tie_is_decided_and_a_seat_given_up_over_the_api():
    scene = set_awards(make_person(roles={Role.STEWARD: None}))
    steward = Caller(scene.tied.judges.get().person)
    one, other = scene.tied.candidacies.order_by("number")
    address = f"/recognition/rounds/{scene.tied.pk}/tie/"
    reason = "What the first did lasted longer, and others could learn from it."
    for chosen in ([], [one.pk, other.pk], [scene.winner.pk]):
        assert_problem(steward.post(address, {"winners": chosen, "reason": reason}), 400)
    assert steward.post(address, {"winners": [one.pk], "reason": reason}).json()["state"] == "decided"
    address = f"/recognition/nominees/{scene.nominee.pk}/recuse/"
    assert steward.post(address, {"reason": "We are friends."}).status_code == 204
    assert Ballot.objects.filter(candidacy=scene.nominee).count() == 0
    assert steward.get(f"/recognition/rounds/{scene.judged.pk}/cases/").json() == []


def test_reported_words_are_decided_appealed_and_answered():
    scene = set_recognition()
    cases, steward = set_cases(scene), Caller(scene.steward)
    decided = steward.post(f"/recognition/reports/{cases.open.pk}/decide/", {"restore": False, "reason": "Private."})
    assert decided.json()["state"] == "removed"
    assert decided.json()["reports"][0]["kind"] == "private"
    author = Caller(cases.open.author)
    seen = author.get(f"/recognition/reports/{cases.open.pk}/").json()
    assert (seen["reason"], seen["reports"], seen["words"]) == ("Private.", [], cases.open.recognition.story)
    appealed = author.post(f"/recognition/reports/{cases.open.pk}/appeal/", {"words": "They agreed."}).json()
    assert (appealed["state"], appealed["appeal"]) == ("appealed", "They agreed.")
    answer = {"restore": True, "reason": "So they did."}
    assert_problem(steward.post(f"/recognition/reports/{cases.open.pk}/answer/", answer), 403)  # another steward may
    done = steward.post(f"/recognition/reports/{cases.appealed.pk}/answer/", answer).json()
    assert (done["state"], done["answer"]) == ("overturned", "So they did.")
    assert {row["id"] for row in steward.rows("/recognition/reports/?state=appealed")} == {cases.open.pk}


def test_a_customers_praise_becomes_thanks():
    scene = set_recognition()
    praise = set_cases(scene).praise
    steward = Caller(scene.steward)
    assert [row["id"] for row in steward.rows("/recognition/customers/?kind=praise")] == [praise.pk]
    made = steward.post(f"/recognition/customers/{praise.pk}/recognise/", {"value": scene.value.pk}).json()
    assert (made["customers_words"], made["to"][0]["id"]) == (praise.words, praise.about.get().pk)
    assert_problem(steward.post(f"/recognition/customers/{praise.pk}/recognise/", {"value": scene.value.pk}), 409)


def test_milestones_are_of_those_who_wish_it():
    now = timezone.now()
    for name, wishes in (("Wanda", True), ("Norbert", False)):
        person = make_person(name, started_on=now.date().replace(year=now.year - 3, day=min(now.day, 28)))
        body = {"reach": "everyone", "photo": False, "screens": False, "milestones": wishes}
        assert Caller(person).send("PUT", "/recognition/my-wish/", body).status_code == 200
    rows = Caller(make_person()).get("/recognition/milestones/").json()
    assert [(row["person"]["name"], row["years"]) for row in rows] == [("Wanda", 3)]
