"""Digests for a whole organisation at eight on a Monday: planned, composed, rendered and sent, on PostgreSQL.

    python -m benchmarks.fan_out --size 1000      (benchmarks/__main__.py gives it an empty database)

Prints one JSON object: processor time for each recipient of ours (worker and database together, over the connection
that a chunk keeps open), and of the floor, which renders and sends the same mails over one connection and does nothing
else; the most memory that the worker held; and how long a page took meanwhile, beside how long it takes when nothing
else happens.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

import services  # noqa: E402 (its folder is named above)

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PANEL = 25  # owe a scorecard of one interview
FLOOR = 1000  # mails that the floor renders and sends, or a few more, all along: each costs the same
ASKED = 40  # pages, idle and meanwhile


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--build", action="store_true", help="only make the rows; a process of its own, for the memory")
    options = parser.parse_args()
    size = options.size
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    port = services.free_port()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    django.setup()
    from django.core.management import call_command

    if options.build:
        call_command("migrate", verbosity=0)
        _build(size)
        return
    subprocess.run([sys.executable, "-m", "benchmarks.fan_out", f"--size={size}", "--build"], cwd=ROOT, check=True)
    with _running([sys.executable, "-m", "benchmarks.mail_sink", str(port)], port):
        print(json.dumps(_measure(size)))


def _measure(size: int) -> dict[str, Any]:
    from benchmarks.one_size import _serve, _sign_in
    from people.models import Person

    reader = Person.objects.get(email="reader@staff.example")
    with _serve("portal.wsgi:application", "portal.settings") as web:
        ask = [sys.executable, "-m", "benchmarks.asker", str(web.connection.port), _sign_in(reader), str(ASKED)]
        idle = _median(subprocess.run(ask, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
        before = _worked()
        planned = _plan()
        after_plan = _worked()
        asking = subprocess.Popen(ask, cwd=ROOT, stdout=subprocess.PIPE)
        delivered, floor = _deliver(size)
        meanwhile = _median(asking.communicate()[0])
    assert planned == size + 1, planned
    ours = (after_plan - before + delivered) / size
    return {
        "rows": size,
        "plan_ms": round((after_plan - before) / size, 3),
        "ours_ms": round(ours, 3),
        "floor_ms": round(floor, 3),
        "ratio": round(ours / floor, 2),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "page_idle_ms": round(idle, 1),
        "page_meanwhile_ms": round(meanwhile, 1),
    }


def _plan() -> int:
    from notifications.actions.digests import plan_digests
    from notifications.models import Delivery

    plan_digests(at=MONDAY)
    return Delivery.objects.filter(kind="notifications.digest").count()


def _deliver(size: int) -> tuple[float, float]:
    """What tick and workers do, one after the other. Milliseconds for all, and for each mail of the floor, which takes
    its turn before one chunk or another: what else the machine does meanwhile slows both alike."""
    from notifications.actions import dispatch, sending
    from notifications.models import Delivery

    floor, begun = _Floor(), _worked()
    while chunks := dispatch.take_due(at=MONDAY):
        for number, chunk in enumerate(chunks):
            if number % max(1, size // FLOOR) == 0:
                floor.take(chunk)
            sending.deliver(pks=chunk, clock=lambda: MONDAY)
    worked = _worked() - begun - floor.apart
    left = Delivery.objects.exclude(state__in=("sent", "skipped")).count()
    assert left == 0, left
    return worked, floor.milliseconds / floor.mails


class _Floor:
    """Renders and sends what was composed before, over one connection."""

    def __init__(self) -> None:
        from django.core import mail

        self.connection = mail.get_connection()
        self.connection.open()
        self.mails, self.milliseconds = 0, 0.0
        self.apart = 0.0  # with the composing, which is not the floor's, and the work of the database for it

    def take(self, pks: list[int]) -> None:
        """The same mails that this chunk is going to send."""
        from notifications.actions import letters
        from notifications.digests import PERSONAL
        from notifications.models import Delivery
        from notifications.reports import due_of

        begun = _worked()
        rows = list(Delivery.objects.filter(pk__in=pks, kind=PERSONAL.key).select_related("recipient").order_by("pk"))
        contents: Any = PERSONAL.compose([due_of(row, MONDAY) for row in rows]) if rows else {}
        told = [(row, contents[row.pk]) for row in rows if hasattr(contents[row.pk], "title")]
        if told and not self.mails:  # what a worker reads with its first mail is in neither's account
            letters.write(delivery=told[0][0], kind=PERSONAL.kind, content=told[0][1])
        before = time.process_time()
        for row, content in told:
            self.connection.send_messages([letters.write(delivery=row, kind=PERSONAL.kind, content=content)])
        self.milliseconds += (time.process_time() - before) * 1000
        self.mails += len(told)
        self.apart += _worked() - begun


def _worked() -> float:
    """Milliseconds of processor time of this process and of its backends in the database, ended ones included."""
    from django.db import connection

    from benchmarks.one_size import _processor_time

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((backend,),) = cursor.fetchall()
    return time.process_time() * 1000 + _processor_time(backend)


def _median(output: bytes) -> float:
    return float(statistics.median(json.loads(output)))


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        services.wait_until_listening(port, process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _build(size: int) -> None:
    """So many people who owe scorecards of two interviews each, and one who reads pages."""
    from django.db import transaction

    from benchmarks.volume import _insert, _kit
    from hiring import models as hiring
    from people.models import Person

    with transaction.atomic():
        reader = Person.objects.create(full_name="Reader", email="reader@staff.example")
        version = _kit()
        opening = hiring.Opening.objects.create(
            title="Agent", team=_team(), hiring_manager=reader, state="open", created_at=MONDAY, opened_at=MONDAY
        )
        stage = hiring.Stage.objects.create(opening=opening, name="Interview", position=1, kit_version=version)
        people = _insert(
            Person(full_name=f"Person {n:06}", email=f"person{n}@staff.example", search_text="") for n in range(size)
        )
        sittings = max(1, size // PANEL)
        candidates = _insert(
            hiring.Candidate(full_name=f"Candidate {n}", email=f"candidate{n}@mail.example", created_at=MONDAY)
            for n in range(2 * sittings)
        )
        applications = _insert(
            hiring.Application(
                candidate=candidate, opening=opening, stage=stage, number=n, applied_on=MONDAY, entered_stage_at=MONDAY
            )
            for n, candidate in enumerate(candidates, start=1)
        )
        interviews = _insert(
            hiring.Interview(application=application, stage=stage, kit_version=version, created_at=MONDAY,
                             starts_at=MONDAY - timedelta(hours=3), ends_at=MONDAY - timedelta(hours=2))
            for application in applications
        )  # fmt: skip
        for half in (interviews[:sittings], interviews[sittings:]):
            _insert(
                hiring.Panellist(interview=half[n % sittings], person=person, role="lead" if n < sittings else "member")
                for n, person in enumerate(people)
            )


def _team() -> Any:
    from people.models import Team

    return Team.objects.create(name="Service", path="Service")


if __name__ == "__main__":
    main()
