"""How somebody gets in: the invitation, and a way back for who lost their second factor."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Refused
from people import policies, reports
from people.actions import invitations, sessions
from people.forms.people import LostFactorForm
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, show_refusal


@require_POST
def person_invite(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    must(policies.can_edit_person(request.user, person))
    invite(request, person)
    return redirect(person)


def invite(request: PersonRequest, person: Person) -> None:
    """Invite and say what came of it."""
    try:
        post = invitations.invite_person(person=person, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return
    if post.undelivered and person.email in reports.refusing([person.email]):
        text = _("Mail to %(email)s bounces, so none was sent. Is the address right? It can be mended on this page.")
        messages.warning(request, text % {"email": person.email})
    elif post.undelivered:
        text = _("The mail server took no mail for %(email)s just now. Invite again later.")
        messages.warning(request, text % {"email": person.email})
    else:
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": person.email})


@require_http_methods(["GET", "HEAD", "POST"])
def person_second_factor(request: PersonRequest, pk: int) -> HttpResponse:
    """Remove somebody's second factors: they lost phone and recovery codes, and the admin made sure who is asking."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    must(policies.can_edit_person(request.user, person) and person.pk != request.user.pk)
    form = LostFactorForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            sessions.remove_second_factors(person=person, by=request.user, reason=reason, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            text = _("%(name)s signs in with the password alone once, and sets up a new second factor.")
            messages.success(request, text % {"name": person.name})
            return redirect(person)
    return render(request, "people/person_second_factor.html", {"form": form, "someone": person})
