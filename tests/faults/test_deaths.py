"""Processes that die or freeze: nothing lost, nothing twice, and in doubt only what was just being sent."""

import os
import signal
from pathlib import Path

import pytest

MAILS = range(1, 13)
SLOW = {"do": "slow", "times": 99}


# F1. The places in the order in which a worker reaches them.
@pytest.mark.parametrize(
    ("fault", "doubts", "taken"),
    [
        pytest.param("queued:killall:1", 0, 0, marks=pytest.mark.long),
        ("received:killall:1", 0, 0),
        ("claimed:killall:1", 0, 0),
        pytest.param("sending:killall:3", 1, 2, marks=pytest.mark.both),
        ("accepted:killall:3", 1, 3),
        ("sent:killall:3", 1, 3),  # and the fourth was begun in the same statement
        pytest.param("sent:killall:12", 0, 12, marks=pytest.mark.long),
    ],
)
def test_worker_killed(scene, fault, doubts, taken):
    keys = scene.plan(MAILS)
    worker = scene.start_worker(fault)
    assert worker.popen.wait(60) == -signal.SIGKILL
    assert scene.accepted() == taken
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * (12 - doubts) + ["unknown"] * doubts
    scene.check(kills=doubts)


@pytest.mark.long
def test_killed_while_sending_what_may_repeat(scene):
    """Nothing is left in doubt: the one whose answer was not kept comes twice, under one Message-ID."""
    keys = scene.plan(MAILS, kind="faults.repeating")
    assert scene.start_worker("accepted:killall:3").popen.wait(60) == -signal.SIGKILL
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 12
    assert scene.accepted() == 12 + 1 + 1
    scene.check(repeating=["faults.repeating"])


@pytest.mark.parametrize(
    ("fault", "doubts"), [("claimed:stop:1", 0), pytest.param("sending:stop:3", 1, marks=pytest.mark.long)]
)
def test_worker_believed_dead_wakes_up(scene, fault, doubts):
    """Frozen beyond its lease, it finds its rows gone; what it was about to hand over leaves, and is in doubt."""
    keys = scene.plan(MAILS)
    frozen = scene.start_worker(fault, workers=1)
    scene.until(lambda: bool(_stopped(frozen)))
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.accepted() == 12 - doubts + 1
    for pid in _stopped(frozen):
        os.kill(pid, signal.SIGCONT)
    scene.until(lambda: scene.accepted() == 12 + 1, 20, ticks=False)
    frozen.terminate(within=30)
    assert scene.states(keys) == ["sent"] * (12 - doubts) + ["unknown"] * doubts
    scene.check(kills=doubts)


# F2. Threads have no children.
@pytest.mark.stack("large")
def test_children_of_the_pool_killed(scene):
    """The worker goes on with new ones; the rest of the batch proceeds when the lease is over."""
    scene.sink.ask(**SLOW, seconds=0.3)
    keys = scene.plan(MAILS)
    worker = scene.start_worker()
    scene.until(lambda: scene.accepted() >= 3)
    for pid in worker.children():
        os.kill(pid, signal.SIGKILL)
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys).count("unknown") <= 1
    assert worker.popen.poll() is None
    scene.check(kills=1)


@pytest.mark.both
def test_worker_told_to_end(scene):
    """The mail under way ends, what was not begun is left for another worker, and nothing is in doubt."""
    scene.sink.ask(**SLOW, seconds=0.5)
    keys = scene.plan(range(1, 25))
    worker = scene.start_worker()
    scene.until(lambda: scene.accepted() >= 3)
    assert worker.terminate(within=30) == 0
    assert {row["state"] for row in scene.rows()} <= {"sent", "planned"}
    scene.sink.ask(**SLOW, seconds=0)
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 24
    scene.check()


# F8.
def test_killed_between_commit_and_queue(scene):
    """What was committed is sent although nobody told the queue; what was rolled back is not."""
    scene.plan(range(101, 104), end="rolled back")
    planned = [("faults.once", subject, "", f"p{subject % 4 + 1}", "mail") for subject in MAILS]
    assert scene.plan(MAILS, end="killed") == []
    scene.due += planned
    scene.driver = scene.start_driver()
    assert scene.states(planned) == ["planned"] * 12
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(planned) == ["sent"] * 12
    scene.check()


# F9.
@pytest.mark.stack("large")
def test_database_ends_every_connection(scene):
    """The worker lives on; what it could not note down is in doubt, and nothing else."""
    scene.sink.ask(**SLOW, seconds=0.3)
    keys = scene.plan(MAILS)
    worker = scene.start_worker()
    scene.until(lambda: scene.accepted() >= 3)
    scene.cut_database()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys).count("unknown") <= 1
    assert worker.popen.poll() is None
    scene.check(kills=1)


def _stopped(worker):
    """Which processes of the worker are frozen."""
    return [pid for pid in (worker.popen.pid, *worker.children()) if _state(pid) == "T"]


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"  # what starts a worker has children for a moment
