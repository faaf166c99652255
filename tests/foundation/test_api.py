import json

import pytest
from django.contrib.auth.models import Group
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from foundation.api.parsers import parse_json
from foundation.api.permissions import HasScope, scope_for
from tests.foundation.api_of_tests import TOKENS, ScorecardIn, Token

pytestmark = [pytest.mark.urls("tests.foundation.api_of_tests"), pytest.mark.once]
ALL = {"Authorization": "Bearer all"}


@pytest.fixture(autouse=True)
def _only_ours(settings):
    """The middleware of foundation alone, so that nothing else of the portal answers first."""
    settings.MIDDLEWARE = [
        "foundation.middleware.OriginMiddleware",
        "foundation.middleware.HeadersMiddleware",
        "foundation.api.problems.ProblemMiddleware",
        "foundation.middleware.CleanInputMiddleware",
    ]


@pytest.fixture
def api(client, db):
    """Send JSON with a token that may do everything; returns the answer."""

    def send(method, path, body=None, *, token="all", raw=None, content_type="application/json", **headers):
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        return client.generic(method, f"/api/v1{path}", data, content_type=content_type, headers=named)

    return send


def assert_problem(answer, status, code, **members):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert set(problem) <= {"type", "title", "status", "detail", "instance", "errors"}
    assert problem["status"] == status
    assert problem["type"] == f"urn:rapport:problem:{code}"
    assert problem["instance"] == answer["X-Request-ID"]
    assert problem["detail"]
    for name, value in members.items():
        assert problem[name] == value
    return problem


def errors_of(answer):
    return {
        (error.get("pointer", error.get("parameter")), error["code"]) for error in json.loads(answer.content)["errors"]
    }


# --- problems -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "code", "detail"),
    [
        ("refused", 409, "refused", "The last seat has just gone."),
        ("conflict", 409, "conflict", "Somebody was quicker."),
        ("invalid", 400, "invalid", "Some of what was sent cannot be taken."),
        ("too_large", 413, "too_large", "The file is larger than 1 MB."),
        ("unsupported", 415, "unsupported_file", "We take PDF."),
        ("django", 400, "invalid", "Some of what was sent cannot be taken."),
        ("django_plain", 400, "invalid", "Some of what was sent cannot be taken."),
        ("suspicious", 400, "parse_error", "The request could not be understood."),
        ("too_big", 413, "too_large", "The body is too large."),
        ("bad", 400, "parse_error", "Not this way."),
        ("denied", 403, "permission_denied", "You do not have permission to perform this action."),
        ("throttled", 429, "throttled", "Request was throttled. Expected available in 7 seconds."),
    ],
)
def test_failure_is_told_as_a_problem(api, kind, status, code, detail):
    answer = api("GET", f"/failing/{kind}/")
    assert_problem(answer, status, code, detail=detail)
    assert b"internal detail" not in answer.content


def test_errors_point_at_their_place(api):
    assert json.loads(api("GET", "/failing/invalid/").content)["errors"] == [
        {"pointer": "/weight", "code": "invalid", "detail": "Too heavy."}
    ]
    assert json.loads(api("GET", "/failing/django_plain/").content)["errors"] == [
        {"pointer": "", "code": "invalid", "detail": "Not like this."}
    ]


def test_too_many_requests_say_when_to_come_back(api):
    assert api("GET", "/failing/throttled/")["Retry-After"] == "7"


def test_a_bug_is_told_without_its_detail(client):
    client.raise_request_exception = False
    answer = client.get("/api/v1/failing/bug/")
    assert_problem(answer, 500, "internal_server_error")
    assert b"internal detail" not in answer.content


@pytest.mark.parametrize("path", ["/nowhere/", "/groups/999/", f"/groups/{10**30}/", "/groups/-1/", "/groups/abc/"])
def test_missing_and_impossible_things_are_not_found(api, path):
    assert_problem(api("GET", path), 404, "not_found")


def test_not_found_tells_nothing_of_what_was_looked_for(api):
    """Nor whether it was looked for at all: a row that is missing, a key that cannot be, an address that is not."""
    answers = [json.loads(api("GET", path).content) for path in ("/groups/999/", "/groups/abc/")]
    assert [answer.pop("instance") != "" for answer in answers] == [True, True]
    assert answers[0] == answers[1]
    assert "Group" not in str(answers)


def test_wrong_method_names_the_right_ones(api):
    answer = api("PUT", "/groups/")
    assert_problem(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}
    outside = api("GET", "/plain/")
    assert_problem(outside, 405, "method_not_allowed")
    assert outside["Allow"] == "POST"


def test_answers_that_we_cannot_give_and_bodies_that_we_do_not_take(api):
    assert_problem(api("GET", "/groups/", Accept="text/html"), 406, "not_acceptable")
    form = api("POST", "/groups/", raw=b"name=x", content_type="application/x-www-form-urlencoded")
    assert_problem(form, 415, "unsupported_media_type")


def test_hostile_address_is_a_problem_too(api):
    assert_problem(api("GET", "/groups/?name=%00"), 400, "bad_request")
    assert_problem(api("GET", "/groups/?name=a&name=b"), 400, "bad_request")


def test_answer_of_any_other_status_is_a_problem_too(api):
    assert_problem(api("GET", "/gone/"), 410, "gone", detail="Gone")


def test_pages_keep_their_own_errors(client):
    answer = client.get("/page/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "method", "status"),
    [
        (None, "GET", 401),
        ("wrong", "GET", 401),
        ("other", "GET", 403),
        ("read", "GET", 200),
        ("read", "HEAD", 200),
        ("read", "POST", 403),
        ("all", "POST", 201),
    ],
)
def test_token_needs_the_scope(api, token, method, status):
    answer = api(method, "/groups/", {"name": "x"} if method == "POST" else None, token=token)
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


def test_strangers_learn_nothing_of_the_parameters(api):
    assert api("GET", "/groups/?password=x", token=None).status_code == 401


def test_session_needs_no_scope(api):
    assert api("GET", "/groups/", token=None, Cookie="session=1").status_code == 200


@pytest.mark.parametrize(("scope", "passes"), [("special", True), ("groups", True), ("people", False), (None, False)])
def test_view_that_names_no_scope_is_closed_to_tokens(rf, scope, passes):
    request = rf.get("/")
    request.auth = Token(TOKENS["all"])
    view = type("View", (), {} if scope is None else {"required_scope": scope})()
    if scope == "special":
        view.required_scope = {"GET": "special"}
    assert HasScope().has_permission(request, view) is passes


@pytest.mark.parametrize(
    ("scope", "method", "needed"),
    [
        ("people", "GET", "people:read"),
        ("people", "DELETE", "people:write"),
        ("people:read", "POST", "people:read"),
        ({"POST": "people:invite"}, "POST", "people:invite"),
        ({"POST": "people:invite"}, "GET", None),
        ("", "GET", None),
        (None, "GET", None),
    ],
)
def test_scope_of_a_view(scope, method, needed):
    assert scope_for(type("View", (), {"required_scope": scope})(), method) == needed


# --- bodies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1,]",
        b"nul",
        b'{"text": "a", "text": "b"}',
        b'{"text": "a", "free": {"x": 1, "x": 2}}',
        b'{"text": "a", "number": NaN}',
        b'{"text": "a", "number": Infinity}',
        b'{"text": "a", "number": 1e999}',
        b'{"text": "a", "whole": 1' + b"0" * 5000 + b"}",
        b'{"text": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"text": "a\\u0000b"}',
        b'{"text": "a\x00b"}',
        b'{"free": {"a\\u0000": 1}}',
        b'{"text": "caf\xe9"}',
        b'\xef\xbb\xbf{"text": "a"}',
        b"[" * 2000 + b"]" * 2000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"[" * 100_000,
        b'{"text": "unfinished',
        b'"' + b'\\"' * 200_000,
    ],
)
def test_body_that_is_not_strict_json_is_refused(api, body):
    answer = api("POST", "/scorecard/", raw=body)
    assert answer.status_code == 400
    assert json.loads(answer.content)["type"] in {"urn:rapport:problem:parse_error", "urn:rapport:problem:invalid"}


def test_body_that_is_too_large_is_refused(api, settings):
    settings.API_MAX_BYTES = 1000
    assert_problem(api("POST", "/scorecard/", {"text": "x" * 1000}), 413, "too_large")
    assert api("POST", "/scorecard/", {"text": "x" * 900}).status_code == 200


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**39), 10**39)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_strict_reading_agrees_with_json_on_what_is_strict(value):
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False)) == value


@given(st.text('{}[]",:\\ 1ae-.u0dNn\x00\n', max_size=30))
def test_any_text_is_json_or_a_parse_error(text):
    try:
        value = parse_json(text)
    except ParseError:
        return
    assert json.loads(text) == value


@pytest.mark.parametrize("text", ["1e999", "-1e999", "[1e400]", "NaN", "-Infinity", "1" * 41, "-" + "1" * 41])
def test_number_beyond_all_bounds_is_refused(text):
    with pytest.raises(ParseError):
        parse_json(text)


def test_depth_is_counted_outside_strings():
    assert parse_json(json.dumps(["[" * 500, '"{' * 500, "\\"])) == ["[" * 500, '"{' * 500, "\\"]
    assert parse_json("[" * 32 + "]" * 32)
    with pytest.raises(ParseError, match="deeper than 32"):
        parse_json("[" * 33 + "]" * 33)
    assert len(parse_json("[" + ",".join(["[]"] * 100) + "]")) == 100


# --- fields ---------------------------------------------------------------------------------------------------------


def test_unknown_and_read_only_fields_are_refused_by_name_and_nothing_changes(api):
    group = Group.objects.create(name="before")
    answer = api(
        "PATCH", f"/groups/{group.pk}/", {"role": "admin", "score_total": 9, "id": 1, "name": "after"}, If_Match='"6"'
    )
    assert_problem(answer, 400, "invalid")
    assert errors_of(answer) == {("/role", "unknown_field"), ("/score_total", "unknown_field"), ("/id", "read_only")}
    group.refresh_from_db()
    assert group.name == "before"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 5),
        ("text", True),
        ("text", ["a"]),
        ("text", {}),
        ("email", 5),
        ("flag", "true"),
        ("flag", 1),
        ("flag", "yes"),
        ("whole", "5"),
        ("whole", True),
        ("whole", 1.5),
        ("number", "1.5"),
        ("number", False),
        ("money", 1.5),
        ("day", 20260101),
        ("at", "2026-01-01T10:00:00"),
        ("at", 5),
        ("long", 5),
        ("long", ""),
        ("key", 5),
        ("choice", 1),
        ("choice", True),
        ("step", "1"),
        ("step", True),
        ("several", "a"),
        ("several", {"a": 1}),
        ("several", [1]),
        ("tags", "a"),
        ("tags", ["a", 5]),
        ("group", "1"),
        ("group", True),
        ("group", 1.5),
        ("groups", 1),
        ("groups", ["1"]),
        ("named", 5),
        ("score_total", 5),
    ],
)
def test_value_of_another_type_is_refused_at_its_place(api, field, value):
    answer = api("POST", "/scorecard/", {"text": "a", field: value})
    assert_problem(answer, 400, "invalid")
    assert all(pointer.startswith(f"/{field}") for pointer, _code in errors_of(answer))


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ("text", " Jo\u0301zef  B ", "Józef B"),
        ("flag", True, True),
        ("whole", 5, 5),
        ("whole", 5.0, 5),
        ("number", 5, 5.0),
        ("number", 1.5, 1.5),
        ("step", 2, 2),
        ("choice", "no", "no"),
        ("several", ["a", "b"], ["a", "b"]),
        ("tags", ["a ", "b"], ["a", "b"]),
        ("free", {"a": [1, "x"]}, {"a": [1, "x"]}),
        ("pairs", {"a": 1}, {"a": 1}),
    ],
)
def test_value_of_the_right_type_is_taken(field, value, taken):
    given_fields = ScorecardIn(data={"text": "a", field: value})
    assert given_fields.is_valid(), given_fields.errors
    assert given_fields.validated_data[field] == taken


def test_moments_are_taken_with_their_offset():
    given_fields = ScorecardIn(data={"text": "a", "at": "2026-01-01T10:00:00+05:45"})
    assert given_fields.is_valid()
    assert given_fields.validated_data["at"].utcoffset().total_seconds() == 0
    assert given_fields.validated_data["at"].hour == 4


def test_errors_inside_lists_and_of_the_whole_point_at_their_place(api):
    body = {
        "text": "a",
        "ratings": [{"score": 3, "evidence": "x"}, {"score": "4", "evidence": "x", "mean": 3}, 7, {"score": 9}],
        "tags": ["fine", "a\u0007"],
    }
    assert errors_of(api("POST", "/scorecard/", body)) == {
        ("/ratings/1/score", "type"),
        ("/ratings/1/mean", "unknown_field"),
        ("/ratings/2", "invalid"),
        ("/ratings/3/score", "max_value"),
        ("/ratings/3/evidence", "required"),
        ("/tags/1", "control"),
    }
    assert errors_of(api("POST", "/scorecard/", {"text": "whole"})) == {("", "invalid")}
    assert errors_of(api("POST", "/scorecard/", [1])) == {("", "invalid")}
    assert errors_of(api("POST", "/scorecard/", {"a/b~c": 1, "text": "a"})) == {("/a~1b~0c", "unknown_field")}


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "a\nb", "a\u202eb"])
def test_text_that_cannot_be_stored_is_refused(api, text):
    assert {pointer for pointer, _code in errors_of(api("POST", "/scorecard/", {"text": text}))} == {"/text"}


def test_several_faults_are_told_at_once(api):
    answer = api("POST", "/scorecard/", {"flag": "no", "whole": "x", "email": "nobody", "extra": 1})
    assert {pointer for pointer, _code in errors_of(answer)} == {"/text", "/flag", "/whole", "/email", "/extra"}


# --- parameters and pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("password=x", "password"),
        ("name__startswith=x", "name__startswith"),
        ("format=json", "format"),
        ("id=abc", "id"),
        ("id=", "id"),
        ("named=maybe", "named"),
        ("named=", "named"),
        ("named=TRUE", "named"),
        ("ordering=password", "ordering"),
        ("ordering=-name", "ordering"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=1000000000", "page_size"),
        ("page_size=abc", "page_size"),
        ("page_size=%D9%A3", "page_size"),
        ("page_size=", "page_size"),
        ("cursor=cD1hYmM=", "cursor"),
        ("cursor=made-up", "cursor"),
    ],
)
def test_parameter_that_is_unknown_or_wrong_is_refused_by_name(api, query, parameter):
    answer = api("GET", f"/groups/?{query}")
    assert_problem(answer, 400, "parameters")
    assert errors_of(answer) == {(parameter, "parameter")}


@pytest.mark.parametrize("query", ["name=b", "named=true", "name=b&named=true&ordering=newest&page_size=7"])
def test_listed_parameters_are_understood(api, query):
    for name in "abc":
        Group.objects.create(name=name)
    names = [row["name"] for row in api("GET", f"/groups/?{query}").json()["results"]]
    assert names == (["b"] if "name=b" in query else ["a", "b", "c"])


def test_parameters_are_refused_where_nothing_is_listed(api):
    group = Group.objects.create(name="a")
    assert api("GET", f"/groups/{group.pk}/?name=a").status_code == 400
    assert api("POST", "/groups/?name=a", {"name": "b"}).status_code == 400
    assert api("POST", "/scorecard/?dry_run=1", {"text": "a"}).status_code == 200
    assert Group.objects.count() == 1


def test_list_without_filters_pages_and_orders_takes_no_parameter(api):
    Group.objects.create(name="a")
    assert [row["name"] for row in api("GET", "/names/").json()] == ["a"]
    for parameter in ("cursor=x", "page_size=1", "ordering=name", "name=a"):
        assert_problem(api("GET", f"/names/?{parameter}"), 400, "parameters")


def test_empty_string_is_a_value_for_text_only(api):
    Group.objects.create(name="a")
    assert len(api("GET", "/groups/?name=").json()["results"]) == 1


def pages(api, path):
    answer = api("GET", path)
    yield answer
    while following := answer.json()["next"]:
        assert answer["Link"] == f'<{following}>; rel="next"'
        answer = api("GET", following.partition("/api/v1")[2])
        yield answer
    assert "Link" not in answer.headers


def test_walk_under_inserts_yields_every_row_once(api):
    for index in range(7):
        Group.objects.create(name=f"{index}-old")
    seen = []
    for answer in pages(api, "/groups/?page_size=2&ordering=name&named=true"):
        assert set(answer.json()) == {"results", "next"}
        seen += [row["name"] for row in answer.json()["results"]]
        Group.objects.create(name=f"0-new-{len(seen)}")
    assert [name for name in seen if name.endswith("old")] == [f"{index}-old" for index in range(7)]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("other", ["ordering=newest", "named=false", "name=a", ""])
def test_cursor_does_not_mix_with_other_filters(api, other):
    for index in range(3):
        Group.objects.create(name=f"{index}")
    following = api("GET", "/groups/?page_size=1&named=true").json()["next"]
    cursor = following.partition("cursor=")[2].partition("&")[0]
    assert api("GET", f"/groups/?page_size=1&named=true&cursor={cursor}").status_code == 200
    assert api("GET", f"/groups/?page_size=2&named=true&cursor={cursor}").status_code == 200
    assert_problem(api("GET", f"/groups/?cursor={cursor}&{other}"), 400, "parameters")


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_costs_the_same_however_many_rows(api, count, django_assert_num_queries):
    Group.objects.bulk_create(Group(name=f"{index}") for index in range(count))
    with django_assert_num_queries(1):
        assert len(api("GET", "/groups/").json()["results"]) == count


# --- versions -------------------------------------------------------------------------------------------------------


@pytest.fixture
def group(db):
    return Group.objects.create(name="four")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        (None, 428, "version_missing"),
        ("", 428, "version_missing"),
        ('"3"', 412, "stale"),
        ('W/"4"', 412, "stale"),
        ("4", 412, "stale"),
        ('"3", "5"', 412, "stale"),
        ("rubbish", 412, "stale"),
    ],
)
def test_change_of_another_version_is_refused(api, group, method, tag, status, code):
    headers = {} if tag is None else {"If_Match": tag}
    answer = api(method, f"/groups/{group.pk}/", {"name": "five5"} if method == "PATCH" else None, **headers)
    assert_problem(answer, status, code)
    assert Group.objects.get().name == "four"


@pytest.mark.parametrize("tag", ['"4"', '"3", "4"', "*"])
def test_change_of_the_version_in_hand_is_made(api, group, tag):
    answer = api("PATCH", f"/groups/{group.pk}/", {"name": "five5"}, If_Match=tag)
    assert (answer.status_code, answer["ETag"], answer.json()["name"]) == (200, '"5"', "five5")
    assert api("DELETE", f"/groups/{group.pk}/", If_Match='"5"').status_code == 204


@pytest.mark.parametrize(
    ("tag", "status"),
    [('"4"', 304), ('W/"4"', 304), ('"3", "4"', 304), ("*", 304), ('"3"', 200), ("4", 200), ("", 200)],
)
def test_version_that_the_caller_has_is_not_sent_again(api, group, tag, status):
    answer = api("GET", f"/groups/{group.pk}/", If_None_Match=tag)
    assert (answer.status_code, answer["ETag"]) == (status, '"4"')
    assert bool(answer.content) is (status == 200)


def test_version_is_no_way_around_permission(api, group):
    assert api("GET", f"/groups/{group.pk}/", token="other", If_None_Match='"4"').status_code == 403
