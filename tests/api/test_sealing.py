"""Promise 1 as an attacker would try it over the API: nothing of another's judgement before one's own is in, in no
field, count, order, filter, cursor, version or refusal."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hiring.actions import scorecards
from hiring.models import Interview
from people.models import AuditEntry
from tests.api.caller import Caller, assert_problem, operations
from tests.api.scene import ROLES, Scene, break_seal, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


def everything(scene: Scene, caller: Caller) -> dict[str, str]:
    """Every answer that the caller gets from every address of hiring that can be read, by address."""
    keys = {
        "competencies": [1],
        "questions": [1],
        "kits": [scene.version.kit_id],
        "kit-versions": [scene.version.pk],
        "openings": [scene.opening.pk, scene.blind.pk],
        "stages": [stage.pk for each in (scene.opening, scene.blind) for stage in each.stages.all()],
        "candidates": [each.candidate_id for each in scene.applications.values()],
        "applications": [each.pk for each in scene.applications.values()],
        "interviews": list(Interview.objects.values_list("pk", flat=True)),
        "scorecards": [card.pk for card in scene.cards.values()],
        "decisions": [1],
    }
    found = {}
    for method, path in operations():
        if method != "GET" or "/hiring/" not in path:
            continue
        noun = re.findall(r"/([a-z-]+)/\{\}", path)
        for pk in keys[noun[0]] if noun else [None]:
            address = path.removeprefix("/api/v1").replace("{}", str(pk))
            found[address] = caller.get(address).content.decode()
    return found


JUDGEMENT = {"REVEALED-EVIDENCE", "OTHER-EVIDENCE", "REASON-OF-DECISION"}
SEALED = {"SEALED-EVIDENCE", "MASKED-EVIDENCE"}
KNOWN = {"SEALED-NAME", "sealed-mail", "SEALED-PHONE", "SEALED-NOTE", "SEALED-FILE"}
MASKED = {"MASKED-NAME", "masked-mail", "MASKED-PHONE", "MASKED-NOTE", "MASKED-FILE"}

# Exactly what each may find anywhere in the API; all the rest is a leak, and what is missing is a locked door.
MAY_READ = {
    "recruiter": JUDGEMENT | KNOWN | MASKED,
    "hiring manager": JUDGEMENT | KNOWN | MASKED,
    "wrote": JUDGEMENT | SEALED | {"SEALED-NAME"},
    "owes": JUDGEMENT | {"SEALED-NAME"},
    "shadow": {"SEALED-NAME"},
    "recruiter on the panel": KNOWN,
    "recruiter elsewhere": set(),
    "stranger": set(),
    "auditor": set(),
    "people admin": set(),
}


def found(answers: dict[str, str], canaries: set[str]) -> dict[str, set[str]]:
    """Where each canary stands, whatever the case; those that stand nowhere are left out."""
    places = {
        canary: {address for address, text in answers.items() if canary.lower() in text.lower()} for canary in canaries
    }
    return {canary: where for canary, where in places.items() if where}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_finds_what_is_theirs_to_read_and_nothing_else(scene, role):
    answers = everything(scene, Caller(scene.people[role]))
    assert set(found(answers, JUDGEMENT | SEALED | KNOWN | MASKED)) == MAY_READ[role]


def test_the_author_finds_a_sealed_scorecard_in_its_own_places_only(scene):
    answers = everything(scene, Caller(scene.people["wrote"]))
    for canary, name, interview in [
        ("SEALED-EVIDENCE", "sealed wrote", scene.sealed),
        ("MASKED-EVIDENCE", "masked wrote", scene.masked),
    ]:
        own = {f"/hiring/scorecards/{scene.cards[name].pk}/", f"/hiring/interviews/{interview.pk}/scorecard/"}
        assert found(answers, {canary}) == {canary: own}


def test_a_broken_seal_stays_shut_for_whoever_owes(scene):
    break_seal(scene, scene.sealed)
    canaries = {"SEALED-EVIDENCE", "SEAL-REASON"}
    for role in ("owes", "recruiter on the panel"):
        assert found(everything(scene, Caller(scene.people[role])), canaries) == {}, role
    assert set(found(everything(scene, Caller(scene.people["recruiter"])), canaries)) == canaries


# --- what a count, an order or a difference may tell -----------------------------------------------------------------


@pytest.mark.parametrize("role", ["owes", "shadow", "recruiter on the panel"])
def test_nothing_changes_for_whoever_owes_when_a_colleague_submits(role):
    """The whole API, read before and after: not a byte of it moves."""
    scene = set_scene()
    person = scene.people["recruiter on the panel" if role == "owes" else "owes"]
    reader = Caller(scene.people[role])
    _give_back(scene, person)
    before = _told(scene, reader)
    _submit(scene, person)
    assert _told(scene, reader) == before


def _give_back(scene: Scene, person) -> None:
    """A scorecard that only waits for being submitted, so that submitting is all that happens."""
    at = scene.sealed.ends_at
    card = scorecards.open_scorecard(interview=scene.sealed, person=person, at=at)
    ratings = {each.pk: scorecards.RatingInput(score=4, evidence="x") for each in scene.version.competencies.all()}
    data = scorecards.ScorecardInput(ratings=ratings, recommendation=2)
    scorecards.save_scorecard(scorecard=card, revision=card.revision, data=data, at=at)


def _submit(scene: Scene, person) -> None:
    seat = scene.sealed.panellists.get(person=person)
    scorecards.submit_scorecard(scorecard=seat.scorecard, revision=1, by=person, at=scene.sealed.ends_at)


def _told(scene: Scene, reader: Caller) -> dict[str, str]:
    return {
        address: re.sub(r'"instance": ?"[0-9a-f]+"', "", text) for address, text in everything(scene, reader).items()
    }


@pytest.mark.parametrize("role", ["owes", "shadow", "recruiter on the panel"])
def test_interview_looks_the_same_whether_or_not_the_first_scorecard_is_in(role):
    """`held` is what the table says from the first scorecard on; the answer goes by the clock alone."""
    scene = set_scene()
    reader = Caller(scene.people[role])
    told = reader.get(f"/hiring/interviews/{scene.sealed.pk}/").json()
    assert (told["standing"], told["progress"], told["reveal"]) == ("over", None, None)
    assert {seat["has_submitted"] for seat in told["panel"]} == {None}
    untouched = reader.get(f"/hiring/interviews/{scene.planned.pk}/").json()
    assert (untouched["progress"], {seat["has_submitted"] for seat in untouched["panel"]}) == (None, {None})


@pytest.mark.parametrize("when", ["to_come", "waiting", "past"])
def test_filters_by_time_do_not_tell_whoever_owes(when):
    scene = set_scene()
    reader = Caller(scene.people["owes"])
    before = [row["id"] for row in reader.rows(f"/hiring/interviews/?when={when}")]
    break_seal(scene, scene.sealed)
    assert [row["id"] for row in reader.rows(f"/hiring/interviews/?when={when}")] == before


def test_recruiter_off_the_panel_sees_who_has_submitted_and_not_what(scene):
    reader = Caller(scene.people["recruiter"])
    told = reader.get(f"/hiring/interviews/{scene.sealed.pk}/").json()
    assert told["progress"] == {"required": 2, "submitted": 1}
    submitted = {seat["person"]["name"]: seat["has_submitted"] for seat in told["panel"]}
    assert submitted == {"Wrote": True, "Owes": False, "Shadow": False, "Recruiter On The Panel": False}
    assert reader.rows(f"/hiring/scorecards/?interview={scene.sealed.pk}") == []
    assert_problem(reader.get(f"/hiring/scorecards/{scene.cards['sealed wrote'].pk}/"), 404, "not_found")


def test_scorecards_of_others_are_counted_for_nobody_before_reveal(scene):
    for role in ("recruiter", "hiring manager", "owes", "shadow"):
        rows = Caller(scene.people[role]).rows(f"/hiring/scorecards/?application={scene.sealed.application_id}")
        assert rows == [], role
    own = Caller(scene.people["wrote"]).rows(f"/hiring/scorecards/?application={scene.sealed.application_id}")
    assert [(row["id"], row["is_own"]) for row in own] == [(scene.cards["sealed wrote"].pk, True)]


def test_comparison_leaves_out_what_is_owed_and_says_so(scene):
    address = f"/hiring/stages/{scene.stage.pk}/comparison/"
    table = Caller(scene.people["recruiter"]).get(address).json()
    assert [row["application"]["id"] for row in table["rows"]] == [scene.revealed.application_id]
    assert table["rows"][0]["score"] == "4.00"
    assert {each["id"] for each in table["waiting"]} == {scene.sealed.application_id, scene.planned.application_id}
    table = Caller(scene.people["recruiter on the panel"]).get(address).json()
    assert (table["rows"], table["waiting"], table["candidates"], table["pairs"]) == ([], [], 0, 0)
    assert {each["id"] for each in table["owed"]} == {
        each.application_id for each in (scene.planned, scene.sealed, scene.revealed)
    }


def test_refusals_do_not_tell_whoever_owes(scene):
    """A recruiter who sits on the panel tries what would be refused for what others have submitted."""
    attacker = Caller(scene.people["recruiter on the panel"])
    here = f"/hiring/interviews/{scene.sealed.pk}/"
    for path, body in [
        ("cancel/", {"reason": "x"}),
        ("break-seal/", {"reason": "x"}),
        ("reschedule/", {"starts_at": "2026-12-24T10:00:00Z"}),
        ("no-show/", {}),
    ]:
        assert_problem(attacker.post(f"{here}{path}", body), 403, "permission_denied")
    seats = [{"person": scene.people["wrote"].pk, "role": "lead"}]
    assert_problem(attacker.put(f"{here}panel/", {"panel": seats}), 403, "permission_denied")
    body = {"application": scene.sealed.application_id, "outcome": "reject", "reason": "x"}
    assert_problem(attacker.post("/hiring/decisions/", body), 403, "permission_denied")
    sitting = {
        "application": scene.sealed.application_id,
        "stage": scene.stage.pk,
        "starts_at": "2026-12-24T10:00:00Z",
        "panel": seats,
    }
    answer = attacker.post("/hiring/interviews/", sitting)
    assert_problem(answer, 409, "refused")
    assert "own scorecard" in answer.json()["detail"]


def test_version_of_ones_own_scorecard_counts_ones_own_saves_only(scene):
    owes, wrote = Caller(scene.people["owes"]), Caller(scene.people["wrote"])
    own = f"/hiring/interviews/{scene.sealed.pk}/scorecard/"
    assert owes.get(own)["ETag"] == '"0"'
    assert wrote.get(own)["ETag"] == '"2"'
    assert "ETag" not in owes.get(f"/hiring/interviews/{scene.sealed.pk}/").headers


def test_cursor_holds_nothing_but_what_the_rows_say(scene):
    """Cursors are signed, not encrypted: whoever decodes one finds the last row's key and its place in the order."""
    reader = Caller(scene.people["owes"])
    following = reader.get("/hiring/interviews/?page_size=1").json()["next"]
    cursor = parse_qs(urlsplit(following).query)["cursor"][0]
    payload = json.loads(signing.b64_decode(cursor.split(":")[0].encode()))
    first = reader.rows("/hiring/interviews/?page_size=1")[0]
    assert payload[0] == 0
    assert payload[2] == first["id"]
    assert payload[1][:19] == first["starts_at"][:19]


# --- who reads is written down ----------------------------------------------------------------------------------------


def test_reading_anothers_scorecard_is_recorded_and_reading_a_list_or_ones_own_is_not(scene):
    reader = Caller(scene.people["hiring manager"])
    reads = AuditEntry.objects.filter(outcome="read")
    reader.rows("/hiring/scorecards/")
    assert reads.count() == 0
    reader.get(f"/hiring/scorecards/{scene.cards['revealed wrote'].pk}/")
    entry = reads.get()
    assert (entry.actor, entry.object_id, entry.channel) == (reader.person, scene.cards["revealed wrote"].pk, "api")
    Caller(scene.people["wrote"]).get(f"/hiring/scorecards/{scene.cards['revealed wrote'].pk}/")
    assert reads.count() == 1
    assert_problem(reader.get(f"/hiring/scorecards/{scene.cards['sealed wrote'].pk}/"), 404)
    assert reads.count() == 1


# --- blind openings ---------------------------------------------------------------------------------------------------


def test_masked_application_is_a_number(scene):
    reader = Caller(scene.people["recruiter on the panel"])
    told = reader.get(f"/hiring/applications/{scene.masked.application_id}/").json()
    assert (told["label"], told["is_masked"], told["candidate"], told["source"]) == ("Candidate 1", True, None, None)
    for path in ("notes/", "files/"):
        assert_problem(reader.get(f"/hiring/applications/{scene.masked.application_id}/{path}"), 403)
    assert_problem(reader.get(f"/hiring/candidates/{scene.masked.application.candidate_id}/"), 404)
    assert_problem(reader.patch(f"/hiring/candidates/{scene.masked.application.candidate_id}/", {"phone": "1"}), 404)


@pytest.mark.parametrize(
    "query",
    [
        "q=MASKED-NAME",
        "q=masked-mail",
        "source=agency",
        "candidate={candidate}",
    ],
)
def test_nothing_finds_a_masked_application_by_who_it_is(scene, query):
    reader = Caller(scene.people["recruiter on the panel"])
    query = query.format(candidate=scene.masked.application.candidate_id)
    found = {row["id"] for row in reader.rows(f"/hiring/applications/?{query}")}
    assert scene.masked.application_id not in found
    assert reader.rows("/hiring/candidates/?q=MASKED-NAME") == []
    assert reader.rows("/hiring/candidates/?email=masked-mail@mail.example") == []
    open_eyes = Caller(scene.people["recruiter"])
    assert scene.masked.application_id in {row["id"] for row in open_eyes.rows(f"/hiring/applications/?{query}")}


def test_applying_twice_does_not_tell_a_blind_recruiter_the_stored_name(scene):
    attacker = Caller(scene.people["recruiter on the panel"])
    body = {"opening": scene.blind.pk, "full_name": "Guess", "email": "masked-mail@mail.example"}
    answer = attacker.post("/hiring/applications/", body)
    assert_problem(answer, 409, "conflict")
    assert "MASKED" not in answer.content.decode()


def test_reveal_ends_the_mask(scene):
    break_seal(scene, scene.masked)
    told = Caller(scene.people["wrote"]).get(f"/hiring/interviews/{scene.masked.pk}/").json()
    assert told["application"] == {"id": scene.masked.application_id, "label": "MASKED-NAME", "is_masked": False}


# --- timing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/hiring/interviews/{sealed}/", "/hiring/interviews/", "/hiring/scorecards/"])
def test_answers_cost_the_same_queries_before_and_after_a_colleague_submits(path):
    scene = set_scene()
    reader = Caller(scene.people["owes"])
    _give_back(scene, scene.people["recruiter on the panel"])
    address = path.format(sealed=scene.sealed.pk)
    reader.get(address)
    with CaptureQueriesContext(
        connection,
    ) as before:
        reader.get(address)
    _submit(scene, scene.people["recruiter on the panel"])
    with CaptureQueriesContext(connection) as after:
        reader.get(address)
    assert len(after) == len(before)
