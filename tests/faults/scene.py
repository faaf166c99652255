"""The processes of one scenario, on loopback: a mail server, a driver, workers, beats and a broker. All are real.

A stack is what they stand on: `small` is SQLite and the folder of messages, `large` PostgreSQL and Redis. Every process
leads a group of its own, so that a fault ends exactly what it is meant to.
"""

import fcntl
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.faults.checker import Key, Run, violations

ROOT = Path(__file__).parents[2]
READERS = 4
PROBE = 5000  # the first subject of what is planned to see whether work goes on
SERVER = os.environ.get("DATABASE_URL", "")
REDIS = shutil.which("redis-server") or shutil.which("valkey-server")
STACKS = ["small", "large"] if SERVER.startswith("postgres") and REDIS else ["small"]


class Process:
    """A process of ours, its output in a file."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path, *, talks: bool = False) -> None:
        self.log = log
        pipe = subprocess.PIPE if talks else None
        with log.open("w") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=pipe or subprocess.DEVNULL,
                stdout=pipe or output,
                stderr=output,
                text=True,
                start_new_session=True,
            )

    def ask(self, **order: Any) -> Any:
        """Give an order and wait for its answer; None when the process died of it."""
        assert self.popen.stdin
        self.popen.stdin.write(json.dumps(order) + "\n")
        self.popen.stdin.flush()
        return self.hear()

    def hear(self) -> Any:
        assert self.popen.stdout
        answer = self.popen.stdout.readline()
        return json.loads(answer) if answer else None

    def children(self) -> list[int]:
        found = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def terminate(self, within: float) -> int:
        """Ask it to end, as a service manager does, and wait."""
        self.popen.terminate()
        return self.popen.wait(within)

    def kill(self) -> None:
        """End it and all its children at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(10)
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe:
                pipe.close()


class Scene:
    """One scenario from its empty ledger to its verdict."""

    def __init__(self, stack: str, folder: Path, database: str) -> None:
        self.stack, self.folder, self.database = stack, folder, database
        self.started: list[Process] = []
        self.due: list[Key] = []
        self.stated: dict[Key, str] = {}
        self.mail_port, self.broker_port, self.hook_port, self.web_port = (free_port() for _port in range(4))
        self.history_file = folder / "history.jsonl"
        self.history_file.touch()
        self.periods_file = folder / "periods"
        self.recovered: tuple[Key, float] | None = None
        self.environment = _environment(folder, database) | {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "FAULTS_PERIODS": str(self.periods_file),
            "WEBHOOK_LOOPBACK": "1",
        }
        if stack == "large":
            self.environment["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.broker_port}/0"

    def open(self) -> None:
        """Start what every scenario needs."""
        self.driver = self.start_driver()
        self.sink = self.start_sink()
        if self.stack == "large":
            self.broker = self.start_broker()

    # --- processes ---

    def _start(self, name: str, command: Sequence[str], *, talks: bool = False, **environment: str) -> Process:
        log = self.folder / f"{len(self.started)}-{name}.log"
        process = Process(command, self.environment | environment, log, talks=talks)
        self.started.append(process)
        return process

    def start_worker(self, fault: str = "", workers: int = 2, watchdog: int = 0, **environment: str) -> Process:
        """The worker of the Procfile. With a fault it is one that will not live long; with a watchdog it ends after so
        many unanswered pulses (two a second)."""
        return self._start("worker", ["bin/process", "worker"], RAPPORT_FAULT=fault, TASK_WORKERS=str(workers),
                           WORKER_WATCHDOG_MINUTES=str(watchdog), talks=False, **environment)  # fmt: skip

    def start_web(self) -> Process:
        """The portal, as close to production as it goes without https."""
        web = self._start("web", ["bin/process", "web"], PORT=str(self.web_port), WEB_WORKERS="1", RAPPORT_DEMO="1",
                          DEBUG="0")  # fmt: skip
        wait_until(lambda: _listens(self.web_port), 30)
        return web

    def post(self, path: str) -> int:
        """What the portal answers to a form that needs no session."""
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=40)
        with closing(connection):
            connection.request("POST", path, "List-Unsubscribe=One-Click",
                               {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
            return connection.getresponse().status

    def start_cable(self, target: int) -> tuple[Process, int]:
        """What leads to this port and can be cut, and its own port."""
        port = free_port()
        cable = self._start("proxy", [sys.executable, "-m", "tests.faults.proxy", str(port), str(target)], talks=True)
        assert cable.hear() == "ready"
        return cable, port

    def start_beat(self, *, plans: bool = False) -> Process:
        """The clock. Ticks each second, and plans what tests/faults/tasks.py says if wanted."""
        file = self.folder / f"beat-{len(self.started)}"
        return self._start("beat", ["bin/process", "beat"], BEAT_FILE=str(file), FAULTS_PLAN="1" if plans else "")

    def start_driver(self) -> Process:
        return self._start("driver", [sys.executable, "-m", "tests.faults.driver"], talks=True)

    def start_sink(self) -> Process:
        command = [sys.executable, "-m", "tests.faults.sink", str(self.mail_port), str(self.history_file)]
        sink = self._start("sink", command, talks=True)
        assert sink.hear() == "ready"
        return sink

    def start_receiver(self) -> Process:
        """What listens at the address of webhooks."""
        command = [sys.executable, "-m", "tests.faults.receiver", str(self.hook_port), str(self.history_file)]
        receiver = self._start("receiver", command, talks=True)
        assert receiver.hear() == "ready"
        return receiver

    def start_broker(self) -> Process:
        """Redis without persistence: what it held is gone with it."""
        assert REDIS
        broker = self._start("redis", [REDIS, "--port", str(self.broker_port), "--bind", "127.0.0.1", "--save", "",
                                       "--dir", str(self.folder), "--loglevel", "warning"])  # fmt: skip
        wait_until(lambda: _listens(self.broker_port), 10)
        return broker

    def cut_database(self) -> None:
        """End every connection to the database, amid whatever it was doing. The driver begins anew."""
        name = self.database.rpartition("/")[2]
        _on_server(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self.driver.kill()
        self.driver = self.start_driver()

    def empty_queue(self) -> None:
        """Nothing of before is queued any more."""
        if self.stack == "large":
            self.flush_broker()
        for message in (self.folder / "broker" / "queue").glob("*.msg"):
            message.unlink()

    def flush_broker(self) -> None:
        with redis.Redis(port=self.broker_port) as connection:
            connection.flushall()

    @contextmanager
    def other_writer(self) -> Iterator[None]:
        """Somebody else holds SQLite's one lock for writing."""
        with closing(sqlite3.connect(self.database.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def fill_disk(self, *processes: Process) -> None:
        """Not a byte more goes into any file, for these and their children."""
        self._limit_files(processes, 0)

    def free_disk(self, *processes: Process) -> None:
        self._limit_files(processes, resource.RLIM_INFINITY)

    def _limit_files(self, processes: Sequence[Process], most: int) -> None:
        for process in processes:
            for pid in (process.popen.pid, *process.children()):
                _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))

    def rest(self) -> None:
        """Everything that knows the database ends, as for a backup or a restore."""
        for process in self.started:
            if process.popen.poll() is None and process not in {self.sink, getattr(self, "broker", None)}:
                process.kill()

    def back_up(self) -> None:
        self._copy(self.database, f"{self.database}_backup")
        self.driver = self.start_driver()

    def restore(self) -> None:
        self._copy(f"{self.database}_backup", self.database)
        self.driver = self.start_driver()

    def _copy(self, source: str, target: str) -> None:
        """One database in place of another. Nobody has either open."""
        if self.stack == "small":
            before, after = (Path(each.removeprefix("sqlite:///")) for each in (source, target))
            for name in (after, after.with_name(f"{after.name}-wal"), after.with_name(f"{after.name}-shm")):
                name.unlink(missing_ok=True)
            with sqlite3.connect(before) as opened, sqlite3.connect(after) as copied:
                opened.backup(copied)
            return
        before_, after_ = (each.rpartition("/")[2] for each in (source, target))
        _on_server(f'DROP DATABASE IF EXISTS "{after_}" WITH (FORCE)')
        _on_server(f'CREATE DATABASE "{after_}" TEMPLATE "{before_}"')

    # --- what features and the clock do ---

    def plan(self, subjects: Sequence[int], kind: str = "faults.once", end: str = "", due_in: float = 0) -> list[Key]:
        """Plan what is due now, and remember that it is due. With an `end` other than a commit, see the driver."""
        answer = self.driver.ask(do="plan", subjects=list(subjects), kind=kind, end=end, due_in=due_in)
        keys = [_key(each) for each in answer or []]
        if not end:
            self.due += keys
        return keys

    def listen(self, count: int = 1) -> None:
        """So many webhooks of a team that lead to the receiver."""
        self.driver.ask(do="listen", url=f"http://127.0.0.1:{self.hook_port}/hook", count=count)

    def announce(self, subjects: Sequence[int]) -> list[Key]:
        """Tell the team of these, and remember that it is due."""
        keys = [_key(each) for each in self.driver.ask(do="announce", subjects=list(subjects))]
        self.due += keys
        return keys

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.driver.ask(do="rows")
        return [{**row, "key": _key(row["key"])} for row in found]

    def states(self, keys: Sequence[Key]) -> list[str]:
        """How these ended, in order of their names."""
        return sorted(row["state"] for row in self.rows() if row["key"] in keys)

    def beats(self, kind: str) -> float:
        """How many seconds ago something of this kind last gave a sign of life."""
        return min((age for each, age in self.driver.ask(do="heartbeats") if each == kind), default=float("inf"))

    def history(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.history_file.read_text().splitlines()]

    def accepted(self) -> int:
        return sum(event["event"] == "accepted" for event in self.history())

    def until(self, reached: Callable[[], bool], seconds: float = 150, *, ticks: bool = True) -> None:
        """Wait, and tick twice a second meanwhile as beat would."""
        last = [0.0]

        def look() -> bool:
            if ticks and time.monotonic() - last[0] > 0.5:
                last[0] = time.monotonic()
                self.driver.ask(do="tick")
            return reached()

        try:
            wait_until(look, seconds)
        except TimeoutError:
            raise AssertionError(self.tell("It did not come to pass.")) from None

    def settle(self, *, ticks: bool = True) -> None:
        """Wait until nothing is open."""
        self.until(lambda: not {"planned", "claimed", "sending"} & {row["state"] for row in self.rows()}, ticks=ticks)

    def fault_is_over(self) -> None:
        """From now on a minute may pass until something new is sent."""
        (key,) = self.plan([PROBE + len(self.due)])
        self.recovered = (key, time.time())

    # --- the verdict ---

    def check(self, *, kills: int = 0, repeating: Sequence[str] = ()) -> None:
        rows, history = self.rows(), self.history()
        found = violations(
            Run(
                due=self.due,
                rows=rows,
                history=history,
                kills=kills,
                repeating=frozenset(repeating),
                audit_problem=self.driver.ask(do="audit_problem"),
                seconds_to_consume=self._seconds_to_consume(rows, history),
                stated=self.stated,
            )
        )
        assert not found, self.tell("\n".join(found))

    def _seconds_to_consume(self, rows: list[dict[str, Any]], history: list[dict[str, Any]]) -> float | None:
        assert self.recovered, "say when the fault is over"
        key, since = self.recovered
        names = {row["message_id"] for row in rows if row["key"] == key}
        taken = [event["at"] for event in history if event["event"] == "accepted" and event["message_id"] in names]
        return min(taken) - since if taken else None

    def tell(self, problem: str) -> str:
        """The problem, the ledger, the history and what the processes said."""
        logs = [f"--- {each.log.name}\n{each.log.read_text()[-3000:]}" for each in self.started]
        rows = [f"{row['key'][:3]} {row['state']} {row['reason']} {row['message_id']}" for row in self.rows()]
        return "\n".join([problem, *rows, self.history_file.read_text(), *logs])

    def close(self) -> None:
        for process in reversed(self.started):
            process.kill()


# --- databases ------------------------------------------------------------------------------------------------------


@contextmanager
def open_scene(stack: str, folder: Path, server: str = SERVER) -> Iterator[Scene]:
    """A scene on a database of its own: a copy of one that was migrated once. On another server it is migrated now."""
    scratch = Path(os.environ["RAPPORT_TEST_SCRATCH"])
    with (scratch / f"faults-{stack}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        opened = _small(scratch, folder) if stack == "small" else _large(scratch, server)
        database = next(opened)
    try:
        scene = Scene(stack, folder, database)
        try:
            scene.open()
            yield scene
        finally:
            scene.close()
    finally:
        next(opened, None)


def _small(scratch: Path, folder: Path) -> Iterator[str]:
    template = scratch / "faults.sqlite3"
    if not template.exists():
        fresh = scratch / "faults-fresh.sqlite3"
        _fill(scratch, f"sqlite:///{fresh}")
        fresh.rename(template)
    shutil.copy(template, folder / "faults.sqlite3")
    yield f"sqlite:///{folder / 'faults.sqlite3'}"


def _large(scratch: Path, server: str) -> Iterator[str]:
    if server != SERVER:  # it ends with everything in it
        _fill(scratch, server)
        yield server
        return
    name, server = f"faults_{uuid.uuid4().hex}", SERVER.rpartition("/")[0]
    remembered = scratch / "faults-template"
    if not remembered.exists():
        _on_server(f'CREATE DATABASE "{name}_template"')
        _fill(scratch, f"{server}/{name}_template")
        remembered.write_text(f"{name}_template")
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{remembered.read_text()}"')
    yield f"{server}/{name}"
    for each in (name, f"{name}_backup"):
        _on_server(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def empty_database(stack: str, folder: Path) -> Iterator[str]:
    """One without tables."""
    if stack == "small":
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    name = f"faults_{uuid.uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}"')
    yield f"{SERVER.rpartition('/')[0]}/{name}"
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def migrating(folder: Path, database: str) -> Process:
    """What a release runs."""
    log = folder / f"migrate-{uuid.uuid4().hex}.log"
    return Process([sys.executable, "manage.py", "migrate", "-v1"], _environment(folder, database), log)


def _fill(scratch: Path, database: str) -> None:
    environment = _environment(scratch, database)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    seed = json.dumps({"do": "seed", "readers": READERS})
    subprocess.run([sys.executable, "-m", "tests.faults.driver"], cwd=ROOT, env=environment, check=True, input=seed,
                   text=True, stdout=subprocess.DEVNULL)  # fmt: skip


def _environment(folder: Path, database: str) -> dict[str, str]:
    """As little as can be: nothing of the settings of tests, which run tasks at once and send no mail."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "PYTHONPATH": str(ROOT),
        "DEBUG": "1",  # not production, which refuses faults
        "DATABASE_URL": database,
        "CELERY_BROKER_DIR": str(folder / "broker"),
        "MEDIA_ROOT": str(folder / "media"),
        "LEDGER_MEMORY": str(folder / "ledger-memory.json"),
        "LOG_LEVEL": "WARNING",
    }


def _key(parts: Sequence[Any]) -> Key:
    kind, subject, occurrence, reader, channel = parts
    return kind, subject, occurrence, reader, channel


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(reached: Callable[[], bool], seconds: float) -> None:
    """Look often; TimeoutError when it is not so in time."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)
