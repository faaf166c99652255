"""Who watches: heartbeats of what works, and the end of a worker that lives and takes nothing."""

import pytest

from portal.watchdog import EX_UNAVAILABLE


@pytest.mark.both
def test_worker_that_takes_nothing_ends_and_the_next_goes_on(scene):
    """Deaf after its broker was away: alive, answering pings, and of no use. Whoever started it starts another."""
    worker = scene.start_worker(watchdog=5)
    scene.until(lambda: scene.beats("worker") < 3)
    scene.driver.ask(do="deafen")
    keys = scene.plan(range(1, 13))
    assert worker.popen.wait(30) == EX_UNAVAILABLE, scene.tell("It ended otherwise.")
    assert scene.accepted() == 0
    assert "took none of its last" in worker.log.read_text()
    scene.start_worker(watchdog=5)
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == ["sent"] * 12
    scene.check()


@pytest.mark.both
def test_worker_with_a_long_task_is_left_alone(scene):
    """It takes no pulse either, for it has its hands full; afterwards it goes on."""
    worker = scene.start_worker(workers=1, watchdog=5)
    scene.until(lambda: scene.beats("worker") < 3)
    scene.driver.ask(do="nap", seconds=8)
    scene.until(lambda: scene.beats("worker") > 6)
    scene.fault_is_over()
    scene.settle()
    assert worker.popen.poll() is None
    scene.check()


@pytest.mark.stack("large")
@pytest.mark.long
def test_worker_without_its_broker_is_not_the_watchdog_s_business(scene):
    """It goes on, or Celery itself gives up (which it does now and then): whoever started it starts another."""
    worker = scene.start_worker(watchdog=5)
    scene.until(lambda: scene.beats("worker") < 3)
    scene.broker.kill()
    scene.until(lambda: scene.beats("worker") > 8, ticks=False)
    assert worker.popen.poll() in {None, 1}
    assert "took none of its last" not in worker.log.read_text()
    scene.broker = scene.start_broker()
    if worker.popen.poll() is not None:
        scene.start_worker(watchdog=5)
    scene.fault_is_over()
    scene.settle()
    scene.check()


def test_clock_gives_signs_of_life_for_as_long_as_it_works(scene):
    beat = scene.start_beat()
    scene.until(lambda: scene.beats("beat") < 3, ticks=False)
    beat.kill()
    scene.until(lambda: scene.beats("beat") > 3, ticks=False)
    assert scene.beats("worker") == float("inf")
