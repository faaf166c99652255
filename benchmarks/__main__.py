"""`make bench`: measure every size on every engine, write docs/performance.md and var/bench.json."""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

import services  # noqa: E402 (its folder is named above)

from benchmarks import weight  # noqa: E402

Result = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 20000])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--only", default="", help="pages whose name holds this; nothing is written then")
    options = parser.parse_args()
    results: list[Result] = []
    for engine in options.engines:
        if engine == "postgresql" and not services.find_postgresql():
            print("left out: PostgreSQL, which was not found here. To have it: apt-get install postgresql")
            continue
        for size in options.sizes:
            results += _one_size(engine, size, options.only)
    for line in _table(results):
        print(line)
    if not options.only:
        (ROOT / "var").mkdir(exist_ok=True)
        (ROOT / "var/bench.json").write_text(json.dumps(results, indent=1) + "\n")
        (ROOT / "docs/performance.md").write_text(_page(results, weight.measure()))
    return int(any(result["ratio"] > result["goal"] for result in results))


def _one_size(engine: str, size: int, only: str) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        # The demo's settings: no second factor and no redirect to https stand in the way of a plain request.
        environment = {**os.environ, "RAPPORT_DEMO": "1", "MEDIA_ROOT": folder, "LOG_LEVEL": "ERROR", "DEBUG": "0",
                       "EMAIL_URL": "dummymail://", "PYTHONWARNINGS": "ignore"}  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "benchmarks.one_size",
            f"--engine={engine}",
            f"--size={size}",
            f"--only={only}",
        ]
        if engine == "sqlite":
            return _run(command, environment | {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"})
        programs = services.find_postgresql()
        assert programs
        with services.postgresql(programs) as address:
            return _run(command, environment | {"DATABASE_URL": address})


def _run(command: list[str], environment: dict[str, str]) -> list[Result]:
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("The measuring failed, and says why above.")
    results: list[Result] = json.loads(done.stdout.splitlines()[-1])
    return results


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
    """How much dearer each page is on the greatest table than on the smallest."""
    lines = ["| page | engine | from | to | times the time |", "|---|---|---:|---:|---:|"]
    for name, engine in sorted({(result["name"], result["engine"]) for result in results}):
        same = [result for result in results if (result["name"], result["engine"]) == (name, engine)]
        least, most = min(same, key=lambda one: one["rows"]), max(same, key=lambda one: one["rows"])
        if least is not most:
            times = most["ours_ms"] / least["ours_ms"]
            lines.append(f"| {name} | {engine} | {least['rows']:,} | {most['rows']:,} | {times:.2f} |")
    return lines


def _weights(weights: list[weight.Weight]) -> list[str]:
    return [
        "| page | warm | cold | files |",
        "|---|---:|---:|---:|",
        *(f"| {one.name} | {one.warm:,} | {one.cold:,} | {one.files} |" for one in weights),
    ]


def _page(results: list[Result], weights: list[weight.Weight]) -> str:
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
