"""A notice as a mail: text and HTML in the reader's language and zone, under one layout, with its own switch."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from foundation.text import flaw, strip_hidden
from notifications.calendars import Invite, Party, invitation
from notifications.kinds import Content, Kind, Part
from notifications.models import Delivery
from notifications.switches import Switch
from people.actions.mail import public_url
from people.models import Person

# What a mail takes of a notice, so that it stays under 40 kB whatever a feature found in its tables.
TITLE, ACTION, LINE, TEXT = 150, 60, 600, 9000
LINES = (1000, 10, 6, 3, 1, 0)  # under each heading of a digest: the first with which it fits
SIZE = 37_000
_THREAD = re.compile(r"[A-Za-z0-9._-]{1,100}")
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class Unwritable(ValueError):
    """The notice has nothing to be sent to, or what does not belong where a header stands."""


def write(*, delivery: Delivery, kind: Kind, content: Content) -> mail.EmailMultiAlternatives:
    """The mail of one delivery, the same at every try but for the words of a later moment. Raises Unwritable."""
    reader = delivery.recipient
    address = reader.email if reader else content.address
    if not address or flaw(address):
        raise Unwritable("no address")
    with (
        translation.override(reader.language if reader else content.language or settings.LANGUAGE_CODE),
        timezone.override(reader.zone if reader else ZoneInfo(content.zone or "UTC")),
    ):
        switch_url = _switch_url(delivery, kind, address)
        for most in LINES:
            content = _tidied(content, most)
            text, html = _rendered(kind, content, reader, switch_url)
            if _size(text) + _size(html) <= SIZE:
                break
    headers = _headers(delivery, content, switch_url)
    message = mail.EmailMultiAlternatives(content.title, text, to=[address], headers=headers)
    message.attach_alternative(html, "text/html")
    for attachment in content.attachments:
        message.attach(attachment.name, attachment.content, attachment.mime_type)
    if content.invite:
        _invite(message, content.invite, Party(reader.name if reader else content.name, address))
    return message


def _rendered(kind: Kind, content: Content, reader: Person | None, switch_url: str) -> tuple[str, str]:
    context = {
        "subject": content.title,
        "content": content,
        "parts": [_part(part) for part in content.parts],
        "kind": kind,
        "reader": reader,
        "language": translation.get_language(),
        "organisation": settings.ORGANISATION_NAME,
        "url": public_url(path=content.href) if content.href else "",
        "preferences_url": _preferences_url(kind) if reader else "",
        "switch_url": switch_url,
    }
    text = render_to_string("mail/notice.txt", context).strip() + "\n"
    return text, _inliner.inline(render_to_string("mail/notice.html", context))


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


def _size(text: str) -> int:
    """About as many bytes as the text has on its way, where all but plain letters are spelt out."""
    plain = len(text.encode("ascii", "ignore"))
    return plain + 3 * (len(text.encode()) - plain) + 2 * text.count("=") + len(text) // 30


def _tidied(content: Content, most: int) -> Content:
    """Its words, each of them fit for a line of a mail; of a digest that many lines under each heading."""
    return replace(
        content,
        title=_line(content.title, TITLE),
        text=list(_lines(content)),
        action=_line(content.action, ACTION),
        next=_line(content.next, TITLE),
        parts=[_cut(part, most) for part in content.parts],
    )


def _cut(part: Part, most: int) -> Part:
    lines = [
        replace(line, title=_line(line.title, TITLE), meta=_line(line.meta, TITLE)) for line in list(part.lines)[:most]
    ]
    return Part(_line(part.title, TITLE), lines, part.more + max(0, len(part.lines) - most))


def _lines(content: Content) -> Iterator[str]:
    """As much of the text as a mail takes; what is left out is in the portal."""
    left = TEXT
    for each in content.text:
        line = _line(each, LINE)
        # As it travels: three bytes for each that is not plain, and what a paragraph takes beside its words.
        left -= 100 + sum(1 if byte < 128 else 3 for byte in line.encode())
        if left < 0:
            yield _("And more: see the portal.")
            return
        yield line


def _line(words: str, most: int) -> str:
    """One line, without what cannot be seen, cut where it is too long to be read."""
    line = " ".join(strip_hidden(" ".join(str(words).split())).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _switch_url(delivery: Delivery, kind: Kind, address: str) -> str:
    """Where this very reader switches this kind off; "" where that is not theirs to choose."""
    if kind.fixed if delivery.recipient else not kind.stops:
        return ""
    switch = Switch.of(reader=delivery.reader, kind=kind.key, channel=delivery.channel, address=address)
    return public_url(path=reverse("notifications:mail-switch", args=[switch.token]))


def _preferences_url(kind: Kind) -> str:
    return public_url(path=f"{reverse('notifications:preferences-edit')}#{kind.anchor}")


def _headers(delivery: Delivery, content: Content, switch_url: str) -> dict[str, str]:
    host = delivery.message_id.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": delivery.message_id,
        "Auto-Submitted": "auto-generated",  # so that no out-of-office answer comes back
        "List-Id": f"<{delivery.kind.replace('_', '-')}.{host}>",
    }
    if switch_url:
        headers["List-Unsubscribe"] = f"<{switch_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    if content.thread:
        if not _THREAD.fullmatch(content.thread):
            raise Unwritable("no name of a thread")
        headers["References"] = headers["In-Reply-To"] = f"<{content.thread}@{host}>"
    if any(flaw(value) for value in headers.values()):
        raise Unwritable("a line break in a header")
    return headers
