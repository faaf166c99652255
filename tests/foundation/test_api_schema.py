import json

import pytest
import schemathesis
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.color import no_style
from django.db import connection
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from foundation.api.problems import CONTENT_TYPE

MIDDLEWARE = [
    "foundation.middleware.OriginMiddleware",
    "foundation.middleware.HeadersMiddleware",
    "foundation.api.problems.ProblemMiddleware",
    "foundation.middleware.CleanInputMiddleware",
]


@pytest.fixture
def document(client, settings):
    settings.ROOT_URLCONF = "tests.foundation.api_of_tests"
    settings.MIDDLEWARE = MIDDLEWARE
    return json.loads(client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).content)


def test_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")


def test_every_operation_declares_the_problems_that_it_can_answer(document):
    operations = {
        f"{method} {path}": set(operation["responses"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "/groups/" in path or "/scorecard/" in path
    }
    always = {"400", "401", "403", "404", "406", "429"}
    change = always | {"409"}
    assert operations == {
        "get /api/v1/groups/": always | {"200"},
        "post /api/v1/groups/": change | {"201", "413", "415"},
        "get /api/v1/groups/{id}/": always | {"200", "304"},
        "patch /api/v1/groups/{id}/": change | {"200", "412", "413", "415", "428"},
        "delete /api/v1/groups/{id}/": change | {"204", "412", "428"},
        "post /api/v1/scorecard/": change | {"200", "413", "415"},
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert response["content"] == {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_change_of_a_version_declares_its_header(document):
    named = {
        method: [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"]
        for method, operation in document["paths"]["/api/v1/groups/{id}/"].items()
    }
    assert named == {"get": [], "patch": ["If-Match"], "delete": ["If-Match"]}


def test_list_declares_its_parameters_and_its_page(document):
    operation = document["paths"]["/api/v1/groups/"]["get"]
    parameters = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
    assert set(parameters) == {"name", "id", "named", "cursor", "page_size", "ordering"}
    assert parameters["ordering"]["enum"] == ["name", "newest"]
    assert parameters["page_size"]["maximum"] == 200
    page = document["components"]["schemas"]["PaginatedGroupOutList"]
    assert page["required"] == ["results", "next"]
    assert page["properties"]["next"]["type"] == ["string", "null"]


def test_request_bodies_are_closed(document):
    schemas = document["components"]["schemas"]
    assert schemas["ScorecardInRequest"]["additionalProperties"] is False
    assert schemas["RatingInRequest"]["additionalProperties"] is False
    assert schemas["PatchedGroupInRequest"]["additionalProperties"] is False
    assert "id" not in schemas["PatchedGroupInRequest"]["properties"]


def test_optional_text_may_be_empty(document):
    properties = document["components"]["schemas"]["PatchedGroupInRequest"]["properties"]
    for value in ("", "A line.\nAnother."):
        Draft202012Validator(properties["note"]).validate(value)
        Draft202012Validator(properties["mail"]).validate(value.replace("\n", ""))
    assert not Draft202012Validator(properties["note"]).is_valid("a bell: \a")


def test_scope_stands_in_the_description(document):
    assert "`groups:write`" in document["paths"]["/api/v1/groups/"]["post"]["description"]


# What a schema cannot say, so that a request in its words may still be refused: which cursors were given out, which
# versions are the newest, which names are taken, which keys exist.
MAY_BE_REFUSED = {
    "GET /groups/": [400],
    "POST /groups/": [400],
    "PATCH /groups/{id}/": [400, 412],
    "DELETE /groups/{id}/": [412],
    "POST /scorecard/": [400],
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation",
    [
        "GET /groups/",
        "POST /groups/",
        "GET /groups/{id}/",
        "PATCH /groups/{id}/",
        "DELETE /groups/{id}/",
        "POST /scorecard/",
    ],
)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.once
def test_document_is_true(document, operation, mode):
    """What the document forbids is refused, what it allows is taken, and each answer is one that it describes."""
    method, _space, path = operation.partition(" ")
    expected = ["2xx", 304, 404, *MAY_BE_REFUSED.get(operation, [])]
    refused = [400, 401, 404, 406, 412, 415, 428]
    config = schemathesis.Config.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": expected},
                "negative_data_rejection": {"expected-statuses": refused},
            }
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = WSGIHandler()
    schema.config.update(base_url="http://testserver/")
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name != "ignored_auth"]
    called = 0

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(case=schema[f"/api/v1{path}"][method].as_strategy(generation_mode=mode))
    def call(case):
        nonlocal called
        called += 1
        case.call_and_validate(checks=checks, headers={"Authorization": "Bearer all"})

    Group.objects.bulk_create(Group(pk=pk, name=f"g{pk}") for pk in range(1, 10))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Group]):
            cursor.execute(statement)
    call()
    assert called
