"""Throw-away servers for tests and benchmarks: private, on loopback, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotStarted(Exception):
    """A server is installed but would not start; the text says why."""


def find_postgresql() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found.sort(key=lambda folder: float(folder.parent.name))
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    if os.geteuid() == 0 and not (shutil.which("runuser") and _has_user("postgres")):
        return None  # the server refuses to run as root, and there is nobody else to be
    return found[-1] if found else None


def find_redis() -> str | None:
    """The program of a Redis or Valkey server, or None."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def find_chromium() -> str | None:
    """The program of a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def postgresql(programs: Path, more: str = "", within: Path | None = None) -> Iterator[str]:
    """Run a cluster of its own, in a new folder `within` another, and give its DATABASE_URL. Durability is off: nothing
    in it outlives the run. `more` are settings that say otherwise ("-c synchronous_commit=on")."""
    with tempfile.TemporaryDirectory(prefix="rapport-postgresql-", ignore_cleanup_errors=True, dir=within) as folder:
        become = _server_account()
        if become:
            shutil.chown(folder, "postgres")
        data, port = Path(folder) / "data", free_port()
        control = [*become, str(programs / "pg_ctl"), "-D", str(data), "-l", str(Path(folder) / "log"), "-w"]
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 "
            f"-c fsync=off -c synchronous_commit=off -c full_page_writes=off {more}"
        )
        _run([*become, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", "--no-sync"], folder)  # fmt: skip
        _run([*control, "-o", options, "start"], folder)
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], folder)


def restart_postgresql(programs: Path, data: str) -> None:
    """Stop the cluster in that folder as if it had crashed, and start it again."""
    log = Path(data).parent / "log"
    control = [*_server_account(), str(programs / "pg_ctl"), "-D", data, "-l", str(log), "-w"]
    _run([*control, "-m", "immediate", "restart"], str(log.parent))


def _server_account() -> list[str]:
    """What to put before a command so that the server does not run as root, which it refuses."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextmanager
def redis(program: str) -> Iterator[str]:
    """Run a server of its own, without persistence, and give its address (redis://host:port)."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="rapport-redis-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder,
                   "--databases", "64", "--loglevel", "warning"]  # fmt: skip
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            wait_until_listening(port, server)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=10)


def free_port() -> int:
    """A port on loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(command: list[str], folder: str) -> None:
    # Output goes to a file: a server that stays behind would hold a pipe open for ever.
    output = Path(folder) / "output"
    with output.open("w") as sink:
        done = subprocess.run(command, stdout=sink, stderr=subprocess.STDOUT, cwd=folder, check=False, timeout=120)
    if done.returncode:
        raise NotStarted(f"{' '.join(command)}\n{output.read_text().strip()}")


def wait_until_listening(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers on the port. Raises NotStarted when it ends, or does not within ten seconds."""
    for _ in range(100):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    server.kill()
    raise NotStarted("The server did not start.")
