"""Kits and their versions, to read and to take along."""

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.yaml import YAMLRenderer
from hiring import policies
from hiring.actions import kit_sharing
from hiring.api.serializers.library import KitContentOut, KitOut, KitVersionOut
from hiring.models import Kit, KitVersion
from hiring.reports import kits as reports
from people.api.fields import WordsFilter
from people.api.resources import Resource, must

State = KitVersion.State


class KitFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="filter_q", help_text="In the name or the purpose.")
    archived = django_filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)

    def filter_q(self, found: "QuerySet[Kit]", _name: str, value: str) -> "QuerySet[Kit]":
        return found.filter(pk__in=Kit.objects.matching(value).values("pk"))


class Kits(Resource):
    """Kits, each with its versions."""

    queryset = Kit.objects.none()
    serializer_class = KitOut
    filterset_class = KitFilter
    orderings = {"name": ("name", "pk")}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Kits, archived ones too unless you filter."""
        must(policies.can_view_library(self.person))
        return self.page(_with_current())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One kit."""
        must(policies.can_view_library(self.person))
        return self.answer(self.find(_with_current(), pk))


class KitVersions(Resource):
    """Versions of one kit."""

    queryset = KitVersion.objects.none()
    serializer_class = KitVersionOut
    orderings = {"newest": ("-number", "-pk")}
    required_scope = "hiring"

    def list(self, request: Request, pk: int) -> Response:
        """All versions of the kit, without their content."""
        must(policies.can_view_library(self.person))
        kit = self.find(Kit.objects.all(), pk)
        return self.page(kit.versions.select_related("created_by", "published_by"))

    @extend_schema(responses=KitContentOut)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One version with all that it says: guidance, competencies with anchors, questions in the order of asking."""
        must(policies.can_view_library(self.person))
        rows = reports.with_content(KitVersion.objects.select_related("created_by", "published_by"))
        return self.answer(self.find(rows, pk), KitContentOut)


class KitExports(Resource):
    """A version as a file that another installation can import."""

    queryset = KitVersion.objects.none()
    renderer_classes = [YAMLRenderer, JSONRenderer]
    required_scope = "hiring"

    @extend_schema(responses={(200, "application/yaml"): OpenApiTypes.OBJECT})
    def retrieve(self, request: Request, pk: int) -> Response:
        """The version as a kit file (docs/domain/kit-files.md). The audit trail keeps that you took it.

        A draft that is not complete is refused.
        """
        must(policies.can_view_library(self.person))
        version = self.find(KitVersion.objects.select_related("kit"), pk)
        text = kit_sharing.export_version(version=version, by=self.person, at=timezone.now())
        name = f"{version.kit.key}-{version.number}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, headers=headers, content_type="application/yaml; charset=utf-8")


def _with_current() -> "QuerySet[Kit]":
    found = {
        f"{name}_version": Subquery(KitVersion.objects.filter(kit=OuterRef("pk"), state=state).values("pk")[:1])
        for name, state in (("published", State.PUBLISHED), ("draft", State.DRAFT))
    }
    return Kit.objects.annotate(**found)
