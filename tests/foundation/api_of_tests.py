"""A small API over Django's own Group table, built from everything in foundation.api, for the tests beside it."""

from dataclasses import dataclass, field
from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.generics import GenericAPIView, ListAPIView, get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.validators import UniqueValidator
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from foundation.api.filters import StrictParameters
from foundation.api.permissions import HasScope
from foundation.api.problems import BadParameters
from foundation.api.serializers import LineField, StrictModelSerializer, StrictSerializer, TextField
from foundation.api.versions import Versioned
from foundation.errors import Conflict, Invalid, Refused

TOKENS = {
    "all": ["groups:read", "groups:write", "special"],
    "read": ["groups:read"],
    "other": ["people:write"],
}


@dataclass
class Token:
    scopes: list[str] = field(default_factory=list)


class User(AnonymousUser):
    @property
    def is_authenticated(self) -> Any:
        return True


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        kind, _space, name = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer":
            return (User(), None) if request.headers.get("Cookie") == "session=1" else None
        if name not in TOKENS:
            raise AuthenticationFailed
        return User(), Token(TOKENS[name])

    def authenticate_header(self, request):
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class IsSignedInWithScope(HasScope):
    def has_permission(self, request, view):
        return request.user.is_authenticated and super().has_permission(request, view)


class Strict(StrictParameters):
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsSignedInWithScope]
    required_scope = "groups"
    throttle_classes = []


class GroupIn(StrictModelSerializer):
    name = LineField(max_length=150, validators=[UniqueValidator(Group.objects.all())])
    note = TextField(required=False, allow_blank=True, write_only=True)
    mail = serializers.EmailField(required=False, allow_blank=True, write_only=True)

    class Meta:
        model = Group
        fields = ["id", "name", "note", "mail"]


class GroupOut(serializers.ModelSerializer[Group]):
    class Meta:
        model = Group
        fields = ["id", "name"]


class GroupFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    name = django_filters.CharFilter()
    id = django_filters.NumberFilter()
    named = django_filters.BooleanFilter(field_name="name", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Group
        fields = ["name", "id", "named"]


class GroupViewSet(Versioned, Strict, ListModelMixin, GenericViewSet[Group]):
    queryset = Group.objects.all()
    serializer_class = GroupOut
    filterset_class = GroupFilter
    orderings = {"name": ("name", "pk"), "newest": ("-pk",)}
    # Group has no version column; its number of letters changes often enough.
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self):
        return GroupOut if self.action in {"list", "retrieve"} else GroupIn

    def retrieve(self, request, pk):
        group = get_object_or_404(self.queryset, pk=pk)
        return self.versioned(Response(GroupOut(group).data), len(group.name))

    def create(self, request):
        given = GroupIn(data=request.data)
        given.is_valid(raise_exception=True)
        group = Group.objects.create(name=given.validated_data["name"])
        return Response(GroupIn(group).data, status=201)

    def partial_update(self, request, pk):
        group = get_object_or_404(self.queryset, pk=pk)
        self.require_version(len(group.name))
        given = GroupIn(group, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        group.name = given.validated_data.get("name", group.name)
        group.save()
        return self.versioned(Response(GroupIn(group).data), len(group.name))

    def destroy(self, request, pk):
        group = get_object_or_404(self.queryset, pk=pk)
        self.require_version(len(group.name))
        group.delete()
        return Response(status=204)


class RatingIn(StrictSerializer):
    score = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    evidence = TextField()


class ScorecardIn(StrictSerializer):
    """One field of each kind, to be sent things that it may not take."""

    text = LineField()
    email = serializers.EmailField(required=False)
    flag = serializers.BooleanField(required=False)
    whole = serializers.IntegerField(required=False)
    number = serializers.FloatField(required=False)
    money = serializers.DecimalField(max_digits=6, decimal_places=2, required=False)
    day = serializers.DateField(required=False)
    at = serializers.DateTimeField(required=False)
    long = serializers.DurationField(required=False)
    key = serializers.UUIDField(required=False)
    choice = serializers.ChoiceField(choices=["yes", "no"], required=False)
    step = serializers.ChoiceField(choices=[(1, "one"), (2, "two")], required=False)
    several = serializers.MultipleChoiceField(choices=["a", "b"], required=False)
    tags = serializers.ListField(child=LineField(), required=False)
    group = serializers.PrimaryKeyRelatedField(queryset=Group.objects.all(), required=False)
    groups = serializers.PrimaryKeyRelatedField(queryset=Group.objects.all(), many=True, required=False)
    named = serializers.SlugRelatedField(slug_field="name", queryset=Group.objects.all(), required=False)
    ratings = RatingIn(many=True, required=False)
    free = serializers.JSONField(required=False)
    pairs = serializers.DictField(child=serializers.IntegerField(), required=False)
    score_total = serializers.IntegerField(read_only=True)

    def validate(self, attrs):
        if attrs["text"] == "whole":
            raise serializers.ValidationError("As a whole this cannot be.")
        return attrs


class Scorecard(Strict, GenericAPIView[Group]):
    serializer_class = ScorecardIn
    pagination_class = None
    query_parameters = ("dry_run",)

    @extend_schema(
        request=ScorecardIn,
        responses=OpenApiTypes.OBJECT,
        parameters=[OpenApiParameter("dry_run", enum=["1"])],
    )
    def post(self, request):
        if request.query_params.get("dry_run", "1") != "1":
            raise BadParameters({"dry_run": "Give 1."})
        given = ScorecardIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response({name: repr(value) for name, value in given.validated_data.items()})


class Names(Strict, ListAPIView[Group]):
    queryset = Group.objects.order_by("pk")
    serializer_class = GroupOut
    pagination_class = None


FAILURES = {
    "refused": Refused("The last seat has just gone."),
    "conflict": Conflict("Somebody was quicker."),
    "invalid": Invalid("Two things are wrong.", errors={"weight": ["Too heavy."]}),
    "too_large": Refused("The file is larger than 1 MB.", code="too_large"),
    "unsupported": Refused("We take PDF.", code="unsupported_file"),
    "django": ValidationError({"name": ["Not this name."]}),
    "django_plain": ValidationError("Not like this."),
    "suspicious": SuspiciousOperation("internal detail"),
    "too_big": RequestDataTooBig("internal detail"),
    "bad": BadRequest("Not this way."),
    "denied": PermissionDenied(),
    "throttled": Throttled(wait=7),
    "bug": ZeroDivisionError("internal detail"),
}


class Failing(APIView):
    schema = None
    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    def get(self, request, kind):
        raise FAILURES[kind]


def plain(request):
    return HttpResponseNotAllowed(["POST"])


router = SimpleRouter()
router.register("groups", GroupViewSet)
urlpatterns = [
    path("api/v1/scorecard/", Scorecard.as_view()),
    path("api/v1/failing/<slug:kind>/", Failing.as_view()),
    path("api/v1/plain/", plain),
    path("api/v1/names/", Names.as_view()),
    path("api/v1/gone/", lambda request: HttpResponse(status=410)),
    path("page/", lambda request: HttpResponse(status=500)),
    path(
        "api/schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[], throttle_classes=[]),
    ),
    path("api/v1/", include(router.urls)),
]
