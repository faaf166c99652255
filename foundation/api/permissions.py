"""Scopes of a token. What a person may do is up to each app's policies; a token can only take away from it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    # rest_framework.views loads this module, by way of the settings, while it is being loaded itself.
    from rest_framework.views import APIView


class Scoped(Protocol):
    """What authentication must leave in `request.auth` for a token; a session leaves None."""

    @property
    def scopes(self) -> "frozenset[str] | set[str] | list[str] | tuple[str, ...]": ...


def scope_for(view: Any, method: str) -> str | None:
    """The scope that a view asks of a token for a method, or None when the view names none.

    `required_scope` of the view is one scope for all methods ("people:read"), or a noun ("people") that stands for
    "people:read" on GET, HEAD and OPTIONS and "people:write" on everything else, or a mapping from method to scope.
    """
    scope: str | Mapping[str, str] | None = getattr(view, "required_scope", None)
    if isinstance(scope, Mapping):
        return scope.get(method)
    if not scope or ":" in scope:
        return scope or None
    return f"{scope}:{'read' if method in {'GET', 'HEAD', 'OPTIONS'} else 'write'}"


class HasScope(BasePermission):
    """Lets a session pass, and a token that holds the scope. A view that names no scope is closed to tokens."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.auth is None:
            return True
        needed = scope_for(view, request.method or "GET")
        token = cast("Scoped", request.auth)
        return needed is not None and needed in set(token.scopes)
