"""The monthly pulse: its questions, its days, and which teams stand together so that no number tells of fewer than
five. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAYS = 7  # at the end of the month
LEAST = 5  # answers: of fewer nothing is ever told
SCORES = range(1, 6)
SERVICE, MEANS = 1, 2


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what each score from 1 to 5 means."""

    number: int
    words: str | Promise
    anchors: tuple[str | Promise, ...]


QUESTIONS = (
    Question(
        SERVICE,
        _("How good was the service that customers got from our team this month?"),
        (
            _("Poor: most customers went away with a worse day than before"),
            _("Weak: customers often had to ask twice, or to put up with too little"),
            _("Fair: customers got what they came for, and no more"),
            _("Good: customers were well looked after, with few exceptions"),
            _("Excellent: we would have been glad to be our own customer every time"),
        ),
    ),
    Question(
        MEANS,
        _("Did you have what you needed to serve customers well?"),
        (
            _("Hardly ever: time, tools or a say were missing nearly every day"),
            _("Seldom: something was missing more often than not"),
            _("About half of the time"),
            _("Mostly: something was missing now and then"),
            _("Always: time, tools and a say were there whenever I needed them"),
        ),
    ),
)


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of the month of a day."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_before(month: date, count: int) -> list[date]:
    """The first days of so many months before that of a day, the oldest first."""
    found, day = [], first_of(month)
    for _each in range(count):
        day = first_of(day - timedelta(days=1))
        found.append(day)
    return found[::-1]


@dataclass
class _Bucket:
    """Teams that stand together, and how many of them answered."""

    answers: int = 0
    teams: list[int] = field(default_factory=list)


def groups_of(answers: Mapping[int, int], parents: Mapping[int, int | None]) -> dict[int, int]:
    """For each team that may be told of, the team that stands for its group. `answers`: how many in each team that has
    people; `parents`: every team's.

    A team with fewer than five answers is joined to its parent, with its sisters that have as few; what is left at the
    top is joined to the smallest group below. Groups share no team and each holds five answers or more, and there are
    no sums besides: whatever is added or subtracted tells of five or more again, or of nobody. A whole tree of fewer
    than five has no group.
    """
    children: dict[int | None, list[int]] = {}
    for team in sorted(parents):
        children.setdefault(parents[team], []).append(team)
    heads: dict[int, int] = {}
    for root in children.get(None, []):
        made: dict[int, _Bucket] = {}
        left = _gather(root, answers, children, made)
        if left.teams and made:
            smallest = min(made, key=lambda head: (made[head].answers, head))
            made[smallest].teams.extend(left.teams)
        heads |= {team: head for head, bucket in made.items() for team in bucket.teams}
    return heads


def _gather(
    root: int, answers: Mapping[int, int], children: Mapping[int | None, list[int]], made: dict[int, _Bucket]
) -> _Bucket:
    """Everything below and at a team that is too small to stand; what can stand is put into `made`."""
    order = [root]
    buckets: dict[int, _Bucket] = {}
    for team in order:  # grows while it is walked: parents before children
        order.extend(children.get(team, []))
    for team in reversed(order):
        bucket = _Bucket(answers.get(team, 0), [team] if team in answers else [])
        for child in children.get(team, []):
            bucket.answers += buckets[child].answers
            bucket.teams.extend(buckets[child].teams)
        if bucket.answers >= LEAST:
            made[team], bucket = bucket, _Bucket()
        buckets[team] = bucket
    return buckets[root]
