"""What recognition has to say in digests: what is new on the wall, nearest first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from notifications.digests import LINE, Item, Section
from notifications.kinds import PERSONAL_DIGEST, voice_of
from people.models import Person
from recognition import policies
from recognition.models import Idea, Recognition
from recognition.models.posts import RecognitionQuerySet
from recognition.reports.ideas import done_since
from recognition.reports.milestones import Milestone, celebrated, milestones
from recognition.reports.unseen import unseen
from recognition.reports.wall import with_people

RECENT = timedelta(days=7)
FEW, LOOKED_AT = 5, 200


def _new(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """Of the last seven days, those that the reader may see and neither wrote nor got: first about their own team, then
    their site, then the others. Two queries for all readers."""
    recent: RecognitionQuerySet = Recognition.objects.shown().filter(posted_at__gt=at - RECENT, posted_at__lte=at)
    rows = list(with_people(recent).order_by("-posted_at", "-pk")[:LOOKED_AT])
    return {reader.pk: _near(rows, reader) for reader in readers}


def _near(rows: Sequence[Recognition], reader: Person) -> list[Item]:
    seen = [row for row in rows if not _is_own(row, reader) and policies.can_view_recognition(reader, row)]
    seen.sort(key=lambda row: _distance(row, reader))  # stable: the newest of each first
    with voice_of(reader):
        return [
            Item(f"recognition {row.pk}", row.thanked_in_words, Truncator(row.gist).chars(120), row.get_absolute_url())
            for row in seen[:FEW]
        ]


def _is_own(row: Recognition, reader: Person) -> bool:
    return row.giver_id == reader.pk or any(one.person_id == reader.pk for one in row.recipients.all())


def _distance(row: Recognition, reader: Person) -> int:
    thanked = [one.person for one in row.recipients.all()]
    if reader.team_id and any(one.team_id == reader.team_id for one in thanked):
        return 0
    return 1 if reader.site_id and any(one.site_id == reader.site_id for one in thanked) else 2


def _milestones(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """Of the last seven days, those of colleagues that the reader may see, of their own team first. As many queries as
    `milestones` for all readers."""
    found = milestones(celebrated(), at=at)
    return {reader.pk: _celebrated(found, reader) for reader in readers}


def _celebrated(found: Sequence[Milestone], reader: Person) -> list[Item]:
    seen = [one for one in found if one.person.pk != reader.pk and policies.can_view_milestones_of(reader, one.person)]
    seen.sort(key=lambda one: one.person.team_id != reader.team_id)
    thank = reverse("recognition:recognise")
    with voice_of(reader):
        return [
            Item(f"milestone {one.person.pk} {one.on}", one.person.name, one.words, f"{thank}?to={one.person.pk}")
            for one in seen[:FEW]
        ]


def _ideas(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """Those of the last seven days that everybody may read, but the reader's own, of which they were told: first about
    their own team. One query for all readers."""
    rows = list(done_since(at - RECENT, at)[:LOOKED_AT])
    return {reader.pk: _done(rows, reader) for reader in readers}


def _done(rows: Sequence[Idea], reader: Person) -> list[Item]:
    others = [row for row in rows if row.author_id != reader.pk]
    others.sort(key=lambda row: row.team_id is None or row.team_id != reader.team_id)
    return [
        Item(f"idea {row.pk}", row.title, Truncator(row.outcome).chars(120), row.get_absolute_url())
        for row in others[:FEW]
    ]


def _unseen(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """Of a manager's people whom nobody has thanked for long. One query for all readers."""
    found, page = unseen(readers, at=at), reverse("recognition:unseen-list")
    told: dict[int, list[Item]] = {}
    for reader in readers:
        with voice_of(reader):
            told[reader.pk] = [
                Item(f"unseen {one.pk}", one.name, _since(one), page) for one in found.get(reader.pk, [])
            ]
    return told


def _since(person: Person) -> str:
    last = getattr(person, "last_at", None)
    if last is None:
        return gettext("nobody has thanked them here yet")
    return gettext("last thanked on %(day)s") % {"day": date_format(localtime(last), "j F Y")}


SECTIONS = (
    Section("recognition.wall", PERSONAL_DIGEST, gettext_lazy("On the wall"), _new),
    Section("recognition.milestones", PERSONAL_DIGEST, gettext_lazy("Milestones of colleagues"), _milestones),
    Section("recognition.ideas", PERSONAL_DIGEST, gettext_lazy("Ideas that are done"), _ideas),
    Section("recognition.unseen", LINE.key, gettext_lazy("Not seen lately"), _unseen),
)
