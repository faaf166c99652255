"""Links for customers: a steward makes, prints and revokes them; whoever has one leaves words, without an account."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import customer_links, policies
from recognition.actions import customer_links as actions
from recognition.forms.customer_links import CustomerForm, CustomerLinkForm
from recognition.models import CustomerLink
from recognition.reports.customer_links import code_of, with_counts


@require_http_methods(["GET", "POST"])
def link_list(request: PersonRequest) -> HttpResponse:
    """The links in use, those that were revoked, and a new one."""
    must(policies.can_run_customer_links(request.user))
    form = CustomerLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link = actions.make_link(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link)
    context = {"form": form, "links": with_counts(CustomerLink.objects.all())}
    return render(request, "recognition/customer_links.html", context, status=422 if form.errors else 200)


@require_safe
def link_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """A sheet to print and hang up, while the link is in use."""
    must(policies.can_run_customer_links(request.user))
    link = get_object_or_404(CustomerLink.objects.open().select_related("site"), pk=pk)
    context = {"link": link, "code": code_of(link), "organisation": settings.ORGANISATION_NAME}
    return render(request, "recognition/customer_link.html", context)


@require_http_methods(["GET", "POST"])
def link_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """From this moment on nothing comes in by it."""
    must(policies.can_run_customer_links(request.user))
    link = get_object_or_404(CustomerLink.objects.open().select_related("site"), pk=pk)
    if request.method == "GET":
        return render(request, "recognition/customer_link_revoke.html", {"link": link})
    actions.revoke_link(link=link, by=request.user, at=timezone.now())
    messages.success(request, _("It is revoked. Take the printed ones down."))
    return redirect("recognition:customer-links")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def customer_words(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: for whoever holds it, and with nothing on it of who works here."""
    link = CustomerLink.objects.open().select_related("site").filter(pk=customer_links.read(token) or 0).first()
    if link is None:
        return _made_up(request)
    if "sent" in request.GET and request.method != "POST":
        return _public(request, "recognition/customer_thanks.html")
    form = CustomerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if limited := ratelimit.consume_or_429(request, action="customer_words", key=str(link.pk)):
            return _unlisted(limited)
        if form.is_valid() and _left(link, form):
            return _unlisted(redirect(f"{request.path}?sent"))
    return _public(request, "recognition/customer_words.html", {"form": form, "site": link.site})


def _left(link: CustomerLink, form: CustomerForm) -> bool:
    """A program that fills in what nobody sees is thanked like everybody else; of what it wrote nothing is kept."""
    try:
        if not form.is_of_a_program:
            actions.leave_words(link=link, at=timezone.now(), **form.left)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _made_up(request: HttpRequest) -> HttpResponse:
    """The same for whatever is no link and for one that was revoked; and for whoever tries many a pause."""
    if limited := ratelimit.consume_or_429(request, action="customer_link", limit_get=True):
        return _unlisted(limited)
    return _public(request, "recognition/customer_link_over.html", status=404)


def _public(
    request: HttpRequest, template: str, context: dict[str, object] | None = None, status: int | None = None
) -> HttpResponse:
    context = {"organisation": settings.ORGANISATION_NAME, **(context or {})}
    if (form := context.get("form")) is not None and getattr(form, "errors", None):
        status = 422
    return _unlisted(render(request, template, context, status=status))


def _unlisted(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store"
    return answer
