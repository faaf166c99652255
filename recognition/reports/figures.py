"""The figures of a window, worked out by the background: four queries, whatever the number of people and thanks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from people.models import Leave, Person
from recognition import flows, spread
from recognition.fairness import tenure
from recognition.models import Reach, Recipient, Recognition
from recognition.quarters import QUARTER, Window
from recognition.withholding import LEAST, Kinds, settle, shown_cells

FEW = 5  # thanks from one group to another that are told of by themselves
BANDS = ("under a year", "1 to 3 years", "3 to 6 years", "6 years and more", "not known")


@dataclass(frozen=True)
class Here:
    """One who was employed in the window: where they stand when it is worked out, as no history of teams is kept."""

    pk: int
    team: int
    path: str
    site: str
    band: str
    leads: bool
    member: spread.Member


@dataclass(frozen=True)
class WorkedOut:
    """What is stored of a window, and its rings."""

    figures: dict[str, Any]
    rings: list[flows.Ring]


def work_out(window: Window) -> WorkedOut:
    """Nothing for fewer than ten people."""
    people = _people(window)
    if len(people) < LEAST:
        return WorkedOut({}, [])
    thanks = _thanks(window, people)
    pairs = {(one, other) for one, other, _at, _reach in thanks}
    figures: dict[str, Any] = {"whole": _whole(people.values()), "web": _web(pairs, people)}
    if window.span != QUARTER:
        return WorkedOut(figures, [])
    seen = [(one, other, at) for one, other, at, reach in thanks if reach == Reach.EVERYONE]
    figures["rings_by_chance"] = flows.rings_by_chance(seen)
    return WorkedOut(figures | _groups(people, thanks), flows.rings(seen))


def _moments(window: Window) -> dict[str, datetime]:
    """The window for a filter, in UTC."""
    first = datetime.combine(window.first, time(), UTC)
    return {"posted_at__gte": first, "posted_at__lt": first + timedelta(days=window.days)}


def _people(window: Window) -> dict[int, Here]:
    """Whoever was employed for at least a day of it and not always on leave. Three queries."""
    recipients = Recipient.objects.filter(recognition__state=Recognition.State.SHOWN, **_moments(window))
    received = dict(recipients.order_by().values("person").annotate(n=Count("pk")).values_list("person", "n"))
    away = defaultdict(list)
    for pk, since, until in Leave.objects.touching(window.first, window.last).values_list(
        "person", "from_on", "until_on"
    ):
        away[pk].append((since, until))
    began = Q(started_on__isnull=True) | Q(started_on__lte=window.last)
    rows = Person.objects.filter(began, Q(is_active=True) | Q(left_on__gte=window.first)).order_by("pk")
    reports = Person.objects.active().filter(manager=OuterRef("pk")).order_by()
    values = rows.annotate(leads=Exists(reports)).values_list(
        "pk", "team", "team__path", "site__name", "started_on", "left_on", "leads"
    )
    found = {}
    for pk, team, path, site, started, left, leads in values:
        days = spread.days_here(window.first, window.last, began=started, left=left, away=away[pk])
        if days:
            member = spread.Member(days, received.get(pk, 0))
            found[pk] = Here(pk, team or 0, path or "", site or "", tenure(started, window.last), leads, member)
    return found


def _thanks(window: Window, people: Collection[int]) -> list[tuple[int, int, datetime, int]]:
    """Who thanked whom when, and how far it reaches, between these people. One query."""
    rows = Recipient.objects.filter(recognition__state=Recognition.State.SHOWN, **_moments(window))
    values = rows.order_by("pk").values_list("giver", "person", "posted_at", "recognition__reach")
    return [row for row in values.iterator() if row[0] in people and row[1] in people]


def _whole(people: Iterable[Here]) -> dict[str, Any]:
    members = [one.member for one in people]
    found = spread.tally(members)
    chance = spread.by_chance(found.received, spread.exposures(members))
    return asdict(found) | {
        "gini": spread.gini([one.received for one in members]),
        "chance": asdict(chance) if chance else None,
    }


def _web(pairs: Collection[flows.Pair], people: Mapping[int, Here]) -> dict[str, Any]:
    """What is returned and what stays among likes, beside shuffled graphs."""
    kinds: dict[str, dict[int, Any]] = {
        "team": {pk: one.team for pk, one in people.items()},
        "site": {pk: one.site for pk, one in people.items()},
        "tenure": {pk: one.band for pk, one in people.items()},
        "leads": {pk: one.leads for pk, one in people.items()},
    }
    measures: dict[str, flows.Measure] = {"returned": flows.reciprocity}
    for name, of in kinds.items():
        measures[name] = lambda found, of=of: flows.assortativity(found, of)  # type: ignore[misc]
    if len(pairs) < LEAST:
        return {"pairs": len(pairs)}
    found = flows.beside_chance(pairs, measures)
    return {"pairs": len(pairs), **{name: asdict(one) for name, one in found.items()}}


def _groups(people: Mapping[int, Here], thanks: Iterable[tuple[int, int, datetime, int]]) -> dict[str, Any]:
    """Rows by team (the finest), by department (the upper two levels), site and tenure; and who thanks whom."""
    counted: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in people.values():
        counted[one.path, one.site, one.band] += 1
    kinds = settle(counted)
    departments = departments_of(kinds)
    by_path = {path: min(group) for path, group in departments.items()}
    return {
        "team": _rows(people, {path: kinds.teams[path] for path in kinds.teams}, "path"),
        "department": _rows(people, departments, "path"),
        "site": _rows(people, kinds.sites, "site"),
        "tenure": _rows(people, kinds.bands, "band"),
        "flows": _flows(by_path, people, thanks),
    }


def departments_of(kinds: Kinds) -> dict[str, frozenset[str]]:
    """By path of a team: all the teams that are told of with it at the upper two levels. What stands together below
    stands together here; if it is of several departments, by itself, so that it does not draw these together."""
    found: dict[str, frozenset[str]] = {}
    of: dict[str, list[frozenset[str]]] = defaultdict(list)
    for group in kinds.teams.groups():
        heads = {"/".join(path.split("/")[:2]) for path in group}
        of[min(heads) if len(heads) == 1 else f"{min(group)}//"].append(group)
    for groups in of.values():
        together = frozenset[str]().union(*groups)
        found |= dict.fromkeys(together, together)
    return found


def _rows(people: Mapping[int, Here], groups: Mapping[str, frozenset[str]], by: str) -> list[dict[str, Any]]:
    """One for each group: its names, its teams and its sums."""
    members: dict[frozenset[str], list[Here]] = defaultdict(list)
    for one in people.values():
        members[groups[getattr(one, by)]].append(one)
    return [
        {"names": sorted(group), "teams": sorted({one.team for one in found})}
        | asdict(spread.tally(one.member for one in found))
        for group, found in sorted(members.items(), key=lambda each: (-len(each[1]), sorted(each[0])))
    ]


def _flows(
    departments: Mapping[str, str], people: Mapping[int, Here], thanks: Iterable[tuple[int, int, datetime, int]]
) -> list[list[Any]]:
    """From, to, how many; without those that are withheld. Groups are named by the first of their teams."""
    names = set(departments.values())
    table = {(one, other): 0 for one in names for other in names}
    for one, other, _at, _reach in thanks:
        table[departments[people[one].path], departments[people[other].path]] += 1
    return [[*cell, table[cell]] for cell in sorted(shown_cells(table, FEW))]
