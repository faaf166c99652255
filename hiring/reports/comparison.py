"""Candidates of a stage beside each other, by the fixed rule: only what the reader may see goes into any number."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from foundation import charts
from hiring import rule as rules
from hiring.combination import CompetencyScore, from_parts, shown
from hiring.comparison import Comparison, Standing, compare, departs
from hiring.models import Application, CombinationRule, Decision, KitCompetency, Stage, StageScore
from people.models import Person

SHOWN = 100  # rows of a page; the rest is a link away
CHARTED = 30  # lines of its chart: beyond, nobody compares by eye


@dataclass(frozen=True)
class Column:
    """A competency of the stage's kit, with what the rule asks of it."""

    key: str
    name: str
    weight: str
    minimum: str


@dataclass(frozen=True)
class Cell:
    """One candidate's mean on one competency; `mean` None is *no evidence*, which takes part in nothing."""

    mean: Decimal | None
    count: int
    no_evidence: int
    deviation: Decimal | None
    missed: bool
    not_shown: bool

    @property
    def backing(self) -> str:
        """What the mean stands on: "n 3, ± 0.6"."""
        counted = _("n %(count)s") % {"count": self.count}
        return counted if self.deviation is None else f"{counted}, ± {self.deviation}"


@dataclass(frozen=True)
class Row:
    application: Application
    standing: Standing[int]
    score: Decimal | None
    low: Decimal | None
    high: Decimal | None
    cells: list[Cell]
    decided: str
    rule_number: int

    @property
    def rank_words(self) -> str:
        ranks = self.standing.ranks
        if ranks is None:
            return ""
        return str(ranks.best) if ranks.best == ranks.worst else f"{ranks.best}–{ranks.worst}"


@dataclass(frozen=True)
class StageTable:
    """`owed`: applications on which the reader owes a scorecard, whatever their state; `waiting`: not revealed yet.

    All of the candidates are compared; `rows` are the first of them, `more` is how many follow.
    """

    stage: Stage
    columns: list[Column]
    rows: list[Row]
    more: int
    comparison: Comparison[int]
    owed: list[Application]
    waiting: list[Application]

    @property
    def chart(self) -> charts.Figure:
        leading = set(self.comparison.leading)
        return charts.intervals(
            str(self.stage),
            [
                charts.IntervalRow(
                    label=row.application.label,
                    value=float(row.score) if row.score is not None else None,
                    low=float(row.low) if row.low is not None else None,
                    high=float(row.high) if row.high is not None else None,
                    count=row.standing.score.raters,
                    href=row.application.get_absolute_url(),
                    tied=len(leading) > 1 and row.application.pk in leading,
                )
                for row in self.rows[:CHARTED]
            ],
        )


def stage_table(person: Person, stage: Stage, stored: CombinationRule, *, most: int | None = None) -> StageTable:
    """The comparison as this person may see it, the first `most` of its rows or all. A fixed number of queries."""
    rule = rules.parse(stored.document)
    names = competency_names(stage)
    terms = rule.for_stage(str(stage.pk))
    columns = [
        Column(
            key=term.competency,
            name=names.get(term.competency, term.competency),
            weight=rules.written(term.weight),
            minimum="" if term.minimum is None else rules.written(term.minimum),
        )
        for term in sorted(terms.terms if terms else (), key=lambda term: list(names).index(term.competency))
    ]
    scores = {
        score.application_id: score
        for score in StageScore.objects.visible_to(person)
        .filter(stage=stage)
        .select_related("rule")
        .only("application", "parts", "rule__number")  # not the rule itself, once for each candidate
    }
    applications = {each.pk: each for each in _applications(person, stage, list(scores))}
    comparison = compare(
        [(pk, from_parts(score.parts)) for pk, score in scores.items()], compensatory=rule.compensatory
    )
    others = [each for each in applications.values() if each.pk not in scores]
    return StageTable(
        stage=stage,
        columns=columns,
        rows=[
            _row(applications[standing.key], standing, columns, scores[standing.key].rule.number)
            for standing in comparison.standings[:most]
        ],
        more=0 if most is None else max(0, len(comparison.standings) - most),
        comparison=comparison,
        owed=[each for each in others if each.owes_scorecard],
        waiting=[each for each in others if not each.owes_scorecard],
    )


def competency_names(stage: Stage) -> dict[str, str]:
    """Names of the stage's competencies by key, in the kit's order."""
    if stage.kit_version_id is None:
        return {}
    found = KitCompetency.objects.filter(version=stage.kit_version_id).order_by("position", "pk")
    return dict(found.values_list("key", "name"))


def _applications(person: Person, stage: Stage, scored: list[int]) -> list[Application]:
    latest = Decision.objects.filter(application=OuterRef("pk"), stage=stage).order_by("-at", "-pk")
    visible = Application.objects.visible_to(person).with_mask(person).select_related("candidate")
    visible = visible.only("number", "opening", "stage", "candidate__full_name")
    visible = visible.annotate(decided=Subquery(latest.values("outcome")[:1]))
    here = visible.filter(stage=stage).in_play() | visible.filter(pk__in=scored)
    return list(here.order_by("number", "pk"))


def _row(application: Application, standing: Standing[int], columns: list[Column], rule_number: int) -> Row:
    by_key = {each.term.competency: each for each in standing.score.competencies}
    interval = standing.interval
    outcome = getattr(application, "decided", None)
    return Row(
        application=application,
        standing=standing,
        score=None if standing.score.value is None else shown(standing.score.value),
        low=None if interval is None else shown(interval.low),
        high=None if interval is None else shown(interval.high),
        cells=[_cell(by_key[column.key]) for column in columns if column.key in by_key],
        decided=str(Decision.Outcome(outcome).label) if outcome else "",
        rule_number=rule_number,
    )


def _cell(competency: CompetencyScore) -> Cell:
    mean, deviation = competency.mean, competency.deviation  # computed when asked, and a comparison has many cells
    return Cell(
        mean=None if mean is None else shown(mean, 1),
        count=len(competency.scores),
        no_evidence=competency.no_evidence,
        deviation=None if deviation is None else shown(deviation, 1),
        missed=competency.must_have == "missed",
        not_shown=competency.must_have == "not shown",
    )


@dataclass(frozen=True)
class RuleVersion:
    """A version of the rule and, in words, what it changed."""

    stored: CombinationRule
    changes: list[str]


def rule_history(opening_id: int, names: dict[str, str], stages: dict[str, str]) -> list[RuleVersion]:
    """Every version of an opening's rule, newest first."""
    versions = list(CombinationRule.objects.filter(opening=opening_id).select_related("set_by").order_by("number"))
    parsed = [rules.parse(version.document) for version in versions]
    history = [
        RuleVersion(
            version,
            rules.difference(parsed[index - 1], parsed[index], competencies=names, stages=stages) if index else [],
        )
        for index, version in enumerate(versions)
    ]
    return history[::-1]


def departure_of(application: Application, outcome: str, stored: CombinationRule | None) -> str:
    """Why this decision would depart from the rule, in sentences that name nobody else; "" where it would not, or where
    the rule says nothing of the application's stage. Looks at all scores of the stage, whoever asks."""
    if stored is None:
        return ""
    rule = rules.parse(stored.document)
    if rule.for_stage(str(application.stage_id)) is None:
        return ""
    rows = StageScore.objects.filter(stage=application.stage_id)
    latest = Decision.objects.filter(stage=application.stage_id).order_by("at", "pk")
    reasons = departs(
        outcome,
        application.pk,
        compare([(row.application_id, from_parts(row.parts)) for row in rows], compensatory=rule.compensatory),
        dict(latest.values_list("application_id", "outcome")),
        compensatory=rule.compensatory,
        competencies=competency_names(application.stage),
    )
    return reasons or ""
