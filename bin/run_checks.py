"""`make check`: every check that needs no running server. Runs them all, says what failed, fails if any did.

`make fix` lets the tools mend what they can: format, order of imports, templates, spellings of older Django.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import services

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
APPS = ("people", "notifications", "hiring", "training", "recognition")
SOURCES = ("foundation", *APPS, "portal", "tests", "benchmarks")
# What the first start of a real installation would set; the values are invented.
PRODUCTION = {
    "SECRET_KEY": "check-only-" + "0123456789abcdef" * 4,
    "ALLOWED_HOSTS": "rapport.example.org",
    "PUBLIC_URL": "https://rapport.example.org",
    "DATABASE_URL": "postgres://rapport@127.0.0.1:5432/rapport",
    "CACHE_URL": "redis://127.0.0.1:6379/1",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}


@dataclass
class Step:
    """One check: a name, a command, and what it sees of the environment."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> tuple["Step", int, float, str]:
        """Run the command; give its exit code, its seconds and its output."""
        started = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return self, done.returncode, time.monotonic() - started, done.stdout


def checks(postgresql: str | None) -> list[Step]:
    """Longest first, so that two at a time end together."""
    sources = [name for name in SOURCES if (ROOT / name).is_dir()]
    scripts = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "bin").glob("*.py"))
    tests = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    steps = [
        Step("types", [_tool("mypy"), *sources, *scripts]),
        Step("house rules", [_tool("pytest"), "-q", "-n0", "-p", "no:cacheprovider", "tests/architecture"]),
        Step("contracts", [_tool("lint-imports"), "--no-cache"]),
        Step("migrations complete", _manage("makemigrations", "--check", "--dry-run"), tests),
        Step("production settings", _manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        Step("format", [_tool("ruff"), "format", "--check", "."]),
        Step("lint", [_tool("ruff"), "check", "--output-format=concise", "."]),
        Step("templates", [_tool("djade"), "--check", "--target-version", "5.2", *_committed("*.html")]),
        Step("current Django", [_tool("django-upgrade"), "--check", "--target-version", "5.2", *_committed("*.py")]),
        Step("shell", ["sh", "-n", "bin/setup"]),
    ]
    if postgresql:
        # What a migration locks is a question about the SQL of the server that production runs.
        lint = [
            "--no-cache",
            "--ignore-initial-migrations",
            "--include-apps",
            *APPS,
            "-q",
            "ok",
            "ignore",
        ]
        steps.append(Step("migrations safe", _manage("lintmigrations", *lint), tests | {"DATABASE_URL": postgresql}))
    return steps


def fixes() -> Iterable[Step]:
    """What can be mended by machine, in the order that settles."""
    yield Step("current Django", [_tool("django-upgrade"), "--exit-zero-even-if-changed", "--target-version", "5.2",
                                  *_committed("*.py")])  # fmt: skip
    yield Step("lint", [_tool("ruff"), "check", "--fix", "."])
    yield Step("format", [_tool("ruff"), "format", "."])
    yield Step("templates", [_tool("djade"), "--target-version", "5.2", *_committed("*.html")])


def _tool(name: str) -> str:
    return str(PROGRAMS / name)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error::DeprecationWarning:django", "manage.py", *arguments]


def _committed(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def _report(step: Step, code: int, seconds: float, output: str) -> None:
    print(f"{'ok    ' if code == 0 else 'FAILED'}  {step.name}  ({seconds:.1f} s)", flush=True)
    if code:
        print("\n".join(f"    {line}" for line in output.strip().splitlines()), flush=True)


def main() -> int:
    if "--fix" in sys.argv[1:]:
        for step in fixes():
            _report(*step.run())
        return 0
    failed = []
    with ExitStack() as stack:
        programs = services.find_postgresql()
        postgresql = stack.enter_context(services.postgresql(programs)) if programs else None
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=2))
        for finished in as_completed([pool.submit(step.run) for step in checks(postgresql)]):
            step, code, seconds, output = finished.result()
            _report(step, code, seconds, output)
            if code:
                failed.append(step.name)
    if not postgresql:
        print("left out: migrations safe, which needs PostgreSQL. To have it: apt-get install postgresql")
    if failed:
        print(f"\nFailed: {', '.join(failed)}. `make fix` mends what a tool can mend.")
        return 1
    print("\nAll checks passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
