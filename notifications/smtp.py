"""Sending by SMTP or a mail service, and knowing after a failure whether the message may have left all the same."""

import smtplib
from enum import Enum
from typing import Any

import requests
from anymail import exceptions as anymail
from django.core.mail.backends import smtp
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from notifications.bounces import Said, of_answer

PERMANENT = 500
# Answers of a mail service's API that are about us or the moment, not about the mail: who we are, how often, not now.
PASSING = {401, 403, 404, 407, 408, 425, 429, 503}


class Verdict(Enum):
    """What a failed try means for the message."""

    NOT_SENT = "not sent"  # certainly not: try again
    REFUSED = "refused"  # for good
    DOUBT = "doubt"  # it was handed over, and no answer came


class _Watching:
    """Notices when the server has asked for the message itself: from then to its answer nobody knows."""

    in_data = False
    doubtful = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.in_data = True
        try:
            answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]
        finally:
            self.in_data = False
        self.doubtful = False
        return answer

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()  # type: ignore[misc]
        if self.in_data and code == 354:
            self.doubtful = True
        return code, words


class _SMTP(_Watching, smtplib.SMTP):
    pass


class _SMTP_SSL(_Watching, smtplib.SMTP_SSL):  # noqa: N801 (as its base)
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, over a connection that knows how far it came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SMTP_SSL if self.use_ssl else _SMTP

    @property
    def is_doubtful(self) -> bool:
        return bool(getattr(self.connection, "doubtful", False))


def verdict(error: BaseException, backend: Any) -> Verdict:
    """What the exception of a send() tells. Of backends that are not ours, only what is certain is believed."""
    if isinstance(error, anymail.AnymailError):
        return _verdict_of_service(error)
    code = _code(error)
    if code is not None:
        return Verdict.REFUSED if code >= PERMANENT else Verdict.NOT_SENT
    if isinstance(backend, EmailBackend):
        return Verdict.DOUBT if backend.is_doubtful else Verdict.NOT_SENT
    return Verdict.DOUBT


def _verdict_of_service(error: anymail.AnymailError) -> Verdict:
    if isinstance(error, anymail.AnymailAPIError):
        code = error.status_code or 0
        if not code:
            return Verdict.NOT_SENT if _never_connected(error) else Verdict.DOUBT
        if code in PASSING:
            return Verdict.NOT_SENT
        # Taken with an answer that nobody can read, or broken while it was taken: who knows.
        return Verdict.REFUSED if 400 <= code < PERMANENT else Verdict.DOUBT
    # The recipient was refused, or the mail cannot be put into the service's terms: known before anything left.
    return Verdict.REFUSED


def _never_connected(error: BaseException) -> bool:
    cause = error.__cause__
    if isinstance(cause, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(cause.args[0] if cause and cause.args else None, "reason", None)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def bounce_of(error: BaseException) -> str:
    """The server's words when it refused the address itself for good, so that writing to it again is of no use; ""
    for every other failure, a refusal of us among them."""
    if isinstance(error, anymail.AnymailRecipientsRefused):
        return "refused by the mail service"
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return ""
    words = [f"{int(code)} {_text(said)}" for code, said in error.recipients.values()]
    return words[0] if words and all(of_answer(each) is Said.GONE for each in words) else ""


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _code(error: BaseException) -> int | None:
    """The server's answer, where the exception holds one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(int(code) for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError | smtplib.SMTPConnectError):
        return 400  # ours or the server's fault, not the message's
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else None
