"""Reminders of what the calendar brings: planned a little ahead, and again and again, which changes nothing."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from hiring import notices as kinds
from hiring.models import Application, Interview, Opening, Panellist
from hiring.models.interviews import InterviewQuerySet
from hiring.reports.work import awaiting_decision
from notifications.actions import notices
from notifications.actions.notices import AHEAD, Notice, Outsider
from notifications.kinds import Cadence, Kind
from notifications.occurrences import named

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Occurrence of the reminder of a scorecard, and how long after the interview's end.
SCORECARD_AFTER = {"1": timedelta(0), "2": DAY, "3": 3 * DAY}
MISSING_AFTER, SEALED_AFTER = 4 * DAY, 7 * DAY
# The same of the reminder of a decision, after reveal.
DECISION_AFTER = {"1": 2 * DAY, "2": 5 * DAY, "3": 12 * DAY}


def plan_reminders(*, at: datetime) -> None:
    """Plan what is due soon, and what was due while nobody ticked and is not too late yet."""
    notices.plan(notices=_coming(at, AHEAD), at=at)


def forecast(
    *, closed: Mapping[str, Collection[int]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, Kind, int]]:
    """What would be planned with this due time if nothing changed and nobody wrote a scorecard: at most so much."""
    for notice in _coming(since, until - since):
        ways = [cadence for cadence in notice.kind.cadence.values() if cadence != Cadence.NEVER]
        # What is due within the tick's own look ahead has been planned, and is counted there.
        due = since + AHEAD < notice.due_at <= until
        if due and notice.subject_id not in closed.get(notice.kind.key, ()):
            yield notice.due_at, notice.kind, len(ways)


def _coming(at: datetime, ahead: timedelta) -> list[Notice]:
    """What is due by then, and what was due and is not too late yet."""
    found = (_of_interviews, _of_scorecards, _of_missing, _of_seals, _of_decisions)
    return [notice for of in found for notice in of(at, ahead)]


def _of_interviews(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    coming = Interview.objects.live().filter(
        starts_at__gt=at,
        starts_at__lte=at + DAY + ahead,
        application__state__in=Application.IN_PLAY,
    )
    for interview in coming.select_related("application").prefetch_related("panellists").order_by("pk"):
        period, tomorrow = kinds.period_of(interview), interview.starts_at - DAY
        people = [seat.person_id for seat in interview.panellists.all()]
        if interview.created_at <= tomorrow:  # later than that, the invitation itself was the reminder
            for person in people:
                yield Notice(kinds.INTERVIEW_TOMORROW, interview.pk, person, tomorrow, period)
            yield Notice(
                kinds.CANDIDATE_TOMORROW, interview.pk, Outsider(kinds.outsider_of(interview)), tomorrow, period
            )
        if interview.starts_at - HOUR <= at + ahead:
            for person in people:
                yield Notice(kinds.INTERVIEW_SOON, interview.pk, person, interview.starts_at - HOUR, period)


def _of_scorecards(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    for occurrence, after in SCORECARD_AFTER.items():
        since, until = at - after - kinds.SCORECARD_DUE.keeps, at - after + ahead
        seats = (
            Panellist.objects.required()
            .owing()
            .live()
            .filter(
                interview__ends_at__gt=since,
                interview__ends_at__lte=until,
                interview__application__state__in=Application.IN_PLAY,
            )
        )
        for seat in seats.select_related("interview").order_by("pk"):
            due_at = seat.interview.ends_at + after
            yield Notice(kinds.SCORECARD_DUE, seat.interview_id, seat.person_id, due_at, occurrence)


def _of_missing(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    waiting = _unrevealed(at - MISSING_AFTER, kinds.SCORECARD_MISSING, ahead)
    rows = waiting.filter(application__opening__recruiters__isnull=False).values_list(
        "pk", "ends_at", "application__opening__recruiters"
    )
    for pk, ends_at, recruiter in rows.order_by("pk", "application__opening__recruiters"):
        yield Notice(kinds.SCORECARD_MISSING, pk, recruiter, ends_at + MISSING_AFTER)


def _of_seals(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    waiting = _unrevealed(at - SEALED_AFTER, kinds.SEAL_CLOSED, ahead)
    for pk, ends_at, manager in waiting.order_by("pk").values_list(
        "pk", "ends_at", "application__opening__hiring_manager"
    ):
        yield Notice(kinds.SEAL_CLOSED, pk, manager, ends_at + SEALED_AFTER)


def _unrevealed(at: datetime, kind: Kind, ahead: timedelta) -> InterviewQuerySet:
    """Interviews that ended about then, as far back as the kind keeps, and are still sealed."""
    return Interview.objects.live().filter(
        ends_at__gt=at - kind.keeps,
        ends_at__lte=at + ahead,
        revealed_at__isnull=True,
        application__state__in=Application.IN_PLAY,
    )


def _of_decisions(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    """One a stage, by who has waited longest there."""
    rows = awaiting_decision(Application.objects.filter(opening__state=Opening.State.OPEN))
    longest: dict[tuple[int, int], datetime] = {}
    found = rows.values_list("stage", "opening__hiring_manager", "waiting_since")  # type: ignore[misc]
    for stage, manager, since in found:
        longest.setdefault((stage, manager), since)
    for (stage, manager), since in longest.items():
        for occurrence, after in DECISION_AFTER.items():
            if since + after <= at + ahead:
                yield Notice(kinds.DECISION_WAITING, stage, manager, since + after, f"{named(since)}-{occurrence}")
