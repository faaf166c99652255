"""One database of one size: build it, serve both sites on it, measure every page. Prints a JSON list.

`benchmarks/__main__.py` starts it with DATABASE_URL set to an empty database.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

import services  # noqa: E402 (its folder is named above)

WARM_UP, MEASURED = 15, 60


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
    cookies = {"recruiter": _sign_in(built.reader), "panellist": _sign_in(built.panellist), "nobody": ""}
    addresses = [(page, page.address(built)) for page in PAGES if only in page.name]
    connections.close_all()
    with ExitStack() as stack:
        ours = stack.enter_context(_serve("portal.wsgi:application", "portal.settings"))
        floor = stack.enter_context(_serve("django.core.wsgi:get_wsgi_application()", "benchmarks.floor_settings"))
        for page, address in addresses:
            signed_in = cookies[page.reader]
            pair = [(ours, address, signed_in), (floor, page.floor, cookies["recruiter"])]
            ours_ms, floor_ms = _in_turns(pair)
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


@contextmanager
def _serve(application: str, settings: str) -> Iterator[http.client.HTTPConnection]:
    port = services.free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1",
               "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60", "--log-level", "error"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": settings})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _ in range(200):
            try:
                connection.connect()
                break
            except OSError:
                time.sleep(0.1)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait(timeout=30)


def _in_turns(pair: list[tuple[http.client.HTTPConnection, str, str]]) -> list[float]:
    """The median milliseconds of each of the pages, asked for in turns over connections that stay open."""
    times: list[list[float]] = [[] for _ in pair]
    for turn in range(WARM_UP + MEASURED):
        for place, (connection, address, cookie) in enumerate(pair):
            started = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{address} answered {answer.status}, so there is nothing to measure.")
            if turn >= WARM_UP:
                times[place].append((time.perf_counter() - started) * 1000)
    return [statistics.median(of_one) for of_one in times]


if __name__ == "__main__":
    main()
