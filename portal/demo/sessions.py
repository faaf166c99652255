"""Live sessions in the demo: one that is over and half marked, one that is full with a waiting list, one with seats."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from people.models import Person
from training.actions import assignments, bookings, learning, modules, sessions
from training.contents import Lesson, LiveSession, ModuleContent, Part
from training.models import Module, Session

DAY = timedelta(days=1)
CONTENT = ModuleContent(
    key="calm-voices",
    name="Calm voices",
    summary="You bring a heated conversation down without giving in, and know when to fetch somebody.",
    kind="soft_skill",
    parts=(
        Part(
            key="before",
            kind="lesson",
            title="What a raised voice asks for",
            minutes=6,
            content=Lesson(
                text="Somebody who shouts has not been heard yet.\n\n"
                "- **Lower your own voice** first; theirs follows.\n"
                "- **Name what you hear**: “You have waited an hour, and nobody has told you why.”\n"
                "- **Offer the next step**, not the last word."
            ),
        ),
        Part(
            key="afternoon",
            kind="session",
            title="An afternoon with real cases",
            minutes=120,
            content=LiveSession(
                text="In threes, with cases of our own: one is the customer, one is you, one watches and writes.\n\n"
                "**Bring** one conversation from the last month that you would like to have again."
            ),
        ),
    ),
)


def load_sessions(accounts: dict[str, Person], *, at: datetime) -> None:
    """Something for each of the demo's people: a seat, a waiting list, a sheet to mark."""
    trainer, manager, employee = accounts["trainer"], accounts["manager"], accounts["employee"]
    version = modules.create_module(content=CONTENT, by=trainer, at=at - 60 * DAY)
    modules.publish_version(version=version, by=trainer, at=at - 59 * DAY)
    line = Person.objects.active().in_reporting_line_of(manager).exclude(pk=employee.pk).order_by("pk")
    people = [*line[:16], employee]
    assignments.assign(
        module=version.module, people=people, by=trainer, at=at - 30 * DAY, due_on=(at + 20 * DAY).date(),
        note="Two of three complaints are about how we spoke, not what we did.",
    )  # fmt: skip
    over = _plan(version.module, trainer, at, days=-2, planned=at - 25 * DAY, place="Room 4, ground floor", seats=8)
    full = _plan(version.module, trainer, at, days=6, planned=at - 20 * DAY, place="Room 4, ground floor", seats=5)
    online = _plan(
        version.module, manager, at, days=13, planned=at - 20 * DAY, seats=12, link="https://call.example/calm-voices"
    )
    _book(over, people[:6], at - 10 * DAY)
    _book(full, people[6:13], at - 9 * DAY)
    _book(online, [people[13], employee], at - 8 * DAY)
    there = {booking.pk: number != 1 for number, booking in enumerate(over.bookings.order_by("pk")[:4])}
    bookings.mark(session=over, there=there, by=trainer, at=at - DAY)


def _plan(
    module: Module, holder: Person, at: datetime, *, days: int, planned: datetime, seats: int, place: str = "",
    link: str = "",
) -> Session:  # fmt: skip
    day = (at + days * DAY).astimezone(holder.zone).date()
    while day.weekday() > 4:
        day += DAY if days > 0 else -DAY
    starts_at = datetime.combine(day, time(14, 0), tzinfo=holder.zone)
    return sessions.plan_session(
        module=module, part_key="afternoon", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place=place,
        link=link, trainer=holder, seats=seats, by=holder, at=planned,
    )  # fmt: skip


def _book(session: Session, people: Sequence[Person], at: datetime) -> None:
    """Each a few minutes after the one before, with the lesson read first."""
    for number, person in enumerate(people):
        moment = at + number * timedelta(minutes=7)
        (assignment,) = person.assignments.filter(module=session.module)
        lesson = assignment.version.parts.get(kind="lesson")
        learning.finish_lesson(record=learning.open_part(assignment=assignment, part=lesson, at=moment), at=moment)
        bookings.book(session=session, people=[person], by=person, at=moment)
