"""Production refuses to start on what would be unsafe, and says what to set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "SECRET_KEY": "production-" + "0123456789" * 6,
    "ALLOWED_HOSTS": "rapport.example",
    "PUBLIC_URL": "https://rapport.example",
    "DATABASE_URL": "sqlite:////nowhere/rapport.sqlite3",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
}


def start(then: str = "", **changes) -> str:
    """What a process that loads the settings, and does `then`, says at the end; empty when it starts."""
    environment = {"PATH": os.defpath, **SAFE, **changes}
    done = subprocess.run(
        [sys.executable, "-c", f"import portal.settings; {then}"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip().rpartition("\n")[2]


def test_safe_production_starts():
    assert start() == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "Set SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "http://rapport.example"}, "Set PUBLIC_URL"),
        ({"SECOND_FACTOR": "nobody"}, "is for the demo"),
        ({"RAPPORT_FAULT": "sending:kill:1"}, "die on purpose"),
        ({"SERVING_MACHINES": "2"}, "SQLite serves one machine"),
        (
            {
                "SERVING_MACHINES": "2",
                "DATABASE_URL": "postgres://127.0.0.1/rapport",
                "CELERY_BROKER_URL": "filesystem://",
            },
            "need a broker they share",
        ),
        ({"WEBHOOK_LOOPBACK": "1"}, "reach this very machine"),
        ({"OUTGOING_PROXY": "socks5://127.0.0.1"}, "takes CONNECT"),
        ({"RAPPORT_DEMO": "1"}, "serves this machine only"),
    ],
)
def test_unsafe_settings_refuse_to_start_and_say_why(changes, says):
    assert says in start(**changes)


@pytest.mark.parametrize(("keeps", "how"), [("1", "True 2"), ("0", "None None")])
def test_postgresql_keeps_plans_unless_told_not_to(keeps, how):
    asked = "get = portal.settings.DATABASES['default']['OPTIONS'].get; "
    asked += 'raise SystemExit(f\'{get("server_side_binding")} {get("prepare_threshold")}\')'
    said = start(asked, DATABASE_URL="postgres://127.0.0.1/rapport", DATABASE_KEEPS_PLANS=keeps)
    assert said == how
