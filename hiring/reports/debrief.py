"""One revealed interview for its debrief: every panellist's view beside the others', largest disagreements first."""

from dataclasses import dataclass, field
from decimal import Decimal

from foundation import charts
from hiring.agreement import within_group
from hiring.combination import CompetencyScore, Score, combine, shown
from hiring.models import (
    CombinationRule,
    DebriefNote,
    Interview,
    KitCompetency,
    LaterView,
    Panellist,
    Rating,
    Scorecard,
)
from hiring.models.scorecards import Recommendation
from hiring.rule import StageRule, Term, parse


@dataclass(frozen=True)
class View:
    """What one panellist says of one competency, and what they said of it later."""

    panellist: Panellist
    rating: Rating | None
    later: list[LaterView]


@dataclass
class Item:
    """One competency on the agenda. `deviation` (points) is None where fewer than two counted ratings are."""

    key: str
    name: str
    minimum: Decimal | int | None
    views: list[View]
    mean: Decimal | None
    deviation: Decimal | None
    span: int | None
    no_evidence: int
    agreement: Decimal | None
    missed: bool
    notes: list[DebriefNote] = field(default_factory=list)


@dataclass(frozen=True)
class Voice:
    """A panellist's recommendation and summary, and how they changed."""

    panellist: Panellist
    scorecard: Scorecard
    later: list[LaterView]

    @property
    def recommendation(self) -> str:
        value = self.scorecard.recommendation
        return str(Recommendation(value).label) if value else ""


@dataclass(frozen=True)
class Debrief:
    """`items` in the kit's order, `agenda` by disagreement; `missing`: required panellists whose scorecard is out."""

    items: list[Item]
    agenda: list[Item]
    voices: list[Voice]
    shadows: list[Voice]
    missing: list[Panellist]
    notes: list[DebriefNote]
    profile: charts.Figure


def debrief_of(interview: Interview, stored: CombinationRule | None) -> Debrief:
    """Everything the debrief page shows. The caller has checked policies.can_view_judgement. Seven queries."""
    competencies = list(KitCompetency.objects.filter(version=interview.kit_version_id).order_by("position", "pk"))
    seats = _seats(interview)
    submitted = [seat for seat in seats if hasattr(seat, "scorecard") and seat.scorecard.is_submitted]
    score = _score(interview, stored, competencies, [seat for seat in submitted if seat.is_required])
    told = {each.term.competency: each for each in score.competencies}
    notes = list(interview.debrief_notes.select_related("author").order_by("written_at", "pk"))
    items = [_item(each, told.get(each.key), submitted, notes) for each in competencies]
    by_key = {item.key: item for item in items}
    voices = [Voice(seat, seat.scorecard, _later(seat, None)) for seat in submitted]
    return Debrief(
        items=items,
        agenda=[by_key[each.term.competency] for each in score.disagreements if each.term.competency in by_key],
        voices=[voice for voice in voices if voice.panellist.is_required],
        shadows=[voice for voice in voices if not voice.panellist.is_required],
        missing=[seat for seat in seats if seat.is_required and seat not in submitted],
        notes=[note for note in notes if not note.competency_key],
        profile=_profile(items),
    )


def _seats(interview: Interview) -> list[Panellist]:
    """The panel with what it wrote, leads first."""
    order = list(Panellist.Role.values)
    found = interview.panellists.select_related("person", "scorecard").prefetch_related(
        "scorecard__ratings", "scorecard__later_views"
    )
    return sorted(found, key=lambda seat: (order.index(seat.role), str(seat.person)))


def _score(
    interview: Interview, stored: CombinationRule | None, competencies: list[KitCompetency], counted: list[Panellist]
) -> Score:
    """This interview's ratings by the rule; by the kit's own weights where no rule names the stage."""
    rule = parse(stored.document).for_stage(str(interview.stage_id)) if stored else None
    suggested = tuple(Term(each.key, each.weight, each.minimum) for each in competencies)
    keys = {competency.pk: competency.key for competency in competencies}
    ratings = [
        (seat.pk, keys[rating.competency_id], rating.score)
        for seat in counted
        for rating in seat.scorecard.ratings.all()
    ]
    return combine(rule or StageRule(str(interview.stage_id), suggested), ratings)


def _item(
    competency: KitCompetency, told: CompetencyScore | None, submitted: list[Panellist], notes: list[DebriefNote]
) -> Item:
    agreement = within_group(told.scores) if told else None
    return Item(
        key=competency.key,
        name=competency.name,
        minimum=told.term.minimum if told else None,
        views=[View(seat, _rating(seat, competency.pk), _later(seat, competency.pk)) for seat in submitted],
        mean=shown(told.mean, 1) if told and told.mean is not None else None,
        deviation=shown(told.deviation, 1) if told and told.deviation is not None else None,
        span=told.span if told else None,
        no_evidence=told.no_evidence if told else 0,
        agreement=None if agreement is None else shown(agreement),
        missed=bool(told and told.must_have == "missed"),
        notes=[note for note in notes if note.competency_key == competency.key],
    )


def _rating(seat: Panellist, competency: int) -> Rating | None:
    return next((each for each in seat.scorecard.ratings.all() if each.competency_id == competency), None)


def _later(seat: Panellist, competency: int | None) -> list[LaterView]:
    views = [each for each in seat.scorecard.later_views.all() if each.competency_id == competency]
    return sorted(views, key=lambda view: (view.at, view.pk))


def _profile(items: list[Item]) -> charts.Figure:
    rows = [
        charts.ProfileRow(
            label=item.name,
            dots=[
                charts.Dot(label=str(view.panellist.person), value=view.rating.score)
                for view in item.views
                if view.rating is not None and view.rating.score is not None and view.panellist.is_required
            ],
            mean=None if item.mean is None else float(item.mean),
            must_have=None if item.minimum is None else float(item.minimum),
            no_evidence=item.no_evidence,
            href=f"#competency-{item.key}",
        )
        for item in items
    ]
    return charts.profile("", rows)
