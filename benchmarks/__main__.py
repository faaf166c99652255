"""`make bench`: measure every size on every engine, write docs/performance.md and var/bench.json."""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

import services  # noqa: E402 (its folder is named above)

from benchmarks import weight  # noqa: E402

Result = dict[str, Any]
APART = ("digests", "rules")  # measured on databases of their own
FAN_OUT = 1.5  # goal: what telling everybody may cost beside rendering and sending alone


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 20000])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--only", default="", help="pages whose name holds this; nothing is written then")
    parser.add_argument("--digests", type=int, nargs="*", default=[1000, 10_000, 100_000], help="to so many people")
    parser.add_argument("--rules", type=int, nargs="*", default=[10_000, 100_000], help="of training, over so many")
    options = parser.parse_args()
    if "postgresql" in options.engines and not services.find_postgresql():
        print("left out: PostgreSQL, which was not found here. To have it: apt-get install postgresql")
        options.engines.remove("postgresql")
    sizes = [] if options.only in APART else options.sizes
    fan_out = [_fan_out(size) for size in options.digests] if _is_asked_for(options, "digests") else []
    asked_rules = options.rules if _is_asked_for(options, "rules") else []
    rules = [_rules(engine, people) for engine in options.engines for people in asked_rules]
    results = [each for engine in options.engines for size in sizes for each in _one_size(engine, size, options.only)]
    for line in [*_table(results), *_digests(fan_out), *_rules_table(rules)]:
        print(line)
    if not options.only:
        (ROOT / "var").mkdir(exist_ok=True)
        (ROOT / "var/bench.json").write_text(json.dumps([*results, *fan_out, *rules], indent=1) + "\n")
        (ROOT / "docs/performance.md").write_text(_page(results, fan_out, rules, weight.measure()))
    return int(any(result["ratio"] > result["goal"] for result in [*results, *fan_out]))


def _is_asked_for(options: argparse.Namespace, what: str) -> bool:
    return options.only in what and (what != "digests" or "postgresql" in options.engines)


def _fan_out(size: int) -> Result:
    with _database("postgresql") as environment:
        measured: Result = _run([sys.executable, "-m", "benchmarks.fan_out", f"--size={size}"], environment)
    return {"name": "digests", "engine": "postgresql", "goal": FAN_OUT, **measured}


def _rules(engine: str, people: int) -> Result:
    with _database(engine) as environment:
        measured: Result = _run([sys.executable, "-m", "benchmarks.rules", f"--people={people}"], environment)
    return {"name": "rules", **measured}


@contextmanager
def _database(engine: str) -> Iterator[dict[str, str]]:
    """The environment of a process that works on an empty database of its own."""
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        if engine == "sqlite":
            yield _environment(folder) | {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
            return
        programs = services.find_postgresql()
        assert programs
        with services.postgresql(programs) as address:
            yield _environment(folder) | {"DATABASE_URL": address}


def _environment(folder: str) -> dict[str, str]:
    """The demo's settings: no second factor and no redirect to https stand in the way of a plain request."""
    return {**os.environ, "RAPPORT_DEMO": "1", "MEDIA_ROOT": folder, "LOG_LEVEL": "ERROR", "DEBUG": "0",
            "EMAIL_URL": "dummymail://", "PYTHONWARNINGS": "ignore"}  # fmt: skip


def _one_size(engine: str, size: int, only: str) -> list[Result]:
    command = [sys.executable, "-m", "benchmarks.one_size", f"--engine={engine}", f"--size={size}", f"--only={only}"]
    with _database(engine) as environment:
        return _run(command, environment)  # type: ignore[no-any-return]


def _run(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("The measuring failed, and says why above.")
    return json.loads(done.stdout.splitlines()[-1])


def _table(results: list[Result]) -> list[str]:
    lines = [
        "| page | engine | candidates | ours, ms | floor, ms | ratio | goal | met |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for one in sorted(results, key=lambda result: (result["name"], result["engine"], result["rows"])):
        verdict = "yes" if one["ratio"] <= one["goal"] else "**no**"
        lines.append(
            f"| {one['name']} | {one['engine']} | {one['rows']:,} | {one['ours_ms']:.1f} | {one['floor_ms']:.1f} "
            f"| {one['ratio']:.2f} | {one['goal']:g} | {verdict} |"
        )
    return lines


def _growth(results: list[Result]) -> list[str]:
    """How much dearer each page is on the greatest table than on the smallest, and that beside the floor: a page that
    has more rows to show there, such as my work, grows with them, and so does its floor."""
    heads = ("page", "engine", "from", "to", "times the time", "beside the floor")
    lines = [_cells(heads), "|---|---|---:|---:|---:|---:|"]
    for name, engine in sorted({(result["name"], result["engine"]) for result in results}):
        same = [result for result in results if (result["name"], result["engine"]) == (name, engine)]
        least, most = min(same, key=lambda one: one["rows"]), max(same, key=lambda one: one["rows"])
        if least is not most:
            times, beside = most["ours_ms"] / least["ours_ms"], most["ratio"] / least["ratio"]
            sizes = (f"{least['rows']:,}", f"{most['rows']:,}")
            lines.append(_cells((name, engine, *sizes, f"{times:.2f}", f"{beside:.2f}")))
    return lines


def _digests(results: list[Result]) -> list[str]:
    if not results:
        return []
    heads = ("digests", "planning, ms each", "all, ms each", "floor, ms each", "ratio", "goal", "met", "memory, MB",
             "a page idle, ms", "a page meanwhile, ms")  # fmt: skip
    lines = [_cells(heads), "|" + "---:|" * len(heads)]
    for one in results:
        verdict = "yes" if one["ratio"] <= one["goal"] else "**no**"
        times = (f"{one[name]:.2f}" for name in ("plan_ms", "ours_ms", "floor_ms", "ratio"))
        pages = (f"{one[name]:.0f}" for name in ("page_idle_ms", "page_meanwhile_ms"))
        lines.append(_cells([f"{one['rows']:,}", *times, f"{one['goal']:g}", verdict, str(one["memory_mb"]), *pages]))
    return lines


def _rules_table(results: list[Result]) -> list[str]:
    if not results:
        return []
    heads = ("people", "engine", "given, ms each", "again, ms each", "one person, ms", "statements", "memory, MB")
    lines = [_cells(heads), "|---:|---|" + "---:|" * 5]
    for one in sorted(results, key=lambda result: (result["engine"], result["rows"])):
        times = (f"{one['first_ms']:.2f}", f"{one['again_ms']:.4f}", f"{one['one_ms']:.0f}")
        counts = (str(one["one_statements"]), str(one["memory_mb"]))
        lines.append(_cells((f"{one['rows']:,}", one["engine"], *times, *counts)))
    return lines


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _weights(weights: list[weight.Weight]) -> list[str]:
    return [
        "| page | warm | cold | files |",
        "|---|---:|---:|---:|",
        *(f"| {one.name} | {one.warm:,} | {one.cold:,} | {one.files} |" for one in weights),
    ]


def _page(results: list[Result], fan_out: list[Result], rules: list[Result], weights: list[weight.Weight]) -> str:
    today = datetime.datetime.now(tz=datetime.UTC).date()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench`; do not edit. What is measured, against what, and how: `benchmarks/README.md`.",
            "",
            f"{today.isoformat()}, {machine}. Milliseconds of processor time for a request, web and database together,",
            "over 40 requests each in turns: what else the machine does meanwhile does not count.",
            "The goal is the most that the ratio may be.",
            "",
            *_table(results),
            "",
            "## The same page on a larger table",
            "",
            *_growth(results),
            "",
            "## Digests for everybody at once",
            "",
            "Processor time for each recipient, worker and database together, from planning to *sent*, on PostgreSQL.",
            "The floor renders and sends the same mails over one connection, and does nothing else. A page is asked",
            "for meanwhile, by the clock: what else the machine does counts there.",
            "",
            *_digests(fan_out),
            "",
            "## Rules of training over everybody",
            "",
            "Two rules, so twice as many assignments. Processor time, process and database together: when the rules",
            "are first applied; when nothing has changed; and for one person whom they no longer meet.",
            "",
            *_rules_table(rules),
            "",
            "## What pages weigh",
            "",
            f"Bytes in gzip, with production's static files; at most {weight.WARM:,} warm and {weight.COLD:,} cold.",
            "",
            *_weights(weights),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
