"""How one wants to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Refused
from notifications import reports
from notifications.actions import preferences
from notifications.forms.preferences import PreferencesForm
from notifications.models import QuietHours
from people.requests import PersonRequest
from people.views.lists import show_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def preferences_edit(request: PersonRequest) -> HttpResponse:
    wishes = reports.wishes_of([request.user], at=timezone.now())
    hours = wishes.hours.get(request.user.pk) or QuietHours()
    initial = {name: getattr(hours, name) for name in ("since", "until", "digest_at", "paused_until")}
    form = PreferencesForm(request.user, wishes, request.POST or None, initial=initial)
    if form.is_valid():
        times = {name: form.cleaned_data[name] for name in initial}
        try:
            preferences.set_preferences(person=request.user, cadences=form.cadences(), at=timezone.now(), **times)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications:preferences-edit")
    context = {"form": form, "refusing": reports.suppression_of(request.user.email)}
    return render(request, "notifications/preferences_edit.html", context)
