"""The OpenAPI document, made to tell the whole truth: failures, closed request bodies, version headers, scopes."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from foundation.api.permissions import scope_for
from foundation.api.problems import CONTENT_TYPE
from foundation.api.repeats import HEADER, PATTERN, Repeatable
from foundation.api.serializers import LineField, StrictModelSerializer, StrictSerializer
from foundation.api.versions import Versioned

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457 problem. `instance` is the id of the request, which support can look up.",
    "required": ["type", "title", "status", "detail", "instance"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "format": "uri", "example": "urn:rapport:problem:invalid"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "additionalProperties": False,
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer into the body; empty for all of it."},
                    "parameter": {"type": "string", "description": "Name of a query parameter."},
                    "code": _TEXT,
                    "detail": _TEXT,
                },
            },
        },
    },
}

_ALWAYS = (400, 401, 403, 404, 406, 429)
_ON_CHANGE = (409,)
_WITH_BODY = (413, 415)
_VERSIONED = (412, 428)
_REPEATABLE = (422,)


class _CleanText(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """LineField and TextField say which characters they take."""

    target_class = "foundation.api.serializers.LineField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        schema: Schema = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        if direction != "request":
            return schema
        # Without an example, the page that shows the document makes one up from the pattern: line noise.
        return {**schema, "pattern": self.target.pattern, "examples": [self.target.example]}


class ProblemAutoSchema(AutoSchema):
    """drf-spectacular's schema, which knows success only, with what else our endpoints answer."""

    def _get_response_bodies(self, direction: Any = "response") -> Schema:
        responses: Schema = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            responses.setdefault(str(status), self._problem_response(status))
        if self._is_versioned() and self.method in {"GET", "HEAD"}:
            responses.setdefault("304", {"description": "You have this version."})
        return responses

    def _problem_statuses(self) -> list[int]:
        statuses = list(_ALWAYS)
        if self.method not in {"GET", "HEAD", "OPTIONS"}:
            statuses += _ON_CHANGE
            statuses += _WITH_BODY if self.method != "DELETE" else ()
            statuses += _VERSIONED if self._is_versioned() else ()
            statuses += _REPEATABLE if self._is_repeatable() else ()
        return sorted(statuses)

    def _problem_response(self, status: int) -> Schema:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Problem", type=ResolvedComponent.SCHEMA, object="foundation.api.problems", schema=PROBLEM
        )
        self.registry.register_on_missing(component)
        return {
            "description": HTTPStatus(status).phrase,
            "content": {CONTENT_TYPE: {"schema": component.ref}},
            **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status == 429 else {}),
        }

    def _is_versioned(self) -> bool:
        # A list or a creation has no version to name.
        return isinstance(self.view, Versioned) and not self._is_list_view() and not self._is_create_operation()

    def _is_repeatable(self) -> bool:
        return isinstance(self.view, Repeatable) and self._is_create_operation()

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self._is_repeatable():
            parameters.append(
                OpenApiParameter(
                    name=HEADER,
                    type=OpenApiTypes.STR,
                    location=OpenApiParameter.HEADER,
                    pattern=PATTERN,
                    description="Makes the request safe to repeat for a day: nothing is made twice under one key.",
                )
            )
        if self._is_versioned() and self.method in {"PUT", "PATCH", "DELETE"}:
            parameters.append(
                OpenApiParameter(
                    name="If-Match",
                    type=OpenApiTypes.STR,
                    location=OpenApiParameter.HEADER,
                    required=True,
                    description="The ETag of the version that you read.",
                )
            )
        return parameters

    def get_tags(self) -> list[str]:
        """The noun: the part of the path after the app's, or the first where there is no app."""
        tokens: list[str] = self._tokenize_path()
        return tokens[1:2] or tokens[:1]

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        described = super().get_description()
        scope = scope_for(self.view, self.method)
        return f"{described}\n\nScope of the token: `{scope}`.".strip() if scope else described

    def _insert_field_validators(self, field: Any, schema: Schema) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        match schema.get("oneOf"):
            case [filled, {"type": "string", "maxLength": 0}] if isinstance(field, LineField):
                # Its pattern takes the empty text already, which would then fit both and so be forbidden.
                del schema["oneOf"]
                schema |= filled
            case [filled, {"type": "string", "maxLength": 0}]:
                # Likewise where formats are not looked at.
                filled.setdefault("minLength", 1)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Schema:
        schema: Schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, StrictSerializer | StrictModelSerializer):
            schema["additionalProperties"] = False
        return schema
