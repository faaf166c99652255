"""The document says what is there, all of it and nothing else; and the page that shows it."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import URLPattern, get_resolver, reverse
from drf_spectacular.validation import validate_schema

from foundation.api.problems import CONTENT_TYPE
from people.models import TokenScope
from tests.api.caller import Caller, document, operations
from tests.cast import make_person

# What serves the document itself is not in it.
OUTSIDE = {"/api/v1/schema/", "/api/v1/docs/"}


def routes(patterns=None, before="/"):
    """(path, methods) of everything under /api/. DRF adds HEAD to a GET when the view is first called."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        path = before + re.sub(r"<[^>]*>", "{}", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            if path.startswith("/api/"):
                yield path, set(getattr(pattern.callback, "actions", None) or {}) - {"head"}
        else:
            yield from routes(pattern.url_patterns, path)


def test_document_and_addresses_agree_both_ways():
    served = {(method.upper(), path) for path, methods in routes() for method in methods if path not in OUTSIDE}
    assert {path for path, methods in routes() if not methods} == OUTSIDE
    assert served == set(operations())


def test_document_is_valid():
    validate_schema(document())
    assert document()["openapi"].startswith("3.1")


def test_document_is_made_without_a_warning(capsys):
    from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
    from drf_spectacular.generators import SchemaGenerator

    reset_generator_stats()
    SchemaGenerator().get_schema(public=True)
    assert not GENERATOR_STATS
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("method", "path"), sorted(operations()))
def test_operation_tells_its_failures_its_scope_and_what_it_does(method, path):
    operation = operations()[method, path]
    wanted = {"400", "401", "403", "404", "406", "429"}
    wanted |= {"409"} if method != "GET" else set()
    wanted |= {"413", "415"} if method in {"POST", "PUT", "PATCH"} else set()
    assert wanted <= set(operation["responses"])
    for status, response in operation["responses"].items():
        if status >= "400":
            assert response["content"] == {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    scope = re.search(r"Scope of the token: `([a-z:]+)`", operation["description"])
    assert scope is not None
    assert scope[1] in TokenScope.values
    assert scope[1].endswith(":read") is (method == "GET")
    assert not operation["description"].startswith("Scope"), "say what it does"
    assert operation["security"] == [{"token": []}, {"session": []}]


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)


def test_bodies_are_closed_and_answers_name_every_field():
    for name, schema in document()["components"]["schemas"].items():
        assert schema["type"] == "object", name
        if name.endswith("Request"):
            assert schema["additionalProperties"] is False, name


# --- who may read it ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_document_is_for_signed_in_people_and_any_token(client):
    address = "/api/v1/schema/"
    assert client.get(address).status_code == 401
    client.force_login(make_person())
    assert client.get(address, headers={"Accept": "application/json"}).json()["openapi"].startswith("3.1")
    caller = Caller(make_person(), scopes=("people:read",))
    answer = caller.client.get(address, headers={**caller.headers, "Accept": "application/json"})
    assert answer.json()["paths"].keys() == document()["paths"].keys()


@pytest.mark.django_db
def test_page_sends_strangers_to_sign_in_and_needs_nothing_from_elsewhere(client):
    address = "/api/v1/docs/"
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={address}")
    client.force_login(make_person())
    page = client.get(address)
    assert page.status_code == 200
    named = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert len(named) == 5
    assert all(name.startswith("/") for name in named)
    for name in named[:-1]:
        assert finders.find(name.removeprefix("/static/")), name
    script = client.get(f"{address}?script=")
    assert script["Content-Type"] == "application/javascript"
    assert "/api/v1/schema/" in script.content.decode()


@pytest.mark.django_db
def test_page_loosens_the_policy_for_styles_alone(client):
    client.force_login(make_person())

    def policy(address):
        header = client.get(address)["Content-Security-Policy"]
        return {part.split()[0]: set(part.split()[1:]) for part in header.split(";") if part.strip()}

    usual, here = policy("/"), policy("/api/v1/docs/")
    assert here["style-src"] - usual["style-src"] == {"'unsafe-inline'"}
    assert {name for name in usual if usual[name] != here[name]} == {"style-src"}
