"""Mail to people: text and HTML, in the reader's language, sent after the transaction and never in a page's way.

`templates/mail/<name>.txt` begins with the subject on its first line; `templates/mail/<name>.html` extends
`mail/base.html`, whose style sheet is written into the elements, as mail programs want it.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import css_inline
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from people import reports
from people.models import Person

log = logging.getLogger(__name__)
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Letter:
    """One mail to one person. `context` is worked out when the mail is written, after the transaction."""

    to: Person
    name: str
    context: Callable[[], Mapping[str, Any]]


@dataclass
class Post:
    """What became of a batch. Filled when the outermost transaction has committed, which for a view is at once."""

    undelivered: list[Person] = field(default_factory=list)


def public_url(*, path: str) -> str:
    """The address people use, never the one that a request claims to have come to."""
    return f"{settings.PUBLIC_URL}{path}"


def send_on_commit(*, letters: Sequence[Letter]) -> Post:
    """Send all letters over one connection when the transaction commits.

    A letter that cannot be written or sent is named in `Post.undelivered` and in the log; the others still go.
    """
    post = Post()
    transaction.on_commit(lambda: post.undelivered.extend(deliver(letters=letters)))
    return post


def deliver(*, letters: Sequence[Letter]) -> list[Person]:
    """Send now, over one connection; whom it did not reach. Raises nothing.

    Nothing goes to an address that is known to exist no more. Who complained of notices gets these all the same: they
    are asked for, and without them nobody gets in.
    """
    if not letters:
        return []
    closed = _closed(letters)
    connection = mail.get_connection()
    try:
        return [letter.to for letter in letters if letter.to.email in closed or not _sent(letter, connection)]
    finally:
        _close(connection)


def _closed(letters: Sequence[Letter]) -> set[str]:
    try:
        known = reports.refusing(letter.to.email for letter in letters)
    except Exception:
        log.exception("Nobody could say which addresses refuse mail")
        return set()
    return {address for address, found in known.items() if found.for_good}


def compose(*, letter: Letter, connection: BaseEmailBackend | None = None) -> mail.EmailMultiAlternatives:
    """The mail as it will be sent."""
    with translation.override(letter.to.language), timezone.override(letter.to.zone):
        context = {
            "reader": letter.to,
            "organisation": settings.ORGANISATION_NAME,
            "home_url": settings.PUBLIC_URL,
            **letter.context(),
        }
        subject, _, text = render_to_string(f"mail/{letter.name}.txt", context).strip().partition("\n")
        html = _inliner.inline(render_to_string(f"mail/{letter.name}.html", {**context, "subject": subject}))
    message = mail.EmailMultiAlternatives(
        " ".join(subject.split()), text.strip() + "\n", to=[letter.to.email], connection=connection
    )
    # So that no out-of-office answer comes back.
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.attach_alternative(html, "text/html")
    return message


def _sent(letter: Letter, connection: BaseEmailBackend) -> bool:
    try:
        connection.open()
        compose(letter=letter, connection=connection).send()
    except Exception:
        # Whatever the mail server, its library or a template came up with: the work that caused the mail is done and
        # stays done. No address in the log.
        log.exception("Mail %s to person %s was not sent", letter.name, letter.to.pk)
        _close(connection)
        return False
    return True


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception:
        log.debug("The connection to the mail server was gone already", exc_info=True)
