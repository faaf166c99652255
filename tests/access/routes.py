"""What the portal answers to: a walk over the resolver, so that nothing can be forgotten by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from django.views.generic.base import RedirectView
from django.views.generic.edit import ProcessFormView

# One block with its own rule (tests/access/test_support.py): Django's admin, whose pages follow its models.
SUPPORT = "support/"
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One pattern. `name` is what reverse() takes, or the pattern itself where it has no name."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    methods: frozenset[str]
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")


@cache
def walked() -> tuple[Route, ...]:
    """Every route but those of the support pages."""
    return tuple(route for route in _walk(get_resolver(), "", ()) if not route.pattern.startswith(SUPPORT))


@cache
def supported() -> tuple[Route, ...]:
    """Every route of the support pages."""
    return tuple(route for route in _walk(get_resolver(), "", ()) if route.pattern.startswith(SUPPORT))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + _text(entry)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, pattern, inner)
        else:
            name = ":".join((*namespaces, entry.name)) if entry.name else pattern
            arguments = (*resolver.pattern.converters, *entry.pattern.converters, *_groups(entry))
            yield Route(name, pattern, arguments, methods_of(entry.callback), entry.callback)


def _text(entry: URLPattern | URLResolver) -> str:
    if not isinstance(entry.pattern, RoutePattern | RegexPattern):
        raise TypeError(f"A pattern of a kind that this walk does not know: {entry.pattern!r}")
    return str(entry.pattern).removeprefix("^")


def _groups(entry: URLPattern) -> tuple[str, ...]:
    return tuple(entry.pattern.regex.groupindex) if isinstance(entry.pattern, RegexPattern) else ()


def methods_of(view: Callable[..., Any]) -> frozenset[str]:
    """The methods that a view declares, without HEAD and OPTIONS; a view that declares none counts as taking GET."""
    if actions := getattr(view, "actions", None):  # a viewset
        return frozenset(method.upper() for method in actions) - {"HEAD"}  # REST framework adds it at the first request
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is not None and issubclass(kind, RedirectView):
        return frozenset({"GET"})  # it takes every method, and does the same
    if kind is not None:
        named = {method.upper() for method in kind.http_method_names if hasattr(kind, method)}
        put = {"PUT"} if issubclass(kind, ProcessFormView) else set()  # it does what POST does
        return frozenset(named - {"HEAD", "OPTIONS"} - put)
    return frozenset(_declared(view) or {"GET"}) - {"HEAD", "OPTIONS"}


def declares_methods(view: Callable[..., Any]) -> bool:
    """Whether the view itself says which methods it takes."""
    return bool(getattr(view, "actions", None) or getattr(view, "cls", None) or getattr(view, "view_class", None)) or (
        _declared(view) is not None
    )


def _declared(view: Callable[..., Any]) -> set[str] | None:
    """What require_http_methods and kin were told, found in the closures of the decorators around the view."""
    seen: Any = view
    while seen is not None:
        code, cells = getattr(seen, "__code__", None), getattr(seen, "__closure__", None) or ()
        held = dict(zip(code.co_freevars, cells, strict=True)) if code else {}
        if "request_method_list" in held:
            return set(held["request_method_list"].cell_contents)
        seen = getattr(seen, "__wrapped__", None)
    return None
