"""How far each recognition reaches: worked out when something changes, so that no page has to."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from people.actions import audit
from people.models import Person
from recognition.models import Reach, Recipient, Recognition, Wish
from recognition.models.posts import RecognitionQuerySet


def renew_reach(recognitions: RecognitionQuerySet) -> int:
    """Set `reach` where it is not what it should be, in one statement; answers with how many rows changed.

    It is the narrowest of what the giver chose, what each recipient wishes who still works here, and whether one of
    these took it off the wall. Nobody else is shown one of whose recipients nobody works here any more.
    """
    here = Recipient.objects.filter(recognition=OuterRef("pk"), person__is_active=True)
    of_each = Case(
        When(private=True, then=Value(int(Reach.PRIVATE))),
        default=Coalesce(F("person__recognition_wish__reach"), Value(int(Reach.EVERYONE))),
        output_field=IntegerField(),
    )
    narrowest = here.order_by().values("recognition").annotate(narrowest=Max(of_each)).values("narrowest")
    wanted = Case(
        When(~Exists(here), then=Value(int(Reach.PRIVATE))),
        default=Greatest(F("visibility"), Coalesce(Subquery(narrowest), Value(int(Reach.EVERYONE)))),
        output_field=IntegerField(),
    )
    return recognitions.alias(wanted=wanted).exclude(reach=F("wanted")).update(reach=wanted)


def renew_reach_of(person: Person) -> int:
    """Of all for which this person was thanked."""
    theirs = Recipient.objects.filter(person=person).values("recognition")
    return renew_reach(Recognition.objects.filter(pk__in=theirs))


def hold(people: Iterable[int]) -> list[Person]:
    """These people as they are now, by key, held until the transaction ends. Whoever changes what somebody is thanked
    for, or how they wish it, holds them first: of two at once the second sees what the first did."""
    return list(Person.objects.select_for_update(no_key=True).filter(pk__in=list(people)).order_by("pk"))


@transaction.atomic
def wish(*, person: Person, reach: int, photo: bool, screens: bool, milestones: bool, by: Person, at: datetime) -> Wish:
    """How the person wishes to be thanked, from now on and for what was written before. Twice is once."""
    hold([person.pk])
    said = {"reach": reach, "photo": photo, "screens": screens, "milestones": milestones, "changed_at": at}
    (row,) = Wish.objects.bulk_create(
        [Wish(person=person, **said)], update_conflicts=True, unique_fields=["person"], update_fields=list(said)
    )
    renew_reach_of(person)
    audit.record(by=by, did="recognition.wished", thing=row, changes={"reach": int(reach)}, at=at)
    return row
