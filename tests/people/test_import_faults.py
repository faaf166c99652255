"""A worker killed with -9 in the middle of an import: nothing half-written, and the next worker finishes it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

BEGIN = """
import json, os, signal
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from people.actions import imports, imported_people, people, people_imports, roles
from people.models import AuditEntry, ImportRun, Person, Team

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def tell():
    print(json.dumps({"people": Person.objects.count(), "teams": Team.objects.count(),
                      "entries": AuditEntry.objects.count(), "state": ImportRun.objects.get().state}))

def resume():
    # Tasks run at once under the settings of tests, so this is the sweeper and the next worker in one.
    imports.resume_stuck(at=timezone.now() + imports.STUCK_AFTER + timedelta(seconds=1))
"""
SEED = """
admin = people.add_person(full_name="Ada Admin", email="ada@x.example", by=None, at=timezone.now())
roles.grant_role(person=admin, role="people_admin", by=None, at=timezone.now())
rows = "\\n".join(f"p{n}@x.example,P {n},Team {n % 5}" for n in range(300))
data = f"email,full_name,team\\n{rows}\\n".encode()
people_imports.start_import(data=data, file_name="x.csv", by=admin, at=timezone.now())
tell()
"""
# Before anything is written; with people and teams in; and when all is written but not committed.
DEATHS = [
    "people_imports.imported_people.surroundings = die",
    "imported_people.end_access = die",
    "people_imports.signals.people_imported.send = die",
]


def test_worker_killed_at_each_point_leaves_nothing_and_the_next_one_finishes(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'faults.sqlite3'}",
        "PYTHONPATH": str(ROOT),
    }

    def run(script):
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + script],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, -signal.SIGKILL}, done.stderr
        return None if done.returncode else json.loads(done.stdout.splitlines()[-1])

    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    # The media folder of tests is made anew by each process, so the file lies where all of them find it.
    environment["MEDIA_ROOT_OF_THE_FAULT_TEST"] = str(tmp_path)
    before = run(KEEP_MEDIA + SEED)
    assert before == {"people": 1, "teams": 0, "entries": 3, "state": "ready"}
    queue = "imports.queue_import(run=ImportRun.objects.get(), by=Person.objects.get(), at=timezone.now())\n"
    for death, go in zip(DEATHS, [queue, "resume()\n", "resume()\n"], strict=True):
        assert run(f"{KEEP_MEDIA}{death}\n{go}") is None
        assert run(f"{KEEP_MEDIA}tell()") == {"people": 1, "teams": 0, "entries": 4, "state": "applying"}
    assert run(f"{KEEP_MEDIA}resume()\ntell()") == {"people": 301, "teams": 5, "entries": 305, "state": "applied"}
    assert run(f"{KEEP_MEDIA}resume()\ntell()") == {"people": 301, "teams": 5, "entries": 305, "state": "applied"}


KEEP_MEDIA = """
from django.core.files.storage import default_storage
default_storage.location = os.environ["MEDIA_ROOT_OF_THE_FAULT_TEST"]
"""
