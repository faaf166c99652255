"""Receivers of webhooks that refuse, stall, redirect or are gone; and workers that die while they post."""

import signal
from collections import Counter
from typing import Any

import pytest

NEWS = ["faults.news"]


def taken(scene, keys):
    """How often each of these was taken, by its one id."""
    names = {row["key"]: row["message_id"] for row in scene.rows()}
    counts = Counter(event["message_id"] for event in scene.history() if event["event"] == "accepted")
    return sorted(counts[names[key]] for key in keys)


AWAY = {"Location": "http://127.0.0.1:1/"}
# F17. What it does once; then how three messages ended, and how often each was taken.
MISDEEDS: list[tuple[dict[str, Any], list[str], list[int]]] = [
    ({"do": "answer", "status": 500}, ["sent"] * 3, [1, 1, 1]),
    ({"do": "answer", "status": 429, "headers": {"Retry-After": "1"}}, ["sent"] * 3, [1, 1, 1]),
    ({"do": "answer", "status": 301, "headers": AWAY}, ["failed", "sent", "sent"], [0, 1, 1]),
    ({"do": "answer", "status": 404}, ["failed", "sent", "sent"], [0, 1, 1]),
    ({"do": "hang", "seconds": 4}, ["sent"] * 3, [1, 1, 2]),
    ({"do": "cut"}, ["sent"] * 3, [1, 1, 2]),
]  # fmt: skip


def test_receiver_misbehaves(scene):
    """Nothing is lost, and what comes twice comes under one id."""
    receiver = scene.start_receiver()
    scene.listen()
    scene.start_worker()
    for number, (order, states, times) in enumerate(MISDEEDS):
        receiver.ask(**order)
        keys = scene.announce(range(10 * number + 1, 10 * number + 4))
        scene.settle()
        assert scene.states(keys) == states, scene.tell(str(order))
        assert taken(scene, keys) == times, scene.tell(str(order))
    scene.fault_is_over()
    scene.settle()
    assert scene.driver.ask(do="webhook_states") == [["on", ""]]
    scene.check(repeating=NEWS)


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        ("claimed:killall:1", 1),
        pytest.param("sending:killall:2", 1, marks=pytest.mark.long),
        ("accepted:killall:2", 2),
        pytest.param("sent:killall:2", 1, marks=pytest.mark.long),
    ],
)
def test_worker_killed_while_posting(scene, fault, times):
    scene.start_receiver()
    scene.listen()
    keys = scene.announce(range(1, 7))
    assert scene.start_worker(fault).popen.wait(60) == -signal.SIGKILL
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 6
    assert taken(scene, keys) == [1] * 5 + [times]
    scene.check(repeating=NEWS)


def _notice_of(scene):
    """The notices about the webhook were due, too: how those by mail ended."""
    keys = [row["key"] for row in scene.rows() if row["key"][0] == "notifications.webhook_off"]
    scene.due += keys
    return scene.states([key for key in keys if key[4] == "mail"])


def test_receiver_is_gone(scene):
    """Switched off at once, with one notice; what waits is not posted, and a worker lives on."""
    receiver = scene.start_receiver()
    scene.listen()
    receiver.ask(do="answer", status=410, times=99)
    worker = scene.start_worker()
    (gone,) = scene.announce([1])
    scene.until(lambda: scene.driver.ask(do="webhook_states") == [["off", "gone"]])
    scene.fault_is_over()
    scene.settle()
    assert scene.states([gone]) == ["failed"]
    assert _notice_of(scene) == ["sent"]
    assert worker.popen.poll() is None
    assert taken(scene, [gone]) == [0]
    scene.check(repeating=NEWS)


@pytest.mark.long
def test_receiver_is_dead(scene):
    """Tried as often as the schedule says, then switched off with a notice."""
    scene.listen()
    scene.start_worker()
    (dead,) = scene.announce([1])
    scene.until(lambda: scene.driver.ask(do="webhook_states") == [["off", "failing"]], 90)
    assert scene.states([dead]) == ["failed"]
    scene.fault_is_over()
    scene.settle()
    (row,) = [row for row in scene.rows() if row["key"] == dead]
    assert (row["attempts"], row["reason"]) == (10, "no connection")
    assert _notice_of(scene) == ["sent"]
    scene.check(repeating=NEWS)


def test_slow_receivers_do_not_hold_mail(scene):
    """Each of them costs a time-out, one after the other; a worker is free for mail all the while."""
    receiver = scene.start_receiver()
    scene.listen(count=6)
    receiver.ask(do="hang", seconds=4, times=6)
    news = scene.announce([1])
    scene.start_worker(workers=2)
    scene.until(lambda: len([each for each in scene.history() if each.get("answered") is False]) >= 1)
    mails = scene.plan(range(101, 113))
    scene.until(lambda: scene.states(mails) == ["sent"] * 12)
    assert scene.states(news).count("sent") < 6  # and they are not done yet
    scene.fault_is_over()
    scene.settle()
    assert scene.states(news) == ["sent"] * 6
    scene.check(repeating=NEWS)
