"""What a screen in a room shows: less than anybody who works here may read on the wall, for guests pass by."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q
from django.utils.text import Truncator

from people.actions.photos import small_photo_name
from people.models import Person, Team
from recognition.masking import mask
from recognition.models import Recipient, Recognition, Screen
from recognition.models.posts import RecognitionQuerySet
from recognition.reports.wall import ORDER, shows_photo, with_people

RECENT = timedelta(days=90)
MOST, SAID = 24, 320  # cards, and characters of each


@dataclass(frozen=True)
class Face:
    """Somebody who is thanked. `photo`: within the page, as screens sign in nowhere; "" without one, or unwished."""

    name: str
    initials: str
    photo: str


@dataclass(frozen=True)
class Card:
    key: int
    giver: str
    faces: Sequence[Face]
    value: str
    words: str

    @property
    def names(self) -> list[str]:
        return [face.name for face in self.faces]


def shown_on(screen: Screen, *, at: datetime) -> RecognitionQuerySet:
    """Row-level twin of policies.can_show_on: of the last ninety days, what reaches everyone, quotes no customer,
    mentions nobody else, and is by and to people who work here; of whom it thanks, all wish it on screens."""
    thanked = Recipient.objects.filter(recognition=OuterRef("pk"))
    unwilling = thanked.filter(Q(person__is_active=False) | Q(person__recognition_wish__screens=False))
    found = Recognition.objects.reaching_everyone().filter(
        praise__isnull=True, mentions=[], giver__is_active=True, posted_at__gt=at - RECENT, posted_at__lte=at
    )
    found = found.filter(Exists(thanked)).exclude(Exists(unwilling))
    if screen.site_id is not None:
        found = found.filter(Exists(thanked.filter(person__site=screen.site_id)))
    if screen.team_id is not None:
        below = Team.objects.below([screen.team_id])
        found = found.filter(Exists(thanked.filter(person__team__in=below)))
    return found


def cards_of(screen: Screen, *, at: datetime) -> list[Card]:
    """The newest of them, as the screen says them: what they did, in one breath, masked once more, for whoever wrote it
    may have named a customer. Three queries."""
    return [_card(one) for one in with_people(shown_on(screen, at=at)).order_by(*ORDER)[:MOST]]


def _card(one: Recognition) -> Card:
    return Card(
        key=one.pk,
        giver=one.giver.name,
        faces=[_face(row.person) for row in one.recipients.all()],
        value=one.value.name,
        words=Truncator(mask(one.did)).chars(SAID),
    )


def _face(person: Person) -> Face:
    return Face(person.name, person.initials, _photo(person) if person.photo.name and shows_photo(person) else "")


def _photo(person: Person) -> str:
    """As a data address; "" when the file is not there."""
    name = small_photo_name(name=str(person.photo.name))
    try:
        with default_storage.open(name) as file:
            return f"data:image/webp;base64,{base64.b64encode(file.read()).decode()}"
    except OSError:
        return ""
