"""API tokens of one's own."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Refused
from people.actions import tokens
from people.forms.account import TokenForm
from people.requests import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="people")
def token_add(request: PersonRequest) -> HttpResponse:
    """Make a token. Its secret stands in the answer to this POST and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            token, secret = tokens.create_token(
                person=request.user,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=now + timedelta(days=form.cleaned_data["days"]),
                at=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "account/token_made.html", {"token": token, "secret": secret})
    return render(request, "account/token_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask, then end the token for good."""
    token = get_object_or_404(request.user.api_tokens.filter(revoked_at=None), pk=pk)
    if request.method != "POST":
        return render(request, "account/token_revoke.html", {"token": token})
    try:
        tokens.revoke_token(token=token, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” no longer works.") % {"name": token.name})
    return redirect("account_security")
