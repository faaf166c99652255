"""The wall, values, and how one wishes to be thanked."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import IdFilter, MomentFilter, WordsFilter
from people.api.resources import Resource, must
from people.models import Person
from recognition import policies
from recognition.actions import posts, praise, reach, values
from recognition.api.serializers import (
    FromPraiseIn,
    KeepIn,
    MilestoneOut,
    PraiseIn,
    PraiseOut,
    RecogniseIn,
    RecognitionOut,
    StoryIn,
    ValueIn,
    ValueOut,
    WishIn,
    WishOut,
)
from recognition.models import Praise, Recipient, Recognition, Value, Wish
from recognition.models.posts import RecognitionQuerySet
from recognition.praise_rows import token_of
from recognition.reports import milestones
from recognition.reports.wall import with_people


class RecognitionFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="matching", help_text="Words of the story.")
    value = IdFilter(field_name="value")
    giver = IdFilter(field_name="giver")
    person = IdFilter(method="thanking", help_text="Who was thanked.")
    since = MomentFilter(field_name="posted_at", lookup_expr="gte")

    def matching(self, rows: RecognitionQuerySet, _name: str, words: str) -> RecognitionQuerySet:
        return rows.matching(words)

    def thanking(self, rows: RecognitionQuerySet, _name: str, person: int) -> RecognitionQuerySet:
        return rows.filter(
            Exists(Recipient.objects.filter(recognition=OuterRef("pk"), person=person, person__is_active=True))
        )


class Recognitions(Resource):
    """Who thanked whom for what, as far as you may see it."""

    queryset = Recognition.objects.none()
    serializer_class = RecognitionOut
    filterset_class = RecognitionFilter
    orderings = {"newest": ("-posted_at", "-pk"), "oldest": ("posted_at", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """The wall."""
        return self.page(_visible(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them."""
        return self.answer(self.find(_visible(self.person), pk))

    @extend_schema(request=RecogniseIn, responses={201: RecognitionOut})
    def create(self, request: Request) -> Response:
        """Thank somebody. They are told at once."""
        given = self.given(RecogniseIn)
        return self.once(
            lambda: posts.recognise(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(_visible(self.person), pk), made=True),
        )

    @extend_schema(request=StoryIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change your words, for a short time; what it said before is kept."""
        recognition, at = self.find(_visible(self.person), pk), timezone.now()
        must(policies.can_edit_recognition(self.person, recognition, at))
        posts.edit_recognition(recognition=recognition, by=self.person, at=at, **self.given(StoryIn, partial=True))
        return self.answer(self.reread(_visible(self.person), pk))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Withdraw it: nobody sees it any more."""
        recognition = self.find(_visible(self.person), pk)
        must(policies.can_withdraw_recognition(self.person, recognition))
        posts.withdraw_recognition(recognition=recognition, by=self.person, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=KeepIn)
    def keep(self, request: Request, pk: int) -> Response:
        """Take off the wall what you were thanked for, or put it back."""
        recognition = self.find(_visible(self.person), pk)
        must(policies.can_keep_to_oneself(self.person, recognition))
        private: bool = self.given(KeepIn)["private"]
        posts.keep_to_oneself(recognition=recognition, person=self.person, private=private, at=timezone.now())
        return self.answer(self.reread(_visible(self.person), pk))


def _visible(person: Person) -> RecognitionQuerySet:
    """What was taken down is read on the pages, where it says why."""
    return with_people(Recognition.objects.visible_to(person).shown())


class PraiseFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    kind = django_filters.ChoiceFilter(choices=Praise.Kind.choices)
    team = IdFilter(field_name="team")
    since = django_filters.DateFilter(field_name="said_on", lookup_expr="gte")


class Praises(Resource):
    """What customers said: praise, and for those who lead the lessons. Checking them needs the customer's own words
    beside, which the API tells nobody; it is done on the page."""

    queryset = Praise.objects.none()
    serializer_class = PraiseOut
    filterset_class = PraiseFilter
    orderings = {"newest": ("-said_on", "-pk"), "oldest": ("said_on", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """Those that are checked."""
        return self.page(_checked(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them."""
        return self.answer(self.find(_checked(self.person), pk))

    @extend_schema(request=PraiseIn, responses={201: PraiseOut})
    def create(self, request: Request) -> Response:
        """Bring in what a customer said, for stewards. It is masked and waits until a steward has checked it. The same
        source and reference again answers with what came first, as it stands."""
        must(policies.can_import_praise(self.person))
        given = self.given(PraiseIn)
        token = token_of(given["source"], given.pop("reference"))
        return self.once(
            lambda: (
                praise.enter_praise(
                    original=given.pop("said"), token=token, by=self.person, at=timezone.now(), **given
                ).pk
            ),
            lambda pk: self.answer(self.reread(_praises(), pk), made=True),
        )


class PraiseThanks(Resource):
    """Thanks that stand on a customer's praise."""

    queryset = Praise.objects.none()
    serializer_class = RecognitionOut
    required_scope = "recognition"

    @extend_schema(request=FromPraiseIn, responses={201: RecognitionOut})
    def create(self, request: Request, pk: int) -> Response:
        """From praise to thanks on the wall. Whom it is about are thanked, unless you say whom."""
        one = self.find(_checked(self.person), pk)
        must(policies.can_recognise_praise(self.person, one))
        given = {"did": "", **self.given(FromPraiseIn)}
        given.setdefault("to", [person for person in one.about.all() if person.is_active])
        return self.once(
            lambda: posts.recognise(praise=one, by=self.person, at=timezone.now(), **given).pk,
            lambda made: self.answer(self.reread(_visible(self.person), made), made=True),
        )


def _checked(person: Person) -> QuerySet[Praise]:
    """What the person may read of it, once a steward has looked at it."""
    seen = Praise.objects.visible_to(person).values("pk")
    return _praises().filter(pk__in=seen, state__in=(Praise.State.SHOWN, Praise.State.LESSON))


def _praises() -> QuerySet[Praise]:
    return Praise.objects.select_related("team", "site").prefetch_related("about")


class Values(Resource):
    """What is valued here, as behaviour."""

    queryset = Value.objects.none()
    serializer_class = ValueOut
    orderings = {"place": ("position", "pk")}
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """In their order, archived ones too: what was said of them stays."""
        return self.page(Value.objects.all())

    def retrieve(self, request: Request, pk: int) -> Response:
        """One value."""
        return self.answer(self.find(Value.objects.all(), pk))

    @extend_schema(request=ValueIn, responses={201: ValueOut})
    def create(self, request: Request) -> Response:
        """A value, last in order."""
        must(policies.can_edit_values(self.person))
        given = self.given(ValueIn)
        return self.once(
            lambda: values.create_value(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(Value.objects.all(), pk), made=True),
        )

    @extend_schema(request=ValueIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change its words; what you leave out stays."""
        value = self._to_edit(pk)
        values.edit_value(value=value, by=self.person, at=timezone.now(), **self.given(ValueIn, partial=True))
        return self.answer(self.reread(Value.objects.all(), pk))

    @extend_schema(request=None)
    def archive(self, request: Request, pk: int) -> Response:
        """Nobody is thanked for it any more. Twice is once."""
        values.archive_value(value=self._to_edit(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(Value.objects.all(), pk))

    @extend_schema(request=None)
    def restore(self, request: Request, pk: int) -> Response:
        """Use it again. Twice is once."""
        values.restore_value(value=self._to_edit(pk), by=self.person, at=timezone.now())
        return self.answer(self.reread(Value.objects.all(), pk))

    def _to_edit(self, pk: int) -> Value:
        value = self.find(Value.objects.all(), pk)
        must(policies.can_edit_values(self.person))
        return value


class Wishes(Resource):
    """How you wish to be thanked."""

    queryset: QuerySet[Any] = Wish.objects.none()
    serializer_class = WishOut
    pagination_class = None
    required_scope = "recognition"

    def retrieve(self, request: Request) -> Response:
        """Yours; before everyone, unless you said something else."""
        return self.answer(Wish.objects.filter(person=self.person).first() or Wish(person=self.person))

    @extend_schema(request=WishIn)
    def replace(self, request: Request) -> Response:
        """Say how. It holds at once, for what was written before too."""
        given = self.given(WishIn)
        return self.answer(reach.wish(person=self.person, by=self.person, at=timezone.now(), **given))


class Milestones(Resource):
    """Milestones of colleagues, as far as they wish."""

    queryset: QuerySet[Any] = Wish.objects.none()
    serializer_class = MilestoneOut
    pagination_class = None
    required_scope = "recognition"

    def list(self, request: Request) -> Response:
        """Of the last week and the next, the latest first."""
        wishing = milestones.wishing(self.person)
        return self.everything(milestones.milestones(wishing, at=timezone.now(), ahead=milestones.DAYS))
