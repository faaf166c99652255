"""What people are told of the pulse: that it is open, once. Whether they have answered is not looked at, so that the
ledger of notices does not know it either."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from people.models import Person
from recognition import pulse_samples
from recognition.models import Pulse


def _opens(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    """One query for all readers."""
    rows = Pulse.objects.in_bulk([one.subject_id for one in due])
    told: dict[int, Content | Skip] = {}
    for one in due:
        row, reader = rows.get(one.subject_id), one.recipient
        if row is None or reader is None or not reader.is_active or reader.team_id is None:
            told[one.pk] = Skip("not visible")
        elif not row.is_open_to(reader, one.at):
            told[one.pk] = Skip("not open")
        else:
            with one.voice():
                told[one.pk] = _of_opening(row)
    return told


def _of_opening(pulse: Pulse) -> Content:
    until = date_format(pulse.closes_on, "D j M")
    return Content(
        title=_("How was our service this month?"),
        text=[_("Two questions, no names. Until %(day)s, midnight where you are.") % {"day": until}],
        href=pulse.get_absolute_url(),
        action=_("Answer"),
        thread=f"pulse-{pulse.pk}",
    )


OPENS = Kind(
    key="recognition.pulse_opens",
    name=gettext_lazy("The monthly pulse opens"),
    about=gettext_lazy("Once a month: two questions about the service of your team, answered without your name."),
    compose=_opens,
    urgency="low",
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=3),
    sample=pulse_samples.opens,
)
KINDS: tuple[Kind, ...] = (OPENS,)


def mornings(pulse: Pulse) -> Iterator[tuple[Person, datetime]]:
    """When each who works in a team begins work on the first day. One query."""
    people = Person.objects.active().exclude(team=None).only("work_starts", "time_zone")
    for person in people.iterator():
        yield person, datetime.combine(pulse.opens_on, person.work_starts, tzinfo=person.zone)
