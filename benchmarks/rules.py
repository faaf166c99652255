"""Training's rules over a whole organisation: given to everybody, looked at again, and one person's change.

    python -m benchmarks.rules --people 10000      (benchmarks/__main__.py gives it an empty database)

Two rules, so twice as many assignments as people. Prints one JSON object: processor time of process and database
together, for each person where everybody is looked at; the statements of a look at one; and the most memory held.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

RULES = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--build", action="store_true", help="only make the rows; a process of its own, for the memory")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    django.setup()
    from django.core.management import call_command

    if options.build:
        call_command("migrate", verbosity=0)
        _build(options.people)
        return
    subprocess.run([sys.executable, "-m", "benchmarks.rules", f"--people={options.people}", "--build"], check=True)
    print(json.dumps(_measure(options.people)))


def _measure(people: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.volume import AT, analyse
    from people.models import Person
    from training.actions import rules
    from training.models import Assignment

    first = _worked(lambda: rules.apply_all(at=AT))
    assert Assignment.objects.open().count() == people * RULES
    analyse()
    again = _worked(lambda: rules.apply_all(at=AT + timedelta(hours=1)))
    assert Assignment.objects.count() == people * RULES
    leaver = Person.objects.order_by("pk")[people // 2]
    Person.objects.filter(pk=leaver.pk).update(job_title="Lead")
    with CaptureQueriesContext(connection) as asked:
        rules.apply_all(at=AT + timedelta(hours=2), people=[leaver.pk])
    assert Assignment.objects.open().count() == (people - 1) * RULES
    one = _worked(lambda: rules.apply_all(at=AT + timedelta(hours=2), people=[leaver.pk]))
    return {
        "rows": people,
        "engine": connection.vendor,
        "first_ms": round(first / people, 3),
        "again_ms": round(again / people, 4),
        "one_ms": round(one, 1),
        "one_statements": len(asked),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _worked(work: Callable[[], Any]) -> float:
    """Milliseconds of processor time that it takes this process and its backend of the database."""
    from django.db import connection

    from benchmarks.one_size import _processor_time

    backend = 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            ((backend,),) = cursor.fetchall()

    def now() -> float:
        return time.process_time() * 1000 + (_processor_time(backend) if backend else 0)

    before = now()
    work()
    return now() - before


def _build(count: int) -> None:
    """Agents, a tenth of them leading the others, and two modules that everybody is to have."""
    from django.db import transaction

    from benchmarks.volume import AT, _people, analyse
    from training import models as training

    with transaction.atomic():
        _people(count)
        for number in range(RULES):
            module = training.Module.objects.create(
                key=f"module-{number}", name=f"Module {number}", summary="You can.", kind="technical", valid_months=12
            )
            training.ModuleVersion.objects.create(
                module=module, number=1, state="published", published_at=AT, created_at=AT, minutes=5
            )
            training.Rule.objects.create(
                module=module, name=module.name, why="Everybody.", state="on", job_title="Agent", created_at=AT
            )
    analyse()


if __name__ == "__main__":
    main()
