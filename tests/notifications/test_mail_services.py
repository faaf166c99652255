"""What mail services tell, in the shapes in which they tell it (from their documentation), by the address where they
tell it: under the secret, in any order, more than once; and nothing by anybody else."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from notifications.models import MailReport, Suppression
from portal import mail_services
from tests.cast import NOW, make_person

pytestmark = pytest.mark.django_db
POSTMARK, MAILGUN = "/mail/webhooks/postmark/", "/mail/webhooks/mailgun/"
SECRET = "service:password-of-the-tests"
ADDRESS = "ada@staff.example"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def caller():
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def basic(secret):
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def postmark(caller, event, secret=SECRET):
    headers = basic(secret) if secret else {}
    return caller.post(POSTMARK, json.dumps(event), content_type="application/json", headers=headers)


def bounce(number=4323372036854775807, kind="HardBounce", **more):
    """https://postmarkapp.com/developer/webhooks/bounce-webhook"""
    return {
        "RecordType": "Bounce",
        "MessageStream": "outbound",
        "ID": number,
        "Type": kind,
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "Test",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {},
        "ServerID": 23,
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": ADDRESS,
        "From": "rapport@organisation.example",
        "BouncedAt": "2026-11-20T09:33:54.9070259Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Your scorecard is due",
        "Content": "<Full dump of bounce>",
    } | more


def delivery(at, message="883953f4-6105-42a2-a16a-77a8eac79483"):
    return {
        "RecordType": "Delivery",
        "ServerID": 23,
        "MessageStream": "outbound",
        "MessageID": message,
        "Recipient": ADDRESS,
        "Tag": "welcome-email",
        "DeliveredAt": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "Details": "Test delivery webhook details",
        "Metadata": {},
    }


def complaint():
    return bounce(42, "SpamComplaint", RecordType="SpamComplaint", TypeCode=512, Name="Spam complaint", Details="")


def mailgun(caller, data, token="a" * 50, secret=SECRET, key="key-of-the-tests"):
    """https://documentation.mailgun.com/docs/mailgun/user-manual/tracking-messages"""
    stamp = str(int(NOW.timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    event = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}
    return caller.post(MAILGUN, json.dumps(event), content_type="application/json", headers=basic(secret))


def failed(severity="permanent", reason="bounce", code=550, at=NOW, message="5.1.1 No such user"):
    return {
        "event": "failed",
        "severity": severity,
        "reason": reason,
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": at.timestamp(),
        "log-level": "error",
        "delivery-status": {
            "attempt-no": 1,
            "message": message,
            "code": code,
            "description": "",
            "session-seconds": 0.433,
        },
        "flags": {"is-routed": False, "is-authenticated": True, "is-system-test": False, "is-test-mode": False},
        "envelope": {"sender": "rapport@organisation.example", "transport": "smtp", "targets": ADDRESS},
        "message": {"headers": {"to": ADDRESS, "message-id": "20130503192659.13651.20287@x", "subject": "Due"}},
        "recipient": ADDRESS,
        "recipient-domain": "staff.example",
        "tags": [],
        "user-variables": {},
    }


def refusing():
    return list(Suppression.objects.values_list("address", "reason", "evidence"))


# --- Postmark -------------------------------------------------------------------------------------------------------


def test_hard_bounce(caller):
    make_person(email=ADDRESS)
    assert postmark(caller, bounce()).status_code == 200
    words = "smtp;550 5.1.1 The email account that you tried to reach does not exist."
    assert refusing() == [(ADDRESS, "gone", words)]


def test_complaint_and_what_the_reader_told_the_service(caller):
    assert postmark(caller, complaint()).status_code == 200
    assert [row[1] for row in refusing()] == ["complaint"]
    Suppression.objects.all().delete()
    told = {
        "RecordType": "SubscriptionChange", "MessageID": "m", "ServerID": 23, "MessageStream": "outbound",
        "ChangedAt": "2026-11-20T09:53:41Z", "Recipient": ADDRESS, "Origin": "Recipient", "SuppressSending": True,
        "SuppressionReason": "ManualSuppression", "Tag": "", "Metadata": {},
    }  # fmt: skip
    assert postmark(caller, told).status_code == 200
    assert [row[1] for row in refusing()] == ["complaint"]


@pytest.mark.parametrize("kind", ["SoftBounce", "Transient", "DnsError", "Blocked", "DMARCPolicy", "VirusNotification"])
def test_what_may_pass_is_counted_by_days_and_forgotten_with_a_delivery(caller, kind):

    def trouble(day):
        told = bounce(day, kind, BouncedAt=f"2026-11-{day}T09:33:54Z", Details="smtp;452 4.2.2 full")
        assert postmark(caller, told).status_code == 200

    for day in range(10, 14):
        trouble(day)
    assert refusing() == []
    postmark(caller, delivery(NOW - timedelta(days=6)))
    trouble(15)
    assert refusing() == []
    for day in range(16, 20):
        trouble(day)
    assert [row[1] for row in refusing()] == ["trouble"]


def test_told_again_and_out_of_order(caller):
    """The delivery of a later mail comes before the trouble of an earlier one, and everything comes twice."""
    events = [delivery(NOW - timedelta(days=1))]
    events += [bounce(day, "SoftBounce", BouncedAt=f"2026-11-{day}T09:33:54Z") for day in range(12, 19)]
    for event in (*events, *reversed(events)):
        assert postmark(caller, event).status_code == 200
    assert refusing() == []
    assert MailReport.objects.count() == 8


@pytest.mark.parametrize(
    "event",
    [
        {"RecordType": "Open", "Recipient": ADDRESS, "ReceivedAt": "2026-11-20T09:53:41Z", "MessageID": "m"},
        {"RecordType": "Click", "Recipient": ADDRESS, "ReceivedAt": "2026-11-20T09:53:41Z", "MessageID": "m"},
        {"RecordType": "OfNextYear", "Recipient": ADDRESS, "MessageID": "m"},
        bounce(1, "AutoResponder"),
        bounce(1, "Unknown"),
        bounce(1, "OfNextYear", RecordType="OfNextYear"),
        bounce(Email=""),
        {},
    ],
)
def test_what_says_nothing_of_the_address_is_passed_over(caller, event):
    assert postmark(caller, event).status_code == 200
    assert (refusing(), MailReport.objects.count()) == ([], 0)


# --- Mailgun --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        (failed(), "gone"),
        (failed(reason="suppress-bounce", code=605, message="Not delivering to previously bounced address"), "gone"),
        (failed(reason="generic", code=550, message="5.1.1 No such user"), "gone"),
        (failed(reason="generic", code=498, message="No MX for staff.example"), None),
        (failed(severity="temporary", reason="generic", code=452, message="4.2.2 full"), None),
        (failed() | {"event": "complained"}, "complaint"),
        (failed() | {"event": "unsubscribed"}, "complaint"),
        (failed() | {"event": "opened"}, None),
        (failed() | {"event": "of next year"}, None),
    ],
)
def test_mailgun(caller, data, ends):
    assert mailgun(caller, data).status_code == 200
    assert [row[1] for row in refusing()] == ([ends] if ends else [])


def test_mailgun_told_again_is_known_by_its_token(caller):
    for day in range(10, 15):
        at = NOW - timedelta(days=20 - day)
        for _time in range(2):
            mailgun(caller, failed(severity="temporary", code=452, message="full", at=at), token="t" * 50)
    assert MailReport.objects.count() == 1
    for day in range(10, 15):
        mailgun(caller, failed(severity="temporary", code=452, at=NOW - timedelta(days=20 - day)), token=f"{day}" * 25)
    assert [row[1] for row in refusing()] == ["trouble"]


# --- nobody else ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", "service:wrong", "service:", "other:password-of-the-tests", SECRET + "x"])
def test_without_the_secret_nothing_is_written(caller, secret):
    assert postmark(caller, bounce(), secret=secret).status_code == 400
    assert mailgun(caller, failed(), secret=secret).status_code == 400
    assert (refusing(), MailReport.objects.count()) == ([], 0)


def test_mailgun_s_own_signature_is_asked_for_too(caller):
    assert mailgun(caller, failed(), key="key-of-somebody-else").status_code == 400
    assert refusing() == []


@pytest.mark.parametrize("session", ["admin", "nobody"])
def test_session_is_no_substitute(caller, session):
    if session == "admin":
        caller.force_login(make_person(roles={"people_admin": None}))
    assert postmark(caller, bounce(), secret="").status_code == 400
    assert refusing() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"null", b'"text"', b'{"RecordType": "Bounce"}'])
def test_nonsense_under_the_secret_is_no_bounce(caller, body):
    """Answered with an error the service tells it again, and somebody sees it; nothing is stored."""
    answer = caller.post(POSTMARK, body, content_type="application/json", headers=basic(SECRET))
    assert answer.status_code in {200, 400, 500}
    assert (refusing(), MailReport.objects.count()) == ([], 0)


def test_body_of_megabytes_is_refused(caller):
    answer = postmark(caller, bounce(Content="x" * 6_000_000))
    assert answer.status_code == 400
    assert refusing() == []


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "trace"])
def test_other_methods_are_not_taken(caller, method):
    assert getattr(caller, method)(POSTMARK, headers=basic(SECRET)).status_code == 405


def test_services_that_are_not_named_have_no_address(caller):
    for path in ("/mail/webhooks/brevo/", "/mail/webhooks/postmark/inbound/", "/mail/webhooks/", "/mail/"):
        assert caller.post(path, headers=basic(SECRET)).status_code == 404


# --- how it is set up -----------------------------------------------------------------------------------------------


def test_each_known_service_can_be_named(settings):
    settings.MAIL_SERVICES = list(mail_services.KNOWN)
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILERSEND_SIGNING_SECRET": "x"}
    assert len(mail_services.urlpatterns()) == len(mail_services.KNOWN)


def test_unknown_service_is_refused(settings):
    settings.MAIL_SERVICES = ["pigeon"]
    with pytest.raises(ImproperlyConfigured, match="not pigeon"):
        mail_services.urlpatterns()


def test_service_without_its_own_key_is_refused_at_the_start(settings):
    settings.MAIL_SERVICES = ["mailgun"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}
    with pytest.raises(ImproperlyConfigured, match="MAILGUN"):
        mail_services.urlpatterns()


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"MAIL_SERVICES": "postmark"}, "set ANYMAIL_WEBHOOK_SECRET"),
        ({"MAIL_SERVICES": "postmark", "ANYMAIL_WEBHOOK_SECRET": "password-without-a-name"}, "is name:password"),
        ({"MAIL_SERVICES": "postmark", "ANYMAIL_WEBHOOK_SECRET": "a:short"}, "at least 20 characters"),
        ({"MAIL_SERVICES": "postmark", "ANYMAIL_WEBHOOK_SECRET": SECRET}, "anymail.backends.postmark.EmailBackend"),
    ],
)
def test_settings_from_the_environment(environment, says):
    environment = {"PATH": os.defpath, "DEBUG": "1", "EMAIL_URL": "anymail://postmark", **environment}
    done = subprocess.run(
        [sys.executable, "-c", "from portal import settings; print(settings.EMAIL_BACKEND)"],
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert says in done.stdout + done.stderr
