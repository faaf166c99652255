"""A team's service as customers see it and as the team sees it, month by month."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from people.models import Person, Role, Team
from recognition.blind_spot import Estimate, Gap, Sums, estimate, gap, sums_of
from recognition.models import CustomerScore, Praise, Pulse, PulseCount, PulseGroup
from recognition.pulse_groups import LEAST, MEANS, SERVICE, months_before

MONTHS = 12
NAMED = 3  # other teams of a group, by the name
CHECKED = (Praise.State.SHOWN, Praise.State.LESSON)
Key = tuple[int, date]  # a team and a month


@dataclass(frozen=True)
class Row:
    """One month of the group that a team belongs to. `together`: the other teams in it that month. `few`: customers'
    scores are there, but fewer than five. None where there is nothing to tell."""

    month: date
    together: Sequence[str]
    customers: Estimate | None
    few: bool
    own: Estimate | None
    means: Estimate | None
    gap: Gap | None
    praise: int
    complaints: int

    @property
    def more(self) -> int:
        """How many other teams, beyond the first that are named."""
        return max(0, len(self.together) - NAMED)


def teams_for(reader: Person) -> QuerySet[Team]:
    """Row-level twin of policies.can_view_blind_spot: the reader's own team, those of people whom they manage, and
    those of their scope as a recognition steward."""
    if not reader.is_active:
        return Team.objects.none()
    led = Person.objects.active().filter(manager=reader).exclude(team=None).values("team")
    scope = reader.scope_of(Role.STEWARD)
    seen = Q(pk=reader.team_id) | Q(pk__in=led)
    if scope.everywhere:
        seen = Q()
    elif not scope.nowhere:
        seen |= Q(pk__in=Team.objects.below(scope.roots))
    return Team.objects.filter(seen).order_by("path")


def months_of(team: Team, at: datetime) -> list[Row]:
    """The last twelve months that are over, the oldest first; of a month whose pulse is not settled yet, nothing. Five
    queries."""
    months = months_before(at.date(), MONTHS)
    pulses = {row.month: row for row in Pulse.objects.filter(month__in=months)}
    told = [month for month in months if month not in pulses or pulses[month].settled_at is not None]
    heads, members = _groups(team, pulses)
    groups = {month: members.get(month, {team.pk: team.path}) for month in told}
    teams = {pk for group in groups.values() for pk in group}
    customers, said, own = _customers(teams, told), _said(teams, months), _own(heads)
    return [_row(team, month, group, customers, said, own.get(month, {})) for month, group in groups.items()]


def _groups(team: Team, pulses: Mapping[date, Pulse]) -> tuple[dict[date, int], dict[date, dict[int, str]]]:
    """For each month in which the team has a group: its head, and the paths of its teams. One query."""
    mine = PulseGroup.objects.filter(team=team, pulse__in=[row.pk for row in pulses.values()])
    rows = PulseGroup.objects.filter(pulse__in=mine.values("pulse"), head__in=mine.values("head"))
    found: dict[tuple[date, int], dict[int, str]] = defaultdict(dict)
    heads: dict[date, int] = {}
    for month, head, pk, path in rows.values_list("pulse__month", "head", "team", "team__path").order_by("team__path"):
        found[month, head][pk] = path
        if pk == team.pk:
            heads[month] = head
    return heads, {month: found[month, head] for month, head in heads.items()}


def _customers(teams: Collection[int], months: Collection[date]) -> dict[Key, Sums]:
    """By team and month. One grouped query, answered from the index alone."""
    rows = CustomerScore.objects.filter(team__in=teams, month__in=months).values_list("team", "month")
    square = F("value") * F("value")
    return {
        (pk, month): Sums(n, total, squares)
        for pk, month, n, total, squares in rows.annotate(n=Count("pk"), total=Sum("value"), squares=Sum(square))
    }


def _said(teams: Collection[int], months: Sequence[date]) -> Counter[tuple[int, date, str]]:
    """Checked words that name a team, by month and kind. One query."""
    rows = Praise.objects.filter(team__in=teams, state__in=CHECKED, said_on__gte=months[0]).order_by()
    grouped = rows.annotate(month=TruncMonth("said_on")).values_list("team", "month", "kind").annotate(n=Count("pk"))
    return Counter({(pk, month, kind): n for pk, month, kind, n in grouped})


def _own(heads: Mapping[date, int]) -> dict[date, dict[int, Sums]]:
    """What the groups said of themselves: sums by month and question. One query."""
    rows = PulseCount.objects.filter(pulse__month__in=heads, pulse__settled_at__isnull=False, team__in=heads.values())
    counts: dict[tuple[date, int], dict[int, int]] = defaultdict(dict)
    for month, head, question, score, n in rows.values_list("pulse__month", "team", "question", "score", "answers"):
        if heads[month] == head:
            counts[month, question][score] = n
    found: dict[date, dict[int, Sums]] = defaultdict(dict)
    for (month, question), by_score in counts.items():
        found[month][question] = sums_of(by_score)
    return found


def _row(
    team: Team,
    month: date,
    group: Mapping[int, str],
    customers: Mapping[Key, Sums],
    said: Mapping[tuple[int, date, str], int],
    own: Mapping[int, Sums],
) -> Row:
    theirs = Sums()
    for pk in group:
        theirs = theirs.added(customers.get((pk, month), Sums()))
    few = 0 < theirs.n < LEAST
    if few:
        theirs = Sums()
    ours = own.get(SERVICE, Sums())
    counts = {kind: sum(said.get((pk, month, kind), 0) for pk in group) for kind in Praise.Kind.values}
    return Row(
        month, [path for pk, path in group.items() if pk != team.pk], estimate(theirs), few, estimate(ours),
        estimate(own.get(MEANS, Sums())), gap(ours, theirs), counts[Praise.Kind.PRAISE], counts[Praise.Kind.COMPLAINT],
    )  # fmt: skip
