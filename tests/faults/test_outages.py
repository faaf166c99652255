"""What lies under the portal gives way: the lock of the database, the disk, the network, the database itself."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.scene import ROOT, STACKS, empty_database, migrating, open_scene, wait_until

sys.path.insert(0, str(ROOT / "bin"))

import services

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


# F9. On a cluster of its own, as nobody else's shall go down.
@pytest.mark.skipif("large" not in STACKS, reason="needs PostgreSQL and Redis")
@pytest.mark.long
def test_database_crashes_and_is_back(tmp_path):
    """The worker and the portal live on; what could not be noted is in doubt, and a page fails at most for a moment."""
    programs = services.find_postgresql()
    with (
        services.postgresql(programs, "-c synchronous_commit=on") as server,
        open_scene("large", tmp_path, server) as scene,
    ):
        scene.sink.ask(**SLOW, seconds=0.3)
        web, path = scene.start_web(), scene.driver.ask(do="switch_path", kind="faults.repeating")
        assert scene.post(path) == 200
        keys = scene.plan(MAILS)
        worker = scene.start_worker()
        scene.until(lambda: scene.accepted() >= 3)
        scene.driver.kill()
        with psycopg.connect(server) as connection:
            ((data,),) = connection.execute("SHOW data_directory").fetchall()
        services.restart_postgresql(programs, data)
        answers = [scene.post(path) for _time in range(10)]
        assert set(answers[:-1]) <= {200, 503}
        assert answers[-1] == 200
        scene.driver = scene.start_driver()
        scene.fault_is_over()
        scene.settle()
        assert scene.states(keys).count("unknown") <= 1
        assert (worker.popen.poll(), web.popen.poll()) == (None, None)
        scene.check(kills=1)


# F16, under PostgreSQL: a file system of its own that somebody else fills to the last byte.
@pytest.mark.skipif("large" not in STACKS, reason="needs PostgreSQL and Redis")
@pytest.mark.long
def test_disk_of_the_database_is_full_for_a_while(tmp_path):
    """Pages say that it is for a moment, and the worker goes on by itself once there is room again."""
    programs = services.find_postgresql()
    with (
        file_system(megabytes=200) as disk,
        services.postgresql(programs, "-c synchronous_commit=on", within=disk) as server,
        open_scene("large", tmp_path, server) as scene,
    ):
        scene.sink.ask(**SLOW, seconds=0.3)
        web, path = scene.start_web(), scene.driver.ask(do="switch_path", kind="faults.repeating")
        assert scene.post(path) == 200
        keys = scene.plan(MAILS)
        worker = scene.start_worker()
        scene.until(lambda: scene.accepted() >= 3)
        with psycopg.connect(server) as connection:
            ((data,),) = connection.execute("SHOW data_directory").fetchall()
        with full(disk):
            # Each leaves a line in the trail; what room the database set aside before is used up first.
            answers = [scene.post(each) for _time in range(200) for each in (f"{path}undo/", path)]
        assert set(answers) == {200, 503}
        scene.driver.kill()
        services.restart_postgresql(programs, data)  # it may have stopped for want of room
        wait_until(lambda: scene.post(path) == 200, 30)
        scene.driver = scene.start_driver()
        scene.fault_is_over()
        scene.settle()
        assert scene.states(keys).count("unknown") <= 1
        assert (worker.popen.poll(), web.popen.poll()) == (None, None)
        scene.check(kills=1)


@contextmanager
def file_system(megabytes):
    """One of this size, in memory, at a place that the account of the database may enter."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-disk-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("only root may mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def full(folder):
    """Not a byte of room is left on its file system."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


# F18.
@pytest.mark.parametrize("stack", [STACKS[-1], pytest.param("small", marks=pytest.mark.long)][: len(STACKS)])
@pytest.mark.parametrize(
    "after", [pytest.param(3, marks=pytest.mark.long), 20, pytest.param(50, marks=pytest.mark.long)]
)
def test_migration_killed(tmp_path, stack, after):
    """Run again, it completes: the same tables, constraints and triggers as without the interruption."""
    (tmp_path / "whole").mkdir()
    with empty_database(stack, tmp_path) as database, empty_database(stack, tmp_path / "whole") as whole:
        first = migrating(tmp_path, database)
        wait_until(lambda: first.log.read_text().count(" OK") >= after, 60)
        first.kill()
        again, uninterrupted = migrating(tmp_path, database), migrating(tmp_path, whole)
        for each in (again, uninterrupted):
            assert each.popen.wait(120) == 0, each.log.read_text()
        assert first.log.read_text().count(" OK") < uninterrupted.log.read_text().count(" OK")
        assert _schema(database) == _schema(whole)


def _schema(database):
    """What the engine says of its tables, constraints and triggers."""
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
            return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master"), key=str)
    columns = """SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = 'public'"""
    constraints = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    triggers = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
    with psycopg.connect(database) as connection:
        return [sorted(connection.execute(each).fetchall(), key=str) for each in (columns, constraints, triggers)]
