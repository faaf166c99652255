"""The catalogue, and the life of a module: written as text, published, archived."""

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.yaml import YAMLRenderer
from foundation.errors import Invalid
from foundation.yaml_files import FileError
from people.api.fields import WordsFilter, choice
from people.api.resources import Resource, must
from people.models import Person
from training import policies
from training.actions import modules as actions
from training.api.serializers.modules import ContentIn, ModuleOut, ModuleVersionOut, PublishIn
from training.contents import ModuleContent
from training.models import Module, ModulePart, ModuleVersion
from training.models.modules import ModuleQuerySet
from training.module_files import dump_module, parse_module
from training.reports import modules as reports

MOST_TOLD = 40


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

    @extend_schema(request=ContentIn, responses={201: ModuleVersionOut})
    def create(self, request: Request) -> Response:
        """A new module, as a draft. Nobody sees it but trainers, until it is published."""
        must(policies.can_edit_modules(self.person))
        content = _read(self.given(ContentIn)["text"], reports.offered_keys())
        return self.once(
            lambda: actions.create_module(content=content, by=self.person, at=timezone.now()).pk,
            lambda pk: self.answer(self.reread(_versions(), pk), ModuleVersionOut, made=True),
        )

    @extend_schema(request=ContentIn, responses=ModuleVersionOut)
    def put_draft(self, request: Request, pk: int) -> Response:
        """The module's draft is this text: a new one, or in place of what stood there. Name, summary, validity and
        what it needs stay the module's."""
        module = self._to_edit(pk)
        content = _read(self.given(ContentIn)["text"])
        draft = actions.write_draft(module=module, content=content, by=self.person, at=timezone.now())
        return self.answer(self.reread(_versions(), draft.pk), ModuleVersionOut)

    @extend_schema(request=None)
    def archive(self, request: Request, pk: int) -> Response:
        """Give it to nobody new and renew nothing; who has it goes on. Twice is once."""
        actions.archive_module(module=self._to_edit(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(_with_version(self.person), pk))

    @extend_schema(request=None)
    def restore(self, request: Request, pk: int) -> Response:
        """Offer it again. Twice is once."""
        actions.restore_module(module=self._to_edit(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(_with_version(self.person), pk))

    def _to_edit(self, pk: int) -> Module:
        module = self.find(Module.objects.visible_to(self.person), pk)
        must(policies.can_edit_modules(self.person))
        return module


class ModuleVersions(Resource):
    """Versions of modules, for trainers."""

    queryset = ModuleVersion.objects.none()
    serializer_class = ModuleVersionOut
    orderings = {"newest": ("-number", "-pk")}
    required_scope = "training"

    def list(self, request: Request, pk: int) -> Response:
        """All versions of the module, without what they hold."""
        module = self.find(Module.objects.visible_to(self.person), pk)
        must(policies.can_edit_modules(self.person))
        return self.page(_versions().filter(module=module))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One version, without what it holds: its export has that."""
        return self.answer(self._found(pk))

    @extend_schema(request=PublishIn)
    def publish(self, request: Request, pk: int) -> Response:
        """Freeze the draft and let it supersede the version before."""
        version = self._found(pk)
        actions.publish_version(version=version, by=self.person, at=timezone.now(), **self.given(PublishIn))
        return self.answer(self.reread(_versions(), pk))

    @extend_schema(request=None, responses={204: None})
    def discard(self, request: Request, pk: int) -> Response:
        """Delete a draft; a module that has no other version goes with it."""
        actions.discard_draft(version=self._found(pk), by=self.person, at=timezone.now())
        return Response(status=204)

    def _found(self, pk: int) -> ModuleVersion:
        must(policies.can_edit_modules(self.person))
        return self.find(_versions(), pk)


class ModuleExports(Resource):
    """A version as a file that another installation can import."""

    queryset = ModuleVersion.objects.none()
    renderer_classes = [YAMLRenderer, JSONRenderer]
    required_scope = "training"

    @extend_schema(responses={(200, "application/yaml"): OpenApiTypes.OBJECT})
    def retrieve(self, request: Request, pk: int) -> Response:
        """The version as a module file, answers and all, for trainers."""
        must(policies.can_edit_modules(self.person))
        version = self.find(reports.with_parts(ModuleVersion.objects.all()), pk)
        name = f"{version.module.key}-{version.number}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        text = dump_module(reports.content_of(version))
        return Response(text, headers=headers, content_type="application/yaml; charset=utf-8")


def _read(text: str, offered: set[str] | None = None) -> ModuleContent:
    """The module that the text describes, or 400 with each problem and its line; `offered` is what it may need."""
    try:
        return parse_module(text, offered=offered)
    except FileError as error:
        raise Invalid(str(error), errors={"text": [str(one) for one in error.problems[:MOST_TOLD]]}) from None


def _versions() -> "QuerySet[ModuleVersion]":
    return ModuleVersion.objects.select_related("module", "created_by", "published_by")


def _with_version(person: Person) -> ModuleQuerySet:
    # What a part holds, answers and all, is not even read.
    covers = ModulePart.objects.only("version", "key", "kind", "title", "minutes").order_by("position")
    versions = ModuleVersion.objects.filter(state=ModuleVersion.State.PUBLISHED)
    with_parts = versions.prefetch_related(Prefetch("parts", covers, "parts_in_order"))
    return Module.objects.visible_to(person).prefetch_related(Prefetch("versions", with_parts, "published_now"))
