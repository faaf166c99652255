"""Sending by SMTP, and knowing after a failure whether the message may have left all the same."""

import smtplib
from enum import Enum
from typing import Any

from django.core.mail.backends import smtp

PERMANENT = 500


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
    code = _code(error)
    if code is not None:
        return Verdict.REFUSED if code >= PERMANENT else Verdict.NOT_SENT
    if isinstance(backend, EmailBackend):
        return Verdict.DOUBT if backend.is_doubtful else Verdict.NOT_SENT
    return Verdict.DOUBT


def is_bounce(error: BaseException) -> bool:
    """Whether the address itself was refused for good, so that writing to it again is of no use."""
    code = _code(error)
    return isinstance(error, smtplib.SMTPRecipientsRefused) and code is not None and code >= PERMANENT


def _code(error: BaseException) -> int | None:
    """The server's answer, where the exception holds one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(int(code) for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError | smtplib.SMTPConnectError):
        return 400  # ours or the server's fault, not the message's
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else None
