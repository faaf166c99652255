"""Giving modules, and changing what was given."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from foundation.errors import Refused
from people.models import Person, Role
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from training import policies
from training.actions import assignments as actions
from training.forms.assignments import ExtendForm, GiveForm, WaiveForm, WithdrawForm
from training.models import Assignment, Module, Waiver
from training.reports import teams
from training.reports.waits import first_of


@require_http_methods(["GET", "POST"])
def module_give(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_assign(request.user))
    module = get_object_or_404(Module.objects.published(), pk=pk)
    trains = request.user.holds(Role.TRAINER)
    form = GiveForm(request.POST or None, leads=request.user.leads_people, trains=trains)
    if request.method == "POST" and form.is_valid():
        try:
            given = _give(request.user, module, form)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, told_of(given))
            return redirect(module)
    context = {"form": form, "module": module, "needed": first_of(module)}
    return render(request, "training/module_give.html", context, status=422 if form.errors else 200)


def _give(by: Person, module: Module, form: GiveForm) -> actions.Given:
    people = chosen_in(by, form)
    return actions.assign(
        module=module,
        people=people,
        by=by,
        at=timezone.now(),
        due_on=form.cleaned_data["due_on"],
        note=form.cleaned_data["note"],
    )


def chosen_in(by: Person, form: GiveForm) -> list[Person]:
    """The people meant, all of whom the giver may give something."""
    mine = teams.people_given_by(by)
    who = form.cleaned_data["who"]
    if who == "line":
        return list(Person.objects.active().in_reporting_line_of(by))
    if who == "team":
        people = list(mine.in_team(form.cleaned_data["team"]))
        if not people:
            raise Refused(_("There is nobody in this team to whom you may give training."))
        return people
    named = [address.lower() for address in form.cleaned_data["people"]]
    found = list(mine.filter(email__in=named))
    known = {person.email for person in found}
    unknown = [address for address in named if address not in known]
    if unknown:
        message = _("Nobody whom you may give training has this address: %(addresses)s.")
        raise Refused(message % {"addresses": ", ".join(unknown[:5])})
    return found


def told_of(given: actions.Given) -> str:
    """How many have it now, and how many had it."""
    count = len(given.assignments)
    said = ngettext("%(count)d person has it now.", "%(count)d people have it now.", count) % {"count": count}
    if given.needed:
        names = ", ".join(dict.fromkeys(f"“{one.module}”" for one in given.needed))
        count = len({one.person_id for one in given.needed})
        also = ngettext(
            "%(count)d person was given %(names)s too, to be done first.",
            "%(count)d people were given %(names)s too, to be done first.",
            count,
        )
        said = f"{said} {also % {'count': count, 'names': names}}"
    if given.had_it:
        had = ngettext("%(count)d had it already.", "%(count)d had it already.", given.had_it)
        said = f"{said} {had % {'count': given.had_it}}"
    return said


# --- changing what was given ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def assignment_extend(request: PersonRequest, pk: int) -> HttpResponse:
    assignment = _changeable(request, pk)
    form = ExtendForm(request.POST or None)

    def change(cleaned: dict[str, Any]) -> None:
        actions.extend(assignment=assignment, by=request.user, at=timezone.now(), **cleaned)

    return _change(request, assignment, form, change, "training/assignment_extend.html", _("The day is moved."))


@require_http_methods(["GET", "POST"])
def assignment_waive(request: PersonRequest, pk: int) -> HttpResponse:
    assignment = _changeable(request, pk)
    form = WaiveForm(request.POST or None)

    def change(cleaned: dict[str, Any]) -> None:
        kind = Waiver.Kind(cleaned["kind"])
        actions.waive(assignment=assignment, kind=kind, reason=cleaned["reason"], by=request.user, at=timezone.now())

    return _change(request, assignment, form, change, "training/assignment_waive.html", _("It is waived."))


@require_http_methods(["GET", "POST"])
def assignment_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    assignment = _changeable(request, pk)
    form = WithdrawForm(request.POST or None)

    def change(cleaned: dict[str, Any]) -> None:
        actions.withdraw(assignment=assignment, by=request.user, at=timezone.now(), **cleaned)

    return _change(request, assignment, form, change, "training/assignment_withdraw.html", _("It is taken back."))


def _changeable(request: PersonRequest, pk: int) -> Assignment:
    visible = Assignment.objects.visible_to(request.user).select_related("person", "module", "version")
    assignment = get_object_or_404(visible, pk=pk)
    must(policies.can_change_assignment(request.user, assignment))
    return assignment


def _change(
    request: PersonRequest, assignment: Assignment, form: Form, change: Any, template: str, done: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            change(form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(assignment)
    context = {"form": form, "assignment": assignment, "module": assignment.module}
    return render(request, template, context, status=422 if form.errors else 200)
