"""Scores by the rule, computed in the transaction that changed the facts.

Nothing is computed before reveal, so there is nothing to leak. A rater is a person: whoever sat in two interviews of
one application at one stage is counted once, with the later score of each competency (docs/domain/scorecards.md)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hiring import rule as rules
from hiring.combination import combine, parts, shown
from hiring.models import Application, CombinationRule, Interview, Opening, Panellist, Rating, Stage, StageScore


@transaction.atomic
def refresh_stage_score(*, application: Application, stage: Stage, at: datetime) -> StageScore | None:
    """Compute the application's score at the stage from revealed interviews; None while the rule says nothing."""
    rule = CombinationRule.objects.filter(opening=application.opening_id).order_by("-number").first()
    if rule is None:
        return None
    refreshed = _refresh(rule, [stage], [application.pk], at)
    return refreshed[0] if refreshed else None


@transaction.atomic
def refresh_opening_scores(*, opening: Opening, rule: CombinationRule, at: datetime) -> None:
    """Compute every score of the opening anew by this rule: two queries to read, one to write, however many."""
    stages = list(opening.stages.exclude(kit_version=None))
    applications = list(opening.applications.values_list("pk", flat=True))
    StageScore.objects.filter(application__opening=opening).delete()
    _refresh(rule, stages, applications, at)


def _refresh(rule: CombinationRule, stages: Iterable[Stage], applications: list[int], at: datetime) -> list[StageScore]:
    parsed = rules.parse(rule.document)
    ratings = _ratings(stages, applications)
    rows = []
    for (application, stage), given in ratings.items():
        stage_rule = parsed.for_stage(str(stage))
        if stage_rule is None:
            continue
        score = combine(stage_rule, given)
        rows.append(
            StageScore(
                application_id=application,
                stage_id=stage,
                rule=rule,
                score=None if score.value is None else shown(score.value, 4),
                raters=score.raters,
                parts=parts(score),
                refreshed_at=at,
            )
        )
    return StageScore.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["application", "stage"],
        update_fields=["rule", "score", "raters", "parts", "refreshed_at"],
    )


def _ratings(
    stages: Iterable[Stage], applications: list[int]
) -> dict[tuple[int, int], list[tuple[int, str, int | None]]]:
    """(person, competency, score) by application and stage: submitted by leads and members, of revealed interviews."""
    found = (
        Rating.objects.filter(
            scorecard__submitted_at__isnull=False,
            scorecard__panellist__role__in=Panellist.REQUIRED,
            scorecard__panellist__interview__state=Interview.State.HELD,
            scorecard__panellist__interview__revealed_at__isnull=False,
            scorecard__panellist__interview__stage__in=[stage.pk for stage in stages],
            scorecard__panellist__interview__application__in=applications,
        )
        .order_by("scorecard__panellist__interview__starts_at", "scorecard__panellist__interview", "pk")
        .values_list(
            "scorecard__panellist__interview__application_id",
            "scorecard__panellist__interview__stage_id",
            "scorecard__panellist__person_id",
            "competency__key",
            "score",
        )
    )
    views: dict[tuple[int, int], dict[tuple[int, str], int | None]] = defaultdict(dict)
    for application, stage, person, competency, score in found:
        earlier = views[application, stage].get((person, competency))
        # Hearing nothing in a second sitting does not take back what was heard in the first.
        views[application, stage][person, competency] = earlier if score is None else score
    return {
        place: [(person, competency, score) for (person, competency), score in given.items()]
        for place, given in views.items()
    }
