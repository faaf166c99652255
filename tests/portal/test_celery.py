"""What workers do with messages of another release."""

import pytest

from notifications.tasks import deliver

pytestmark = pytest.mark.django_db


def test_older_worker_leaves_out_what_a_newer_message_says_beside():
    result = deliver.apply(kwargs={"pks": [], "urgency": "high"})
    assert result.state == "SUCCESS"


def test_message_that_lacks_what_the_task_needs_fails():
    assert deliver.apply(kwargs={"urgency": "high"}, throw=False).state == "FAILURE"
