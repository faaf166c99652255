"""What a screen in a room shows: less than anybody who works here may read on the wall, for guests pass by."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from people.actions.photos import small_photo_name
from people.models import Person, Team
from recognition.masking import mask
from recognition.models import Recipient, Recognition, Screen
from recognition.models.posts import RecognitionQuerySet
from recognition.reports.wall import ORDER, picture_of, shows_photo, with_people

RECENT = timedelta(days=90)
MOST, SAID = 24, 320  # cards, and characters of each
PICTURED = 6  # cards with their picture: it travels with the page, each minute
NAMED = 5  # in the title of an entry


@dataclass(frozen=True)
class Face:
    """Somebody who is thanked. `photo`: within the page, as screens sign in nowhere; "" without one, or unwished."""

    name: str
    initials: str
    photo: str


@dataclass(frozen=True)
class Shown:
    """A picture, within the page as faces are."""

    data: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Card:
    key: int
    giver: str
    faces: Sequence[Face]
    value: str
    words: str
    picture: "Shown | None"
    posted_at: datetime
    href: str

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
    rows = list(with_people(shown_on(screen, at=at)).order_by(*ORDER)[:MOST])
    pictured = {one.pk for one in [row for row in rows if picture_of(row)][:PICTURED]}
    return [_card(one, with_picture=one.pk in pictured) for one in rows]


def _card(one: Recognition, *, with_picture: bool) -> Card:
    return Card(
        key=one.pk,
        giver=one.giver.name,
        faces=[_face(row.person) for row in one.recipients.all()],
        value=one.value.name,
        words=Truncator(mask(one.did)).chars(SAID),
        picture=_shown(one) if with_picture else None,
        posted_at=one.posted_at,
        href=one.get_absolute_url(),
    )


def _face(person: Person) -> Face:
    return Face(person.name, person.initials, _photo(person) if person.photo.name and shows_photo(person) else "")


def _shown(one: Recognition) -> Shown | None:
    found = picture_of(one)
    data = _data(found.names[1]) if found else ""
    return Shown(data, found.width, found.height, mask(found.alt)) if found and data else None


def _photo(person: Person) -> str:
    return _data(small_photo_name(name=str(person.photo.name)))


def _data(name: str) -> str:
    """A stored picture as a data address; "" when the file is not there."""
    try:
        with default_storage.open(name) as file:
            return f"data:image/webp;base64,{base64.b64encode(file.read()).decode()}"
    except OSError:
        return ""


def feed_of(screen: Screen, *, at: datetime, house: str) -> str:
    """The same as an Atom feed, for an intranet or a reader; entries lead to the portal, which asks who is there."""
    wall = f"{settings.PUBLIC_URL}{reverse('recognition:wall')}"
    title = _("Thanks at %(organisation)s") % {"organisation": house}
    feed = Atom1Feed(title, wall, "", feed_guid=f"urn:rapport:wall:{screen.pk}")
    for card in cards_of(screen, at=at):
        names = ", ".join(card.names[:NAMED])
        more = len(card.names) - NAMED
        said = {"names": f"{names} +{more}" if more > 0 else names, "value": card.value}
        feed.add_item(
            _("Thanks to %(names)s: %(value)s") % said,
            f"{settings.PUBLIC_URL}{card.href}",
            card.words,
            author_name=card.giver,
            pubdate=card.posted_at,
            updateddate=card.posted_at,
            unique_id=f"urn:rapport:recognition:{card.key}",
        )
    return str(feed.writeString("utf-8"))
