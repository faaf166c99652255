"""Interviews as calendars may know them: one shape for the file of one interview, the invitation and the feed.

What it says depends on time, place and panel, and on whether the reader may know the candidate's name; never on what
anybody submitted (docs/domain/sealing.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from hiring.models import Interview, Panellist
from hiring.reports.interviews import in_order
from notifications.calendars import Event
from people.models import Person


def label_for_panel(interview: Interview) -> str:
    """The candidate as the panel knows them, for rows `with_mask`. On a blind opening the number stays until reveal,
    for whoever is off the panel by now and after a cancellation too: they may be asked to sit on the next one."""
    hidden = interview.application.opening.blind and not interview.is_revealed
    return interview.application.alias if hidden else interview.label


def event_of(interview: Interview, *, cancelled: bool | None = None, panel: Sequence[Panellist] = ()) -> Event:
    """The interview for somebody on its panel: a row `with_mask`. Left alone, it is `cancelled` when the interview is.
    Whoever is told of the panel must be told of its changes too."""
    address = f"{settings.PUBLIC_URL}{interview.get_absolute_url()}"
    seats = [_("Panel: %(names)s") % {"names": ", ".join(str(seat) for seat in panel)}] if panel else []
    about = f"{interview.application.opening} · {interview.stage}"
    return Event(
        uid=uid_of("interview", interview),
        sequence=interview.sequence,
        starts_at=interview.starts_at,
        ends_at=interview.ends_at,
        summary=_("Interview with %(candidate)s") % {"candidate": label_for_panel(interview)},
        description="\n".join([about, *seats, address]),
        place=interview.place,
        url=address,
        cancelled=interview.state == Interview.State.CANCELLED if cancelled is None else cancelled,
    )


def uid_of(what: str, interview: Interview) -> str:
    """The same for ever, whoever asks."""
    return f"{what}-{interview.pk}@{urlsplit(settings.PUBLIC_URL).hostname}"


def interviews_of(person: Person, since: datetime, until: datetime) -> Iterable[Event]:
    """For the person's feed: interviews on whose panel they sit, the cancelled ones marked. Two queries."""
    seats = Panellist.objects.select_related("person").only(
        "interview", "role", "person__full_name", "person__preferred_name"
    )
    rows = (
        Interview.objects.seating(person)
        .filter(ends_at__gt=since, starts_at__lt=until)
        .with_mask(person)
        .select_related("application__candidate", "application__opening", "stage")
        .prefetch_related(Prefetch("panellists", seats))
        .order_by("starts_at", "pk")
    )
    return [event_of(row, panel=in_order(row.panellists.all())) for row in rows]
