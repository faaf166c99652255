"""Query parameters: those that are listed, holding what they may, or a 400 naming the one that is wrong.

A filter that is misspelt and silently dropped answers with everything, which is the worst answer to a narrow question.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.forms import CharField, Field, Form, NullBooleanField
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.views import APIView

from foundation.api.paging import CURSOR, ORDERING, PAGE_SIZE
from foundation.api.problems import BadParameters

M = TypeVar("M", bound=Model)


class StrictParameters(APIView):
    """Base of API views: refuses every query parameter that the view does not list.

    Listed are `query_parameters`, and for lists also the fields of `filterset_class` and those of paging. The check
    comes after authentication and permission, so that it tells strangers nothing.
    """

    query_parameters: Sequence[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = set(request.query_params) - self.accepted_parameters()
        if unknown:
            raise BadParameters({name[:50]: _("There is no such parameter here.") for name in sorted(unknown)})

    def accepted_parameters(self) -> set[str]:
        """Names that this request may use."""
        names = set(self.query_parameters)
        if self.request.method in {"GET", "HEAD"} and self._lists():
            names |= set(getattr(getattr(self, "filterset_class", None), "base_filters", ()))
            if getattr(self, "pagination_class", None) is not None:
                names |= {CURSOR, PAGE_SIZE}
            if getattr(self, "orderings", None):
                names.add(ORDERING)
        return names

    def _lists(self) -> bool:
        action = getattr(self, "action", None)
        return action == "list" if action is not None else isinstance(self, ListModelMixin)


class StrictFilters(DjangoFilterBackend):  # type: ignore[misc]  # it has no stubs
    """django-filter's backend with the holes closed: empty values and half-understood booleans are refused."""

    def filter_queryset(self, request: Request, queryset: QuerySet[M], view: APIView) -> QuerySet[M]:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        form: Form = filterset.form
        errors = {name: str(reasons[0]) for name, reasons in form.errors.items()}
        for name, field in form.fields.items():
            if name in request.query_params and name not in errors:
                wrong = _misread(field, request.query_params[name])
                if wrong:
                    errors[name] = wrong
        if errors:
            raise BadParameters(errors)
        filtered: QuerySet[M] = filterset.qs
        return filtered


def _misread(field: Field, value: str) -> str:
    """Why a value that the form let pass does not mean what the filter would make of it, or ""."""
    if isinstance(field, NullBooleanField):
        return "" if value in {"true", "false"} else _("Give true or false.")
    if value == "" and not isinstance(field, CharField):
        return _("Give a value, or leave the parameter out.")
    return ""
