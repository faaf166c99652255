"""What all views of the API are built from.

    class KitResource(Resource):
        queryset = Kit.objects.none()          # names the model to the document; rows come from `visible_to`
        serializer_class = KitOut
        required_scope = "hiring"

        def list(self, request: Request) -> Response:
            return self.page(Kit.objects.visible_to(self.person))

Addresses name the methods: `path("kits/", KitResource.as_view({"get": "list", "post": "create"}))`.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from foundation.api.filters import StrictParameters
from foundation.api.repeats import KeyReused, Repeatable, digest_of, key_of
from people.actions.repeats import KeyInUse, make_once
from people.models import Person

M = TypeVar("M", bound=Model)


class Resource(Repeatable, StrictParameters, GenericViewSet[Any]):
    """Base of the views: a signed-in person or their token, listed parameters only, JSON in and out.

    There is no OPTIONS: nothing of ours is called from other origins, and the document says it better.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    metadata_class = None

    @property
    def person(self) -> Person:
        """Who asks; MayUseApi lets nobody else in."""
        return cast("Person", self.request.user)

    def given(self, serializer: type[serializers.BaseSerializer[Any]], **options: Any) -> dict[str, Any]:
        """The body as the serializer understands it, or 400 naming each field that is wrong."""
        reader = serializer(data=self.request.data, context=self.get_serializer_context(), **options)
        reader.is_valid(raise_exception=True)
        return cast("dict[str, Any]", reader.validated_data)

    def once(self, make: Callable[[], int], told: Callable[[int], Response]) -> Response:
        """What `make` made, told by its id. Under an Idempotency-Key it is made once, however often it is asked for.

        Call it when permission and body have been checked, so that they are checked at each repetition too.
        """
        key = key_of(self.request)
        if key is None:
            return told(make())
        try:
            pk = make_once(person=self.person, key=key, digest=digest_of(self.request), make=make, at=timezone.now())
        except KeyInUse as reused:
            raise KeyReused from reused
        return told(pk)

    def find(self, rows: QuerySet[M], pk: int) -> M:
        """The row with this key, or 404 in the same words whether it is hidden or not there."""
        return get_object_or_404(rows, pk=pk)

    def reread(self, rows: QuerySet[M], pk: int) -> M:
        """The row as it stands after a change that the caller was allowed to make."""
        # Its own lookup, beside that of `find`: the two of one request are no rows of a loop.
        return get_object_or_404(rows, pk=pk)

    def page(self, rows: QuerySet[Any]) -> Response:
        """One page of the rows, filtered and ordered as the caller asks."""
        found = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(found, many=True).data)

    def everything(self, rows: "QuerySet[Any] | list[Any]") -> Response:
        """A short list, whole: for what one thing has few of. Such a view sets `pagination_class = None`."""
        return self.answer(rows, many=True)

    def answer(
        self,
        thing: Any,
        serializer: type[serializers.BaseSerializer[Any]] | None = None,
        *,
        many: bool = False,
        made: bool = False,
    ) -> Response:
        """The thing as the serializer (by default the view's) writes it; 201 where it was just made."""
        writer = (serializer or self.get_serializer_class())(thing, many=many, context=self.get_serializer_context())
        return Response(writer.data, status=status.HTTP_201_CREATED if made else status.HTTP_200_OK)


def must(allowed: bool) -> None:
    """403 unless allowed."""
    if not allowed:
        raise PermissionDenied
