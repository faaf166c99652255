"""What mail servers and services say of an address, and what it means."""

import smtplib

import pytest
import requests
from anymail import exceptions as anymail
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from notifications.bounces import Said, judge, of_answer
from notifications.smtp import Verdict, bounce_of, verdict

GONE, TROUBLE, COMPLAINT = Said.GONE, Said.TROUBLE, Said.COMPLAINT


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("550 5.1.1 <ada@staff.example>: Recipient address rejected: User unknown", GONE),
        ("550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking", GONE),
        ("smtp;550 5.1.1 no such user", GONE),
        ("550 5.2.1 The email account is disabled", GONE),
        ("550 No such user here", GONE),
        ("553 sorry, that domain isn't in my list", GONE),
        ("550 5.0.0 unknown", GONE),
        # The mailbox may be emptied, the server mended.
        ("552 5.2.2 Mailbox full", TROUBLE),
        ("452 4.2.2 Mailbox full", TROUBLE),
        ("451 4.7.1 Greylisted, try again in five minutes", TROUBLE),
        ("421 busy", TROUBLE),
        # It is us whom they refuse: nobody's address is wrong for that.
        ("550 5.7.1 Relaying denied", TROUBLE),
        ("550 relay not permitted", TROUBLE),
        ("550 Your address is on a blacklist", TROUBLE),
        ("550 5.7.26 This mail is unauthenticated", TROUBLE),
        ("554 5.7.1 Message looks like spam", TROUBLE),
        ("554 transaction failed", TROUBLE),
        ("", None),
        ("no code at all", None),
        ("Unit 550 Long Street", None),
    ],
)
def test_answer_of_a_server(answer, said):
    assert of_answer(answer) == said


@pytest.mark.parametrize(
    ("event", "reason", "description", "answer", "raw", "said"),
    [
        ("delivered", "", "", "", None, Said.DELIVERED),
        ("complained", "spam", "", "", None, COMPLAINT),
        ("unsubscribed", "unsubscribed", "", "", None, COMPLAINT),
        ("rejected", "spam", "", "", None, COMPLAINT),
        ("rejected", "bounced", "", "", None, GONE),
        ("rejected", "invalid", "", "", None, GONE),
        ("rejected", "blocked", "", "", None, TROUBLE),
        ("rejected", "", "", "", None, TROUBLE),
        ("deferred", "", "", "550 5.1.1 no such user", None, TROUBLE),
        ("bounced", "bounced", "", "", {"Type": "HardBounce"}, GONE),
        ("bounced", "bounced", "", "552 5.2.2 full", {"Type": "SoftBounce"}, TROUBLE),
        ("bounced", "bounced", "Transient: MailboxFull", "", {}, TROUBLE),
        ("bounced", "bounced", "Permanent: General", "", {}, GONE),
        ("bounced", "bounced", "", "", {"event": "soft_bounce"}, TROUBLE),
        ("bounced", "bounced", "", "", {"event": "bounce", "hard_bounce": False}, TROUBLE),
        ("bounced", "bounced", "", "", {"event": "bounce", "hard_bounce": True}, GONE),
        ("bounced", "", "", "", {"type": "activity.soft_bounced"}, TROUBLE),
        ("bounced", "bounced", "", "452 4.2.2 Mailbox full", None, TROUBLE),
        ("bounced", "bounced", "", "", None, GONE),
        ("bounced", "", "", "", None, GONE),
        ("bounced", "spam", "", "", None, TROUBLE),
        ("bounced", "timed_out", "", "", None, TROUBLE),
        ("bounced", "other", "", "550 5.1.1 no such user", None, GONE),
        ("bounced", "other", "", "", None, TROUBLE),
        ("opened", "", "", "", None, None),
        ("clicked", "", "", "", None, None),
        ("failed", "", "", "", None, None),
        ("autoresponded", "", "", "", None, None),
        ("sent", "", "", "", None, None),
        ("queued", "", "", "", None, None),
        ("unknown", "", "", "", None, None),
        ("of a later version", "bounced", "", "", None, None),
    ],
)
def test_event_of_a_service(event, reason, description, answer, raw, said):
    assert judge(event, reason, description, answer, raw) == said


def refused(*said):
    return smtplib.SMTPRecipientsRefused({f"a{number}@b.example": each for number, each in enumerate(said)})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused((550, b"5.1.1 no such user")), "550 5.1.1 no such user"),
        (refused((550, b"no such user")), "550 no such user"),
        (refused((550, "no such user")), "550 no such user"),
        (refused((550, b"\xff\xfe")), "550 ��"),
        (refused((550, b"5.7.1 relaying denied")), ""),
        (refused((451, b"greylisted")), ""),
        (refused((550, b"no such user"), (451, b"greylisted")), ""),
        (smtplib.SMTPDataError(550, b"5.1.1 no such user"), ""),  # of the mail, said after all were taken
        (smtplib.SMTPSenderRefused(550, b"no such sender", "x"), ""),
        (ConnectionResetError(), ""),
        (anymail.AnymailRecipientsRefused(), "refused by the mail service"),
        (anymail.AnymailAPIError(), ""),
    ],
)
def test_refusal_of_the_address_itself(error, words):
    assert bounce_of(error) == words


def answered(status):
    response = requests.Response()
    response.status_code = status
    return anymail.AnymailRequestsAPIError("no", response=response)


def broken(cause):
    """As anymail's backends raise it."""
    kind = type("AnymailRequestsAPIError", (anymail.AnymailRequestsAPIError, type(cause)), {})
    try:
        raise kind("Error posting") from cause
    except anymail.AnymailAPIError as error:
        return error


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (anymail.AnymailRecipientsRefused(), Verdict.REFUSED),
        (anymail.AnymailUnsupportedFeature(), Verdict.REFUSED),
        (anymail.AnymailSerializationError(), Verdict.REFUSED),
        (anymail.AnymailInvalidAddress(), Verdict.REFUSED),
        (answered(400), Verdict.REFUSED),
        (answered(413), Verdict.REFUSED),
        (answered(422), Verdict.REFUSED),
        (answered(401), Verdict.NOT_SENT),  # our key: once it is mended, the mail goes
        (answered(403), Verdict.NOT_SENT),
        (answered(429), Verdict.NOT_SENT),
        (answered(503), Verdict.NOT_SENT),
        (answered(200), Verdict.DOUBT),  # taken, with an answer that nobody can read
        (answered(500), Verdict.DOUBT),
        (answered(502), Verdict.DOUBT),
        (answered(504), Verdict.DOUBT),
        (anymail.AnymailAPIError(), Verdict.DOUBT),
        (broken(requests.exceptions.ReadTimeout()), Verdict.DOUBT),
        (broken(requests.exceptions.ChunkedEncodingError()), Verdict.DOUBT),
        (broken(requests.exceptions.ConnectionError(ProtocolError("aborted"))), Verdict.DOUBT),
        (broken(requests.exceptions.ConnectTimeout()), Verdict.NOT_SENT),
        (broken(requests.exceptions.SSLError()), Verdict.NOT_SENT),
        (
            broken(requests.exceptions.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))),
            Verdict.NOT_SENT,
        ),
    ],
)
def test_failure_of_a_service_s_api(error, means):
    assert verdict(error, object()) is means
