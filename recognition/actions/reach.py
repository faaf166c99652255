"""How far each recognition reaches: worked out when something changes, so that no page has to."""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

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


@transaction.atomic
def wish(*, person: Person, reach: int, photo: bool, screens: bool, milestones: bool, by: Person, at: datetime) -> Wish:
    """How the person wishes to be thanked, from now on and for what was written before. Twice is once."""
    row, _created = Wish.objects.update_or_create(
        person=person,
        defaults={
            "reach": reach, "photo": photo, "screens": screens, "milestones": milestones, "changed_at": at,
        },
    )  # fmt: skip
    renew_reach_of(person)
    return row
