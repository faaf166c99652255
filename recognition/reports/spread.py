"""The fair spread, as somebody may read it: rows of what was worked out, none of which is worked out anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import commonpath
from typing import Any

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.charts import Cell, Figure, MatrixRow, matrix
from people.models import Person, Role, Team
from recognition import policies
from recognition.flows import Measured
from recognition.models import Ring, Spread
from recognition.quarters import QUARTER
from recognition.reports.fairness import WORDS
from recognition.spread import Chance, Ratio, Tally, representation

LATEST, MOST = 5, 200
KINDS = (
    ("department", gettext_lazy("Upper teams")),
    ("team", gettext_lazy("Teams")),
    ("site", gettext_lazy("Sites")),
    ("tenure", gettext_lazy("Time with us")),
)
SUMS = ("people", "days", "received", "recognised", "recognised_days")
MEASURES = {
    "returned": gettext_lazy("Thanks that were returned"),
    "team": gettext_lazy("Within the same team"),
    "site": gettext_lazy("Within the same site"),
    "tenure": gettext_lazy("Among people as long with us"),
    "leads": gettext_lazy("Among those who lead people, and among those who do not"),
}


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{round(100 * share)} %"


@dataclass(frozen=True)
class Line:
    """One group, with its share of thanks beside its share of days."""

    name: str
    tally: Tally
    ratio: Ratio | None

    @property
    def coverage_words(self) -> str:
        return _percent(self.tally.coverage)


@dataclass(frozen=True)
class Whole:
    """The whole organisation, beside what chance alone gives."""

    tally: Tally
    gini: float | None
    chance: Chance | None

    @property
    def coverage_words(self) -> str:
        return _percent(self.tally.coverage)

    @property
    def never_words(self) -> str:
        return _percent(1 - self.tally.recognised / self.tally.people)

    @property
    def never_by_chance(self) -> str:
        return _percent(self.chance.never if self.chance else None)

    @property
    def gini_words(self) -> str:
        return "–" if self.gini is None else number_format(self.gini, 2)


@dataclass(frozen=True)
class Among:
    """A measure of who thanks whom, beside the same graph shuffled."""

    name: str
    found: Measured


def windows(reader: Person) -> Sequence[Spread]:
    """The latest that were worked out, the newest first, the four quarters together last. One query. The sum of a year
    is the whole organisation's and so are its readers."""
    rows = Spread.objects.all() if _sees_all(reader) else Spread.objects.filter(span=QUARTER)
    return sorted(
        rows.order_by("-last_on", "pk")[:LATEST], key=lambda one: (one.span != QUARTER, -one.last_on.toordinal())
    )


def _sees_all(reader: Person) -> bool:
    return policies.can_view_whole_spread(reader)


def teams_of(reader: Person) -> set[int]:
    """The teams that the reader answers for: of a steward's scope, and those all of whose other people report to them,
    directly or not. Two queries."""
    scope = reader.scope_of(Role.STEWARD)
    within = set() if scope.nowhere else set(Team.objects.filter(scope.rows("pk")).values_list("pk", flat=True))
    line = Q(pk__in=Person.objects.in_reporting_line_of(reader).values("pk")) | Q(pk=reader.pk)
    rows = Person.objects.active().exclude(team=None).order_by().values("team")
    counted = rows.annotate(
        all=Count("pk"), own=Count("pk", filter=line), led=Count("pk", filter=line & ~Q(pk=reader.pk))
    )
    return within | {row["team"] for row in counted if row["all"] == row["own"] and row["led"]}


def lines(spread: Spread, by: str, teams: Collection[int] | None) -> list[Line]:
    """By "team", "department", "site" or "tenure". `teams` narrows to groups all of whose teams are among these; None
    does not. Nothing of a window without figures, nor of a whole year."""
    if not spread.figures:
        return []
    whole = _tally(spread.figures["whole"])
    rows = [row for row in spread.figures.get(by, []) if teams is None or set(row["teams"]) <= set(teams)]
    return [
        Line(_named(row["names"], by), tally, representation(tally, whole)) for row in rows if (tally := _tally(row))
    ]


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(**{name: row[name] for name in SUMS})


def _named(names: Sequence[str], by: str) -> str:
    """A group in words: teams by what their paths have in common, if that says it."""
    if by == "tenure":
        return ", ".join(str(WORDS[name]) for name in names)
    if by == "site":
        return ", ".join(name or _("no site") for name in names)
    if len(names) == 1:
        return names[0] or _("no team")
    return _teams_named([name for name in names if name], whole=by == "department" and "" not in names)


def _teams_named(paths: Sequence[str], *, whole: bool) -> str:
    """By what their paths have in common; unless it says all, with the first of them."""
    base = commonpath(paths)
    rest = [path.removeprefix(base).strip("/") for path in paths if path != base]
    if base and (whole or not rest):
        return base
    more = len(rest) - 3
    words = (
        ", ".join(rest[:3]) if more <= 0 else _("%(some)s and %(n)d more") % {"some": ", ".join(rest[:3]), "n": more}
    )
    return f"{base}: {words}" if base else words


def whole_of(spread: Spread) -> Whole | None:
    """None of a window with fewer than ten people."""
    if not spread.figures:
        return None
    found = spread.figures["whole"]
    return Whole(_tally(found), found["gini"], Chance(**found["chance"]) if found["chance"] else None)


def among(spread: Spread) -> list[Among]:
    """Whether thanks are returned and stay among likes; only of the whole organisation."""
    web = spread.figures.get("web", {})
    return [Among(str(name), Measured(**web[key])) for key, name in MEASURES.items() if key in web]


def flow_figure(spread: Spread, teams: Collection[int] | None) -> Figure | None:
    """Who thanks whom between the upper teams; small numbers and what would tell of them are withheld. None when there
    are fewer than two teams to show."""
    rows = [row for row in spread.figures.get("department", []) if teams is None or set(row["teams"]) <= set(teams)]
    names = {row["names"][0]: _named(row["names"], "department") for row in rows}
    if len(names) < 2 or "flows" not in spread.figures:
        return None
    counts = {(one, other): count for one, other, count in spread.figures["flows"]}

    def cell(pair: tuple[str, str]) -> Cell:
        return Cell(float(counts[pair]), str(counts[pair])) if pair in counts else Cell(None, _("withheld"))

    figure = matrix(
        _("Who thanks whom"),
        list(names.values()),
        [MatrixRow(name, [cell((one, other)) for other in names]) for one, name in names.items()],
        low=0,
        high=max([1, *counts.values()]),
        slug="flows",
    )
    words = _("Each line gives, each column receives. Withheld: fewer than five, and what would tell of them.")
    return replace(figure, description=words)


def page(spread: Spread, reader: Person, by: str) -> dict[str, Any]:
    """What the page of one window says to this reader. Two queries for whoever does not see everything, else none."""
    sees_all = _sees_all(reader)
    teams = None if sees_all else teams_of(reader)
    kinds = [key for key, _name in KINDS] if sees_all else ["team"]
    by = by if by in kinds else kinds[0]
    said: dict[str, Any] = {"by": by, "lines": lines(spread, by, teams), "flows": flow_figure(spread, teams)}
    return said | {"whole": whole_of(spread), "among": among(spread) if sees_all else []}


def rings_of(reader: Person) -> Sequence[Ring]:
    """Those that the reader may look at, what nobody has looked at first. Two queries."""
    rows = Ring.objects.visible_to(reader).select_related("spread", "looked_at_by").prefetch_related("people")
    return list(rows.order_by("outcome", "-spread__first_on", "pk")[:MOST])
