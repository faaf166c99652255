"""Queues that lose, repeat or stop: the ledger knows what is due, so a lost message costs delay."""

import pytest

MAILS = range(1, 13)
SLOW = {"do": "slow", "times": 99}


# F3, F4.
@pytest.mark.stack("large")
def test_redis_killed_and_back_empty(scene):
    """The worker and beat that were running go on by themselves, if later where much else runs."""
    scene.sink.ask(**SLOW, seconds=0.2)
    worker, beat = scene.start_worker(), scene.start_beat()
    keys = scene.plan(MAILS)
    scene.until(lambda: scene.accepted() >= 3, ticks=False)
    scene.broker.kill()
    keys += scene.plan(range(21, 24))
    scene.broker = scene.start_broker()
    scene.fault_is_over()
    scene.settle(ticks=False)
    assert scene.states(keys) == ["sent"] * 15
    assert (worker.popen.poll(), beat.popen.poll()) == (None, None)
    scene.check()


@pytest.mark.stack("large")
def test_redis_flushed(scene):
    """What was queued and is gone is queued again."""
    keys = scene.plan(MAILS)
    scene.flush_broker()
    scene.start_worker()
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 12
    scene.check()


# F5.
def test_same_message_three_times_at_once(scene):
    scene.sink.ask(**SLOW, seconds=0.1)
    keys = scene.plan(MAILS)
    scene.driver.ask(do="deliver", times=3)
    scene.start_worker(workers=3)
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 12
    scene.check()


# F6.
def test_two_beats(scene):
    """Two clocks that both plan and both queue: as many mails as from one."""
    scene.start_worker()
    for _beat in range(2):
        scene.start_beat(plans=True)
    scene.until(lambda: scene.accepted() >= 4, ticks=False)
    for beat in scene.started[-2:]:
        beat.terminate(within=10)
    scene.fault_is_over()
    scene.settle()
    asked = scene.periods_file.read_text().split()
    assert len(asked) > len(set(asked)) >= 4
    scene.due += [("faults.once", 1, period, "p1", "mail") for period in set(asked)]
    scene.check()
