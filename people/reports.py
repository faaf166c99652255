"""Reads that no single model owns: what waits on somebody, the team tree, who leads, the trail as one may see it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal, cast

from django.apps import apps
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.work import WorkItem
from people import signals
from people.import_rows import FIELDS
from people.models import AuditEntry, Person, Team
from people.models.person import PersonQuerySet
from people.models.team import TeamQuerySet

# --- addresses that refuse mail -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refusing:
    """Why no notices go to an address, as whoever sends them tells. `for_good`: no mail of any kind would arrive.
    A POST to `lift_url` has them sent again."""

    address: str
    since: datetime
    why: str
    evidence: str
    for_good: bool
    lift_url: str


def refusing(addresses: Iterable[str]) -> dict[str, Refusing]:
    """Those of the addresses that refuse mail."""
    wanted = list(addresses)
    found: dict[str, Refusing] = {}
    for _receiver, answer in signals.asked_what_refuses_mail.send(sender=Person, addresses=wanted):
        found |= cast("Mapping[str, Refusing]", answer)
    return found


# --- what waits on a person -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingGroup:
    title: str
    items: list[WorkItem]


def waiting_on(person: Person) -> list[WaitingGroup]:
    """What others have to take over when the person leaves, by kind: their reports, and what features answer."""
    items = [
        WorkItem(
            kind=_("People who report to them"),
            title=str(report),
            href=report.get_absolute_url(),
            action=_("Open"),
            meta=report.job_title,
            icon="users",
        )
        for report in person.reports.active().order_by("full_name", "pk")
    ]
    for _receiver, answer in signals.asked_what_waits.send(sender=Person, person=person):
        items.extend(cast(list[WorkItem], answer))
    groups: dict[str, list[WorkItem]] = {}
    for item in items:
        groups.setdefault(item.kind, []).append(item)
    return [WaitingGroup(kind, found) for kind, found in groups.items()]


# --- teams ----------------------------------------------------------------------------------------------------------


@dataclass
class TeamNode:
    """A team in the tree; `people` works in it, `total` in it and below."""

    pk: int
    name: str
    path: str
    parent_id: int | None
    people: int
    total: int = 0
    children: list["TeamNode"] = field(default_factory=list)


@dataclass(frozen=True)
class TreeStep:
    """One step of a walk through the tree, for a template that cannot recurse: open a team, or close it again."""

    does: Literal["open", "leaf", "close"]
    node: TeamNode
    expanded: bool = False


def team_tree(teams: TeamQuerySet | None = None) -> list[TeamNode]:
    """The roots among the teams (all of them unless told), each with its subtree and headcounts; one query."""
    chosen: Any = (Team.objects.all() if teams is None else teams).with_headcount().order_by("path")
    rows = chosen.values_list("pk", "name", "path", "parent_id", "headcount")
    nodes = {row[0]: TeamNode(*row) for row in rows}
    roots: list[TeamNode] = []
    for node in nodes.values():
        above = nodes.get(node.parent_id) if node.parent_id else None
        (above.children if above else roots).append(node)
    # Longer paths first, so that each total is complete before it is added to the one above.
    for node in sorted(nodes.values(), key=lambda node: node.path.count("/"), reverse=True):
        node.total += node.people
        if node.parent_id in nodes:
            nodes[node.parent_id].total += node.total
    return roots


def walk(roots: Sequence[TeamNode], *, most: int = 600) -> list[TreeStep]:
    """The tree as steps, depth first. Past `most` teams only the upper levels are walked: team pages show the rest."""
    levels = Counter(_depths(roots, 0))
    deepest, seen = 0, 0
    for depth in sorted(levels):
        seen += levels[depth]
        if depth and seen > most:
            break
        deepest = depth
    return list(_steps(roots, 0, deepest))


def _depths(nodes: Iterable[TeamNode], depth: int) -> Iterator[int]:
    for node in nodes:
        yield depth
        yield from _depths(node.children, depth + 1)


def _steps(nodes: Iterable[TeamNode], depth: int, deepest: int) -> Iterator[TreeStep]:
    for node in nodes:
        if not node.children or depth >= deepest:
            yield TreeStep("leaf", node)
            continue
        yield TreeStep("open", node, expanded=depth < 2)
        yield from _steps(node.children, depth + 1, deepest)
        yield TreeStep("close", node)


def leaders_of(team: Team) -> list[Person]:
    """Who leads the team, derived: the members to whom most people of the team and below report; where no member
    leads, whoever most members report to."""
    people = Person.objects.active()
    inside = people.in_team(team).filter(manager__is_active=True)
    chosen = _most_reported_to(inside.filter(manager__team=team)) or _most_reported_to(inside.filter(team=team))
    return list(people.filter(pk__in=chosen).with_place().order_by("full_name", "pk"))


def links_of(team: Team, reader: Person) -> list[tuple[str, str, str]]:
    """Where else the team's page leads this reader: (label, address, icon), as those who know answer."""
    links: list[tuple[str, str, str]] = []
    for _receiver, answer in signals.asked_where_a_team_leads.send(sender=Team, team=team, reader=reader):
        links.extend(cast(list[tuple[str, str, str]], answer))
    return links


def links_of_person(person: Person, reader: Person) -> list[tuple[str, str, str]]:
    """Where else the person's page leads this reader, as `links_of`."""
    links: list[tuple[str, str, str]] = []
    for _receiver, answer in signals.asked_where_a_person_leads.send(sender=Person, person=person, reader=reader):
        links.extend(cast(list[tuple[str, str, str]], answer))
    return links


def _most_reported_to(reports: PersonQuerySet) -> list[int]:
    """The managers with the most of these reports; at most three."""
    counts = list(reports.values_list("manager").annotate(n=Count("pk")).order_by("-n", "manager")[:3])
    return [manager for manager, n in counts if n == counts[0][1]]


# --- export ---------------------------------------------------------------------------------------------------------


def export_rows(people: PersonQuerySet) -> Iterator[list[Any]]:
    """One row a person in the columns of an import (people.import_rows.FIELDS), so that it comes back unchanged."""
    for person in people.with_place().order_by("full_name", "pk").iterator(chunk_size=2000):
        values = {
            "team": person.team.path if person.team else "",
            "manager_email": person.manager.email if person.manager else "",
            "site": person.site.name if person.site else "",
            "work_starts": f"{person.work_starts:%H:%M}",
            "work_ends": f"{person.work_ends:%H:%M}",
        }
        yield [values[name] if name in values else getattr(person, name) for name in FIELDS]


# --- the audit trail ------------------------------------------------------------------------------------------------

CHOICES_KEY = "people.audit.choices"


def audit_trail(reader: Person) -> QuerySet[AuditEntry]:
    """What the reader may see of the trail now: their scope, without what features keep sealed from them."""
    entries = AuditEntry.objects.visible_to(reader)
    for _receiver, sealed in signals.asked_what_is_sealed.send(sender=AuditEntry, reader=reader):
        entries = entries.exclude(cast(Q, sealed))
    return entries


@dataclass(frozen=True)
class AuditLine:
    """An entry as the page shows it: words for codes, and an address for people and teams, whose pages all may see."""

    entry: AuditEntry
    outcome: str
    deed: str
    thing: str
    href: str
    details: list[tuple[str, str]]


def audit_lines(entries: Sequence[AuditEntry]) -> list[AuditLine]:
    """The entries with words around them; one query for the people and one for the teams that they name by key."""
    people = _named(entries, Person.objects.all(), "people.person", ("person", "manager"))
    teams = _named(entries, Team.objects.all(), "people.team", ("team", "parent"))
    names = {**dict.fromkeys(("person", "manager"), people), **dict.fromkeys(("team", "parent"), teams)}
    return [_line_of(entry, {"people.person": people, "people.team": teams}, names) for entry in entries]


def _named(
    entries: Sequence[AuditEntry], things: QuerySet[Any], kind: str, fields: tuple[str, ...]
) -> dict[int, Person | Team]:
    keys = {entry.object_id for entry in entries if entry.object_type == kind}
    for entry in entries:
        for value in (entry.changes.get(name) for name in fields):
            keys |= set(value if isinstance(value, list) else [value])
    return things.in_bulk(key for key in keys if isinstance(key, int)) if keys else {}


def _line_of(
    entry: AuditEntry, things: dict[str, dict[int, Person | Team]], names: dict[str, dict[int, Person | Team]]
) -> AuditLine:
    known = things.get(entry.object_type, {}).get(entry.object_id or 0)
    # Never str() of other things: it may hold a score or a name that this reader may not know.
    thing = str(known) if known else f"{kind_label(entry.object_type)} {entry.object_id}" if entry.object_id else ""
    details = [
        (name.replace("_", " "), shown)
        for name, value in entry.changes.items()
        if (shown := _shown(value, names.get(name, {})))
    ]
    # Django's own get_outcome_display translates and hashes every outcome there is, each time.
    outcome = str(AuditEntry.Outcome(entry.outcome).label)
    return AuditLine(entry, outcome, deed_label(entry.did), thing, known.get_absolute_url() if known else "", details)


def _shown(value: Any, names: Mapping[int, Person | Team]) -> str:
    if isinstance(value, list):
        shown = [_shown(each, names) or "–" for each in value]
        pair = len(value) == 2 and all(each is None or isinstance(each, int) for each in value)
        return (" → " if pair else ", ").join(shown)
    return "" if value is None else str(names.get(value, value)) if isinstance(value, int) else str(value)


def deed_label(did: str) -> str:
    """ "people.role_granted" as "Role granted"."""
    return capfirst(did.partition(".")[2].replace("_", " ")) or did


def kind_label(object_type: str) -> str:
    """ "people.rolegrant" as "Role grant", in the reader's language where the model says so."""
    try:
        return str(capfirst(apps.get_model(object_type)._meta.verbose_name))
    except (LookupError, ValueError):
        return object_type


def audit_choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The deeds and the kinds that occur anywhere, as choices for filters; kept ten minutes, for the trail is long."""
    codes = cache.get(CHOICES_KEY)
    if codes is None:
        entries = AuditEntry.objects.order_by()
        deeds = list(entries.values_list("did", flat=True).distinct())
        kinds = list(entries.exclude(object_type="").values_list("object_type", flat=True).distinct())
        codes = deeds, kinds
        cache.set(CHOICES_KEY, codes, 600)
    deeds, kinds = codes
    return (
        sorted(((did, deed_label(did)) for did in deeds), key=itemgetter(1)),
        sorted(((kind, kind_label(kind)) for kind in kinds), key=itemgetter(1)),
    )


def by_person(entries: QuerySet[AuditEntry], words: str) -> QuerySet[AuditEntry]:
    """Those whose actor's name or address holds the words."""
    return entries.filter(actor__in=Person.objects.matching(words).values("pk")) if words else entries
