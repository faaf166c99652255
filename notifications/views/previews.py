"""What a mail looks like: of each kind with a sample of nobody, and of a delivery for its own reader alone.

Why operators do not see the mails of others: docs/decisions/0008-operators-see-no-words.md.
"""

from csp.constants import SELF
from csp.decorators import csp_update
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import operations, policies, reports
from notifications.actions import letters
from notifications.kinds import Channel, Content, Kind, UnknownKind, all_kinds, kind_of, voice_of
from notifications.models import Delivery
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must

# A mail brings its own styles and nothing else: no script, no form, nothing from elsewhere, no way out of its frame.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)


@require_safe
def kind_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_deliveries(request.user))
    return render(request, "notifications/kind_list.html", {"kinds": all_kinds()})


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_safe
def kind_detail(request: PersonRequest, key: str) -> HttpResponse:
    must(policies.can_view_deliveries(request.user))
    kind = _kind(key)
    message = _sample(kind, request.user) if Channel.MAIL in kind.cadence else None
    return render(request, "notifications/kind_detail.html", {"kind": kind, "message": message})


@xframe_options_sameorigin
@require_safe
def kind_mail(request: PersonRequest, key: str) -> HttpResponse:
    must(policies.can_view_deliveries(request.user))
    return _html(_sample(_kind(key), request.user))


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_safe
def delivery_preview(request: PersonRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    context = {"delivery": delivery, "kind": _kind(delivery.kind), "message": _as_now(delivery)}
    return render(request, "notifications/delivery_preview.html", context)


@xframe_options_sameorigin
@require_safe
def delivery_mail(request: PersonRequest, pk: int) -> HttpResponse:
    message = _as_now(_own(request, pk))
    if message is None:
        raise Http404
    return _html(message)


def _kind(key: str) -> Kind:
    try:
        return kind_of(key)
    except UnknownKind:
        raise Http404 from None


def _own(request: PersonRequest, pk: int) -> Delivery:
    rows = operations.ledger_of(request.user).select_related("recipient")
    delivery: Delivery = get_object_or_404(rows, pk=pk)
    must(policies.can_preview_delivery(request.user, delivery))
    return delivery


def _sample(kind: Kind, reader: Person) -> EmailMultiAlternatives:
    with voice_of(reader):
        content = kind.sample() if kind.sample else Content(str(kind.name), [_("What it tells depends on its reader.")])
    row = Delivery(kind=kind.key, subject_id=0, reader=f"p{reader.pk}", recipient=reader, channel=Channel.MAIL)
    return letters.write(delivery=row, kind=kind, content=content)


def _as_now(delivery: Delivery) -> EmailMultiAlternatives | None:
    """The mail as its reader would get it now; None when there is nothing to tell any more."""
    kind = _kind(delivery.kind)
    content = kind.compose(reports.dues_of(kind, [delivery], timezone.now())).get(delivery.pk)
    return letters.write(delivery=delivery, kind=kind, content=content) if isinstance(content, Content) else None


def _html(message: EmailMultiAlternatives) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": MAIL_POLICY}
    return HttpResponse(str(message.alternatives[0][0]), headers=headers)
