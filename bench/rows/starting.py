"""How long `serve` takes to import and to answer, beside a Flask application of one line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from compileall import compile_dir
from statistics import median

from bench.figures import Bench, Figure, at_most
from bench.processes import PROJECT, python, seconds_of, start, wait_until_alive
from bench.setting import SERVE, environ

OURS = "from bridge.cli import load; load('serve')"  # all of it until the first answer: tests/commands/test_start.py


def starting(bench: Bench) -> list[Figure]:
    """Medians over twice as many rounds as elsewhere: a start is short."""
    compile_dir(PROJECT / "bridge", quiet=2)  # as Python itself does it at the first start
    rounds = range(2 * bench.rounds)
    imports = [(_imported(OURS), _imported("import flask")) for _ in rounds]
    here = bench.fresh("start")
    given = environ(here)
    first = [
        (_first_answer(bench, SERVE, given), _first_answer(bench, python("bench.flask_alone"), {})) for _ in rounds
    ]
    told = (("processor time to import what serve needs", imports), ("from start to first answer", first))
    return [
        at_most(
            2.0,
            name=name,
            value=median(ours for ours, _ in pairs) * 1000,
            unit="ms",
            beside=median(theirs for _, theirs in pairs) * 1000,
            what_beside="bare Flask",
        )
        for name, pairs in told
    ]


def _imported(statement: str) -> float:
    return seconds_of([sys.executable, "-c", statement])


def _first_answer(bench: Bench, command: Sequence[str], environ: dict[str, str]) -> float:
    server = start(bench.folder, "start", command, environ)
    try:
        return wait_until_alive(server)
    finally:
        server.stop()
