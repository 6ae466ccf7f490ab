"""`python -m bench [--quick] [--full] [--only ROW]`: measure, print a table, write JSON and a chart."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench import machine_facts, report
from bench.figures import Bench, Figure, Row
from bench.processes import PROJECT, BenchError
from bench.rows import accepting, delivering, emergency, growing, scripts, sealing, starting, turning
from tests.chaos.machine import NoCompilerError
from tests.databases import NoPostgresError

ROWS: dict[str, Row] = {
    "accepts": accepting.durable,
    "slow-disk": accepting.slow_disk,
    "turns": turning.turning,
    "to-task": delivering.from_last_key_to_task,
    "drain": delivering.drain,
    "waiting": delivering.many_waiting,
    "filled": growing.filled,
    "memory": growing.memory,
    "two": growing.two_processes,
    "emergency": emergency.emergency,
    "start": starting.starting,
    "scripts": scripts.scripts,
    "sealing": sealing.sealing,
}


def main() -> int:
    arguments = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bridge-bench-"))
    folder.chmod(0o755)
    seconds, rounds = (1, 1) if arguments.quick else (arguments.seconds, arguments.rounds)
    bench = Bench(folder, rounds, seconds, arguments.full, arguments.quick)
    began = time.monotonic()
    try:
        figures, untold = _measured(bench, arguments.only or list(ROWS))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = report.result(figures, untold, bench, machine_facts.facts(), time.monotonic() - began)
    report.show(result)
    report.write(result, arguments.keep)
    return 0


def _measured(bench: Bench, names: list[str]) -> tuple[list[Figure], dict[str, str]]:
    """The figures, and the rows that could not be measured with the reason."""
    figures: list[Figure] = []
    untold: dict[str, str] = {}
    for name in names:
        print(f"… {name}", file=sys.stderr, flush=True)
        try:
            found = ROWS[name](bench)
        except (BenchError, NoCompilerError, NoPostgresError, OSError) as reason:
            untold[name] = str(reason)
            continue
        figures += found
        for figure in found:
            print(f"  {report.line(figure)}", file=sys.stderr, flush=True)
    return figures, untold


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one short round of each: for development, not for figures"
    )
    parser.add_argument(
        "--full", action="store_true", help="with 5 million submissions and one million accepts (hours)"
    )
    parser.add_argument("--only", action="append", choices=ROWS, help="only this row; may be given again")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the median is told (5)")
    parser.add_argument("--seconds", type=int, default=3, help="of load in each (3)")
    parser.add_argument(
        "--keep", metavar="NAME", help=f"keep the JSON as {PROJECT.name}/bench/history/NAME.json, and the chart"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
