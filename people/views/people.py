"""The directory, profiles, and what is changed on them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import Refused
from foundation.http import fragment
from foundation.paging import page_of
from people import policies, reports
from people.actions import audit, invitations, sessions
from people.actions import people as actions
from people.forms.fields import DAY_NAMES
from people.forms.people import AddPersonForm, DirectoryFilter, OwnProfileForm, PersonForm, facts_of
from people.import_rows import FIELDS
from people.models import Person, Role, RoleGrant
from people.models.person import PersonQuerySet
from people.requests import PersonRequest
from people.views.access import invite
from people.views.lists import csv_answer, must, page_links, show_refusal, typed

ORDERS = {
    "name": ("full_name", "pk"),
    "-name": ("-full_name", "-pk"),
    "started": ("started_on", "pk"),
    "-started": ("-started_on", "-pk"),
}


@require_safe
def person_list(request: PersonRequest) -> HttpResponse:
    chosen, people = _directory(request)
    sort = request.GET.get("sort", "name")
    order = ORDERS.get(sort, ORDERS["name"])
    page = page_of(people.with_place(), order=order, cursor=request.GET.get("after"))
    context = {
        "filter": chosen,
        "filtered": any(request.GET.get(name) for name in ("q", "team", "site", "status")),
        "page": page,
        "total": people.count(),
        **page_links(request, page),
        "can_add": policies.can_add_people(request.user),
        "can_import": policies.can_import_people(request.user),
        "can_export": policies.can_export_people(request.user),
        "query": request.GET.urlencode(),
    }
    return fragment(request, "people/person_list.html", "rows", context)


@require_safe
def person_export(request: PersonRequest) -> StreamingHttpResponse:
    """The people of the directory's filters, in the columns of an import."""
    must(policies.can_export_people(request.user))
    _chosen, people = _directory(request)
    audit.record(
        by=request.user,
        did="people.people_exported",
        outcome=audit.Outcome.EXPORTED,
        changes={"rows": people.count(), "filters": sorted(name for name, value in request.GET.items() if value)},
    )
    return csv_answer("people.csv", FIELDS, reports.export_rows(people))


def _directory(request: PersonRequest) -> tuple[DirectoryFilter, PersonQuerySet]:
    reader = request.user
    everyone = reader.holds(Role.PEOPLE_ADMIN) or reader.holds(Role.AUDITOR)
    chosen = DirectoryFilter(request.GET, everyone=everyone)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    people = Person.objects.visible_to(reader).with_status(wanted.get("status") or "active")
    if words := wanted.get("q"):
        people = people.matching(words)
    if team := wanted.get("team"):
        people = people.in_team(team)
    if site := wanted.get("site"):
        people = people.filter(site=site)
    return chosen, people


@require_safe
def person_options(request: PersonRequest) -> HttpResponse:
    """Suggestions for a field that asks for a person; the one parameter is what has been typed."""
    words = typed(request)
    people = Person.objects.active().matching(words).by_name(words)[:20] if words.strip() else []
    return render(request, "people/person_options.html", {"people": people})


@require_safe
def me(request: PersonRequest) -> HttpResponse:
    return redirect(request.user)


@require_safe
def person_detail(request: PersonRequest, pk: int) -> HttpResponse:
    reader = request.user
    person = get_object_or_404(Person.objects.visible_to(reader).with_place(), pk=pk)
    reports_to_them = list(person.reports.active().order_by("full_name", "pk")[:51])
    context = {
        "someone": person,
        "own": person.pk == reader.pk,
        "path": person.team.lineage() if person.team else [],
        "reports": reports_to_them[:50],
        "more_reports": len(reports_to_them) > 50,
        "line_size": Person.objects.active().in_reporting_line_of(person).count() if reports_to_them else 0,
        "links": reports.links_of_person(person, reader),
        "grants": _grants(reader, person),
        "grant_url": f"{reverse('people:role-grant')}?person={person.pk}",
        "days": [DAY_NAMES[day] for day in person.working_days],
        **_allowed(reader, person),
    }
    return render(request, "people/person_detail.html", context)


def _grants(reader: Person, person: Person) -> list[RoleGrant]:
    grants = RoleGrant.objects.visible_to(reader).filter(person=person).in_force(timezone.now())
    return list(grants.select_related("team").order_by("role", "pk"))


def _allowed(reader: Person, person: Person) -> dict[str, Any]:
    can_edit = policies.can_edit_person(reader, person)
    return {
        "can_edit": can_edit,
        "refusing": reports.refusing([person.email]).get(person.email) if can_edit else None,
        "can_edit_profile": person.pk == reader.pk,
        "can_view_leave": policies.can_view_leave_of(reader, person),
        "can_set_photo": policies.can_edit_own_profile(reader, person),
        "can_invite": can_edit and person.is_active and not invitations.has_joined(person=person),
        "can_reset_factor": can_edit and person.pk != reader.pk and sessions.has_second_factor(person=person),
        "can_deactivate": can_edit and person.is_active and person.pk != reader.pk,
        "can_reactivate": can_edit and not person.is_active,
        "can_grant": policies.can_grant_roles(reader) and person.is_active,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: PersonRequest) -> HttpResponse:
    must(policies.can_add_people(request.user))
    form = AddPersonForm(request.POST or None, initial=_defaults(request))
    if form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "invite"}
        try:
            # The team decides whose people admin this is: adding into another's team is refused like editing there.
            must(request.user.scope_of(Role.PEOPLE_ADMIN).covers(fields["team"].pk if fields["team"] else None))
            person = actions.add_person(**fields, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": person.name})
            if form.cleaned_data["invite"]:
                invite(request, person)
            return redirect(person)
    return render(request, "people/person_add.html", {"form": form})


def _defaults(request: PersonRequest) -> dict[str, Any]:
    blank = facts_of(Person(time_zone=request.user.time_zone, language=request.user.language), AddPersonForm)
    return {**blank, "invite": True, "site": request.user.site}


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """All facts, for a people admin of the person's team."""
    person = get_object_or_404(Person.objects.visible_to(request.user).with_place(), pk=pk)
    must(policies.can_edit_person(request.user, person))
    form = PersonForm(request.POST or None, initial=facts_of(person, PersonForm))
    if form.is_valid():
        team = form.cleaned_data["team"]
        must(request.user.scope_of(Role.PEOPLE_ADMIN).covers(team.pk if team else None))
        try:
            actions.edit_person(person=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(person)
    return render(request, "people/person_edit.html", {"form": form, "someone": person, "title": person.name})


@require_http_methods(["GET", "HEAD", "POST"])
def me_edit(request: PersonRequest) -> HttpResponse:
    """What is one's own to change."""
    person = request.user
    form = OwnProfileForm(request.POST or None, initial=facts_of(person, OwnProfileForm))
    if form.is_valid():
        try:
            actions.edit_own_profile(person=person, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(person)
    return render(request, "people/me_edit.html", {"form": form, "someone": person})


@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """My people: the reporting line of whoever leads one, direct reports first."""
    must(request.user.leads_people)
    line = Person.objects.active().in_reporting_line_of(request.user)
    direct = request.GET.get("show") != "all"
    people = line.filter(manager=request.user) if direct else line
    page = page_of(people.with_place(), order=ORDERS["name"], cursor=request.GET.get("after"), purpose=str(direct))
    context = {
        "page": page,
        "direct": direct,
        "counts": {"direct": line.filter(manager=request.user).count(), "all": line.count()},
        **page_links(request, page),
    }
    return render(request, "people/mine.html", context)
