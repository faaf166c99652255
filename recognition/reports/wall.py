"""The wall: what is shown to whom, newest first, and what each line says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q

from people.models import Person, Site, Team
from recognition import policies
from recognition.models import Picture, Recipient, Recognition, Value
from recognition.models.posts import RecognitionQuerySet
from recognition.reports.mentions import linked
from recognition.reports.reactions import Tally

PAGE = 20
ORDER = ("-posted_at", "-pk")
# All that a line says. Whole rows of three tables took longer to make than to find.
SAID_OF_PERSON = ("full_name", "preferred_name", "photo", "is_active", "team", "site", "manager")
SAID_OF_THANKED = (
    *("recognition", "private", "person__recognition_wish__photo"),
    *(f"person__{name}" for name in SAID_OF_PERSON),
)
SAID = (
    *("happened", "did", "changed", "link", "visibility", "reach", "state", "posted_at", "edited_at", "mentions"),
    *("giver__full_name", "giver__preferred_name", "team__name", "team__path"),
    *("praise__words", "praise__channel"),
    *("picture__recognition", "picture__file", "picture__width", "picture__height", "picture__small_width"),
    *("picture__alt", "idea__title", "idea__is_open", "idea__state"),
    *("value__name", "value__description", "value__examples"),
)


@dataclass(frozen=True)
class Filter:
    """What of the wall is asked for; nothing: all of it. `mine`: "given" or "received"."""

    q: str = ""
    value: Value | None = None
    team: Team | None = None
    site: Site | None = None
    since: datetime | None = None
    customers: bool = False
    mine: str = ""


def wall(reader: Person, chosen: Filter) -> RecognitionQuerySet:
    """What the reader may see of it, with all that its lines need, in no order yet. Two queries more for a page."""
    found = Recognition.objects.visible_to(reader)
    if chosen.q:
        found = found.matching(chosen.q)
    if chosen.value:
        found = found.filter(value=chosen.value)
    if chosen.since:
        found = found.filter(posted_at__gte=chosen.since)
    if chosen.customers:
        found = found.filter(praise__isnull=False)
    # Of what was taken down, one reads among one's own.
    found = found.filter(giver=reader) if chosen.mine == "given" else found.shown()
    return with_people(_thanking(found, reader, chosen))


def _thanking(found: RecognitionQuerySet, reader: Person, chosen: Filter) -> RecognitionQuerySet:
    """Of these, those whose recipients are asked for."""
    thanked = Q()
    here = Recipient.objects.filter(person__is_active=True, recognition=OuterRef("pk"))  # leavers are not named
    if chosen.team:
        thanked &= Q(person__team__in=Team.objects.below([chosen.team.pk]))
    if chosen.site:
        thanked &= Q(person__site=chosen.site)
    if chosen.mine == "received":
        thanked &= Q(person=reader)
    if not thanked:
        return found
    return found.filter(Exists(here.filter(thanked)))


def with_people(found: RecognitionQuerySet) -> RecognitionQuerySet:
    """With giver, value, and recipients with their wishes. One query more."""
    thanked = Recipient.objects.select_related("person__recognition_wish").only(*SAID_OF_THANKED)
    thanked = thanked.order_by("person__full_name", "pk")
    rows = found.select_related("giver", "value", "team", "praise", "idea", "picture").only(*SAID)
    return rows.prefetch_related(Prefetch("recipients", thanked))


@dataclass(frozen=True)
class Line:
    """One recognition as a page shows it."""

    recognition: Recognition
    thanked: Sequence[Person]
    former: int  # so many of those who were thanked work here no more
    narrower: str  # who sees it, when not everyone does
    may_edit: bool
    may_withdraw: bool
    may_report: bool
    taken_down: str  # why only its giver sees it; "" for what is shown
    reactions: Sequence[Tally]
    keeps: bool | None  # whether the reader, who was thanked, took it off the wall; None for others
    mentioned: Sequence[Person] = ()
    picture: Picture | None = None  # where those who are thanked wish it
    may_remove_picture: bool = False

    @property
    def story(self) -> list[str]:
        """Its texts, with links to whom they mention."""
        return linked(self.recognition.story, self.mentioned)

    @property
    def faces(self) -> list["Person | str"]:
        """Of whoever does not wish to show their photo, the name alone."""
        return [person if shows_photo(person) else person.name for person in self.thanked]


def lines_of(
    recognitions: Iterable[Recognition],
    reader: Person,
    *,
    at: datetime,
    reactions: Mapping[int, Sequence[Tally]] | None = None,
    mentioned: Mapping[int, Person] | None = None,
) -> list[Line]:
    """Of rows `with_people`, with what `reactions.tallies_of` and `mentions.mentioned_in` found. No query."""
    tallies, people = reactions or {}, mentioned or {}
    return [
        _line(one, reader, at, tallies.get(one.pk, ()), [people[key] for key in one.mentions if key in people])
        for one in recognitions
    ]


def _line(
    one: Recognition, reader: Person, at: datetime, reactions: Sequence[Tally], mentioned: Sequence[Person]
) -> Line:
    recipients = list(one.recipients.all())
    own = next((row for row in recipients if row.person_id == reader.pk), None)
    return Line(
        recognition=one,
        thanked=[row.person for row in one.here],
        former=one.former,
        narrower=str(one.get_reach_display()) if one.reach else "",
        may_edit=policies.can_edit_recognition(reader, one, at),
        may_withdraw=policies.can_withdraw_recognition(reader, one),
        may_report=policies.can_report_recognition(reader, one),
        taken_down="" if one.is_shown else str(one.get_state_display()),
        reactions=reactions,
        keeps=own.private if own else None,
        mentioned=mentioned,
        picture=picture_of(one),
        may_remove_picture=has_picture(one) and policies.can_remove_picture(reader, one),
    )


def picture_of(one: Recognition) -> Picture | None:
    """Of a row `with_people`: its picture, if it is to be shown. No query."""
    return one.picture if has_picture(one) and policies.shows_picture(one) else None


def has_picture(one: Recognition) -> bool:
    """Of a row `with_people`: whether there is one, shown or not. No query."""
    return getattr(one, "picture", None) is not None


def shows_photo(person: Person) -> bool:
    """Whether they wish their photo beside what they are thanked for. Of a row with its wish at hand."""
    return policies.wishes_photo(person)


def newer_than(reader: Person, moment: datetime) -> int:
    """How many the reader could see that were posted after the moment, by others; of more than a page, a page. One
    query."""
    newer = Recognition.objects.visible_to(reader).shown().filter(posted_at__gt=moment).exclude(giver=reader)
    return newer.order_by("-posted_at")[:PAGE].count()


SPANS = {"week": 7, "month": 31, "year": 366}


def since(span: str, *, at: datetime, reader: Person) -> datetime | None:
    """The first moment of "week", "month" or "year" where the reader is."""
    if span not in SPANS:
        return None
    day = at.astimezone(reader.zone).date() - timedelta(days=SPANS[span])
    return datetime.combine(day, time.min, tzinfo=reader.zone)
