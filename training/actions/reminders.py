"""Reminders of due days: planned a little ahead, again and again, which changes nothing."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from notifications.actions import notices
from notifications.actions.notices import AHEAD, Notice
from notifications.kinds import Cadence, Kind
from notifications.steps import hour_of
from people.models import Leave, Person
from training import invitations
from training import notices as kinds
from training.holding import HoldUps
from training.models import Assignment, Booking, Completion, Module, Session, SignOff
from training.models.assignments import AssignmentQuerySet, zones_of
from training.recurrence import window_opens_on
from training.reports.holdups import hold_ups_of

# Days after the due day: a week and a day before, on the day, then at widening gaps, then silence.
DUE_AFTER = (-7, -1, 0, 1, 4, 7, 14, 21, 30, 45, 60, 90)
JUDGE_AFTER = (0, 3)
MARK_AFTER = (0, 2)
REVIEW_AFTER = (0, 30)
DAY = timedelta(days=1)


def plan_reminders(*, at: datetime) -> None:
    """Plan what is due soon, and what was due while nobody ticked and is not too late yet."""
    notices.plan(notices=_coming(at, AHEAD), at=at)


def forecast(
    *, closed: Mapping[str, Collection[int]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, Kind, int]]:
    """What would be planned with this due time if nothing changed and nobody learned anything: at most so much."""
    for notice in _coming(since, until - since):
        ways = [cadence for cadence in notice.kind.cadence.values() if cadence != Cadence.NEVER]
        due = since + AHEAD < notice.due_at <= until
        if due and notice.subject_id not in closed.get(notice.kind.key, ()):
            yield notice.due_at, notice.kind, len(ways)


def _coming(at: datetime, ahead: timedelta) -> list[Notice]:
    """What is due by then, and what was due and is not too late yet."""
    found = [
        *_of_due(at, ahead),
        *_of_late(at, ahead),
        *_of_sign_offs(at, ahead),
        *_of_returns(at, ahead),
        *_of_sessions(at, ahead),
        *_of_attendance(at, ahead),
        *_of_what_was_chosen(at, ahead),
        *_of_reviews(at, ahead),
    ]
    return [one for one in found if at - one.kind.keeps <= one.due_at <= at + ahead]


def _of_due(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    for row in _due_on(_days(at, ahead, kinds.DUE.keeps, DUE_AFTER)):
        if row.due_on is None:
            continue
        for after in DUE_AFTER:
            moment = _morning(row.due_on + timedelta(days=after), row.person)
            if moment > row.assigned_at:  # what was given since then was told of when it was given
                name = f"{kinds.day_name(row.due_on)}{after:+d}"
                yield Notice(kinds.DUE, row.pk, row.person_id, moment, name)


def _of_late(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    rows = _due_on(_days(at, ahead, kinds.LATE.keeps, (kinds.ESCALATED_AFTER,)))
    # While an observer is asked nobody is late; judged and returned, the learner's own reminders go on.
    rows = rows.filter(person__manager__is_active=True)
    held_up = hold_ups_of(rows, at=at, zones=zones_of([row.person for row in rows], at)) if rows else HoldUps()
    for row in rows:
        if held_up.waits_on_observers(row.pk) or held_up.by(row.pk, row.due_on):
            continue
        if row.due_on is not None and row.person.manager is not None:
            moment = _morning(row.due_on + timedelta(days=kinds.ESCALATED_AFTER), row.person.manager)
            yield Notice(kinds.LATE, row.pk, row.person.manager_id or 0, moment, kinds.day_name(row.due_on))


def _of_sign_offs(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    days = _days(at, ahead, kinds.TO_JUDGE.keeps, JUDGE_AFTER)
    rows = SignOff.objects.waiting().filter(due_on__in=days, observer__is_active=True)
    for row in rows.select_related("observer").order_by("pk"):
        for after in JUDGE_AFTER:
            moment = _morning(row.due_on + timedelta(days=after), row.observer)
            yield Notice(kinds.TO_JUDGE, row.pk, row.observer_id, moment, f"due{after:+d}")


def _of_returns(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    """What was not said while somebody was on leave: what was given meanwhile, on the morning they are back; and to
    their manager what was late already, three days after that."""
    days = _days(at, ahead, kinds.LATE.keeps, (1, 1 + kinds.ESCALATED_AFTER))
    over = Leave.objects.standing().filter(until_on__in=days, person__is_active=True)
    leaves = list(over.select_related("person__manager").order_by("pk"))
    rows = Assignment.objects.open().exclude(reason=Assignment.Reason.SELF).order_by("pk")
    theirs: dict[int, list[Assignment]] = {}
    for row in rows.filter(person__in=[leave.person_id for leave in leaves]):
        theirs.setdefault(row.person_id, []).append(row)
    for leave in leaves:
        for row in theirs.get(leave.person_id, []):
            yield from _of_return(leave, row)


def _of_return(leave: Leave, row: Assignment) -> Iterator[Notice]:
    person, manager, back = leave.person, leave.person.manager, leave.until_on + timedelta(days=1)
    if leave.from_on <= row.assigned_at.astimezone(person.zone).date() <= leave.until_on:
        yield Notice(kinds.ASSIGNED, row.pk, person, _morning(back, person), f"{back}{kinds.BACK}")
    told_on = row.due_on + timedelta(days=kinds.ESCALATED_AFTER) if row.due_on else None
    if told_on and leave.from_on <= told_on <= leave.until_on and row.due_on and manager and manager.is_active:
        moment = _morning(back + timedelta(days=kinds.ESCALATED_AFTER), manager)
        yield Notice(kinds.LATE, row.pk, manager, moment, f"{kinds.day_name(row.due_on)}{kinds.BACK}")


def _of_sessions(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    """The day before. Later than that, the invitation itself was the reminder."""
    reach = (at + DAY - invitations.SESSION_TOMORROW.keeps, at + DAY + ahead)
    rows = Session.objects.filter(state=Session.State.PLANNED, starts_at__range=reach)
    seats = Booking.objects.filter(session__in=rows, state=Booking.State.BOOKED, person__is_active=True)
    told = [(one.session, one.person_id, one.seated_at) for one in seats.select_related("session").order_by("pk")]
    told += [(one, one.trainer_id, one.created_at) for one in rows.filter(trainer__is_active=True).order_by("pk")]
    for session, person, since in told:
        if since is not None and since <= session.starts_at - DAY:
            hour = hour_of(session.starts_at)
            yield Notice(invitations.SESSION_TOMORROW, session.pk, person, session.starts_at - DAY, hour)


def _of_attendance(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    reach = (at - invitations.ATTENDANCE.keeps - max(MARK_AFTER) * DAY, at + ahead)
    for row in Session.objects.unmarked().filter(ends_at__range=reach, trainer__is_active=True).order_by("pk"):
        for after in MARK_AFTER:
            yield Notice(invitations.ATTENDANCE, row.pk, row.trainer_id, row.ends_at + after * DAY, f"over+{after}")


def _of_what_was_chosen(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    """The day from which it can be renewed, of what nobody ever asked of the person: what was asked is given again."""
    days = _days(at, ahead, kinds.EXPIRING.keeps, (0,))
    windows = (
        Module.objects.in_use().filter(valid_months__isnull=False).order_by().values_list("window_days", flat=True)
    )
    opening = Q(pk__in=[])
    for window in windows.distinct():
        opening |= Q(module__window_days=window, expires_on__in=[day + window * DAY for day in days])
    asked = Assignment.objects.filter(person=OuterRef("person"), module=OuterRef("module"))
    asked = asked.exclude(reason=Assignment.Reason.SELF)
    rows = Completion.objects.latest().filter(opening, ~Exists(asked), person__is_active=True)
    for row in rows.select_related("module", "person").order_by("pk"):
        if row.expires_on is not None:
            moment = _morning(window_opens_on(row.module.validity, row.expires_on), row.person)
            yield Notice(kinds.EXPIRING, row.pk, row.person_id, moment, kinds.day_name(row.expires_on))


def _of_reviews(at: datetime, ahead: timedelta) -> Iterator[Notice]:
    days = _days(at, ahead, kinds.REVIEW.keeps, REVIEW_AFTER)
    rows = Module.objects.in_use().filter(review_on__in=days, owner__is_active=True).select_related("owner")
    for row in rows.order_by("pk"):
        if row.owner is not None and row.review_on is not None:
            for after in REVIEW_AFTER:
                moment = _morning(row.review_on + after * DAY, row.owner)
                yield Notice(kinds.REVIEW, row.pk, row.owner.pk, moment, f"{kinds.day_name(row.review_on)}+{after}")


def _due_on(days: Collection[date]) -> AssignmentQuerySet:
    rows = Assignment.objects.open().filter(due_on__in=days, person__is_active=True)
    return rows.select_related("person__manager").order_by("pk")


def _days(at: datetime, ahead: timedelta, keeps: timedelta, after: Collection[int]) -> set[date]:
    """Due days of which something may be told between so long ago and so far ahead, wherever on earth."""
    first, last = (at - keeps).date() - timedelta(days=1), (at + ahead).date() + timedelta(days=1)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {day - timedelta(days=days) for day in span for days in after}


def _morning(day: date, person: Person) -> datetime:
    """When the person begins work on that day."""
    return datetime.combine(day, person.work_starts, tzinfo=person.zone)
