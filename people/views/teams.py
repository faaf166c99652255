"""The team tree, one team, and the sites."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import Refused
from foundation.paging import page_of
from people import policies, reports
from people.actions import teams as actions
from people.forms.organisation import SiteForm, TeamForm
from people.models import Person, Site, Team
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal, typed


@require_safe
def team_list(request: PersonRequest) -> HttpResponse:
    """The whole tree with headcounts."""
    roots = reports.team_tree()
    context = {
        "steps": reports.walk(roots),
        "count": Team.objects.count(),
        "people": sum(root.total for root in roots),
        "can_edit": policies.can_edit_teams(request.user),
        "sites": Site.objects.with_headcount().order_by("name", "pk"),
    }
    return render(request, "people/team_list.html", context)


@require_safe
def team_options(request: PersonRequest) -> HttpResponse:
    """Suggestions for a field that asks for a team; the one parameter is what has been typed."""
    words = typed(request)
    teams = Team.objects.visible_to(request.user).matching(words).order_by("path")[:30]
    return render(request, "people/team_options.html", {"teams": teams})


@require_safe
def team_detail(request: PersonRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=pk)
    members = Person.objects.active().filter(team=team).with_place()
    page = page_of(members, order=("full_name", "pk"), cursor=request.GET.get("after"))
    (node,) = reports.team_tree(Team.objects.below([team.pk]))
    context = {
        "team": team,
        "above": team.lineage()[:-1],
        "node": node,
        "leaders": reports.leaders_of(team),
        "page": page,
        **page_links(request, page),
        "can_edit": policies.can_edit_teams(request.user),
        "everyone": f"{reverse('people:person-list')}?team={team.pk}",
        "under": f"{reverse('people:team-add')}?under={team.pk}",
        "links": reports.links_of(team, request.user),
    }
    return render(request, "people/team_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team_add(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_teams(request.user))
    above = request.GET.get("under", "")
    parent = Team.objects.filter(pk=above).first() if above.isdecimal() and len(above) < 19 else None
    form = TeamForm(request.POST or None, initial={"parent": parent})
    if form.is_valid():
        try:
            team = actions.add_team(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(team)s was added.") % {"team": team.path})
            return redirect(team)
    return render(request, "people/team_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Rename and move."""
    team = get_object_or_404(Team.objects.visible_to(request.user).select_related("parent"), pk=pk)
    must(policies.can_edit_teams(request.user))
    form = TeamForm(request.POST or None, initial={"name": team.name, "parent": team.parent})
    if form.is_valid():
        try:
            actions.place_team(team=team, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(team)
    return render(request, "people/team_edit.html", {"form": form, "team": team})


@require_http_methods(["GET", "HEAD", "POST"])
def site_add(request: PersonRequest) -> HttpResponse:
    must(policies.can_edit_teams(request.user))
    form = SiteForm(request.POST or None)
    if form.is_valid():
        try:
            site = actions.add_site(name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(site)s was added.") % {"site": site.name})
            return redirect("people:team-list")
    return render(request, "people/site_edit.html", {"form": form, "title": _("Add a site")})


@require_http_methods(["GET", "HEAD", "POST"])
def site_edit(request: PersonRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    must(policies.can_edit_teams(request.user))
    form = SiteForm(request.POST or None, initial={"name": site.name})
    if form.is_valid():
        try:
            actions.rename_site(site=site, name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:team-list")
    return render(request, "people/site_edit.html", {"form": form, "title": _("Rename %(site)s") % {"site": site}})
