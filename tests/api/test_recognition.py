"""Recognition over the API: what a caller does with it. Who may see what is in tests/access."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from people.models import Role
from recognition.actions import praise, reach
from recognition.actions.pictures import prepare_picture
from recognition.models import Recognition
from tests.api.caller import Caller, assert_problem
from tests.api.recognition_scene import set_recognition
from tests.cast import make_person, make_team, said, thank

pytestmark = pytest.mark.django_db
DID = "Stayed with a caller until the parcel was found."


@pytest.fixture
def scene():
    return set_recognition()


def test_somebody_is_thanked_and_takes_it_off_the_wall(scene):
    maya, reader = make_person("Maya"), Caller(make_person())
    giver, thanked = Caller(make_person("Gil")), Caller(maya)
    body = {"to": [maya.pk], "value": scene.value.pk, "did": DID, "visibility": "everyone"}
    made = giver.post("/recognition/recognitions/", body).json()
    assert made["to"] == [{"id": maya.pk, "name": "Maya"}]
    assert (made["reach"], made["did"], made["former_colleagues"]) == ("everyone", DID, 0)
    address = f"/recognition/recognitions/{made['id']}/"
    assert reader.get(address).json()["id"] == made["id"]
    assert thanked.post(f"{address}keep/", {"private": True}).json()["reach"] == "private"
    assert_problem(reader.get(address), 404)
    assert giver.patch(address, {"changed": "She ordered again."}).json()["changed"] == "She ordered again."
    assert giver.send("DELETE", address).status_code == 204
    assert_problem(thanked.get(address), 404)


def test_what_is_refused_names_its_field(scene):
    giver = Caller(make_person())
    body = {"to": [giver.person.pk], "value": scene.value.pk, "did": DID}
    assert "thank yourself" in str(assert_problem(giver.post("/recognition/recognitions/", body), 400))
    assert Recognition.objects.filter(giver=giver.person).count() == 0


def test_the_list_is_narrowed_as_the_wall_is(scene):
    maya = make_person("Maya")
    one = thank(maya, value=scene.value, did="Found the parcel in the cellar of number five.")
    reader = Caller(make_person())

    def ids(query):
        return {row["id"] for row in reader.rows(f"/recognition/recognitions/?{query}")}

    assert ids("") == {one.pk, scene.given.pk, scene.received.pk}
    assert ids("q=CELLAR") == ids(f"person={maya.pk}") == ids(f"giver={one.giver_id}") == {one.pk}
    assert ids(f"value={scene.value.pk}&since=2026-01-01T00:00:00Z") == ids("")
    assert ids("since=2126-01-01T00:00:00Z") == set()


def test_a_wish_holds_for_what_was_written_before(scene):
    reader, steward = Caller(make_person()), Caller(scene.steward)
    assert steward.get("/recognition/my-wish/").json()["reach"] == "everyone"
    wish = {"reach": "private", "photo": False, "screens": False, "milestones": False}
    assert steward.put("/recognition/my-wish/", wish).json() == wish
    assert {row["id"] for row in reader.rows("/recognition/recognitions/")} == {scene.given.pk}


def test_a_customers_words_stand_beside_it(scene):
    maya, steward = make_person("Maya"), Caller(scene.steward)
    words = "She kept her promise."
    one = said(words, about=[maya], by=steward.person)
    praise.check_praise(praise=one, words=words, decision="shown", by=steward.person, at=timezone.now())
    post = thank(maya, by=steward.person, value=scene.value, praise=one)
    rows = {row["id"]: row["customers_words"] for row in steward.rows("/recognition/recognitions/")}
    assert rows == {post.pk: "She kept her promise.", scene.given.pk: None, scene.received.pk: None}


def test_readers_react_comment_and_report(scene):
    maya, reader, steward = make_person("Maya"), Caller(make_person("Rea")), Caller(scene.steward)
    one = thank(maya, value=scene.value)
    under = f"/recognition/recognitions/{one.pk}/"
    assert {row["kind"]: row["count"] for row in reader.get(f"{under}reactions/").json()} == {
        "celebrate": 0, "thank": 0, "inspired": 0
    }  # fmt: skip
    for _twice in range(2):
        told = reader.put(f"{under}reactions/", {"kind": "thank", "on": True}).json()
        assert [row for row in told if row["count"]] == [{"kind": "thank", "count": 1, "mine": True}]
    made = reader.post(f"{under}comments/", {"words": "Ask @Maya how."}).json()
    assert (made["author"]["name"], made["mentions"]) == ("Rea", [maya.pk])
    address = f"/recognition/comments/{made['id']}/"
    assert_problem(steward.send("DELETE", address), 403)
    assert_problem(reader.post(f"{address}report/", {"kind": "hurts"}), 403)
    assert "wrong" in str(assert_problem(steward.post(f"{address}report/", {"kind": "other"}), 400))
    assert steward.post(f"{address}report/", {"kind": "hurts"}).status_code == 204
    assert steward.rows(f"{under}comments/") == []
    assert reader.post(f"{under}report/", {"kind": "customer"}).status_code == 204
    assert_problem(steward.get(f"{under}reactions/"), 404)


def test_ideas_are_proposed_read_and_answered_and_unnamed_ones_tell_nobody_whose_they_are(scene):
    team = make_team("Service/Desk")
    lead, other = Caller(make_person()), Caller(make_person())
    author = Caller(make_person(team=team, manager=lead.person))
    body = {
        "title": "A shelf", "obstacle": "Guests wait in the lobby with cases.", "instead": "A shelf behind the desk.",
        "team": team.pk, "named": False,
    }  # fmt: skip
    made = author.post("/recognition/ideas/", body).json()
    address = f"/recognition/ideas/{made['id']}/"
    assert (made["author"]["id"], made["state"], made["answers"]) == (author.person.pk, "proposed", [])
    assert other.get(address).json()["author"] is None
    assert lead.get(address).json()["author"]["id"] == author.person.pk
    given = {"verdict": "accepted", "reason": "It costs a shelf and saves an argument."}
    assert_problem(other.post(f"{address}answers/", given), 403)
    assert_problem(author.post(f"{address}answers/", given), 403)
    missing = assert_problem(lead.post(f"{address}answers/", given), 400)["errors"]
    assert {error["pointer"] for error in missing} == {"/doer", "/do_by"}
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    told = lead.post(f"{address}answers/", given | {"doer": other.person.pk, "do_by": day}).json()
    assert (told["state"], told["answers"][0]["doer"]["id"]) == ("accepted", other.person.pk)
    told = lead.post(f"{address}answers/", given | {"verdict": "declined"}).json()
    assert [answer["verdict"] for answer in told["answers"]] == ["declined", "accepted"]
    hidden = author.post("/recognition/ideas/", body | {"open": False}).json()["id"]
    assert_problem(other.get(f"/recognition/ideas/{hidden}/"), 404)
    assert [row["id"] for row in other.rows("/recognition/ideas/?state=declined")] == [made["id"]]
    assert hidden not in {row["id"] for row in other.rows(f"/recognition/ideas/?team={team.pk}")}


def test_the_address_of_a_picture_is_read_as_far_as_it_is_wished(scene, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = BytesIO()
    Image.new("RGB", (80, 40), "teal").save(content, "PNG")
    steward, maya = scene.steward, make_person()
    one = thank(maya, by=steward, picture=prepare_picture(upload=content, alt="A cake"), at=timezone.now())
    caller, address = Caller(steward), f"/recognition/recognitions/{one.pk}/"
    shown = {"url": one.picture.url, "width": 80, "height": 40, "alt": "A cake"}
    assert caller.get(address).json()["picture"] == shown
    reach.wish(person=maya, reach=0, photo=False, screens=True, milestones=False, by=maya, at=timezone.now())
    assert caller.get(address).json()["picture"] is None


def test_a_customers_score_comes_in_once_and_only_from_stewards(scene):
    steward, team = Caller(make_person(roles={Role.STEWARD: None})), make_team("Service")
    body = {
        "team": team.pk, "scored_on": "2026-01-02", "score": "7.5", "scale": "0-10", "source": "Calls",
        "reference": "9",
    }  # fmt: skip
    made = steward.post("/recognition/scores/", body).json()
    assert (made["team"]["path"], made["score"], made["value"]) == ("Service", "7.50", 4.0)
    assert steward.post("/recognition/scores/", {**body, "score": "1"}).json() == made
    for wrong in (
        {"score": "11"},
        {"scored_on": "2999-01-01"},
        {"scale": "1-7"},
        {"customer": "Anna"},
        {"score": "NaN"},
    ):
        assert_problem(steward.post("/recognition/scores/", {**body, "reference": "10", **wrong}), 400)
    assert_problem(Caller(make_person()).post("/recognition/scores/", body), 403)
