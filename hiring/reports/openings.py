"""Openings in lists, and the pipeline board."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import charts
from hiring.models import Application, Interview, Opening, Stage, StageMove
from people.models import Person

CARDS = 50  # to a column; the rest is a link to the list


def listed(person: Person, *, q: str = "", state: str = "") -> QuerySet[Opening]:
    """Openings for the list, with counts of their applications."""
    found = Opening.objects.visible_to(person).matching(q) if q else Opening.objects.visible_to(person)
    if state:
        found = found.filter(state=state)
    return found.select_related("team", "site", "hiring_manager")


def with_counts(openings: list[Opening]) -> list[Opening]:
    """Sets `in_play_count` and `hired_count` on each; one query for the page."""
    counts = {
        row["opening"]: row
        for row in Application.objects.filter(opening__in=[each.pk for each in openings])
        .values("opening")
        .annotate(
            in_play=Count("pk", filter=Q(state__in=Application.IN_PLAY)),
            hired=Count("pk", filter=Q(state=Application.State.HIRED)),
        )
    }
    for opening in openings:
        row = counts.get(opening.pk, {"in_play": 0, "hired": 0})
        opening.in_play_count, opening.hired_count = row["in_play"], row["hired"]  # type: ignore[attr-defined]
    return openings


@dataclass(frozen=True)
class Card:
    application: Application
    days: int
    stalled: bool
    interview_at: datetime | None

    @property
    def waited(self) -> str:
        return ngettext("%(n)d day here", "%(n)d days here", self.days) % {"n": self.days}

    @property
    def pick(self) -> str:
        """What the card's check box is for."""
        return _("Choose %(name)s") % {"name": self.application.label}


@dataclass(frozen=True)
class Column:
    stage: Stage
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.cards))


@dataclass(frozen=True)
class Board:
    columns: list[Column]
    decided: list[tuple[str, str, int]]  # state, its name, how many

    @property
    def funnel(self) -> charts.Figure:
        reached, stages = 0, []
        for column in reversed(self.columns):
            reached += column.count
            stages.append(charts.Stage(label=column.stage.name, count=reached))
        return charts.funnel("", stages[::-1])


def board_of(person: Person, opening: Opening, *, at: datetime, stalled_only: bool = False) -> Board:
    """The pipeline: per stage its count and the applications that have waited longest. Six queries at any size."""
    stages = list(opening.stages.order_by("position"))
    in_play = Application.objects.filter(opening=opening).in_play()
    if stalled_only:
        in_play = in_play.filter(_stalled(stages, at))
    counts = dict(in_play.order_by().values_list("stage").annotate(Count("pk")))
    shown = Q(pk__in=[])
    for stage in stages:
        first = in_play.filter(stage=stage).order_by("entered_stage_at", "pk")
        shown |= Q(pk__in=first.values("pk")[:CARDS])
    coming = Interview.objects.filter(
        application=OuterRef("pk"), state=Interview.State.SCHEDULED, starts_at__gte=at
    ).order_by("starts_at")
    applications = (
        in_play.filter(shown)
        .with_mask(person)
        .annotate(interview_at=Subquery(coming.values("starts_at")[:1]))
        .select_related("candidate")
        .only("number", "opening", "stage", "state", "entered_stage_at", "candidate__full_name")
        .order_by("entered_stage_at", "pk")
    )
    cards: dict[int, list[Card]] = {stage.pk: [] for stage in stages}
    patience = {stage.pk: stage.stalled_after_days for stage in stages}
    for application in applications:
        days = application.days_in_stage(at)
        stalled_here = days >= patience[application.stage_id] and application.state == Application.State.ACTIVE
        interview_at = getattr(application, "interview_at", None)
        cards[application.stage_id].append(Card(application, days, stalled_here, interview_at))
    return Board(
        columns=[Column(stage, counts.get(stage.pk, 0), cards[stage.pk]) for stage in stages],
        decided=_decided(opening),
    )


def _stalled(stages: list[Stage], at: datetime) -> Q:
    """Active and beyond the patience of their stage: one comparison a stage, with whole days, alike on both engines."""
    stalled = Q(pk__in=[])
    for stage in stages:
        stalled |= Q(stage=stage, entered_stage_at__lte=at - timedelta(days=stage.stalled_after_days))
    return stalled & Q(state=Application.State.ACTIVE)


def _decided(opening: Opening) -> list[tuple[str, str, int]]:
    found = Application.objects.filter(opening=opening).exclude(state__in=Application.IN_PLAY)
    counts = found.values_list("state").annotate(Count("pk")).order_by("state")
    return [(state, str(Application.State(state).label), count) for state, count in counts]


def time_in_stage(opening: Opening) -> list[charts.Duration]:
    """How long applications stayed in each stage, in days: median and middle half, of finished stays only."""
    stays: dict[int, list[float]] = {}
    moves = StageMove.objects.filter(
        application__opening=opening, undone_at__isnull=True, entered_from_stage_at__isnull=False
    ).values_list("from_stage", "entered_from_stage_at", "at")
    for left_stage, entered, left in moves:
        if entered is not None:
            stays.setdefault(left_stage, []).append((left - entered).total_seconds() / 86_400)
    rows = []
    for stage in opening.stages.order_by("position"):
        days = sorted(stays.get(stage.pk, []))
        if len(days) >= 3:
            rows.append(
                charts.Duration(
                    label=stage.name,
                    median=_quantile(days, 0.5),
                    low=_quantile(days, 0.25),
                    high=_quantile(days, 0.75),
                    count=len(days),
                )
            )
    return rows


def _quantile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
