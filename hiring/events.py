"""What hiring tells a whole team in its chat: that there are openings and interviews, and never of whom.

Everybody in the channel reads it, those who owe a scorecard among them. So no name, number, score or state of a
candidate stands in any of it, nor what follows from one: that an opening is filled would say that somebody is to be
hired, and interviews are counted by the calendar alone, whatever became of their applications.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hiring.models import Interview, Opening
from notifications.events import Asked, Event, News, Skip
from notifications.occurrences import DAY, instant

Told = Mapping[int, News | Skip]
MORNING = time(8)


def _openings(asked: Sequence[Asked], state: str) -> Mapping[int, Opening | Skip]:
    """For each its opening, if that is the team's and in this state still."""
    known = Opening.objects.select_related("team").in_bulk([one.subject_id for one in asked])
    found: dict[int, Opening | Skip] = {}
    for one in asked:
        opening = known.get(one.subject_id)
        if opening is None or opening.team_id not in one.teams:
            found[one.pk] = Skip("of another team")
        else:
            found[one.pk] = opening if opening.state == state else Skip("no longer so")
    return found


def _opening_opened(asked: Sequence[Asked]) -> Told:
    return _of_openings(asked, Opening.State.OPEN, opened=True)


def _opening_closed(asked: Sequence[Asked]) -> Told:
    return _of_openings(asked, Opening.State.CLOSED, opened=False)


def _of_openings(asked: Sequence[Asked], state: str, *, opened: bool) -> Told:
    found = _openings(asked, state)
    told: dict[int, News | Skip] = {}
    for one in asked:
        opening = found[one.pk]
        if isinstance(opening, Skip):
            told[one.pk] = opening
            continue
        with one.voice():
            names = {"opening": opening.title, "team": opening.team.name}
            told[one.pk] = News(
                title=(_("New opening: %(opening)s") if opened else _("Opening closed: %(opening)s")) % names,
                text=[
                    (
                        _("%(team)s takes applications now. Whom do you know?")
                        if opened
                        else _("%(team)s takes no more.")
                    )
                    % names
                ],
                href=opening.get_absolute_url(),
                action=_("See the opening"),
                data={"opening": opening.pk, "team": opening.team_id},
            )
    return told


def _interviews_today(asked: Sequence[Asked]) -> Told:
    told: dict[int, News | Skip] = {}
    for one in asked:
        day = one.at.astimezone(one.zone).date()
        if one.occurrence != day.isoformat():
            told[one.pk] = Skip("too late")
            continue
        starts = _starting(one, instant(day, time(0), one.zone), instant(day + DAY, time(0), one.zone))
        with one.voice():
            told[one.pk] = _today(starts, one) if starts else Skip("nothing today")
    return told


def _starting(one: Asked, since: datetime, until: datetime) -> list[datetime]:
    held = Interview.objects.live().filter(starts_at__gte=since, starts_at__lt=until)
    return list(
        held.filter(application__opening__team__in=one.teams)
        .order_by("starts_at", "pk")
        .values_list("starts_at", flat=True)
    )


def _today(starts: Sequence[datetime], one: Asked) -> News:
    count = len(starts)
    said = ngettext("%(n)d interview today, at %(hour)s", "%(n)d interviews today, the first at %(hour)s", count)
    return News(
        title=said % {"n": count, "hour": date_format(timezone.localtime(starts[0]), "H:i")},
        text=[_("Whoever sits on a panel finds theirs in the portal.")],
        href=reverse("hiring:interview-list"),
        action=_("See your interviews"),
        data={"interviews": count, "team": one.subject_id},
    )


OPENING_OPENED = Event(
    key="hiring.opening_opened",
    name=gettext_lazy("Opening opened"),
    about=gettext_lazy("when an opening of the team takes applications."),
    compose=_opening_opened,
)
OPENING_CLOSED = Event(
    key="hiring.opening_closed",
    name=gettext_lazy("Opening closed"),
    about=gettext_lazy("when it takes no more; not who was hired, or whether anybody was."),
    compose=_opening_closed,
)
INTERVIEWS_TODAY = Event(
    key="hiring.interviews_today",
    name=gettext_lazy("Interviews today"),
    about=gettext_lazy("each morning at eight how many there are; nothing on days without."),
    compose=_interviews_today,
    keeps=timedelta(hours=10),
)
EVENTS = (OPENING_OPENED, OPENING_CLOSED, INTERVIEWS_TODAY)
