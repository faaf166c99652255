"""Candidates of a stage compared by the fixed rule."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.spreadsheets import write_csv
from hiring import policies
from hiring.models import CombinationRule, Opening, Stage
from hiring.reports import comparison as reports
from people.actions import audit
from people.requests import PersonRequest


@require_safe
def stage_compare(request: PersonRequest, pk: int) -> HttpResponse:
    stage, rule = _stage(request, pk)
    most = None if request.GET.get("all") == "1" else reports.SHOWN
    table = reports.stage_table(request.user, stage, rule, most=most)
    interview_stages = {str(each.pk): each.name for each in stage.opening.stages.exclude(kit_version=None)}
    names = {column.key: column.name for column in table.columns}
    context = {
        "opening": stage.opening,
        "stage": stage,
        "stages": interview_stages,
        "table": table,
        "rule": rule,
        "history": reports.rule_history(stage.opening_id, names, interview_stages),
        "can_recruit": policies.can_recruit_for(request.user, stage.opening),
    }
    return render(request, "hiring/stage_compare.html", context)


@require_safe
def stage_compare_csv(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    stage, rule = _stage(request, pk)
    table = reports.stage_table(request.user, stage, rule)
    audit.record(
        by=request.user,
        did="hiring.comparison_exported",
        thing=stage.opening,
        team=stage.opening.team_id,
        outcome=audit.Outcome.EXPORTED,
        changes={"stage": stage.pk, "rows": len(table.rows)},
        at=timezone.now(),
    )
    response = StreamingHttpResponse(_csv(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    return response


def _csv(table: reports.StageTable) -> Iterator[bytes]:
    head = [_("Candidate"), _("Score"), _("Low"), _("High"), _("Panellists"), _("Ranks"), _("Rule version")]
    rows = [
        [
            row.application.label,
            row.score,
            row.low,
            row.high,
            row.standing.score.raters,
            row.rank_words,
            row.rule_number,
            *(_("no evidence") if cell.mean is None else cell.mean for cell in row.cells),
        ]
        for row in table.rows
    ]
    return write_csv(head + [column.name for column in table.columns], rows)


def _stage(request: PersonRequest, pk: int) -> tuple[Stage, CombinationRule]:
    """The stage and the rule it is compared by; 404 for what the reader may not know of or what no rule combines."""
    openings = Opening.objects.visible_to(request.user)
    stage = get_object_or_404(
        Stage.objects.select_related("opening__team", "kit_version__kit"), pk=pk, opening__in=openings
    )
    if not policies.can_compare(request.user, stage.opening):
        raise PermissionDenied
    rule = stage.opening.rules.order_by("-number").first()
    if rule is None or stage.kit_version_id is None:
        raise Http404
    return stage, rule
