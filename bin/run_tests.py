"""`make test`: every test on SQLite, and on PostgreSQL, Redis and Chromium where this machine has them.

Its last lines say what was left out and how to get it; with EVERYTHING=1 in the environment that is a failure.
The faults run once, on all that there is; with --long also those that take long (`make faults`).
Arguments go to pytest: `make test ARGS='-k sealed'`; with paths among them, only those run.
"""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import services

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5  # what pytest returns when a selection leaves nothing to run
APART = ["--ignore=tests/journeys", "--ignore=tests/faults"]  # each has its own part of the run
HOW_TO_GET = {
    "PostgreSQL": "apt-get install postgresql",
    "Redis": "apt-get install redis-server",
    "Chromium": "apt-get install chromium",
}


def _environment() -> dict[str, str]:
    # A real database or cache that the environment names is none of the tests' business. Bytecode is kept, lest each of
    # the processes below rewrites the asserts of every test.
    dropped = {"DATABASE_URL", "CACHE_URL", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | {"PYTHONUNBUFFERED": "1"}


@dataclass
class Outcome:
    """One line of the closing summary."""

    name: str
    code: int  # what pytest returned
    seconds: float

    @property
    def passed(self) -> bool:
        return self.code in {0, NO_TESTS}


@dataclass
class TestRun:
    """The parts of one `make test`: which servers there are, and how each part went."""

    extra: list[str]
    coverage: bool
    long: bool = False
    environment: dict[str, str] = field(default_factory=_environment)
    outcomes: list[Outcome] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def everything(self) -> None:
        """Run each part that this machine can run; one that fails does not stop the next."""
        with ExitStack() as stack:
            postgresql = self._start_servers(stack)
            chromium = services.find_chromium()
            if chromium is None:
                self.missing.append("Chromium")
            journeys, faults, others = self._selection()
            if others:
                self._pytest("SQLite", [*others, *APART])
            if postgresql:
                self.environment["DATABASE_URL"] = postgresql
            if postgresql and others:
                # Without the database there is one engine only; those tests have just run (tests/conftest.py), and so
                # have those walks that one engine, the quicker, has to do.
                self._pytest("PostgreSQL", [*others, *APART, "-m", "database and not once"])
            if faults:
                # They start servers and databases of their own beside the one that DATABASE_URL names.
                # Most of a fault is waiting: for a lease to end, a server to come back, a mail server to give up.
                self._pytest("Faults", faults if self.long else [*faults, "-m", "not long"], workers=4)
            if chromium and journeys:
                # Playwright runs an event loop in the thread that also queries the database.
                allowed = {"RAPPORT_TEST_CHROMIUM": chromium, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
                self._pytest(f"Journeys on {'PostgreSQL' if postgresql else 'SQLite'}", journeys, allowed)

    def _selection(self) -> tuple[list[str], list[str], list[str]]:
        """The paths among the arguments: of journeys, of faults, and others; without any, everything."""
        paths = [argument for argument in self.extra if _path_of(argument).exists()]
        self.extra = [argument for argument in self.extra if argument not in paths]
        journeys = [path for path in paths if path.startswith("tests/journeys")]
        faults = [path for path in paths if path.startswith("tests/faults")]
        others = [path for path in paths if path not in journeys + faults]
        return (journeys, faults, others) if paths else (["tests/journeys"], ["tests/faults"], ["tests"])

    def _start_servers(self, stack: ExitStack) -> str | None:
        if program := services.find_redis():
            address = stack.enter_context(services.redis(program))
            self.environment |= {"CACHE_URL": address, "RAPPORT_TEST_REDIS": address}
        else:
            self.missing.append("Redis")
        if programs := services.find_postgresql():
            return stack.enter_context(services.postgresql(programs))
        self.missing.append("PostgreSQL")
        return None

    def _pytest(
        self, name: str, arguments: list[str], environment: dict[str, str] | None = None, *, workers: int = 2
    ) -> None:
        print(f"\n=== {name}", flush=True)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            str(workers),
            "--dist=worksteal",
            *arguments,
            *self.extra,
        ]
        if self.coverage:
            command += ["--cov", "--cov-append", "--cov-report="]
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=self.environment | (environment or {}), check=False)
        self.outcomes.append(Outcome(name, done.returncode, time.monotonic() - started))

    def summary(self) -> int:
        """Print what ran, what did not, and how to get it; return the exit code."""
        print("\n=== Summary")
        for outcome in self.outcomes:
            print(f"{'passed' if outcome.passed else 'FAILED'}  {outcome.name}  ({outcome.seconds:.0f} s)")
        for name in self.missing:
            print(f"left out: {name}, which was not found here. To have it: {HOW_TO_GET[name]}")
        if not self.missing:
            print("Nothing was left out.")
        if all(outcome.code == NO_TESTS for outcome in self.outcomes):
            print("No test was selected, so nothing was tried.")
            return 1
        incomplete = bool(self.missing) and os.environ.get("EVERYTHING") == "1"
        return int(incomplete or not all(outcome.passed for outcome in self.outcomes))


def _path_of(argument: str) -> Path:
    return ROOT / argument.partition("::")[0]


def main() -> int:
    arguments = sys.argv[1:]
    coverage = "--coverage" in arguments
    extra = [argument for argument in arguments if argument not in {"--coverage", "--long"}]
    # Several pytests at once pass over a path that is not there, without a word.
    if missing := [each for each in extra if each.startswith("tests/") and not _path_of(each).exists()]:
        print(f"There is no {', '.join(missing)}.")
        return 2
    run = TestRun(extra=extra, coverage=coverage, long="--long" in arguments)
    if coverage:
        subprocess.run([sys.executable, "-m", "coverage", "erase"], cwd=ROOT, check=False)
    try:
        run.everything()
    except services.NotStarted as failure:
        print(f"\nA server that is installed here did not start:\n{failure}")
        return 1
    except KeyboardInterrupt:
        return 130
    if coverage:
        subprocess.run([sys.executable, "-m", "coverage", "report"], cwd=ROOT, check=False)
    return run.summary()


if __name__ == "__main__":
    sys.exit(main())
