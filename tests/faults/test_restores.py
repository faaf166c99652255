"""F15: an old backup is restored. What it calls planned may have been sent: nothing of it goes by itself."""

import time
from collections import Counter

import pytest


@pytest.mark.both
def test_restored_backup_sends_nothing_again(scene):
    """What was due by then waits for a person, be it in the backup or planned again after it; new things go."""
    scene.start_worker()
    scene.start_beat()
    scene.plan(range(1, 4))
    scene.settle(ticks=False)
    scene.rest()
    scene.driver = scene.start_driver()
    in_backup = scene.plan(range(11, 14))
    unsent = scene.plan(range(31, 34), kind="faults.repeating")
    scene.rest()
    scene.back_up()

    # Life goes on: what was planned is sent, but for what was put off, and something that the backup never heard of.
    scene.driver.ask(do="put_off", kind="faults.repeating", seconds=3600)
    scene.start_worker()
    scene.start_beat()
    scene.plan(range(21, 24))
    scene.until(lambda: told(scene).keys() >= titles(*range(11, 14), *range(21, 24)), ticks=False)
    scene.rest()
    before = told(scene)
    assert before == Counter(titles(*range(1, 4), *range(11, 14), *range(21, 24)))

    scene.restore()
    scene.empty_queue()
    scene.driver.ask(do="deliver", times=1)  # a message of before comes first: the backup knows its ids as planned
    scene.start_worker(workers=1)
    scene.until(lambda: scene.driver.ask(do="is_held"), ticks=False)
    planned_again = scene.plan(range(21, 24), due_in=-5)
    scene.start_beat()
    new = scene.plan(range(41, 44))
    scene.until(lambda: scene.states(new) == ["sent"] * 3, ticks=False)
    scene.fault_is_over()
    scene.until(lambda: told(scene).keys() >= titles(scene.recovered[0][1]), ticks=False)
    time.sleep(4)  # several ticks, and every lease is over
    assert scene.states([*in_backup, *unsent, *planned_again]) == ["planned"] * 9
    assert told(scene) - before == Counter(titles(41, 42, 43, scene.recovered[0][1]))

    assert scene.driver.ask(do="settle_hold", deed="discard", kind="faults.once") == 6
    assert scene.driver.ask(do="settle_hold", deed="release", kind="faults.repeating") == 3
    scene.driver.ask(do="end_hold")
    scene.settle(ticks=False)
    assert scene.states([*in_backup, *planned_again]) == ["skipped"] * 6
    assert scene.states(unsent) == ["sent"] * 3
    assert told(scene) - before == Counter(titles(31, 32, 33, 41, 42, 43, scene.recovered[0][1]))
    assert scene.driver.ask(do="audit_problem") == ""


def told(scene):
    """How often each mail was taken, by what it was about."""
    return Counter(event["title"] for event in scene.history() if event["event"] == "accepted")


def titles(*subjects):
    return {f"About {subject}": 1 for subject in subjects}.keys()
