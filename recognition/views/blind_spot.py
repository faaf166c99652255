"""How customers see a team's service, beside how the team sees it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation import charts
from people.models import Team
from people.requests import PersonRequest
from recognition import policies
from recognition.blind_spot import Estimate
from recognition.forms.blind_spot import BlindSpotForm
from recognition.reports.blind_spot import Row, months_of, teams_for


@require_safe
def blind_spot(request: PersonRequest) -> HttpResponse:
    """The last twelve months of one team, the latest first. 404 for a team that is not the reader's to look at."""
    teams = list(teams_for(request.user))
    team = _chosen(request, teams)
    rows = months_of(team, timezone.now()) if team else []
    said = any(row.customers or row.own or row.few for row in rows)
    context = {
        "team": team,
        "form": BlindSpotForm({"team": team.pk if team else None}, teams=teams),
        "rows": rows[::-1],
        "said": said,
        "chart": _chart(rows) if said else None,
        "may_import": policies.can_import_praise(request.user),
    }
    return render(request, "recognition/blind_spot.html", context)


def _chosen(request: PersonRequest, teams: list[Team]) -> Team | None:
    """That of the address, else the reader's own, else the first."""
    wanted = request.GET.get("team", "")
    if wanted:
        found = [team for team in teams if str(team.pk) == wanted]
        if not found:
            raise Http404
        return found[0]
    return next((team for team in teams if team.pk == request.user.team_id), teams[0] if teams else None)


def _chart(rows: list[Row]) -> charts.Figure:
    """The two ways to see it, month by month."""

    def cells(estimates: list[Estimate | None]) -> list[charts.Cell]:
        return [
            charts.Cell(one.mean, charts.shown(one.mean, 1)) if one else charts.Cell(None, "–") for one in estimates
        ]

    return charts.matrix(
        _("Month by month, from 1 to 5"),
        [date_format(row.month, "M") for row in rows],
        [
            charts.MatrixRow(_("Customers"), cells([row.customers for row in rows])),
            charts.MatrixRow(_("The team"), cells([row.own for row in rows])),
        ],
    )
