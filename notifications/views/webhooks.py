"""The webhooks of a team: which there are, what came back, and everything one does with them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Refused
from notifications import policies
from notifications import webhook_reports as reports
from notifications.actions import posting
from notifications.actions import webhooks as actions
from notifications.forms.webhooks import WHERE, WebhookEditForm, WebhookForm
from notifications.models import Webhook, WebhookTry
from people.models import Team
from people.requests import PersonRequest
from people.views.lists import must, show_refusal


@require_safe
def webhook_list(request: PersonRequest, pk: int) -> HttpResponse:
    team = _team(request, pk)
    webhooks = list(team.webhooks.order_by("name", "pk"))
    return render(request, "notifications/webhook_list.html", {"team": team, "lines": reports.webhook_lines(webhooks)})


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Set one up. The secret of one that signs stands in the answer to this POST and nowhere else."""
    team = _team(request, pk)
    form = WebhookForm(request.POST or None, initial={"time_zone": request.user.time_zone})
    if form.is_valid():
        try:
            webhook, secret = actions.add_webhook(team=team, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            if secret:
                return _show_secret(request, webhook, secret)
            messages.success(request, _("“%(name)s” is on. Send a test message to see it arrive.") % {"name": webhook})
            return redirect(webhook)
    return render(request, "notifications/webhook_add.html", {"form": form, "team": team, "where": WHERE.values()})


@require_safe
def webhook_detail(request: PersonRequest, pk: int) -> HttpResponse:
    webhook = _webhook(request, pk)
    context = {
        "webhook": webhook,
        "events": reports.event_names(webhook.events),
        "tries": reports.tries_of(webhook),
        "waiting": reports.waiting_for(webhook),
        "overlap": webhook.earlier_secret_until and webhook.earlier_secret_until > timezone.now(),
    }
    return render(request, "notifications/webhook_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_edit(request: PersonRequest, pk: int) -> HttpResponse:
    webhook = _webhook(request, pk)
    initial = {name: getattr(webhook, name) for name in ("name", "events", "teams_below", "time_zone")}
    form = WebhookEditForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.edit_webhook(webhook=webhook, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(webhook)
    return render(request, "notifications/webhook_edit.html", {"form": form, "webhook": webhook})


@require_POST
def webhook_test(request: PersonRequest, pk: int) -> HttpResponse:
    webhook = _webhook(request, pk)
    try:
        noted = posting.send_test(webhook=webhook, by=request.user, clock=timezone.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        say = messages.success if noted.was_taken else messages.error
        said = {"said": reports.posted(noted).said, "ms": noted.milliseconds}
        say(request, _("Test message: %(said)s, after %(ms)d ms.") % said)
    return redirect(webhook)


@require_POST
def webhook_repeat(request: PersonRequest, pk: int) -> HttpResponse:
    theirs = WebhookTry.objects.filter(webhook__in=Webhook.objects.visible_to(request.user))
    tried = get_object_or_404(theirs.select_related("webhook", "delivery"), pk=pk)
    try:
        actions.post_again(tried=tried, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is posted again within a minute. What came back will stand here."))
    return redirect(tried.webhook)


@require_POST
def webhook_pause(request: PersonRequest, pk: int) -> HttpResponse:
    webhook = _webhook(request, pk)
    try:
        actions.pause_webhook(webhook=webhook, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(webhook)


@require_POST
def webhook_resume(request: PersonRequest, pk: int) -> HttpResponse:
    webhook = _webhook(request, pk)
    try:
        actions.resume_webhook(webhook=webhook, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is on again.") % {"name": webhook})
    return redirect(webhook)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_rotate(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask, then show the new secret in the answer to this POST, and nowhere else."""
    webhook = _webhook(request, pk)
    if request.method != "POST":
        return render(request, "notifications/webhook_rotate.html", {"webhook": webhook})
    try:
        secret = actions.rotate_secret(webhook=webhook, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(webhook)
    return _show_secret(request, webhook, secret)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_remove(request: PersonRequest, pk: int) -> HttpResponse:
    webhook = _webhook(request, pk)
    if request.method != "POST":
        return render(request, "notifications/webhook_remove.html", {"webhook": webhook})
    actions.remove_webhook(webhook=webhook, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” was removed.") % {"name": webhook})
    return redirect(reverse("notifications:webhook-list", args=[webhook.team_id]))


def _team(request: PersonRequest, pk: int) -> Team:
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=pk)
    must(policies.can_manage_webhooks(request.user, team))
    return team


def _webhook(request: PersonRequest, pk: int) -> Webhook:
    seen = Webhook.objects.visible_to(request.user).select_related("team", "created_by")
    return get_object_or_404(seen, pk=pk)


def _show_secret(request: PersonRequest, webhook: Webhook, secret: str) -> HttpResponse:
    return render(request, "notifications/webhook_secret.html", {"webhook": webhook, "secret": secret})
