"""What no honest client sends: each answered with a reason, none with a 5xx, and nothing half-written."""

import json
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from django.db.models import Count

from hiring.models import Application, Competency, Decision, Interview, Opening
from people.models import AuditEntry, Person
from tests.api.caller import Caller, assert_problem, faults, operations
from tests.api.recognition_scene import recognition_id_for, set_awards, set_cases, set_recognition
from tests.api.scene import Scene, set_scene
from tests.api.training_scene import set_paths, set_training, set_work
from tests.cast import make_person
from training.models import Assignment, Waiver

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """Made once for all of the requests below; each of them is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = set_scene()
        scene.training = set_training(scene.opening.team)
        scene.recognition = set_recognition()
        yield scene
        transaction.set_rollback(True)


@pytest.fixture
def scene(built) -> Scene:
    return deepcopy(built)


@pytest.fixture
def recruiter(scene) -> Caller:
    return Caller(scene.people["recruiter"])


def counted() -> dict[str, int]:
    """How much there is, so that a refusal can be shown to have changed nothing."""
    tables = (Application, Interview, Opening, Decision, Competency, Person, Assignment, Waiver, AuditEntry)
    return {table.__name__: table.objects.aggregate(n=Count("pk"))["n"] for table in tables}


# --- bodies -----------------------------------------------------------------------------------------------------------

BODIES = [
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"1",
    b"[" * 2000 + b"]" * 2000,
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b'{"reason": "a", "reason": "b"}',
    b'{"reason": NaN}',
    b'{"reason": "\\ud800"}',
    b'{"reason": "a\\u0000b"}',
    b'{"reason": "caf\xe9"}',
    b'\xef\xbb\xbf{"reason": "a"}',
    b'{"reason": 1' + b"0" * 5000 + b"}",
]
TAKES_A_BODY = sorted(
    (method, path.removeprefix("/api/v1")) for (method, path), each in operations().items() if "requestBody" in each
)


@pytest.mark.parametrize(("method", "path"), TAKES_A_BODY)
def test_no_body_breaks_an_operation(scene, method, path):
    """Every operation that takes a body, with everything that is none, as somebody who may do it."""
    caller = caller_for(scene, path)
    address = path.replace("{}", str(id_for(scene, path)))
    before = counted()
    for body in BODIES:
        answer = caller.send(method, address, raw=body, If_Match="*")
        assert answer.status_code == 400, (body[:40], answer.content)
    assert_problem(caller.send(method, address, raw=b"x=1", Content_Type="text/plain", If_Match="*"), 415)
    assert_problem(caller.send(method, address, raw=b'"' + b"x" * 1024 * 1024 + b'"', If_Match="*"), 413, "too_large")
    after = counted()
    assert {name: after[name] for name in after if name != "AuditEntry"} == {
        name: before[name] for name in before if name != "AuditEntry"
    }


def caller_for(scene: Scene, path: str) -> Caller:
    """Somebody who may do what the path says."""
    if path.startswith("/training/"):
        return Caller(scene.training.trainer)
    if path.startswith("/recognition/"):
        return Caller(scene.recognition.steward)
    who = "owes" if path.endswith("/scorecard/") else "wrote" if "later-views" in path else "recruiter"
    return Caller(scene.people[who])


def id_for(scene: Scene, path: str) -> int:
    """An id at which the recruiter (or the panellist) may do what the path says."""
    competency = Competency.objects.filter(key="calm").first() or Competency.objects.create(
        key="calm", name="Calm", group="service", definition="Stays calm."
    )
    question = competency.questions.first() or competency.questions.create(key="q", kind="behavioural", text="When?")
    keys = {
        "competencies": competency.pk,
        "questions": question.pk,
        "openings": scene.opening.pk,
        "candidates": scene.revealed.application.candidate_id,
        "applications": scene.revealed.application_id,
        "scorecards": scene.cards["revealed wrote"].pk,
        "interviews": scene.sealed.pk if path.endswith(("break-seal/", "scorecard/")) else scene.planned.pk,
    }
    if path.endswith("no-show/"):
        # Of an interview that has begun and in which nobody has submitted.
        Interview.objects.filter(pk=scene.planned.pk).update(
            starts_at=scene.sealed.starts_at, ends_at=scene.sealed.ends_at
        )
    noun = path.partition("/{}")[0].rpartition("/")[2]
    if path.startswith("/training/"):
        return training_id_for(scene, noun)
    if path.startswith("/recognition/"):
        found = scene.recognition
        return recognition_id_for(found, set_cases(found), set_awards(found.steward), path)
    return keys.get(noun, 0)


def training_id_for(scene: Scene, noun: str) -> int:
    training = scene.training
    assert training is not None
    work, (draft, given) = set_work(training), set_paths(training)
    keys = {
        "paths": draft.pk,
        "path-assignments": given.pk,
        "assignments": training.open.pk,
        "modules": training.free.pk,
        "module-versions": work.version.pk,
        "rules": training.rule.pk,
        "sign-offs": work.sign_off.pk,
        "sessions": work.session.pk,
        "bookings": work.booking.pk,
        "skills": work.skill.pk,
    }
    return keys.get(noun, 0)


MASS_ASSIGNMENT = {
    "is_superuser": True,
    "score_total": 9,
    "id": 1,
    "is_staff": True,
    "state": "hired",
    "revealed_at": None,
}


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for method, path in TAKES_A_BODY],
)
@pytest.mark.once
def test_no_operation_takes_a_field_that_it_does_not_list(scene, method, path):
    caller = caller_for(scene, path)
    address = path.replace("{}", str(id_for(scene, path)))
    answer = caller.send(method, address, MASS_ASSIGNMENT, If_Match="*")
    assert {(f"/{name}", "unknown_field") for name in MASS_ASSIGNMENT} <= faults(answer)


def test_own_profile_takes_no_field_that_is_not_ones_own():
    caller = Caller(make_person("Ann Example"))
    answer = caller.patch(
        "/people/me/",
        {"full_name": "X", "email": "x@y.example", "is_active": False, "roles": [], "preferred_name": "A"},
    )
    assert {pointer for pointer, _code in faults(answer)} == {"/full_name", "/email", "/is_active", "/roles"}
    caller.person.refresh_from_db()
    assert (caller.person.full_name, caller.person.preferred_name) == ("Ann Example", "")


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"full_name": ""}, "/full_name", "blank"),
        ({"full_name": "\u200b"}, "/full_name", "blank"),
        ({"full_name": "a\nb"}, "/full_name", "line_break"),
        ({"full_name": "exe.\u202efdp"}, "/full_name", "direction"),
        ({"full_name": "x" * 151}, "/full_name", "max_length"),
        ({"full_name": 5}, "/full_name", "type"),
        ({"full_name": None}, "/full_name", "null"),
        ({"email": "a@b.c\nBcc: x"}, "/email", "line_break"),
        ({"email": "not an address"}, "/email", "invalid"),
        ({"email": "a@b"}, "/email", "invalid"),
        ({"email": "", "phone": ""}, "/email", "invalid"),
        ({"phone": "1\r\n2"}, "/phone", "line_break"),
        ({"source": "spam"}, "/source", "invalid_choice"),
        ({"source": 1}, "/source", "type"),
        ({"applied_on": "2999-01-01"}, "/applied_on", "future"),
        ({"applied_on": "1900-01-01"}, "/applied_on", "past"),
        ({"applied_on": "2026-02-30"}, "/applied_on", "invalid"),
        ({"applied_on": 20260101}, "/applied_on", "type"),
        ({"opening": "1"}, "/opening", "type"),
        ({"opening": 10**30}, "/opening", "does_not_exist"),
        ({"opening": -1}, "/opening", "does_not_exist"),
        ({"opening": True}, "/opening", "type"),
        ({"opening": {"id": 1}}, "/opening", "type"),
        ({"note": "x" * 5001}, "/note", "max_length"),
        ({"note": "bell\u0007"}, "/note", "control"),
    ],
)
@pytest.mark.once
def test_application_is_refused_at_the_field_that_is_wrong(scene, recruiter, changes, pointer, code):
    body = {"opening": scene.opening.pk, "full_name": "Ada", "email": "ada@mail.example", **changes}
    before = counted()
    assert (pointer, code) in faults(recruiter.post("/hiring/applications/", body))
    assert counted() == before


def test_names_and_addresses_have_one_form(scene, recruiter):
    """NFC and NFD, case and invisible characters make no second human."""
    body = {
        "opening": scene.opening.pk,
        "full_name": "Jo\u0301zef  Z\u200bo\u0142a",
        "email": "Jozef@Mail.example",
    }
    made = recruiter.post("/hiring/applications/", body).json()
    assert made["label"] == "J\u00f3zef Zo\u0142a"
    body["email"] = "jozef@MAIL.EXAMPLE"
    assert_problem(recruiter.post("/hiring/applications/", body), 409, "conflict")


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{{ 7*7 }}", "<script>alert(1)</script>", "=HYPERLINK(1)", "'; DROP TABLE x; --", "%s%n"]
)
def test_texts_stay_what_they_are(scene, recruiter, text):
    path = f"/hiring/applications/{scene.sealed.application_id}/notes/"
    assert recruiter.post(path, {"text": text}).json()["text"] == text
    assert recruiter.rows(path)[0]["text"] == text


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-12-24T10:00:00", "type"),
        ("2026-12-24", "type"),
        ("yesterdayZ", "invalid"),
        ("9999-12-31T23:59:59-14:00", "overflow"),
        ("0001-01-01T00:00:00+14:00", "overflow"),
        ("9999-12-31T23:59:59Z", "far"),
        ("1999-12-31T23:59:59Z", "early"),
        ("2026-02-30T10:00:00Z", "invalid"),
        ("2026-12-24T25:00:00Z", "invalid"),
        (1766570400, "type"),
    ],
)
@pytest.mark.once
def test_a_moment_that_no_clock_shows_is_refused(scene, recruiter, moment, code):
    answer = recruiter.post(f"/hiring/interviews/{scene.planned.pk}/reschedule/", {"starts_at": moment})
    assert faults(answer) == {("/starts_at", code)}


@pytest.mark.parametrize(
    ("term", "pointer"),
    [
        ({"weight": 2.5}, "/stages/0/terms/0/weight"),
        ({"weight": "2,5"}, "/stages/0/terms/0/weight"),
        ({"weight": "1e3"}, "/stages/0/terms/0/weight"),
        ({"weight": " 1"}, "/stages/0/terms/0/weight"),
        ({"weight": "1\n"}, "/stages/0/terms/0/weight"),
        ({"weight": "NaN"}, "/stages/0/terms/0/weight"),
        ({"weight": "-1"}, "/stages/0/terms/0/weight"),
        ({"weight": "\u0663"}, "/stages/0/terms/0/weight"),
        ({"weight": "1.2345"}, "/stages/0/terms/0/weight"),
        ({"minimum": "x"}, "/stages/0/terms/0/minimum"),
        ({"competency": ""}, "/stages/0/terms/0/competency"),
    ],
)
@pytest.mark.once
def test_a_rule_takes_numbers_as_plain_text_only(scene, recruiter, term, pointer):
    terms = [{"competency": "empathy", "weight": "1", **term}]
    body = {"stages": [{"stage": scene.stage.pk, "terms": terms}], "reason": "x"}
    assert {found for found, _code in faults(recruiter.post(f"/hiring/openings/{scene.opening.pk}/rules/", body))} == {
        pointer
    }


@pytest.mark.parametrize(
    "terms",
    [
        [{"competency": "empathy", "weight": "0"}],
        [{"competency": "empathy", "weight": "1001"}],
        [{"competency": "empathy", "weight": "1", "minimum": "6"}],
        [{"competency": "empathy", "weight": "1"}, {"competency": "empathy", "weight": "2"}],
        [{"competency": "courage", "weight": "1"}],
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(scene, recruiter, terms):
    body = {"stages": [{"stage": scene.stage.pk, "terms": terms}], "reason": "x"}
    answer = recruiter.post(f"/hiring/openings/{scene.opening.pk}/rules/", body)
    assert_problem(answer, 409, "refused")


# --- queries ----------------------------------------------------------------------------------------------------------

LISTS = sorted(
    path.removeprefix("/api/v1")
    for (method, path), each in operations().items()
    if method == "GET" and any(parameter["name"] == "cursor" for parameter in each.get("parameters", []))
)


QUERIES = [
    "password=x",
    "search=x",
    "format=json",
    "ordering=-email",
    "ordering=password",
    "page_size=0",
    "page_size=1000000000",
    "page_size=-1",
    "page_size=abc",
    "page_size=%D9%A3",
    "cursor=cD1hYmM=",
    "include=application__candidate",
    "email__startswith=a",
    "id=1",
    "page_size=1&page_size=2",
    "q=%00",
    "q=a%0Ab",
    "%00=1",
]
VALUES = [
    "",
    "nonsense",
    "1.5",
    "%D9%A3",
    "+1",
    "%201",
    "-1",
    "9" * 40,
    "None",
    "TRUE",
    "'",
    "2026-11-26T17:00:00",
    "2026-W47-1T10:00:00Z",
]


@pytest.mark.parametrize("path", LISTS)
def test_no_query_breaks_a_list(scene, path):
    reader = caller_for(scene, path)
    address = path.replace("{}", str(id_for(scene, path) or scene.version.kit_id))
    assert reader.get(f"{address}?cursor=").status_code == 200  # nothing at all is the first page
    for query in QUERIES:
        assert_problem(reader.get(f"{address}?{query}"), 400)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.once
def test_no_filter_takes_a_value_that_it_does_not_list(scene, path):
    reader = caller_for(scene, path)
    address = path.replace("{}", str(id_for(scene, path) or scene.version.kit_id))
    listed = {each["name"] for each in operations()["GET", f"/api/v1{path}"]["parameters"] if each["in"] == "query"}
    for parameter in listed - {"q", "email", "cursor"}:
        for value in VALUES:
            answer = reader.get(f"{address}?{parameter}={value}")
            assert faults(answer) == {(parameter, "parameter")}, (parameter, value)


@pytest.mark.parametrize("value", ["x" * 101, "x" * 5000])
def test_words_to_find_have_an_end(recruiter, value):
    for path in (
        "/hiring/candidates/",
        "/hiring/applications/",
        "/people/people/",
        "/hiring/kits/",
        "/hiring/openings/",
        "/training/modules/",
    ):
        assert faults(recruiter.get(f"{path}?q={value}")) == {("q", "parameter")}


@pytest.mark.parametrize(
    "words", [".*", "%25", "_", "\\", "(", "a b c d e f g h", "\U0001f600", "%F0%9F%98%80", "' OR 1=1"]
)
def test_words_to_find_are_words_and_no_pattern(recruiter, words):
    for path in (
        "/hiring/candidates/",
        "/hiring/applications/",
        "/hiring/openings/",
        "/people/people/",
        "/hiring/competencies/",
        "/training/modules/",
    ):
        assert recruiter.rows(f"{path}?q={words}") == []


def test_five_hundred_parameters_are_refused(recruiter):
    query = "&".join(f"a{number}=1" for number in range(500))
    assert len(faults(recruiter.get(f"/hiring/openings/?{query}"))) == 500


def test_parameters_are_refused_where_nothing_is_listed(scene, recruiter):
    for path in (
        f"/hiring/openings/{scene.opening.pk}/",
        f"/hiring/openings/{scene.opening.pk}/stages/",
        "/people/me/",
    ):
        assert faults(recruiter.get(f"{path}?cursor=x")) == {("cursor", "parameter")}
    before = counted()
    answer = recruiter.post("/hiring/applications/?dry_run=1", {"opening": scene.opening.pk})
    assert faults(answer) == {("dry_run", "parameter")}
    assert counted() == before


def test_cursor_belongs_to_one_list_with_its_filters(scene, recruiter):
    following = recruiter.get("/hiring/applications/?page_size=1&in_play=true").json()["next"]
    cursor = following.partition("cursor=")[2].partition("&")[0]
    assert recruiter.get(f"/hiring/applications/?page_size=1&in_play=true&cursor={cursor}").status_code == 200
    for path in (
        f"/hiring/applications/?cursor={cursor}",
        f"/hiring/applications/?in_play=true&ordering=oldest&cursor={cursor}",
        f"/hiring/interviews/?cursor={cursor}",
        f"/hiring/applications/?in_play=true&cursor={cursor[:-2]}",
        f"/hiring/applications/?in_play=true&cursor={cursor}x",
    ):
        assert faults(recruiter.get(path)) == {("cursor", "parameter")}, path


def test_cursor_of_one_person_shows_another_nothing_more(scene):
    """A cursor is a place in an order, no key to rows."""
    recruiter, stranger = Caller(scene.people["recruiter"]), Caller(scene.people["stranger"])
    following = recruiter.get("/hiring/interviews/?page_size=1").json()["next"]
    assert stranger.get(following).json()["results"] == []


def test_host_is_ours_alone():
    caller = Caller(make_person())
    answer = caller.client.get("/api/v1/people/me/", headers={**caller.headers, "Host": "evil.example"})
    assert_problem(answer, 400)
    assert b"evil" not in answer.content


def test_no_answer_may_be_kept_or_sniffed(recruiter):
    answer = recruiter.get("/hiring/candidates/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.content)
