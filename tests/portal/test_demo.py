"""The demo: believable, the same every time, and nowhere near real data."""

import runpy
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from environ import Env

from hiring.models import Application, Interview, Opening, Scorecard, StageScore
from people.actions import audit
from people.models import Person
from portal import demo

pytestmark = pytest.mark.django_db


def test_demo_loads_nowhere_else():
    with pytest.raises(CommandError, match="known passwords"):
        call_command("load_demo")
    assert not Person.objects.exists()


@pytest.mark.once
def test_demo_is_whole_and_loads_once(settings):
    settings.RAPPORT_DEMO = True
    call_command("load_starter", stdout=StringIO())
    call_command("load_demo", stdout=StringIO())
    assert Person.objects.count() == 484 + 8 + 1  # the file, the accounts, and whoever was hired
    assert Opening.objects.open().count() == 3
    assert Application.objects.count() == 300
    assert StageScore.objects.exists()
    assert Interview.objects.filter(revealed_at=None, state="held").exists()
    assert not Scorecard.objects.filter(submitted_at=None).exists()
    assert audit.verify().is_sound
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert Application.objects.count() == 300
    assert "recruiter@demo.example" in out.getvalue()


def test_demo_keeps_to_its_own_folder():
    of_the_demo = runpy.run_path("bin/run_demo.py")["_environment"](8123)
    var = Path("var").resolve()
    paths = [
        Env.db_url_config(of_the_demo["DATABASE_URL"])["NAME"],
        Env.email_url_config(of_the_demo["EMAIL_URL"])["EMAIL_FILE_PATH"],
        *(of_the_demo[name] for name in ("CELERY_BROKER_DIR", "MEDIA_ROOT", "BEAT_FILE")),
    ]
    assert [path for path in paths if Path(path).parent != var] == []


def test_production_refuses_the_demo_s_data(settings):
    demo.refuse_in_production()
    Person.objects.create_user("recruiter@demo.example", full_name="Ines Novak")
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured, match="known"):
        demo.refuse_in_production()
