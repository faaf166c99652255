"""`make demo`: a believable organisation, served on this machine with web, worker and beat, until Ctrl-C.

The demo keeps to its own database, files, mail and queue under var/, whatever the environment says about others: its
accounts have known passwords.
"""

import argparse
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
HOST = "127.0.0.1"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    if not 0 < port < 65536:
        parser.error(f"{port} is not a port: give a number from 1 to 65535")
    if not _is_free(port):
        print(f"Port {port} is in use. Serve the demo elsewhere: make demo PORT={port + 1 if port < 65535 else 8000}")
        return 1
    environment = _environment(port)
    try:
        sign_ins = _prepare(environment)
    except KeyboardInterrupt:
        print("\nStopped before the demo was ready; the next `make demo` goes on from here.")
        return 130
    except subprocess.CalledProcessError as failure:
        print(f"\nThe demo could not be prepared: {' '.join(failure.cmd[1:])} failed, and says why above.")
        return 1
    return _serve(environment, port, sign_ins)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _environment(port: int) -> dict[str, str]:
    # None of the variables that describe a real installation reach the demo.
    kept = {
        name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "USER") if name in os.environ
    }
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "RAPPORT_DEMO": "1",
        "ORGANISATION_NAME": "Harbour & Vale",
        "DATABASE_URL": f"sqlite:///{VAR / 'demo.sqlite3'}",
        "CELERY_BROKER_URL": "filesystem://localhost//",
        "CELERY_BROKER_DIR": str(VAR / "demo-broker"),
        # Ctrl-C reaches the whole group at once, which forked workers take for their own end and never report.
        "TASK_POOL": "threads",
        # Whoever tries the demo in a container is root, and need not hear it at every start.
        "PYTHONWARNINGS": "ignore:You're running the worker",
        "MEDIA_ROOT": str(VAR / "demo-media"),
        "LEDGER_MEMORY": str(VAR / "demo-ledger-memory.json"),
        # Three slashes end the address; the fourth begins the path.
        "EMAIL_URL": f"filemail:///{VAR / 'demo-mail'}",
        "BEAT_FILE": str(VAR / "demo-beat"),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "LOG_LEVEL": "WARNING",
        "BIND": HOST,
        "PORT": str(port),
    }


def _prepare(environment: dict[str, str]) -> list[str]:
    """Bring the demo database up to date; return the lines that say who may sign in."""
    for folder in ("demo-mail", "static"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    for what, command in (
        ("Database", ["migrate", "--verbosity", "0"]),
        ("Starter content", ["load_starter"]),
        ("Organisation", ["load_demo"]),
    ):
        started = time.monotonic()
        print(f"{what} ...", flush=True)
        lines = _manage(command, environment)
        print(f"{what} ready in {time.monotonic() - started:.1f} s", flush=True)
    return lines


def _manage(command: list[str], environment: dict[str, str]) -> list[str]:
    """Run a management command in plain sight; return what it printed."""
    arguments = [sys.executable, str(ROOT / "manage.py"), *command]
    lines = []
    with subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout  # noqa: S101 (for the type checker; we asked for a pipe)
        for line in process.stdout:
            print(f"  {line}", end="", flush=True)
            lines.append(line.rstrip())
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return lines


def _serve(environment: dict[str, str], port: int, sign_ins: list[str]) -> int:
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, _again(command) if name == "worker" else command, env=environment, cwd=str(ROOT))
    # A closed terminal ends the demo as Ctrl-C does; honcho knows only the other two.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=_announce, args=(manager, port, sign_ins), daemon=True).start()
    manager.loop()
    asked_to = manager.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if asked_to else manager.returncode or 1


def _again(command: str) -> str:
    """The worker, and another when its watchdog has ended it (portal/watchdog.py), as systemd would start it."""
    return f"trap : INT TERM; while :; do ({command}); code=$?; [ $code = 69 ] || exit $code; done"


def _announce(manager: Manager, port: int, sign_ins: list[str]) -> None:
    """Say where the portal is, once it answers."""
    while not manager.returncode:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=30)
            connection.request("GET", "/livez")
            connection.getresponse()
            break
        time.sleep(0.2)
    else:
        return
    heading = max((at for at, line in enumerate(sign_ins) if "sign in" in line.lower()), default=0)
    lines = ["", f"Rapport is at http://{HOST}:{port}   (Ctrl-C ends it)", "", *sign_ins[heading:], ""]
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
