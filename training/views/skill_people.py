"""What people can do: oneself, somebody one sees, and all of them in a matrix; and judging it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from foundation.errors import Refused
from people.actions import audit
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import csv_answer, must, show_refusal
from training import policies
from training.actions import skills as actions
from training.forms.skills import JudgeSkillForm, SkillMatrixFilter
from training.models import Skill
from training.reports import skills as reports
from training.reports import teams


@require_GET
def my_skills(request: PersonRequest) -> HttpResponse:
    return _skills_of(request, request.user)


@require_GET
def person_skills(request: PersonRequest, pk: int) -> HttpResponse:
    return _skills_of(request, _seen(request, pk))


def _skills_of(request: PersonRequest, person: Person) -> HttpResponse:
    """Levels, where each comes from and until when, what the job needs, and what closes each gap."""
    can_judge = policies.can_judge_skills_of(request.user, person)
    lines = reports.lines_of(person, request.user, at=timezone.now())
    context = {
        "person": person,
        "is_mine": person.pk == request.user.pk,
        "lines": lines,
        "gaps": sum(line.held.gap > 0 for line in lines),
        "can_judge": can_judge,
        "others": Skill.objects.in_use().exclude(pk__in=[line.skill.pk for line in lines]).order_by("name", "pk")
        if can_judge
        else [],
    }
    return render(request, "training/person_skills.html", context)


@require_http_methods(["GET", "POST"])
def skill_judge(request: PersonRequest, pk: int, skill: int) -> HttpResponse:
    """Say at which level somebody is, and what was seen."""
    person = _seen(request, pk)
    must(policies.can_judge_skills_of(request.user, person))
    judged = get_object_or_404(Skill.objects.in_use(), pk=skill)
    form = JudgeSkillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.judge_skill(person=person, skill=judged, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Said. It counts from now on."))
            return redirect("training:person-skills", person.pk)
    context = {
        "person": person,
        "skill": judged,
        "form": form,
        "held": reports.held_by([person], [judged], at=timezone.now())[person.pk, judged.pk],
        "chosen": form.data.get("level", ""),
    }
    return render(request, "training/skill_judge.html", context, status=422 if form.errors else 200)


@require_GET
def skill_matrix(request: PersonRequest) -> HttpResponse:
    """People against skills; what it is narrowed to stands in the address."""
    chosen, found = _asked(request)
    context = {
        "filter": chosen,
        "show": chosen.chosen["show"],
        "leads": request.user.leads_people,
        "query": request.GET.urlencode(),
        "matrix": found,
        "narrowed": any(chosen.chosen.values()),
    }
    return render(request, "training/skill_matrix.html", context)


@require_GET
def skill_matrix_csv(request: PersonRequest) -> StreamingHttpResponse:
    """What the page with this address shows: for each skill the level and what the job needs."""
    _chosen, found = _asked(request)
    audit.record(
        by=request.user,
        did="training.skills_exported",
        outcome=audit.Outcome.EXPORTED,
        changes={
            "rows": len(found.people),
            "filters": sorted(name for name, value in request.GET.items() if value),
        },
    )
    columns = [heading for skill in found.skills for heading in (skill.name, f"{skill.name}: {_('needed')}")]
    headings = [_("Name"), _("E-mail"), _("Team"), _("Job title"), *columns]
    rows = [
        [str(person), person.email, str(person.team or ""), person.job_title]
        + [value for held in line for value in (str(held.level) if held.source else "", str(held.need or ""))]
        for person, line in found.rows
    ]
    return csv_answer("skills.csv", headings, rows)


def _asked(request: PersonRequest) -> tuple[SkillMatrixFilter, reports.SkillMatrix]:
    """Whom the reader sees, and what they narrow it down to."""
    must(request.user.leads_people or teams.sees_training(request.user))
    skills = list(Skill.objects.in_use().order_by("name", "pk"))
    chosen = SkillMatrixFilter(request.GET, skills=skills)
    said: dict[str, Any] = chosen.chosen
    wanted = teams.Wanted(
        team=said["team"].strip().strip("/"), manager=request.user if said["show"] == "direct" else None
    )
    people = teams.people_seen_by(request.user).exclude(pk=request.user.pk)
    return chosen, reports.skill_matrix_of(
        people, skills, at=timezone.now(), wanted=wanted, skill=said["skill"] or None, gaps=said["gaps"] == "only"
    )


def _seen(request: PersonRequest, pk: int) -> Person:
    """Oneself, or somebody whose training the reader sees, leavers among them."""
    person = get_object_or_404(Person, pk=pk)
    if not policies.can_view_training_of(request.user, person):
        raise Http404
    return person
