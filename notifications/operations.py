"""What operators see of the ledger: how it stands, what will go, who works. Ids, readers and times; never words."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncDate

from notifications import kinds
from notifications.models import Channel, Delivery, Heartbeat, Mark
from notifications.models.deliveries import DeliveryQuerySet, held_until
from people.models import Person

SILENT = timedelta(minutes=5)  # without a sign of life for so long, something is wrong
LATE = timedelta(minutes=10)  # due for so long and not told, something is wrong
LOOKS_BACK, LOOKS_AHEAD = timedelta(days=7), timedelta(days=7)
DAY = timedelta(days=1)
State = Delivery.State
Closed = Mapping[str, Collection[int]]


def ledger_of(reader: Person, closed: Closed | None = None) -> DeliveryQuerySet:
    """The deliveries that the reader may know of as an operator: without those that a feature keeps closed to them
    (kinds.closed_subjects, for who has asked already)."""
    rows = Delivery.objects.visible_to(reader)
    for kind, subjects in (kinds.closed_subjects(reader) if closed is None else closed).items():
        rows = rows.exclude(kind=kind, subject_id__in=subjects)
    return rows


# --- who works ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sign:
    """The last sign of life of a process, or of all of one sort; without `at` there never was any."""

    name: str
    at: datetime | None
    is_late: bool
    detail: str = ""


def signs_of_life(at: datetime) -> list[Sign]:
    """Of the clock, of the ledger's ticks, and of each worker that was heard of within a day. Two queries.

    A worker that is silent while others work is late by itself; the last one's silence is everybody's.
    """
    heartbeats = list(Heartbeat.objects.order_by("kind", "name"))
    mark = Mark.objects.filter(pk=1).first()
    beat = next((each for each in heartbeats if each.kind == Heartbeat.Kind.BEAT), None)
    workers = [each for each in heartbeats if each.kind == Heartbeat.Kind.WORKER]
    return [
        _sign("beat", beat.at if beat else None, at, beat.detail if beat else ""),
        _sign("tick", mark.ticked_at if mark else None, at),
        *([_sign("worker", each.at, at, each.name) for each in workers] or [_sign("worker", None, at)]),
    ]


def _sign(name: str, last: datetime | None, at: datetime, detail: str = "") -> Sign:
    return Sign(name, last, last is None or last < at - SILENT, detail)


# --- how it stands --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Backlog:
    """What is due and what is in hand, now."""

    oldest_due: datetime | None
    due: int
    queued: int
    in_hand: int
    to_come: int

    def is_late(self, at: datetime) -> bool:
        return self.oldest_due is not None and self.oldest_due < at - LATE


def backlog(rows: DeliveryQuerySet, at: datetime) -> Backlog:
    """One query, over what is open. What is on hold is no backlog."""
    due = Q(state=State.PLANNED, due_at__lte=at, due_at__gt=held_until())
    found = rows.filter(state__in=Delivery.OPEN).aggregate(
        oldest_due=Min("due_at", filter=due),
        due=Count("pk", filter=due),
        queued=Count("pk", filter=due & Q(queued_at__isnull=False)),
        in_hand=Count("pk", filter=Q(state__in=Delivery.HELD)),
        to_come=Count("pk", filter=Q(state=State.PLANNED, due_at__gt=at)),
    )
    return Backlog(**found)


@dataclass
class Row:
    """One kind by one channel: how many in which state."""

    kind: str
    name: str
    channel: Channel
    states: Counter[str] = field(default_factory=Counter)


@dataclass
class Standing:
    """What became of the deliveries of the last seven days, and how many were sent in the last one."""

    rows: list[Row]
    states: Counter[str]
    sent_in_a_day: int
    reasons: list[tuple[str, str, str, int]]  # state, its name, reason, how many


def standing(rows: DeliveryQuerySet, at: datetime) -> Standing:
    """One query. Sent counts by when it was sent, everything else that has ended by when it was due."""
    since = at - LOOKS_BACK
    ended = (State.SKIPPED, State.FAILED, State.UNKNOWN, State.CANCELLED)
    lately = rows.filter(Q(state=State.SENT, sent_at__gt=since) | Q(state__in=ended, due_at__gt=since))
    grouped = (
        lately.order_by()
        .values_list("kind", "channel", "state", "reason")
        .annotate(number=Count("pk"), in_a_day=Count("pk", filter=Q(sent_at__gt=at - DAY)))
    )
    by_kind: dict[tuple[str, str], Row] = {}
    states: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    sent_in_a_day = 0
    for kind, channel, state, reason, number, in_a_day in grouped:
        row = by_kind.setdefault((kind, channel), Row(kind, kinds.name_of(kind), Channel(channel)))
        row.states[state] += number
        states[state] += number
        sent_in_a_day += in_a_day if state == State.SENT else 0
        if reason and state != State.SENT:
            reasons[state, reason] += number
    told = [(state, str(State(state).label), reason, number) for (state, reason), number in reasons.most_common()]
    ordered = sorted(by_kind.values(), key=lambda row: (row.name, row.channel))
    return Standing(ordered, states, sent_in_a_day, told)


# --- what will go ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ahead:
    """The next days: for each kind how many deliveries on each of them, planned ones and those that are foreseen."""

    days: list[date]
    rows: list[tuple[str, list[int]]]
    totals: list[int]


def ahead(reader: Person, rows: DeliveryQuerySet, closed: Closed, at: datetime) -> Ahead:
    """By the reader's calendar. One query for what is planned, and what the features' forecasts ask."""
    until = at + LOOKS_AHEAD
    today = at.astimezone(reader.zone).date()
    days = [today + number * DAY for number in range(LOOKS_AHEAD.days + 1)]
    planned = (
        rows.filter(state=State.PLANNED, due_at__gt=at, due_at__lte=until)
        .order_by()
        .values_list("kind", TruncDate("due_at", tzinfo=reader.zone))
        .annotate(number=Count("pk"))
    )
    counts: dict[str, Counter[date]] = {}
    for kind, day, number in planned:
        counts.setdefault(kind, Counter())[day] += number
    for kind, day, number in _foreseen(reader.zone, closed, at, until):
        counts.setdefault(kind, Counter())[day] += number
    lines = sorted((kinds.name_of(kind), [of[day] for day in days]) for kind, of in counts.items())
    return Ahead(days, lines, [sum(of[day] for of in counts.values()) for day in days])


def _foreseen(zone: ZoneInfo, closed: Closed, since: datetime, until: datetime) -> Iterable[tuple[str, date, int]]:
    for forecast in kinds.all_forecasts():
        for due_at, kind, number in forecast(closed=closed, since=since, until=until):
            yield kind.key, due_at.astimezone(zone).date(), number


# --- what is on hold ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hold:
    """What waits since a backup was restored, by kind."""

    since: datetime
    why: str
    waiting: Sequence[tuple[str, str, int]]  # kind, its name, how many

    @property
    def total(self) -> int:
        return sum(number for _kind, _name, number in self.waiting)


def hold(rows: DeliveryQuerySet) -> Hold | None:
    """None when nothing is on hold."""
    mark = Mark.objects.filter(pk=1).first()
    if mark is None or not mark.is_held or mark.held_since is None:
        return None
    waiting = rows.held().order_by().values_list("kind").annotate(number=Count("pk"))
    told = sorted((kind, kinds.name_of(kind), number) for kind, number in waiting)
    return Hold(mark.held_since, mark.get_held_why_display(), told)


def alarms(signs: Sequence[Sign], stands: Backlog, at: datetime) -> Mapping[str, bool]:
    """What an operator has to look at now: the ticks or all workers are silent, or something has been due too long."""
    workers = [sign for sign in signs if sign.name == "worker"]
    return {
        "silent": any(sign.is_late for sign in signs if sign.name != "worker"),
        "nobody_works": all(sign.is_late for sign in workers),
        "late": stands.is_late(at),
    }
