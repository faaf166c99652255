"""The catalogue, to read. Modules are written as files, on their pages."""

import django_filters
from django.db.models import Prefetch
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import WordsFilter, choice
from people.api.resources import Resource
from people.models import Person
from training.api.serializers.modules import ModuleOut
from training.models import Module, ModulePart, ModuleVersion
from training.models.modules import ModuleQuerySet


class ModuleFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="filter_q", help_text="Words of the name or the summary.")
    kind = choice(Module.Kind.choices, field_name="kind")
    archived = django_filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)

    def filter_q(self, found: ModuleQuerySet, _name: str, value: str) -> ModuleQuerySet:
        return found.matching(value)


class Modules(Resource):
    """What may be taken. Trainers find drafts and what is archived besides."""

    queryset = Module.objects.none()
    serializer_class = ModuleOut
    filterset_class = ModuleFilter
    orderings = {"name": ("name", "pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Modules with the parts of what is published."""
        return self.page(_with_version(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One module."""
        return self.answer(self.find(_with_version(self.person), pk))


def _with_version(person: Person) -> ModuleQuerySet:
    # What a part holds, answers and all, is not even read.
    covers = ModulePart.objects.only("version", "key", "kind", "title", "minutes").order_by("position")
    versions = ModuleVersion.objects.filter(state=ModuleVersion.State.PUBLISHED)
    with_parts = versions.prefetch_related(Prefetch("parts", covers, "parts_in_order"))
    return Module.objects.visible_to(person).prefetch_related(Prefetch("versions", with_parts, "published_now"))
