"""One database of one size: build it, serve both sites on it, measure every page. Prints a JSON list.

`benchmarks/__main__.py` starts it with DATABASE_URL set to an empty database.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

import services  # noqa: E402 (its folder is named above)

WARM_UP, MEASURED = 8, 40
CSRF_TOKEN = "b" * 32  # any will do: what counts is that cookie and header agree
Body = dict[str, str] | None
Requests = list[tuple[str, Body]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    django.setup()
    print(json.dumps(list(_measure(options.size, options.engine, options.only))))


def _measure(size: int, engine: str, only: str) -> Iterator[dict[str, Any]]:
    from django.core.management import call_command
    from django.db import connections

    from benchmarks import volume
    from benchmarks.pages import PAGES

    started = time.monotonic()
    call_command("migrate", verbosity=0)
    built = volume.build(size)
    volume.analyse()
    print(f"  {engine}, {size:,} candidates: built in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    cookies = {
        name: _sign_in(getattr(built, name)) for name in ("recruiter", "auditor", "panellist", "writer", "trainer")
    }
    cookies["nobody"] = ""
    asked = [(page, page.requests(built), page.floor(built)) for page in PAGES if only in page.name]
    connections.close_all()  # the sites shall find nothing locked
    with ExitStack() as stack:
        ours = stack.enter_context(_serve("portal.wsgi:application", "portal.settings"))
        floor = stack.enter_context(_serve("django.core.wsgi:get_wsgi_application()", "benchmarks.floor_settings"))
        for page, requests, floor_address in asked:
            ours_ms, floor_ms = _in_turns(
                [
                    (ours, requests, cookies[page.reader]),
                    (floor, [(floor_address, None)], cookies["recruiter"]),
                ]
            )
            print(f"  {page.name}: {ours_ms:.1f} / {floor_ms:.1f} ms", file=sys.stderr, flush=True)
            yield {
                "name": page.name,
                "rows": size,
                "engine": engine,
                "ours_ms": round(ours_ms, 2),
                "floor_ms": round(floor_ms, 2),
                "ratio": round(ours_ms / floor_ms, 2),
                "goal": page.goal,
            }


def _sign_in(person: Any) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@dataclass
class _Side:
    """A site that is being served."""

    connection: http.client.HTTPConnection
    server: int
    name: str

    def worked(self) -> float:
        """Milliseconds of processor time that the site's processes and its backends in the database have taken."""
        from django.db import connection

        processes = _family(self.server)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.name])
                processes += [pid for (pid,) in cursor.fetchall()]
        return sum(_processor_time(process) for process in processes)


def _stat(process: int) -> list[str]:
    """The fields of /proc/…/stat after the name, which may hold anything."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _processor_time(process: int) -> float:
    user, system = _stat(process)[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def _family(process: int) -> list[int]:
    """The process and its children."""
    found = [process]
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            if int(_stat(int(path.name))[1]) == process:
                found.append(int(path.name))
    return found


@contextmanager
def _serve(application: str, settings: str) -> Iterator[_Side]:
    port = services.free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1",
               "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60", "--log-level", "error"]  # fmt: skip
    # The name tells the sites' backends apart in PostgreSQL.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PGAPPNAME": settings}
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _ in range(200):
            try:
                connection.connect()
                break
            except OSError:
                time.sleep(0.1)
        yield _Side(connection, server.pid, settings)
    finally:
        connection.close()
        server.terminate()
        server.wait(timeout=30)


def _in_turns(sides: list[tuple[_Side, Requests, str]]) -> list[float]:
    """Milliseconds of work for a request of each side, asked in turns over connections that stay open. Each side asks
    for its requests one after the other, and begins again after the last."""
    before: list[float] = []
    for turn in range(WARM_UP + MEASURED):
        if turn == WARM_UP:
            before = [side.worked() for side, _requests, _cookie in sides]
        for side, requests, cookie in sides:
            address, body = requests[turn % len(requests)]
            _ask(side.connection, address, body, cookie)
    after = [side.worked() for side, _requests, _cookie in sides]
    return [max(late - early, 1) / MEASURED for early, late in zip(before, after, strict=True)]


def _ask(connection: http.client.HTTPConnection, address: str, body: Body, cookie: str) -> None:
    headers = {"Cookie": cookie}
    if body is not None:
        from django.conf import settings

        headers |= {
            "Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={CSRF_TOKEN}",
            "X-CSRFToken": CSRF_TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
    connection.request("GET" if body is None else "POST", address, urlencode(body) if body else None, headers)
    answer = connection.getresponse()
    said = answer.read()
    onward = answer.headers.get("Location", "")
    # A write may send the reader on, but not back to the form.
    if answer.status != 200 and not (answer.status == 302 and "/login" not in onward and "/fill" not in onward):
        raise SystemExit(f"{address} answered {answer.status}, so there is nothing to measure: {said[:300]!r}")


if __name__ == "__main__":
    main()
