"""The watchdog's judgement; a real worker that is ended by it is in tests/faults/test_watch.py."""

import pytest
from celery.worker import state

from portal.watchdog import Watchdog


@pytest.fixture(autouse=True)
def _worker(monkeypatch):
    monkeypatch.setattr(state, "all_total_count", [0])
    monkeypatch.setattr(state, "active_requests", set())


def refuse():
    raise OSError("no broker")


def looks(watchdog, times):
    return [watchdog.look() for _time in range(times)]


def test_who_begins_nothing_is_ended_after_its_patience():
    assert looks(Watchdog(lambda: None, patience=3), 5) == [False, False, False, True, True]


def test_who_begins_something_is_left_alone():
    watchdog = Watchdog(lambda: None, patience=3)
    for _minute in range(10):
        state.all_total_count[0] += 1
        assert not watchdog.look()


def test_who_works_on_something_long_is_left_alone_and_has_as_long_again_after_it():
    watchdog = Watchdog(lambda: None, patience=3)
    state.active_requests.add("long")
    assert looks(watchdog, 60) == [False] * 60
    state.active_requests.clear()
    assert looks(watchdog, 3) == [False, False, True]


def test_pulses_that_could_not_be_sent_are_not_missed():
    watchdog = Watchdog(refuse, patience=3)
    assert looks(watchdog, 60) == [False] * 60


def test_without_patience_it_sends_pulses_and_ends_nobody():
    sent = []
    assert looks(Watchdog(lambda: sent.append(1), patience=0), 60) == [False] * 60
    assert len(sent) == 60
