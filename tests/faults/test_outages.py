"""What lies under the portal gives way: the lock of the database, the disk, the network, the database itself."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

MAILS = range(1, 13)
SLOW = {"do": "slow", "times": 99}


# F10.
@pytest.mark.stack("small")
@pytest.mark.both
def test_somebody_else_writes_for_ten_seconds(scene):
    """A page, a feature and a worker wait for their turn; none of them fails, and nothing is in doubt."""
    scene.sink.ask(**SLOW, seconds=0.2)
    web, path = scene.start_web(), scene.driver.ask(do="switch_path", kind="faults.repeating")
    keys = scene.plan(MAILS)
    worker = scene.start_worker(FAULTS_LEASE="60")
    scene.until(lambda: scene.accepted() >= 3)
    with ThreadPoolExecutor() as pool:
        with scene.other_writer():
            answer, planned = pool.submit(scene.post, path), pool.submit(scene.plan, range(21, 24))
            time.sleep(10)
            assert (answer.done(), planned.done()) == (False, False)
            before = scene.accepted()
        assert answer.result(10) == 200
    assert before <= 5  # only what was begun by then
    assert scene.driver.ask(do="is_switched_off", kind="faults.repeating")
    scene.fault_is_over()
    scene.settle()
    assert scene.states([*keys, *planned.result()]) == ["sent"] * 15
    assert "locked" not in worker.log.read_text() + web.log.read_text()
    scene.check()


# F16.
@pytest.mark.stack("small")
@pytest.mark.both
def test_disk_is_full_for_a_while(scene):
    """A page says that it is for a moment; the worker goes on by itself when there is room again."""
    scene.sink.ask(**SLOW, seconds=0.2)
    web, path = scene.start_web(), scene.driver.ask(do="switch_path", kind="faults.repeating")
    keys = scene.plan(MAILS)
    worker = scene.start_worker(workers=1)
    scene.until(lambda: scene.accepted() >= 3)
    scene.fill_disk(worker, web)
    assert scene.post(path) == 503
    end = time.monotonic() + 5  # every lease is over
    scene.until(lambda: time.monotonic() > end)
    before = scene.accepted()
    scene.free_disk(worker, web)
    assert before <= 6
    assert not scene.driver.ask(do="is_switched_off", kind="faults.repeating")
    assert scene.post(path) == 200
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys).count("unknown") <= 1
    assert (worker.popen.poll(), web.popen.poll()) == (None, None)
    scene.check(kills=1)


# F4, F9, F11: the network. How it fails, and how many mails are in doubt at most.
@pytest.mark.stack("large")
@pytest.mark.parametrize(("how", "doubts"), [("cut", 1), ("hold", 0)])
def test_network_to_the_database(scene, how, doubts):
    """Cut, or silent for five seconds: the worker goes on by itself."""
    scene.sink.ask(**SLOW, seconds=0.2)
    server = urlsplit(scene.database)
    cable, port = scene.start_cable(server.port)
    through = scene.database.replace(f":{server.port}/", f":{port}/")
    keys = scene.plan(MAILS)
    worker = scene.start_worker(DATABASE_URL=through, FAULTS_LEASE="30" if how == "hold" else "4")
    scene.until(lambda: scene.accepted() >= 3)
    cable.ask(do=how)
    time.sleep(5)
    cable.ask(do="mend")
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys).count("unknown") <= doubts
    assert worker.popen.poll() is None
    scene.check(kills=doubts)


@pytest.mark.parametrize(
    ("kind", "states"), [("faults.once", ["sent"] * 11 + ["unknown"]), ("faults.repeating", ["sent"] * 12)]
)
def test_network_to_the_mail_server_is_cut_amid_a_mail(scene, kind, states):
    """Half a mail is no mail; but whether the other side has all of it nobody knows here."""
    cable, port = scene.start_cable(scene.mail_port)
    cable.ask(do="cut_after", bytes=2000)
    keys = scene.plan(MAILS, kind=kind)
    scene.start_worker(EMAIL_URL=f"smtp://127.0.0.1:{port}")
    scene.until(lambda: scene.accepted() >= 3)  # so it was cut, and connected again
    scene.fault_is_over()
    scene.settle()
    assert scene.states(keys) == states
    assert scene.accepted() == states.count("sent") + 1
    scene.check(kills=states.count("unknown"))
