"""A notice as a mail: text and HTML in the reader's language and zone, under one layout."""

from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from notifications.calendars import Invite, Party, invitation
from notifications.kinds import Content, Kind, Part
from notifications.models import Delivery
from people.actions.mail import public_url

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class Unwritable(ValueError):
    """The notice has nothing to be sent to, or a line break where a header stands."""


def write(*, delivery: Delivery, kind: Kind, content: Content) -> mail.EmailMultiAlternatives:
    """The mail of one delivery, the same at every try but for the words of a later moment. Raises Unwritable."""
    reader = delivery.recipient
    address = reader.email if reader else content.address
    subject = " ".join(content.title.split())
    if not address or any(line_break in address for line_break in "\r\n"):
        raise Unwritable("no address")
    with (
        translation.override(reader.language if reader else content.language or settings.LANGUAGE_CODE),
        timezone.override(reader.zone if reader else ZoneInfo(content.zone or "UTC")),
    ):
        context = {
            "subject": subject,
            "content": content,
            "parts": [_part(part) for part in content.parts],
            "kind": kind,
            "reader": reader,
            "language": translation.get_language(),
            "organisation": settings.ORGANISATION_NAME,
            "url": public_url(path=content.href) if content.href else "",
            "preferences_url": public_url(path=reverse("notifications:preferences-edit")) if reader else "",
        }
        text = render_to_string("mail/notice.txt", context).strip() + "\n"
        html = _inliner.inline(render_to_string("mail/notice.html", context))
    message = mail.EmailMultiAlternatives(subject, text, to=[address], headers=_headers(delivery, content))
    message.attach_alternative(html, "text/html")
    for attachment in content.attachments:
        message.attach(attachment.name, attachment.content, attachment.mime_type)
    if content.invite:
        _invite(message, content.invite, Party(reader.name if reader else content.name, address))
    return message


def _part(part: Part) -> dict[str, Any]:
    """The part with its links as they stand in a mail."""
    lines = [
        {"title": line.title, "meta": line.meta, "is_new": line.is_new, "url": line.href and public_url(path=line.href)}
        for line in part.lines
    ]
    return {"title": part.title, "lines": lines, "more": part.more}


def _invite(message: mail.EmailMultiAlternatives, invite: Invite, attendee: Party) -> None:
    """As an alternative, by which mail programs offer yes and no, and as a file for those that do not.

    The portal itself invites, under the address it writes from: programs distrust an invitation in another's name.
    """
    organizer = Party(settings.ORGANISATION_NAME, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    file = invitation(invite, organizer=organizer, attendee=attendee)
    message.attach_alternative(file.decode(), f"text/calendar; method={invite.method}")
    message.attach("invite.ics", file, "application/ics")


def _headers(delivery: Delivery, content: Content) -> dict[str, str]:
    host = delivery.message_id.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": delivery.message_id,
        "Auto-Submitted": "auto-generated",  # so that no out-of-office answer comes back
        "List-Id": f"<{delivery.kind.replace('_', '-')}.{host}>",
    }
    if content.thread:
        headers["References"] = headers["In-Reply-To"] = f"<{content.thread}@{host}>"
    return headers
