"""Skills: the catalogue, one skill, and what jobs need."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.text import fold
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from training import policies
from training.actions import skills as actions
from training.forms.skills import GivenForm, NeedsForm, SkillForm
from training.models import Skill
from training.reports import skills as reports
from training.reports import teams


@require_GET
def skill_list(request: PersonRequest) -> HttpResponse:
    """Every skill, the modules that give it, and where the reader stands."""
    archived = request.GET.get("show") == "archived"
    skills = list(reports.listed(request.user, archived=archived))
    held = reports.held_by([request.user], skills, at=timezone.now())
    context = {
        "rows": [(skill, held[request.user.pk, skill.pk]) for skill in skills],
        "archived": archived,
        "can_edit": policies.can_edit_skills(request.user),
        "sees_others": request.user.leads_people or teams.sees_training(request.user),
    }
    return render(request, "training/skill_list.html", context)


@require_GET
def skill_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """What each level looks like, which modules give it, how many of those whom the reader sees are where."""
    skill, at = _visible(request, pk), timezone.now()
    given = skill.modules.filter(module__archived_at__isnull=True).select_related("module")
    numbers = None
    if request.user.leads_people or teams.sees_training(request.user):
        numbers = reports.numbers_of(skill, teams.people_seen_by(request.user), at=at)
    context = {
        "skill": skill,
        "held": reports.held_by([request.user], [skill], at=at)[request.user.pk, skill.pk],
        "given": given.order_by("-level", "module__name", "pk"),
        "needs": skill.needs.order_by("-level", "job_title", "pk"),
        "numbers": numbers,
        "levels": [(level, anchor, numbers.levels.get(level, 0) if numbers else 0) for level, anchor in skill.anchors],
        "can_edit": policies.can_edit_skills(request.user),
        "form": GivenForm(),
    }
    return render(request, "training/skill_detail.html", context)


@require_http_methods(["GET", "POST"])
def skill_create(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_skills(request.user))
    form = SkillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            skill = actions.create_skill(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The skill is here. Say which modules give it."))
            return redirect(skill)
    return render(request, "training/skill_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def skill_edit(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_skills(request.user))
    skill = get_object_or_404(Skill, pk=pk)
    form = SkillForm(request.POST or None, initial={name: getattr(skill, name) for name in actions.EDITABLE})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_skill(skill=skill, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(skill)
    context = {"form": form, "skill": skill}
    return render(request, "training/skill_edit.html", context, status=422 if form.errors else 200)


@require_POST
def skill_given(request: PersonRequest, pk: int) -> HttpResponse:
    """A module gives the skill at a level, or no more."""
    must(policies.can_edit_skills(request.user))
    skill, form = get_object_or_404(Skill, pk=pk), GivenForm(request.POST)
    if form.is_valid():
        actions.set_given_level(skill=skill, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved. Everybody's levels follow at once."))
    else:
        messages.error(request, _("Choose a module and a level."))
    return redirect(skill)


@require_POST
def skill_archive(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_skills(request.user))
    skill = get_object_or_404(Skill, pk=pk)
    actions.archive_skill(skill=skill, by=request.user, at=timezone.now())
    messages.success(request, _("Archived. What was judged stays on record; rules of it reach nobody."))
    return redirect(skill)


@require_POST
def skill_restore(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_edit_skills(request.user))
    skill = get_object_or_404(Skill, pk=pk)
    actions.restore_skill(skill=skill, by=request.user, at=timezone.now())
    messages.success(request, _("In use again."))
    return redirect(skill)


@require_http_methods(["GET", "POST"])
def skill_needs(request: PersonRequest) -> HttpResponse:
    """All jobs with what they need; of the one that is chosen, a form."""
    must(policies.can_edit_skills(request.user))
    jobs = reports.jobs()
    chosen = next((job for job in jobs if job.key == fold(request.POST.get("job") or request.GET.get("job", ""))), None)
    skills = list(Skill.objects.in_use().order_by("name", "pk"))
    if request.method == "POST" and chosen is None:
        raise Http404
    needs = {skill.pk: level for skill, level in chosen.needs} if chosen else {}
    form = NeedsForm(request.POST or None, skills=skills, needs=needs)
    if chosen and form.is_valid():
        actions.set_needs(job_title=chosen.title, levels=form.levels, by=request.user, at=timezone.now())
        messages.success(request, _("Saved. Gaps, and rules that go by them, follow at once."))
        return redirect("training:skill-needs")
    context = {"jobs": jobs, "chosen": chosen, "form": form}
    return render(request, "training/skill_needs.html", context, status=422 if form.errors else 200)


def _visible(request: PersonRequest, pk: int) -> Skill:
    seen = Q() if policies.can_edit_skills(request.user) else Q(archived_at__isnull=True)
    return get_object_or_404(Skill.objects.filter(seen), pk=pk)
