"""What docs/domain/webhooks.md tells receivers is true: its example verifies what is really posted."""

import re
from pathlib import Path

import pytest

from hiring.events import EVENTS as OF_HIRING
from notifications.actions import announcements, dispatch, ledger, posting, webhooks
from recognition.events import EVENTS as OF_RECOGNITION
from tests.cast import NOW, make_team
from tests.notifications.events_of_tests import declared, make_webhook
from tests.notifications.receivers_of_tests import receiving

PAGE = (Path(__file__).parents[2] / "docs/domain/webhooks.md").read_text()


@pytest.fixture
def is_genuine():
    """The function of the page, as a reader would copy it."""
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    copied: dict = {}
    exec(example, copied)  # noqa: S102 (it is our own page)
    return copied["is_genuine"]


@pytest.mark.django_db
def test_example_verifies_what_is_posted_and_nothing_else(is_genuine):
    team, stamp = make_team(), NOW.timestamp()
    with declared() as (event, _teller), receiving() as receiver:
        webhook, old = make_webhook(team, receiver.url)
        new = webhooks.rotate_secret(webhook=webhook, by=webhook.created_by, at=NOW)
        announcements.announce(event=event, subject_id=1, teams=[team.pk], at=NOW)
        (pks,) = dispatch.take_due_of_chat(at=NOW)
        posting.deliver(pks=pks, clock=lambda: NOW)
    (request,) = receiver.requests
    for secret in (new, old):
        assert is_genuine(secret, request.headers, request.body, stamp)
    assert not is_genuine("whsec_" + "A" * 44, request.headers, request.body, stamp)
    assert not is_genuine(new, request.headers, request.body + b" ", stamp)
    assert not is_genuine(new, request.headers | {"webhook-id": "msg_1"}, request.body, stamp)
    assert not is_genuine(new, request.headers, request.body, stamp + 301)


def test_page_names_every_event_and_the_waits_that_there_are():
    assert [event.key for event in (*OF_HIRING, *OF_RECOGNITION) if f"`{event.key}`" not in PAGE] == []
    waits = "after 6 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours"
    assert waits in PAGE
    hours = [wait / 60 for wait in ledger.BACK_OFF_OF_CHAT[3:]]
    assert ledger.BACK_OFF_OF_CHAT[:3] == (0.1, 5, 30)
    assert hours == [2, 5, 10, 14, 20, 24]
