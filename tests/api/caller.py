"""A caller of the API whose every answer is held against the document."""

import json
import re
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from foundation.api.problems import CONTENT_TYPE
from people.actions import tokens
from people.models import Person, TokenScope

ROOT = "/api/v1"
EVERYTHING = tuple(TokenScope.values)


@cache
def document() -> dict[str, Any]:
    """The document as `/api/v1/schema/` gives it."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True)))


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Operations by method and path; parameters of the path are written {}."""
    return {
        (method.upper(), re.sub(r"\{[^}]*\}", "{}", path)): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


@cache
def _components() -> dict[str, Any]:
    return {
        "components": {
            "schemas": {name: _closed(schema) for name, schema in document()["components"]["schemas"].items()}
        }
    }


def _closed(schema: Any) -> Any:
    """The schema with every object shut: a field that the document does not name is a mistake in one of the two."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: _closed(each) for name, each in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        shut.setdefault("additionalProperties", False)
    return shut


def place_of(path: str) -> str:
    """The documented path that an address belongs to, with {} for its parameters."""
    return "/" + re.sub(r"<[^>]*>", "{}", resolve(urlsplit(path).path).route)


def assert_documented(method: str, path: str, answer: Any) -> None:
    """The answer is one that the document describes: its status, its type, and every field of its body."""
    operation = operations().get((method.replace("HEAD", "GET"), place_of(path)))
    if operation is None:
        assert answer.status_code == 405, (method, path, answer.status_code)
        return
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, f"{method} {path} answers {answer.status_code}, undocumented: {answer.content[:500]}"
    if method == "HEAD" or "content" not in described:
        assert not answer.content
        return
    kind = answer["Content-Type"].partition(";")[0]
    assert kind in described["content"], (method, path, kind)
    if kind.endswith("json"):
        schema = {**_closed(described["content"][kind]["schema"]), **_components()}
        faults = [
            f"{list(error.path)}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer.json())
        ]
        assert not faults, f"{method} {path}: {faults}"


class Caller:
    """Sends JSON as one person, by token (or by the browser's session), and checks what comes back."""

    def __init__(self, person: Person | None, *, scopes: tuple[str, ...] = EVERYTHING, session: bool = False) -> None:
        self.person = person
        self.client = Client(enforce_csrf_checks=session, raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if person is not None and session:
            self.client.force_login(person)
        elif person is not None:
            self.headers["Authorization"] = f"Bearer {make_token(person, *scopes)}"

    def send(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Any:
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("http") else f"{ROOT}{path}"
        kind = named.pop("Content-Type", "application/json")
        answer = self.client.generic(method, address, content, content_type=kind, headers={**self.headers, **named})
        assert answer.status_code < 500, (method, path, answer.content[:2000])
        assert_documented(method, urlsplit(address).path, answer)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, None, raw=None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, raw=None, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, raw=None, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PUT", path, body, raw=None, **headers)

    def rows(self, path: str) -> list[Any]:
        """The rows of the first page."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]


def make_token(person: Person, *scopes: str) -> str:
    """A token of the person's, as its secret."""
    now = timezone.now()
    _token, secret = tokens.create_token(
        person=person, name="test", scopes=scopes or EVERYTHING, expires_at=now + timedelta(days=1), at=now
    )
    return secret


def assert_problem(answer: Any, status: int, code: str = "", **members: Any) -> dict[str, Any]:
    """The answer is a problem of that status; returns it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == CONTENT_TYPE
    problem = answer.json()
    assert problem["status"] == status
    if code:
        assert problem["type"] == f"urn:rapport:problem:{code}", problem
    for name, value in members.items():
        assert problem[name] == value, problem
    return problem


def faults(answer: Any) -> set[tuple[str, str]]:
    """Where and what, of each error that a 400 names."""
    assert answer.status_code == 400, answer.content
    return {(error.get("pointer", error.get("parameter")), error["code"]) for error in answer.json()["errors"]}


def without_instance(answer: Any) -> dict[str, Any]:
    """A problem without the id of its request, to compare it with another."""
    return {name: value for name, value in answer.json().items() if name != "instance"}
