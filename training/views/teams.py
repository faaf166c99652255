"""Who stands where: the matrix, and what is done from it for many people at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from foundation.errors import Refused
from foundation.http import address_of
from people.actions import audit
from people.models import Person
from people.models.person import PersonQuerySet
from people.requests import PersonRequest
from people.views.lists import csv_answer, must, show_refusal
from training import policies
from training.actions import assignments, together
from training.forms.assignments import ExtendTogetherForm, GiveTogetherForm, NudgeTogetherForm, TogetherForm
from training.forms.teams import MatrixFilter
from training.models import Module
from training.reports import teams
from training.reports.totals import Total, sum_of, totals_of
from training.standing import CAUSES, Standing
from training.views.assignments import told_of

NAMED = 10  # of those for whom something was not done; the rest are counted


@require_GET
def matrix(request: PersonRequest) -> HttpResponse:
    """People against modules, or numbers by team; what it is narrowed to stands in the address."""
    people, chosen, wanted, modules = _asked(request)
    context = {
        "filter": chosen,
        "show": chosen.chosen["show"],
        "leads": request.user.leads_people,
        "query": request.GET.urlencode(),
        "can_record": policies.can_record(request.user),
    }
    if chosen.chosen["show"] == "teams":
        found = totals_of(teams.narrowed(people, wanted), at=timezone.now(), module=wanted.module)
        return render(request, "training/team_totals.html", context | {"totals": found, "sum": sum_of(found)})
    context |= {
        "matrix": teams.matrix_of(people, at=timezone.now(), wanted=wanted, modules=modules),
        "narrowed": bool(wanted),
        "can_act": policies.can_assign(request.user),
        "all_ticked": "tick" in request.GET,
    }
    return render(request, "training/matrix.html", context)


@require_GET
def matrix_csv(request: PersonRequest) -> StreamingHttpResponse:
    """What the page with this address shows."""
    people, chosen, wanted, modules = _asked(request)
    if chosen.chosen["show"] == "teams":
        headings, rows = _team_rows(totals_of(teams.narrowed(people, wanted), at=timezone.now(), module=wanted.module))
    else:
        headings, rows = _matrix_rows(teams.matrix_of(people, at=timezone.now(), wanted=wanted, modules=modules))
    audit.record(
        by=request.user,
        did="training.matrix_exported",
        outcome=audit.Outcome.EXPORTED,
        changes={"rows": len(rows), "filters": sorted(name for name, value in request.GET.items() if value)},
    )
    return csv_answer("training.csv", headings, rows)


def _matrix_rows(found: teams.Matrix) -> tuple[list[str], list[list[str]]]:
    headings = [_("Name"), _("E-mail"), _("Team"), *(module.name for module in found.modules)]
    return headings, [
        [str(person), person.email, str(person.team or ""), *_words(cells)] for person, cells in found.rows
    ]


def _words(cells: list[Standing]) -> list[str]:
    return [f"{cell.label}: {cell.day}" if cell.day else cell.label for cell in cells]


def _team_rows(found: list[Total]) -> tuple[list[str], list[list[str]]]:
    causes = [str(label) for label in CAUSES.values()]
    headings = [_("Team"), _("People"), _("Asked of them"), _("Held"), *(f"{_('Late')}: {one}" for one in causes)]
    return headings, [
        [total.path, *map(str, (total.people, total.asked, total.held, *(total.late[cause] for cause in CAUSES)))]
        for total in found
    ]


def _asked(request: PersonRequest) -> tuple[PersonQuerySet, MatrixFilter, teams.Wanted, list[Module]]:
    """Whom the reader sees, and what they narrow it down to."""
    must(request.user.leads_people or teams.sees_training(request.user))
    people = teams.with_given_by(teams.people_seen_by(request.user).exclude(pk=request.user.pk), request.user)
    modules = teams.modules_of(people)
    chosen = MatrixFilter(request.GET, modules=modules)
    said = chosen.chosen
    wanted = teams.Wanted(
        team=said["team"].strip().strip("/"),
        module=said["module"] or None,
        standing=said["standing"],
        manager=request.user if said["show"] == "direct" else None,
    )
    return people, chosen, wanted, modules


# --- for many at once -----------------------------------------------------------------------------------------------


Act = Callable[[Person, list[Person], dict[str, Any]], list[str]]


@require_POST
def give_together(request: PersonRequest) -> HttpResponse:
    return _together(request, GiveTogetherForm, _give, "training/together_give.html")


@require_POST
def extend_together(request: PersonRequest) -> HttpResponse:
    return _together(request, ExtendTogetherForm, _extend, "training/together_extend.html")


@require_POST
def nudge_together(request: PersonRequest) -> HttpResponse:
    return _together(request, NudgeTogetherForm, _nudge, "training/together_nudge.html")


def _together(request: PersonRequest, form_class: type[TogetherForm], act: Act, template: str) -> HttpResponse:
    """From the matrix: ask what and by when. From that page: do it, and say what came of it."""
    must(policies.can_assign(request.user))
    people, back = _chosen(request), _back(request)
    if not people:
        messages.error(request, _("Choose people whom you may give training, then what to do."))
        return redirect(back)
    sent = "sure" in request.POST
    form = form_class(request.POST if sent else None, people=people, initial={"module": request.POST.get("module")})
    if sent and form.is_valid():
        try:
            done, *left = act(request.user, people, form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            for one in left:
                messages.warning(request, one)
            return redirect(back)
    context = {"form": form, "people": people, "query": request.POST.get("query", ""), "back": back}
    return render(request, template, context, status=422 if form.errors else 200)


def _chosen(request: PersonRequest) -> list[Person]:
    """The people ticked, by name; one whom the reader may give nothing, or themselves, empties the choice."""
    sent = request.POST.getlist("selected")[: teams.MOST_PEOPLE + 1]
    ids = {int(value) for value in sent if value.isdecimal() and len(value) < 19}
    mine = teams.people_given_by(request.user).exclude(pk=request.user.pk)
    found = list(mine.filter(pk__in=ids).order_by("full_name", "pk"))
    return found if len(found) == len(set(sent)) else []


def _back(request: PersonRequest) -> str:
    """The matrix with the filters it had."""
    query = QueryDict(request.POST.get("query", "")[:2000]).urlencode()
    return f"{address_of('training:matrix')}?{query}" if query else address_of("training:matrix")


def _give(by: Person, people: list[Person], said: dict[str, Any]) -> list[str]:
    return [told_of(assignments.assign(people=people, by=by, at=timezone.now(), **said))]


def _extend(by: Person, people: list[Person], said: dict[str, Any]) -> list[str]:
    outcome = together.extend_many(people=people, by=by, at=timezone.now(), **said)
    count = len(outcome.changed)
    moved = ngettext("%(count)d day is moved.", "%(count)d days are moved.", count) % {"count": count}
    return [moved, *_left(outcome)]


def _nudge(by: Person, people: list[Person], said: dict[str, Any]) -> list[str]:
    outcome = together.nudge_many(people=people, by=by, at=timezone.now(), **said)
    count = len(outcome.changed)
    sent = ngettext("%(count)d reminder goes out.", "%(count)d reminders go out.", count) % {"count": count}
    return [sent, *_left(outcome)]


def _left(outcome: together.Outcome) -> list[str]:
    """For whom it was not done, a line for each reason."""
    lines = []
    for why, people in outcome.left.items():
        names = ", ".join(str(person) for person in people[:NAMED])
        if more := len(people) - NAMED if len(people) > NAMED else 0:
            names = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
                "names": names,
                "count": more,
            }
        lines.append(f"{why.label}: {names}.")
    return lines
