"""Completions, to read. They come by learning, never by being written."""

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import IdFilter, MomentFilter
from people.api.resources import Resource
from people.models import Person
from training.api.serializers.completions import CompletionOut
from training.models import Completion
from training.models.assignments import CompletionQuerySet


class CompletionFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    person = IdFilter(field_name="person")
    module = IdFilter(field_name="module")
    latest = django_filters.BooleanFilter(
        method="filter_latest", help_text="Whether it is the person's last one of the module, which is what counts."
    )
    completed_from = MomentFilter(field_name="completed_at", lookup_expr="gte")
    completed_before = MomentFilter(field_name="completed_at", lookup_expr="lt")

    def filter_latest(self, found: CompletionQuerySet, _name: str, value: bool) -> CompletionQuerySet:
        latest = found.latest()
        return latest if value else found.exclude(pk__in=latest.values("pk"))


class Completions(Resource):
    """What was completed, when, and until when that holds: your own, and of whose training you may see."""

    queryset = Completion.objects.none()
    serializer_class = CompletionOut
    filterset_class = CompletionFilter
    orderings = {
        "newest": ("-completed_at", "-pk"),
        "oldest": ("completed_at", "pk"),
        "expiring": ("expires_on", "pk"),
    }
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Completions, old ones too."""
        return self.page(_visible(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One completion."""
        return self.answer(self.find(_visible(self.person), pk))


def _visible(person: Person) -> "QuerySet[Completion]":
    return Completion.objects.visible_to(person).select_related("person", "module", "version", "revocation")
