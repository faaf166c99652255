"""Mail servers that refuse, cut, stall or are not there, and rows that spoil the chunk they are in."""

from typing import Any

import pytest

# F11. What it does once, to which kind; then what became of three deliveries, and how many mails were taken.
MISDEEDS: list[tuple[dict[str, Any], str, list[str], int]] = [
    ({"do": "refuse", "code": 421}, "faults.once", ["sent"] * 3, 3),
    ({"do": "refuse", "code": 451}, "faults.once", ["sent"] * 3, 3),
    ({"do": "refuse_data", "code": 451}, "faults.once", ["sent"] * 3, 3),
    ({"do": "refuse_data", "code": 554}, "faults.once", ["failed", "sent", "sent"], 2),
    ({"do": "drop_before"}, "faults.once", ["sent"] * 3, 3),
    ({"do": "drop_after", "taken": True}, "faults.once", ["sent", "sent", "unknown"], 3),
    ({"do": "drop_after", "taken": False}, "faults.once", ["sent", "sent", "unknown"], 2),
    ({"do": "drop_after", "taken": True}, "faults.repeating", ["sent"] * 3, 4),
    ({"do": "drop_after", "taken": False}, "faults.repeating", ["sent"] * 3, 3),
    ({"do": "tarpit", "seconds": 3}, "faults.once", ["sent"] * 3, 3),
    ({"do": "tarpit_data", "seconds": 3}, "faults.once", ["sent", "sent", "unknown"], 3),
    ({"do": "tarpit_data", "seconds": 3}, "faults.repeating", ["sent"] * 3, 4),
    # Last, as the address is left alone from then on.
    ({"do": "refuse", "code": 550}, "faults.once", ["failed", "sent", "sent"], 2),
]


def test_mail_server_misbehaves(scene):
    scene.start_worker()
    for number, (order, kind, states, taken) in enumerate(MISDEEDS):
        scene.sink.ask(**order)
        before = scene.accepted()
        keys = scene.plan(range(10 * number + 1, 10 * number + 4), kind=kind)
        scene.settle()
        assert scene.states(keys) == states, scene.tell(str(order))
        assert scene.accepted() - before == taken, scene.tell(str(order))
    (refused,) = [key for key, state in zip(keys, scene.states(keys), strict=True) if state == "failed"]
    later = scene.plan(range(2000, 2012))
    scene.fault_is_over()
    scene.settle()
    scene.stated = {key: "skipped" if key[3] == refused[3] else "sent" for key in later}
    scene.check(repeating=["faults.repeating"])


def test_mail_server_is_away(scene):
    """Nobody listens, and then somebody does."""
    scene.sink.kill()
    keys = scene.plan(range(1, 13))
    scene.start_worker()
    scene.until(lambda: {row["reason"] for row in scene.rows()} == {"no connection"})
    scene.sink = scene.start_sink()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 12
    scene.check()


@pytest.mark.long
def test_mail_server_is_a_tarpit(scene):
    """Each mail costs a time-out: whoever is not reached in time is tried later, and a worker stays obedient."""
    scene.sink.ask(do="tarpit", seconds=3, times=8)
    worker = scene.start_worker()
    keys = scene.plan(range(1, 13))
    scene.until(lambda: sum(event["event"] == "tarpit" for event in scene.history()) >= 2)
    assert worker.terminate(within=30) == 0
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 12
    scene.check()


# F14.
def test_rows_that_spoil_their_chunk(scene):
    """One that always raises fails in the end, what is no longer so and who left is skipped, all others are told."""
    broken, moot, left = scene.plan([1001, 1002, 1003])
    keys = scene.plan(range(4, 48, 4))
    assert left[3] not in {key[3] for key in (broken, moot, *keys)}
    scene.driver.ask(do="leave", reader=left[3])
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    scene.stated = {broken: "failed", moot: "skipped", left: "skipped"} | dict.fromkeys(keys, "sent")
    scene.check()
